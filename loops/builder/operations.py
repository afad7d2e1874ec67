"""What the builder's forms may ask for: each operation reads its form and calls one action.

Every function returns what was done, in words for the page's status line. Rows are looked up within
the loop and the team, so a form cannot name anything that belongs elsewhere.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from loops import actions
from loops.bank import NEW_INTERVIEWERS, kind_for
from loops.models import Loop, Stage, StageQuestion
from roles.models import RoleProfile
from rubrics.models import Question

Form = Mapping[str, str]


def change(operation: str, loop: Loop, form: Form, *, by: User) -> str:
    """Carry out one operation. Raises ActionError for refusals, Http404 for rows that are not there."""
    try:
        do = _OPERATIONS[operation]
    except KeyError as error:
        raise Http404(f"There is no operation {operation}.") from error
    with transaction.atomic():
        return do(loop, form, by)


def _revision(form: Form) -> int | None:
    text = form.get("revision", "")
    return int(text) if text.isdigit() else None


def _number(form: Form, name: str) -> int | None:
    text = form.get(name, "")
    return int(text) if text.lstrip("-").isdigit() else None


def _stage(loop: Loop, form: Form, name: str = "stage") -> Stage:
    return get_object_or_404(Stage, pk=_number(form, name), loop=loop)


def _placement(loop: Loop, form: Form) -> StageQuestion:
    rows = StageQuestion.objects.select_related("stage__loop__team", "question")
    return get_object_or_404(rows, pk=_number(form, "placement"), stage__loop=loop)


def _question(loop: Loop, form: Form) -> Question:
    return get_object_or_404(Question.objects.filter(team_id=loop.team_id), pk=_number(form, "question"))


def _edit(loop: Loop, form: Form, by: User) -> str:
    wanted: dict[str, Any] = {name: form[name] for name in ("name", "budget_minutes") if name in form}
    if form.get("profile"):
        profiles = RoleProfile.objects.filter(team_id=loop.team_id)
        wanted["profile"] = get_object_or_404(profiles, pk=_number(form, "profile"))
    notes = {name: form[name].strip() for name in ("expect", "prepare", "accommodations") if name in form}
    if notes:
        wanted["candidate_notes"] = notes
    actions.edit_loop(loop, by=by, revision=_revision(form), **wanted)
    return "Details saved."


def _add_stage(loop: Loop, form: Form, by: User) -> str:
    wanted = {name: form[name] for name in ("kind", "name", "minutes", "interviewers") if form.get(name)}
    stage = actions.add_stage(loop, by=by, revision=_revision(form), **wanted)
    return f"{stage} added."


def _edit_stage(loop: Loop, form: Form, by: User) -> str:
    names = ("kind", "name", "minutes", "interviewers", "note")
    wanted: dict[str, Any] = {name: form[name] for name in names if name in form}
    if "panel" in form:
        wanted["panel"] = form["panel"].split(",")
    stage = actions.edit_stage(_stage(loop, form), by=by, revision=_revision(form), **wanted)
    return f"{stage} changed."


def _move_stage(loop: Loop, form: Form, by: User) -> str:
    stage = _stage(loop, form)
    order = list(loop.stages.values_list("pk", flat=True))
    to = _to(form, order.index(stage.pk), len(order) - 1)
    actions.move_stage(stage, to=to, by=by, revision=_revision(form))
    return f"{stage} is now stage {to + 1} of {len(order)}."


def _to(form: Form, now: int, last: int) -> int:
    """The place asked for: ``to`` counts from 0, ``step`` from where the row is now."""
    to, step = _number(form, "to"), _number(form, "step")
    wanted = to if to is not None else now + (step or 0)
    return min(max(wanted, 0), last)


def _remove_stage(loop: Loop, form: Form, by: User) -> str:
    stage = _stage(loop, form)
    actions.remove_stage(stage, by=by, revision=_revision(form))
    return f"{stage} removed."


def _place(loop: Loop, form: Form, by: User) -> str:
    question = _question(loop, form)
    revision = _revision(form)
    is_new = form.get("stage") in ("new", "-1", None, "")
    if is_new:
        stage = actions.add_stage(
            loop,
            by=by,
            kind=kind_for(question.format),
            name=question.title[:120],
            minutes=question.minutes,
            interviewers=NEW_INTERVIEWERS,
            revision=revision,
        )
        revision = None  # the stage's own change has just been counted, in this transaction
    else:
        stage = _stage(loop, form)
    actions.place_question(
        stage,
        question,
        at=_number(form, "to"),
        alternate=form.get("alternate") == "1",
        by=by,
        revision=revision,
    )
    if form.get("alternate") == "1":
        return f"{question} stands by in {stage}."
    return f"{question} added in a stage of its own." if is_new else f"{question} added to {stage}."


def _move(loop: Loop, form: Form, by: User) -> str:
    """Within its stage by place or step; a step beyond its stage leads into the neighbouring one."""
    placement = _placement(loop, form)
    target = _stage(loop, form) if form.get("stage") else placement.stage
    to = _number(form, "to")
    if to is None and form.get("step"):
        target, to = _step(loop, placement, _number(form, "step") or 0)
    actions.move_placement(placement, stage=target, to=to, by=by, revision=_revision(form))
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


def _alternate(loop: Loop, form: Form, by: User) -> str:
    placement = _placement(loop, form)
    alternate = form.get("alternate") == "1"
    actions.set_alternate(placement, alternate=alternate, by=by, revision=_revision(form))
    verb = "now stands by in" if alternate else "is now asked in"
    return f"{placement.question} {verb} {placement.stage}."


def _swap(loop: Loop, form: Form, by: User) -> str:
    placement, question = _placement(loop, form), _question(loop, form)
    before = str(placement.question)
    actions.swap_question(placement, question, by=by, revision=_revision(form))
    if before == str(question):
        return f"{question} is asked in version {question.version}."
    return f"{question} takes the place of {before}."


def _remove(loop: Loop, form: Form, by: User) -> str:
    placement = _placement(loop, form)
    said = f"{placement.question} removed from {placement.stage}."
    actions.remove_placement(placement, by=by, revision=_revision(form))
    return said


_OPERATIONS: dict[str, Callable[[Loop, Form, User], str]] = {
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
}
