"""Giving a draft another shape in one step: what a proposal, a remedy or an undo asks for."""

from accounts.actions.checking import refuse_invalid
from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from loops.actions.editing import editing
from loops.actions.placements import check_usable
from loops.models import Loop, Stage, StageQuestion
from loops.shapes import MOST_STAGES, Shape, StageShape
from rubrics.models import Question


def reshape(loop: Loop, shape: Shape, *, by: User | None, revision: int | None = None) -> None:
    """Make the draft's stages and questions those of ``shape``, keeping the rows of stages that stay.

    Raises:
        Frozen: the loop is published or retired.
        Conflict: it has changed since ``revision``, or a question has been retired meanwhile.
        InvalidInput: too many stages, a question of another team, or one twice in a stage.
    """
    if len(shape) > MOST_STAGES:
        raise InvalidInput(f"A loop holds {MOST_STAGES} stages at most. Join two of them first.")
    with editing("reshape", loop, by=by, revision=revision) as draft:
        questions = _questions(draft, shape)
        there = {stage.pk: stage for stage in draft.stages.all()}
        kept = {row.pk for row in shape if row.pk in there}
        Stage.objects.filter(pk__in=there.keys() - kept).delete()
        for position, row in enumerate(shape):
            stage = there[row.pk] if row.pk in kept else Stage(loop=draft)
            _write(stage, row, position)
            _place(stage, row, questions)


def _questions(draft: Loop, shape: Shape) -> dict[int, Question]:
    placed = set(StageQuestion.objects.filter(stage__loop=draft).values_list("question_id", flat=True))
    wanted = {pk for row in shape for pk in (*row.questions, *row.alternates)}
    found = Question.objects.in_bulk(wanted)
    if missing := wanted - found.keys():
        raise Conflict(f"{len(missing)} of the questions are gone. Reload the page and try again.")
    for question in found.values():
        if question.pk not in placed:  # what stands in it already may have been retired since
            check_usable(question, draft)
    for row in shape:
        keys = [found[pk].key for pk in (*row.questions, *row.alternates)]
        if len(set(keys)) < len(keys):
            raise InvalidInput(f"{row.name} holds a question twice.")
    return found


def _write(stage: Stage, row: StageShape, position: int) -> None:
    stage.position = position
    stage.kind, stage.name = row.kind, row.name
    stage.minutes, stage.interviewers = row.minutes, row.interviewers
    if row.panel is not None:
        stage.panel = list(row.panel)
    if row.note is not None:
        stage.note = row.note
    if row.panel is not None or stage.pk is None:
        stage.round = row.round
    refuse_invalid(stage, alone=True)
    stage.save()


def _place(stage: Stage, row: StageShape, questions: dict[int, Question]) -> None:
    there = {placed.question_id: placed for placed in stage.placements.all()}
    gone = there.keys() - {*row.questions, *row.alternates}
    StageQuestion.objects.filter(stage=stage, question_id__in=gone).delete()
    for alternate, wanted in ((False, row.questions), (True, row.alternates)):
        for position, pk in enumerate(wanted):
            placed = there.get(pk) or StageQuestion(stage=stage, question=questions[pk])
            if (placed.is_alternate, placed.position, placed.pk is None) != (alternate, position, False):
                placed.is_alternate, placed.position = alternate, position
                placed.save()
