"""Judgements of the same cases, from wherever people judged the same thing: what a noise audit is made of.

A source turns its own rows into ``Judgement``. Interviews are one: two who sat in one judged the same answers.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from accounts.models import Team
from hiring.lab.models import VignetteRating, VignetteSitting
from hiring.scoring.models import Rating


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judge's score of one case on one occasion. ``case`` and ``occasion`` are any labels."""

    case: str
    judge: int
    occasion: str
    score: float


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which cases and whose judgements; an empty list means all."""

    openings: list[int] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    #: Names of sources.
    sources: list[str] = field(default_factory=list)


Source = Callable[[Team, Chosen], Iterable[Judgement]]


def of_interviews(team: Team, chosen: Chosen) -> list[Judgement]:
    """Counting ratings: a case is one answer, by interview and criterion. One query."""
    rows = Rating.objects.counting().filter(scorecard__team=team)
    if chosen.openings:
        rows = rows.filter(scorecard__interview__application__opening_id__in=chosen.openings)
    if chosen.questions:
        rows = rows.filter(criterion__question__key__in=chosen.questions)
    if chosen.people:
        rows = rows.filter(scorecard__interviewer_id__in=chosen.people)
    return [
        Judgement(
            case=f"{row['scorecard__interview_id']}:{row['criterion_id']}",
            judge=row["scorecard__interviewer_id"],
            occasion=str(row["scorecard_id"]),
            score=float(row["point"] or 0),  # never empty in ratings that count
        )
        for row in rows.values(
            "scorecard_id",
            "scorecard__interview_id",
            "scorecard__interviewer_id",
            "criterion_id",
            "point",
        ).order_by("pk")
    ]


def of_lab(team: Team, chosen: Chosen) -> list[Judgement]:
    """Blind ratings of prepared answers: a case is one answer, by vignette and criterion. One query.

    A second sitting has seen the reference and is no judgement of its own. Prepared answers belong to no opening.
    """
    if chosen.openings:
        return []
    counting = VignetteSitting.objects.in_team(team).counting()
    rows = VignetteRating.objects.filter(sitting__in=counting).exclude(point=None)
    if chosen.questions:
        rows = rows.filter(criterion__question__key__in=chosen.questions)
    if chosen.people:
        rows = rows.filter(sitting__rater_id__in=chosen.people)
    return [
        Judgement(f"lab:{vignette}:{criterion}", rater, f"lab:{sitting}", float(point or 0))
        for vignette, criterion, rater, sitting, point in rows.order_by("pk").values_list(
            "sitting__vignette_id", "criterion_id", "sitting__rater_id", "sitting_id", "point"
        )
    ]


#: Every source there is, by the name under which it is chosen.
SOURCES: dict[str, tuple[str, Source]] = {
    "interviews": ("Answers in interviews", of_interviews),
    "lab": ("Prepared answers of the lab", of_lab),
}


def gather(team: Team, chosen: Chosen) -> list[Judgement]:
    """All judgements that were chosen, one for each case, judge and occasion."""
    found: dict[tuple[str, int, str], Judgement] = {}
    for name, (_, source) in SOURCES.items():
        if chosen.sources and name not in chosen.sources:
            continue
        for row in source(team, chosen):
            found.setdefault((row.case, row.judge, row.occasion), row)
    return list(found.values())
