"""How far interviews foresaw the job: scores beside outcome reviews, for the loop, each stage, question, interviewer.

Of everybody who was hired and reviewed: the mean of what was scored, each rating put on the axis of levels by its
criterion's target, beside the mean level shown on the job in the *same competencies*. The correlation comes with
Fisher's interval, and never from fewer people than the team's policy asks for.

Only hires can be reviewed, and they are alike where interviews worked: that alone lowers a correlation. What it would
be among all who were interviewed stands beside it as a what-if (Thorndike's Case II, from the spread of the same
scores among everybody), and so does what it would be if one reviewer were a perfect judge. Neither is a finding.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

import numpy as np

from accounts.models import Team, TeamPolicy
from hiring.outcomes.models import OutcomeRating, OutcomeReview
from hiring.scoring.models import Rating
from psychometrics.errors import BadInput
from psychometrics.selection.range_restriction import case_ii, correlation_interval, disattenuated

# Agreement of two supervisors on one person's performance (Viswesvaran, Ones & Schmidt 1996, J. Appl. Psychol. 81,
# 557-574: .52). An assumption, and shown as one.
REVIEWER_RELIABILITY = 0.52
# Scores that do not differ foresee nothing, and cannot.
_LEAST_SPREAD = 1e-9


@dataclass(frozen=True)
class Corrected:
    """A what-if: the coefficient with its interval."""

    r: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Foresight:
    """How far one source of scores foresaw the job; ``r`` is None where it cannot be said, and ``why`` says why."""

    key: str
    label: str
    n: int
    r: float | None = None
    lower: float | None = None
    upper: float | None = None
    #: Spread among hires over the spread among all who were scored.
    u: float | None = None
    widened: Corrected | None = None
    perfect: Corrected | None = None
    why: str = ""


@dataclass(frozen=True)
class Scored:
    """One counting rating on the axis of levels, with whose it is and where it was given."""

    application: int
    competency: str
    level: float
    stage: str
    question: str
    interviewer: int


@dataclass(frozen=True)
class Validity:
    """The whole loop's foresight, and of each part of it; interviewers by the number of their account."""

    n_reviewed: int
    overall: Foresight
    stages: list[Foresight]
    questions: list[Foresight]
    interviewers: list[Foresight]


def validity_of(team: Team, *, days: int | None, policy: TeamPolicy) -> Validity:
    """Compare every score of the team with what reviews after ``days`` (None: the latest of each hire) say."""
    outcomes = outcomes_of(team, days=days)
    ratings = list(scores_of(team))
    least, level = policy.validity_from, policy.interval_level

    def by(part: str) -> list[Foresight]:
        groups: dict[str, list[Scored]] = defaultdict(list)
        for row in ratings:
            groups[str(getattr(row, part))].append(row)
        found = [foresight(key, key, rows, outcomes, least, level) for key, rows in groups.items()]
        return sorted((each for each in found if each.n), key=lambda each: (each.r is None, each.label))

    return Validity(
        n_reviewed=len(outcomes),
        overall=foresight("all", "All interviews", ratings, outcomes, least, level),
        stages=by("stage"),
        questions=by("question"),
        interviewers=by("interviewer"),
    )


def outcomes_of(team: Team, *, days: int | None) -> dict[int, dict[str, float]]:
    """Level shown on the job by application and competency; several reviewers of one date count as their mean."""
    reviews = OutcomeReview.objects.in_team(team).standing()
    if days is not None:
        reviews = reviews.filter(days=days)
    rows = OutcomeRating.objects.filter(review__in=reviews).values_list(
        "review__application_id", "review__days", "competency__key", "level"
    )
    seen: dict[int, dict[int, dict[str, list[int]]]] = {}
    for application, after, competency, level in rows:
        seen.setdefault(application, {}).setdefault(after, {}).setdefault(competency, []).append(level)
    return {
        application: {key: fmean(levels) for key, levels in by_date[max(by_date)].items()}
        for application, by_date in seen.items()
    }


def scores_of(team: Team) -> Iterable[Scored]:
    """Every counting rating of the team on the axis of levels: "meets the bar" is its criterion's target."""
    rows = (
        Rating.objects.counting()
        .filter(scorecard__team=team)
        .values_list(
            "scorecard__interview__application_id",
            "criterion__competency__key",
            "criterion__target_level",
            "point",
            "criterion__question__scale__meets_point",
            "scorecard__interview__stage__name",
            "criterion__question__title",
            "scorecard__interviewer_id",
        )
    )
    for application, competency, target, point, meets, stage, question, interviewer in rows.iterator():
        if point is not None:  # a counting rating has one
            yield Scored(application, competency, target + point - meets, stage, question, interviewer)


def foresight(
    key: str,
    label: str,
    rows: Iterable[Scored],
    outcomes: dict[int, dict[str, float]],
    least: int,
    interval_level: float,
) -> Foresight:
    """Correlate scores with outcomes in the same competencies, over people; say why not where it cannot be said."""
    scores: dict[int, list[float]] = defaultdict(list)
    pairs: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        scores[row.application].append(row.level)
        shown = outcomes.get(row.application, {}).get(row.competency)
        if shown is not None:
            pairs[row.application].append((row.level, shown))
    x = [fmean(level for level, _ in each) for each in pairs.values()]
    y = [fmean(shown for _, shown in each) for each in pairs.values()]
    n = len(x)
    if n < least:
        return Foresight(key, label, n, why="not enough data")
    if stdev(x) < _LEAST_SPREAD or stdev(y) < _LEAST_SPREAD:
        return Foresight(key, label, n, why="everybody got the same")
    r = float(np.corrcoef(x, y)[0, 1])
    if abs(r) >= 1:
        return Foresight(key, label, n, why="scores and reviews are the same numbers")
    interval = correlation_interval(r, n, level=interval_level)
    u = stdev(x) / stdev(fmean(each) for each in scores.values())
    ends = (r, interval.lower, interval.upper)
    return Foresight(
        key,
        label,
        n,
        r=r,
        lower=interval.lower,
        upper=interval.upper,
        u=u,
        widened=Corrected(*(case_ii(end, u) for end in ends)) if u < 1 else None,
        perfect=_perfect(ends, min(u, 1.0)),
    )


def _perfect(ends: tuple[float, float, float], u: float) -> Corrected | None:
    """First for the one reviewer, then for the range: the order in which the two hold. Ends stop at -1 and 1."""
    try:
        disattenuated(ends[0], criterion=REVIEWER_RELIABILITY)
    except BadInput:
        return None  # beyond 1: the assumption does not hold for these numbers
    most = sqrt(REVIEWER_RELIABILITY)
    kept = [min(max(end, -most), most) for end in ends]
    return Corrected(*(case_ii(disattenuated(end, criterion=REVIEWER_RELIABILITY), u) for end in kept))
