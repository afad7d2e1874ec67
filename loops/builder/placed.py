"""Questions that the bank's search would find, were they not in the loop already."""

from dataclasses import dataclass

from loops.bank import search
from loops.builder.state import BuilderState
from loops.plans import PlannedQuestion
from rubrics.models import Question


@dataclass(frozen=True, slots=True)
class AlreadyPlaced:
    """A question of the loop, and the stage that asks it or lets it stand by."""

    question: PlannedQuestion
    stage: str
    stands_by: bool


def already_placed(state: BuilderState) -> tuple[AlreadyPlaced, ...]:
    """What was searched for by words and is in the loop, in the loop's order; one query where somebody searches."""
    if not state.wanted.text.strip():
        return ()
    rows = [
        AlreadyPlaced(question, f"{stage.number} {stage.row.name}", stands_by)
        for stage in state.stages
        for question, stands_by in (
            *((placed.question, False) for placed in stage.questions),
            *((question, True) for question in stage.alternates),
        )
    ]
    held = Question.objects.filter(pk__in=[row.question.pk for row in rows])
    found = set(search(held, state.wanted).values_list("pk", flat=True))
    return tuple(row for row in rows if row.question.pk in found)
