"""Questions in the stages of a draft: place, move, swap, keep as alternate, remove."""

from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from content.models import Status
from loops.actions.editing import editing
from loops.models import Loop, Stage, StageQuestion
from rubrics.models import Question


def place_question(
    stage: Stage,
    question: Question,
    *,
    by: User | None,
    at: int | None = None,
    alternate: bool = False,
    revision: int | None = None,
) -> StageQuestion:
    """Ask a question in a stage, at place ``at`` (last when left out), or keep it as an alternate."""
    with editing("place_question", stage.loop, by=by, revision=revision, within=[stage]):
        check_usable(question, stage.loop)
        if StageQuestion.objects.filter(stage=stage, question__key=question.key).exists():
            raise InvalidInput(f"{stage} already holds {question}.")
        placement = StageQuestion(stage=stage, question=question, is_alternate=alternate)
        rows = _rows(stage, alternate=alternate)
        rows.insert(len(rows) if at is None else max(at, 0), placement)
        _number(rows)
        return placement


def move_placement(
    placement: StageQuestion,
    *,
    by: User | None,
    to: int | None = None,
    stage: Stage | None = None,
    revision: int | None = None,
) -> None:
    """Put a placement at place ``to`` (last when left out) of its own or another stage of the loop."""
    source = placement.stage
    target = stage or source
    with editing("move_question", source.loop, by=by, revision=revision, within=[source, target]) as draft:
        if target.loop_id != draft.pk:
            raise InvalidInput("A question moves within its loop only. Place it in the other loop instead.")
        if target.pk != source.pk and target.placements.filter(question__key=placement.question.key).exists():
            raise InvalidInput(f"{target} already holds {placement.question}.")
        rows = [row for row in _rows(target, alternate=placement.is_alternate) if row.pk != placement.pk]
        rows.insert(len(rows) if to is None else max(to, 0), placement)
        if target.pk != source.pk:
            placement.stage = target
            placement.save(update_fields=["stage"])
            _number(_rows(source, alternate=placement.is_alternate))
        _number(rows)


def set_alternate(
    placement: StageQuestion, *, alternate: bool, by: User | None, revision: int | None = None
) -> None:
    """Turn a question that is asked into one that stands by, or the other way round."""
    within = [placement.stage]
    with editing("set_alternate", placement.stage.loop, by=by, revision=revision, within=within):
        if placement.is_alternate == alternate:
            return
        stage = placement.stage
        placement.is_alternate = alternate
        placement.position = stage.placements.count()
        placement.save(update_fields=["is_alternate", "position"])
        for kind in (False, True):
            _number(_rows(stage, alternate=kind))


def swap_question(
    placement: StageQuestion, question: Question, *, by: User | None, revision: int | None = None
) -> None:
    """Ask another question (or another version of it) in the same place.

    If the other one stands by in the same stage, the two change places.
    """
    within = [placement.stage]
    with editing("swap_question", placement.stage.loop, by=by, revision=revision, within=within) as draft:
        check_usable(question, draft)
        if question.pk == placement.question_id:
            return
        stage = placement.stage
        other = stage.placements.filter(question__key=question.key).exclude(pk=placement.pk).first()
        if other is not None and not other.is_alternate:
            raise InvalidInput(f"{stage} already asks {question}.")
        before = placement.question
        if other is not None:
            other.delete()
        placement.question = question
        placement.save(update_fields=["question"])
        if other is not None:
            StageQuestion.objects.create(
                stage=stage, question=before, is_alternate=True, position=other.position
            )


def remove_placement(placement: StageQuestion, *, by: User | None, revision: int | None = None) -> None:
    within = [placement.stage]
    with editing("remove_question", placement.stage.loop, by=by, revision=revision, within=within):
        stage, alternate = placement.stage, placement.is_alternate
        placement.delete()
        _number(_rows(stage, alternate=alternate))


def check_usable(question: Question, loop: Loop) -> None:
    """Refuse what cannot be placed: another team's question, or one that is no longer offered."""
    if question.team_id != loop.team_id:
        raise InvalidInput(f"{question} belongs to another team. Copy it into your bank first.")
    if question.status == Status.RETIRED:
        raise Conflict(f"{question} has been retired. Choose another question, or a newer version.")


def _rows(stage: Stage, *, alternate: bool) -> list[StageQuestion]:
    return list(stage.placements.filter(is_alternate=alternate).order_by("position", "pk"))


def _number(rows: list[StageQuestion]) -> None:
    """Number placements from 0; a new one is saved, of the others only those that move."""
    for position, row in enumerate(rows):
        if row.pk is None or row.position != position:
            row.position = position
            row.save(update_fields=None if row.pk is None else ["position"])
