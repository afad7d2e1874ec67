"""Answers to the questions of the small worlds, so that every test of the lab begins with the same ones."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from hiring.lab.models import (
    PairUse,
    Vignette,
    VignettePair,
    VignetteRating,
    VignetteReference,
    VignetteSitting,
)
from rubrics.models import Question
from tests.worlds import TeamWorld, publish


def answer(
    question: Question,
    key: str,
    point: int | None,
    *,
    trap: str = "",
    acceptable: Sequence[int] | None = None,
) -> Vignette:
    """A published answer whose every criterion deserves ``point``."""
    vignette = Vignette.objects.create(
        team=question.team,
        key=key,
        question=question,
        trap=trap,
        minutes=2,
        setting="Minutes 2 to 9.",
        answer="Interviewer: And then?\nCandidate: I looked at the trace first.",
    )
    for position, criterion in enumerate(question.criteria.all()):
        VignetteReference.objects.create(
            vignette=vignette,
            position=position,
            competency=criterion.competency.key,
            point=point,
            acceptable=list(acceptable if acceptable is not None else [] if point is None else [point]),
            reason=f"The secret reason of {key}.",
            common_mistake=f"The usual mistake of {key}.",
        )
    publish(vignette)
    return vignette


def answers(world: TeamWorld) -> list[Vignette]:
    """Three plain answers to each question, at points 1, 3 and 4, and a trap; pairs across the questions."""
    made = []
    for number, question in enumerate(world.questions):
        made += [answer(question, f"v{number}_{point}", point) for point in (1, 3, 4)]
    made.append(answer(world.questions[0], "v0_trap", 3, trap="charm"))
    for point in (1, 3, 4):
        VignettePair.objects.create(
            team=world.team,
            key=f"pair_{point}",
            first=f"v0_{point}",
            second=f"v1_{point}",
            use=PairUse.DRIFT,
            why="The same standard.",
        )
    VignettePair.objects.create(
        team=world.team, key="pair_t", first="v0_3", second="v0_trap", use=PairUse.TRAP, why="Charm pulls up."
    )
    return made


def sat(
    vignette: Vignette,
    rater: User,
    point: int | None,
    *,
    days_ago: float = 0,
    number: int = 1,
    drift_of: VignetteSitting | None = None,
    at: datetime | None = None,
) -> VignetteSitting:
    """Ratings as they stand in the database, made some days ago."""
    sitting = VignetteSitting.objects.create(
        team=vignette.team,
        vignette=vignette,
        rater=rater,
        number=number,
        drift_of=drift_of,
        submitted_at=(at or timezone.now()) - timedelta(days=days_ago),
    )
    VignetteRating.objects.bulk_create(
        VignetteRating(sitting=sitting, criterion=criterion, point=point)
        for criterion in vignette.question.criteria.all()
    )
    return sitting


def all_points(vignette: Vignette, point: int | None) -> dict[int, int | None]:
    """The same point on every criterion, as the action takes it."""
    return {criterion.pk: point for criterion in vignette.question.criteria.all()}
