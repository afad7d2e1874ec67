"""Stages of a draft: add, edit, move, remove."""

from collections.abc import Mapping

from accounts.actions.checking import refuse_invalid
from accounts.errors import InvalidInput
from accounts.models import User
from loops import kinds
from loops.actions.editing import editing, set_texts, whole
from loops.models import MOST_INTERVIEWERS, Loop, Stage, StageKind
from loops.shapes import LONGEST_STAGE, MOST_STAGES


def add_stage(
    loop: Loop,
    *,
    by: User | None,
    kind: str = StageKind.SCENARIO,
    name: str = "",
    minutes: int | str = 45,
    interviewers: int | str = 2,
    revision: int | None = None,
) -> Stage:
    """Append a stage. Without a name it takes its kind's."""
    with editing("add_stage", loop, by=by, revision=revision, within=[]) as draft:
        count = draft.stages.count()
        if count >= MOST_STAGES:
            raise InvalidInput(f"A loop holds {MOST_STAGES} stages at most. Join two before you add one.")
        stage = Stage(
            loop=draft,
            position=count,
            kind=kind,
            name=name.strip() or dict(StageKind.choices).get(kind, ""),
            minutes=whole(minutes, "Minutes", low=1, high=LONGEST_STAGE),
            interviewers=whole(interviewers, "Interviewers", low=1, high=MOST_INTERVIEWERS),
        )
        refuse_invalid(stage, alone=True)
        stage.save()
        _number(draft)
        return stage


def edit_stage(
    stage: Stage,
    *,
    by: User | None,
    kind: str | None = None,
    name: str | None = None,
    minutes: int | str | None = None,
    interviewers: int | str | None = None,
    panel: list[str] | None = None,
    note: str | None = None,
    texts: Mapping[str, str] | None = None,
    revision: int | None = None,
) -> Stage:
    """Change what is given; the rest stays. ``texts`` are further columns, see ``kinds.STAGE_TEXTS``."""
    with editing("edit_stage", stage.loop, by=by, revision=revision, within=[stage]):
        if kind is not None:
            stage.kind = kind
        if name is not None:
            # It is one line, however it was typed.
            stage.name = " ".join(name.split())
        if minutes is not None:
            stage.minutes = whole(minutes, "Minutes", low=1, high=LONGEST_STAGE)
        if interviewers is not None:
            stage.interviewers = whole(interviewers, "Interviewers", low=1, high=MOST_INTERVIEWERS)
        if panel is not None:
            stage.panel = [each.strip() for each in panel if each.strip()]
        if note is not None:
            stage.note = note.strip()
        set_texts(stage, texts, allowed=kinds.STAGE_TEXTS)
        refuse_invalid(stage, alone=True)
        stage.save()
        return stage


def move_stage(stage: Stage, *, to: int, by: User | None, revision: int | None = None) -> None:
    """Put a stage at place ``to`` (from 0; beyond the end means last)."""
    with editing("move_stage", stage.loop, by=by, revision=revision) as draft:
        others = [row for row in draft.stages.all() if row.pk != stage.pk]
        others.insert(max(to, 0), stage)
        _number(draft, others)


def remove_stage(stage: Stage, *, by: User | None, revision: int | None = None) -> None:
    """Take a stage and what it asks out of the draft."""
    with editing("remove_stage", stage.loop, by=by, revision=revision, within=[stage]) as draft:
        Stage.objects.get(pk=stage.pk, loop=draft).delete()
        _number(draft)


def _number(draft: Loop, order: list[Stage] | None = None) -> None:
    """Number stages from 0 without holes; only rows that move are written."""
    for position, row in enumerate(order if order is not None else draft.stages.all()):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])
