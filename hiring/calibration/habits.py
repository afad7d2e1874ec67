"""Counts over somebody's own scorecards: agreement with colleagues, evidence, punctuality, load.

Agreement is counted over answers whose other ratings the person may read by now, so that nothing is told here that the
debrief does not tell. A fixed number of queries, whatever the number of scorecards.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import Team, User
from hiring.pipeline.models import Assignment
from hiring.scoring.models import Rating, Scorecard

WEEKS = 12
#: Evidence of fewer words names a verdict, not what was said or done.
EVIDENCE_WORDS = 6


@dataclass(frozen=True)
class Agreement:
    """How often somebody and a colleague gave the same point to one answer, and points at most one apart."""

    pairs: int
    same: int
    near: int
    colleagues: int


@dataclass(frozen=True)
class MonthOfCards:
    """One month's submitted scorecards."""

    month: str
    cards: int
    on_time: int
    timed: int
    rated: int
    telling: int


@dataclass(frozen=True)
class Week:
    """Interviews held or planned in the week that begins on ``starts``."""

    starts: date
    interviews: int


def agreement(user: User, team: Team) -> Agreement:
    """Same points over answers that colleagues rated too, by scorecards ``user`` may see. Two queries."""
    mine = {
        (row["scorecard__interview_id"], row["criterion_id"]): row["point"] or 0
        for row in Rating.objects.counting()
        .filter(scorecard__team=team, scorecard__interviewer=user)
        .values("scorecard__interview_id", "criterion_id", "point")
    }
    seen = Scorecard.objects.visible_to(user).in_team(team).exclude(interviewer=user)
    others = (
        Rating.objects.counting()
        .filter(
            scorecard__in=seen.values("pk"),
            scorecard__interview_id__in={interview for interview, _ in mine},
        )
        .values("scorecard__interview_id", "criterion_id", "point", "scorecard__interviewer_id")
    )
    apart: list[int] = []
    colleagues: set[int] = set()
    for row in others:
        own = mine.get((row["scorecard__interview_id"], row["criterion_id"]))
        if own is not None:
            apart.append(abs(own - (row["point"] or 0)))
            colleagues.add(row["scorecard__interviewer_id"])
    return Agreement(len(apart), apart.count(0), sum(gap <= 1 for gap in apart), len(colleagues))


def by_month(user: User, team: Team, *, within: timedelta) -> list[MonthOfCards]:
    """One's own submitted scorecards by month of submission, oldest first. Two queries."""
    own = Scorecard.objects.in_team(team).submitted().filter(interviewer=user)
    rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for submitted, planned in own.values_list("submitted_at", "interview__scheduled_at"):
        if submitted is None:
            continue  # never: submitted cards bear their time
        counts = rows[_month(submitted)]
        counts["cards"] += 1
        if planned is not None:
            counts["timed"] += 1
            counts["on_time"] += submitted - planned <= within
    rated = Rating.objects.filter(scorecard__in=own).exclude(point=None)
    for submitted, evidence in rated.values_list("scorecard__submitted_at", "evidence"):
        if submitted is None:
            continue
        counts = rows[_month(submitted)]
        counts["rated"] += 1
        counts["telling"] += len(evidence.split()) >= EVIDENCE_WORDS
    return [
        MonthOfCards(
            month,
            counts["cards"],
            counts["on_time"],
            counts["timed"],
            counts["rated"],
            counts["telling"],
        )
        for month, counts in sorted(rows.items())
    ]


def _month(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m}"


def load(user: User, team: Team) -> list[Week]:
    """Interviews of the last twelve weeks, this one included, oldest first. One query."""
    today = timezone.localdate()
    first = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    counts = {first + timedelta(days=7 * week): 0 for week in range(WEEKS)}
    held = Assignment.objects.filter(
        interview__application__team=team,
        interviewer=user,
        released_at=None,
        interview__scheduled_at__isnull=False,
    )
    for planned in held.values_list("interview__scheduled_at", flat=True):
        day = timezone.localdate(planned)
        start = day - timedelta(days=day.weekday())
        if start in counts:
            counts[start] += 1
    return [Week(start, n) for start, n in counts.items()]
