"""What the builder's forms may ask for: each operation reads its form and calls one action.

Every function returns what was done, in words for the page's status line. Rows are looked up within
the loop and the team, so a form cannot name anything that belongs elsewhere.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.errors import Conflict
from accounts.models import TeamPolicy, User
from loops import actions, kinds
from loops.bank import own_stage
from loops.builder import forms
from loops.builder.details import changed_of_stage
from loops.models import Loop, Stage, StageQuestion
from loops.plans import planned_question
from loops.shapes import from_json
from roles.models import RoleProfile
from rubrics.models import Question

Posted = Mapping[str, Any]


def change(operation: str, loop: Loop, posted: Posted, *, by: User) -> str:
    """Carry out one operation. Raises ActionError for refusals, Http404 for rows that are not there."""
    try:
        do = _OPERATIONS[operation]
    except KeyError as error:
        raise Http404(f"There is no operation {operation}.") from error
    with transaction.atomic():
        return do(loop, posted, by)


def _stage(loop: Loop, pk: int) -> Stage:
    stage = Stage.objects.filter(pk=pk, loop=loop).first()
    if stage is None:
        raise Conflict("This stage is no longer there: somebody has taken it out since you opened the loop.")
    return stage


def _placement(loop: Loop, pk: int) -> StageQuestion:
    rows = StageQuestion.objects.select_related("stage__loop__team", "question")
    placement = rows.filter(pk=pk, stage__loop=loop).first()
    if placement is None:
        raise Conflict(
            "This question is no longer there: somebody has taken it out since you opened the loop."
        )
    return placement


def _question(loop: Loop, pk: int) -> Question:
    return get_object_or_404(Question.objects.filter(team_id=loop.team_id), pk=pk)


def _edit(loop: Loop, posted: Posted, by: User) -> str:
    form = forms.read(forms.EditLoop(posted))
    found = form.cleaned_data
    given = form.given("name", "budget_minutes")
    notes = {name: text.strip() for name, text in form.given(*kinds.CANDIDATE.fields).items()}
    profiles = RoleProfile.objects.filter(team_id=loop.team_id)
    actions.edit_loop(
        loop,
        by=by,
        name=given.get("name"),
        budget_minutes=given.get("budget_minutes"),
        profile=get_object_or_404(profiles, pk=found["profile"]) if found["profile"] else None,
        candidate_notes=notes or None,
        texts=form.given(*kinds.LOOP_TEXTS),
        revision=found["revision"],
    )
    # Stages that came or went since the page was drawn are simply not spoken of. The loop's own change has been
    # counted and compared, in this transaction.
    for stage in loop.stages.all():
        if texts := changed_of_stage(stage, posted):
            actions.edit_stage(stage, by=by, texts=texts)
    return "Details saved."


def _add_stage(loop: Loop, posted: Posted, by: User) -> str:
    form = forms.read(forms.Operation(posted))
    given = form.given("kind", "name", "minutes", "interviewers")
    wanted = {name: text for name, text in given.items() if text}
    stage = actions.add_stage(loop, by=by, revision=form.cleaned_data["revision"], **wanted)
    return f"{stage} added."


def _edit_stage(loop: Loop, posted: Posted, by: User) -> str:
    form = forms.read(forms.OnStage(posted))
    found, given = form.cleaned_data, form.given("kind", "name", "minutes", "interviewers", "panel", "note")
    stage = actions.edit_stage(
        _stage(loop, found["stage"]),
        by=by,
        kind=given.get("kind"),
        name=given.get("name"),
        minutes=given.get("minutes"),
        interviewers=given.get("interviewers"),
        panel=given["panel"].split(",") if "panel" in given else None,
        note=given.get("note"),
        revision=found["revision"],
    )
    return f"{stage} changed."


def _move_stage(loop: Loop, posted: Posted, by: User) -> str:
    found = forms.read(forms.MoveStage(posted)).cleaned_data
    stage = _stage(loop, found["stage"])
    order = list(loop.stages.values_list("pk", flat=True))
    wanted = found["to"] if found["to"] is not None else order.index(stage.pk) + (found["step"] or 0)
    to = min(max(wanted, 0), len(order) - 1)
    actions.move_stage(stage, to=to, by=by, revision=found["revision"])
    return f"{stage} is now stage {to + 1} of {len(order)}."


def _remove_stage(loop: Loop, posted: Posted, by: User) -> str:
    found = forms.read(forms.OnStage(posted)).cleaned_data
    stage = _stage(loop, found["stage"])
    actions.remove_stage(stage, by=by, revision=found["revision"])
    return f"{stage} removed."


def _place(loop: Loop, posted: Posted, by: User) -> str:
    found = forms.read(forms.PlaceQuestion(posted)).cleaned_data
    question, revision = _question(loop, found["question"]), found["revision"]
    alternate, is_new = found["alternate"] == "1", found["stage"] is None
    if is_new:
        alone = own_stage(
            planned_question(question, leaks={}),
            setup=TeamPolicy.objects.current_for(loop.team_id).setup_minutes,
        )
        stage = actions.add_stage(
            loop,
            by=by,
            kind=alone.kind,
            name=alone.name[:120],
            minutes=alone.minutes,
            interviewers=alone.interviewers,
            revision=revision,
        )
        revision = None  # the stage's own change has just been counted, in this transaction
    else:
        stage = _stage(loop, found["stage"])
    actions.place_question(stage, question, at=found["to"], alternate=alternate, by=by, revision=revision)
    if alternate:
        return f"{question} stands by in {stage}."
    return f"{question} added in a stage of its own." if is_new else f"{question} added to {stage}."


def _move(loop: Loop, posted: Posted, by: User) -> str:
    """Within its stage by place or step; a step beyond its stage leads into the neighbouring one."""
    found = forms.read(forms.MovePlacement(posted)).cleaned_data
    placement, to = _placement(loop, found["placement"]), found["to"]
    target = _stage(loop, found["stage"]) if found["stage"] else placement.stage
    if to is None and found["step"] is not None:
        target, to = _step(loop, placement, found["step"])
    actions.move_placement(placement, stage=target, to=to, by=by, revision=found["revision"])
    return f"{placement.question} is now in {target}."


def _step(loop: Loop, placement: StageQuestion, step: int) -> tuple[Stage, int | None]:
    rows = placement.stage.placements.filter(is_alternate=placement.is_alternate)
    order = list(rows.order_by("position", "pk").values_list("pk", flat=True))
    to = order.index(placement.pk) + step
    stages = list(loop.stages.all())
    place = next(number for number, stage in enumerate(stages) if stage.pk == placement.stage_id)
    if to < 0 and place > 0:
        return stages[place - 1], None
    if to >= len(order) and place < len(stages) - 1:
        return stages[place + 1], 0
    return placement.stage, min(max(to, 0), len(order) - 1)


def _alternate(loop: Loop, posted: Posted, by: User) -> str:
    found = forms.read(forms.SetAlternate(posted)).cleaned_data
    placement, alternate = _placement(loop, found["placement"]), found["alternate"] == "1"
    actions.set_alternate(placement, alternate=alternate, by=by, revision=found["revision"])
    verb = "now stands by in" if alternate else "is now asked in"
    return f"{placement.question} {verb} {placement.stage}."


def _swap(loop: Loop, posted: Posted, by: User) -> str:
    found = forms.read(forms.SwapQuestion(posted)).cleaned_data
    placement, question = _placement(loop, found["placement"]), _question(loop, found["question"])
    before = str(placement.question)
    actions.swap_question(placement, question, by=by, revision=found["revision"])
    if before == str(question):
        return f"{question} is asked in version {question.version}."
    return f"{question} takes the place of {before}."


def _remove(loop: Loop, posted: Posted, by: User) -> str:
    found = forms.read(forms.OnPlacement(posted)).cleaned_data
    placement = _placement(loop, found["placement"])
    said = f"{placement.question} removed from {placement.stage}."
    actions.remove_placement(placement, by=by, revision=found["revision"])
    return said


def _reshape(loop: Loop, posted: Posted, by: User) -> str:
    found = forms.read(forms.Reshape(posted)).cleaned_data
    actions.reshape(loop, from_json(found["stages"]), by=by, revision=found["revision"])
    return found["said"] or "Done."


_OPERATIONS: dict[str, Callable[[Loop, Posted, User], str]] = {
    "edit_loop": _edit,
    "add_stage": _add_stage,
    "edit_stage": _edit_stage,
    "move_stage": _move_stage,
    "remove_stage": _remove_stage,
    "place_question": _place,
    "move_placement": _move,
    "set_alternate": _alternate,
    "swap_question": _swap,
    "remove_placement": _remove,
    "reshape": _reshape,
}
