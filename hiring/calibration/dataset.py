"""All submitted ratings of one team and rating scale, as the level model wants them.

Competencies are matched by key: two versions of one competency are one column.
Strength, realism and leak enter once, as the weight of a rating; a rating of an
alternative prompt counts as constrained, since the answer was hypothetical.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias, TypedDict, cast

from django.db import connection, transaction

from accounts.models import Team, TeamPolicy
from content.canonical import content_hash
from hiring.lab.linking import VignetteRow, linking_rows
from hiring.scoring.models import Rating
from roles.models import Realism
from rubrics.models import Criterion, QuestionExposure, RatingScale

Leaks: TypeAlias = dict[str, tuple[float, datetime | None]]


@contextmanager
def _hash_joins() -> Iterator[None]:
    """Join by hashing while all ratings are read.

    Right after a bulk import the planner still believes that the tables are small, and
    the nested loops it then chooses take minutes over a few thousand ratings.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One rating by ids."""

    application: int
    opening: int
    stage: int
    interview: int
    interviewer: int
    scorecard: int
    criterion: int
    point: int
    weight: float
    submitted: datetime


@dataclass(frozen=True)
class CriterionFacts:
    """What the fit needs to know of a criterion version; and the question it belongs to, by key and title."""

    competency: str
    target: int
    parent: int
    question: str = ""
    title: str = ""


@dataclass(frozen=True)
class Dataset:
    """Ratings in the order of their ids, those of vignettes apart, and the criteria they name."""

    rows: list[RatingRow]
    criteria: dict[int, CriterionFacts]
    until: datetime | None
    n_without_weight: int
    vignettes: list[VignetteRow] = field(default_factory=list)

    @property
    def hash(self) -> str:
        """Hash over everything the fit sees; equal data give equal hashes.

        When a scorecard was submitted is not in it: levels do not depend on it, and a scorecard keeps its time.
        """
        seen: dict[str, object] = {
            "rows": [
                [r.application, r.interview, r.interviewer, r.criterion, r.point, r.weight] for r in self.rows
            ],
            "criteria": {str(k): [f.competency, f.target, f.parent] for k, f in self.criteria.items()},
        }
        if self.vignettes:
            seen["vignettes"] = [
                [v.vignette, v.criterion, v.interviewer, v.point, v.level] for v in self.vignettes
            ]
        return content_hash(seen)


def scales_of(team: Team) -> list[RatingScale]:
    """Rating scales that have submitted ratings in this team, by key and version."""
    used = Rating.objects.counting().filter(scorecard__team=team).values("criterion__question__scale_id")
    with _hash_joins():
        return list(RatingScale.objects.filter(pk__in=used).order_by("key", "version"))


class _Read(TypedDict):
    """What is read of a rating, column by column; the query asks for these names."""

    criterion_id: int
    point: int
    scorecard_id: int
    scorecard__interviewer_id: int
    scorecard__interview_id: int
    scorecard__interview__stage_id: int
    scorecard__interview__application_id: int
    scorecard__interview__application__opening_id: int
    hypothetical: bool
    scorecard__submitted_at: datetime
    criterion__strength: Decimal
    criterion__question__key: str
    criterion__question__realism: str


def load(team: Team, scale: RatingScale, policy: TeamPolicy) -> Dataset:
    """Read the counting ratings of ``team`` on ``scale``, and those of vignettes that link. Streamed."""
    leaks = leaks_of(team)
    wanted = (
        Rating.objects.counting()
        .filter(scorecard__team=team, criterion__question__scale=scale)
        .with_hypothetical()
        .order_by("pk")
        .values(*_Read.__annotations__)
    )
    found = cast("Iterable[_Read]", wanted.iterator(chunk_size=5000))
    rows: list[RatingRow] = []
    skipped = 0
    until: datetime | None = None
    with _hash_joins():
        for values in found:
            weight = _weight(values, leaks, policy)
            if weight <= 0:
                skipped += 1
                continue
            submitted = values["scorecard__submitted_at"]
            until = submitted if until is None else max(until, submitted)
            rows.append(
                RatingRow(
                    application=values["scorecard__interview__application_id"],
                    opening=values["scorecard__interview__application__opening_id"],
                    stage=values["scorecard__interview__stage_id"],
                    interview=values["scorecard__interview_id"],
                    interviewer=values["scorecard__interviewer_id"],
                    scorecard=values["scorecard_id"],
                    criterion=values["criterion_id"],
                    point=values["point"],
                    weight=weight,
                    submitted=submitted,
                )
            )
    vignettes = linking_rows(team, scale, policy, raters={row.interviewer for row in rows})
    rated = {row.criterion for row in rows} | {row.criterion for row in vignettes}
    criteria = {
        pk: CriterionFacts(competency, target, parent or pk, question, title)
        for pk, competency, target, parent, question, title in Criterion.objects.filter(
            pk__in=rated
        ).values_list(
            "pk", "competency__key", "target_level", "parent_id", "question__key", "question__title"
        )
    }
    return Dataset(rows, criteria, until, skipped, vignettes)


def leaks_of(team: Team) -> Leaks:
    """Leak discount by question key, and since when it holds. One query."""
    return {
        row.question_key: (row.leak, row.since)
        for row in QuestionExposure.objects.in_team(team).filter(leak__gt=0)
    }


def leak_at(leaks: Leaks, question: str, submitted: datetime | None) -> float:
    """The discount of a rating submitted then; ratings made before the question was known keep their worth."""
    leak, since = leaks.get(question, (0.0, None))
    return leak if since is None or (submitted is not None and submitted >= since) else 0.0


def counted_realism(realism: str, *, hypothetical: bool) -> str:
    """The realism a rating counts with: a described answer is constrained at most."""
    return Realism.CONSTRAINED if hypothetical and realism == Realism.PRODUCTION else realism


def _weight(values: _Read, leaks: Leaks, policy: TeamPolicy) -> float:
    realism = counted_realism(values["criterion__question__realism"], hypothetical=values["hypothetical"])
    weight = float(values["criterion__strength"]) * policy.realism_weights[realism]
    return weight * (
        1 - leak_at(leaks, values["criterion__question__key"], values["scorecard__submitted_at"])
    )
