"""What the leadership dashboard shows, arranged from stored rows.

Counts and medians are made in SQL; no list of people is read. Rates of fewer people
than the policy's minimum are left out and said so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import NormalDist
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import Team, TeamPolicy
from hiring.calibration.models import CalibrationRun
from hiring.decisions.models import Decision, Verdict
from hiring.loops.coverage import Split, contrast_loop, plan_gap, split_for_display
from hiring.loops.gaps import LoopGap
from hiring.loops.models import Loop
from hiring.pipeline.models import Application, ApplicationState, Interview, InterviewState, Opening
from hiring.scoring.models import Scorecard
from reports.figures.types import Estimate, FunnelStep, Grid, Spread
from roles.models import Competency

PERIODS = (("90", "Last 90 days"), ("180", "Last 180 days"), ("365", "Last 12 months"), ("", "All time"))
MOST_OPENINGS = 50
TO_DISCUSS = 2


@dataclass(frozen=True)
class Filters:
    """Which openings, and applications since when."""

    team: Team
    openings: tuple[int, ...]
    since: datetime | None

    @property
    def applications(self) -> Q:
        """Condition on applications."""
        chosen = Q(team=self.team, opening_id__in=self.openings)
        return chosen & Q(applied_at__gte=self.since) if self.since else chosen


@dataclass(frozen=True)
class OpeningGap:
    """An opening with what its loop would test, and what the conventional loop would."""

    opening: Opening
    plan: LoopGap
    conventional: LoopGap | None
    n_applications: int

    @property
    def split(self) -> Split:
        """The gap as printed: percentages with one decimal whose parts add up."""
        return split_for_display(self.plan)


def filters(team: Team, *, opening: str = "", period: str = "365") -> tuple[Filters, list[Opening]]:
    """Read the page's filters; return them and the openings to choose from."""
    known = list(Opening.objects.in_team(team).only("pk", "key", "title").order_by("title")[:MOST_OPENINGS])
    chosen = tuple(row.pk for row in known if not opening or row.key == opening)
    days = next((int(value) for value, _ in PERIODS if value and value == period), None)
    since = timezone.now() - timedelta(days=days) if days else None
    return Filters(team, chosen, since), known


def opening_gaps(chosen: Filters, policy: TeamPolicy) -> list[OpeningGap]:
    """Gap per opening, in the order of titles. Loops used by several openings are measured once."""
    openings = list(
        Opening.objects.filter(pk__in=chosen.openings)
        .select_related("profile")
        .annotate(n=Count("applications", filter=_prefixed(chosen.since)))
        .order_by("title")
    )
    loops = {
        loop.pk: loop for loop in Loop.objects.with_plan().filter(pk__in={row.loop_id for row in openings})
    }
    contrast = contrast_loop(chosen.team.pk)
    plans: dict[int, LoopGap] = {}
    against: dict[int, LoopGap] = {}
    for row in openings:
        loop = loops[row.loop_id]
        if loop.pk not in plans:
            plans[loop.pk] = plan_gap(loop, policy=policy)
        if contrast is not None and loop.profile_id not in against:
            against[loop.profile_id] = plan_gap(contrast, policy=policy, profile=loop.profile)
    return [
        OpeningGap(row, plans[row.loop_id], against.get(loops[row.loop_id].profile_id), getattr(row, "n", 0))
        for row in openings
    ]


def _prefixed(since: datetime | None) -> Q:
    return Q(applications__applied_at__gte=since) if since else Q()


def wilson(successes: int, n: int, level: float) -> tuple[float, float]:
    """Wilson score interval of a share (Wilson 1927, JASA 22); n must be positive."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def funnel(chosen: Filters, policy: TeamPolicy) -> list[FunnelStep]:
    """Applications that reached each step, and the share that passed on where people are enough."""
    held = Exists(Interview.objects.filter(application_id=OuterRef("pk"), state=InterviewState.DONE))
    decided = Exists(Decision.objects.filter(application_id=OuterRef("pk")))
    counts = (
        Application.objects.filter(chosen.applications)
        .annotate(was_held=held, was_decided=decided)
        .aggregate(
            applied=Count("pk"),
            held=Count("pk", filter=Q(was_held=True)),
            debriefed=Count("pk", filter=Q(debriefed_at__isnull=False)),
            decided=Count("pk", filter=Q(was_decided=True)),
            hired=Count("pk", filter=Q(state=ApplicationState.HIRED)),
        )
    )
    names = (
        ("applied", "Applied"),
        ("held", "Interviewed"),
        ("debriefed", "Debriefed"),
        ("decided", "Decided"),
        ("hired", "Hired"),
    )
    steps, before = [], 0
    for key, name in names:
        people = counts[key]
        if before >= policy.suppress_under and key != "applied":
            lower, upper = wilson(min(people, before), before, policy.interval_level)
            steps.append(FunnelStep(name, people, min(people, before) / before, lower, upper))
        else:
            steps.append(FunnelStep(name, people))
        before = people
    return steps


_WAITS = """
SELECT step, count(*), percentile_cont(ARRAY[.05, .25, .5, .75, .95]) WITHIN GROUP (ORDER BY days)
FROM (
  SELECT 1 AS step, extract(epoch FROM min(i.scheduled_at) - a.applied_at) / 86400 AS days
    FROM hiring_application a JOIN hiring_interview i ON i.application_id = a.id AND i.state = 'done'
   WHERE a.opening_id = ANY(%(openings)s) AND (%(since)s::timestamptz IS NULL OR a.applied_at >= %(since)s)
   GROUP BY a.id
  UNION ALL
  SELECT 2, extract(epoch FROM max(i.scheduled_at) - min(i.scheduled_at)) / 86400
    FROM hiring_application a JOIN hiring_interview i ON i.application_id = a.id AND i.state = 'done'
   WHERE a.debriefed_at IS NOT NULL
     AND a.opening_id = ANY(%(openings)s) AND (%(since)s::timestamptz IS NULL OR a.applied_at >= %(since)s)
   GROUP BY a.id
  UNION ALL
  SELECT 3, extract(epoch FROM min(d.decided_at) - a.debriefed_at) / 86400
    FROM hiring_application a JOIN hiring_decision d ON d.application_id = a.id
   WHERE a.debriefed_at IS NOT NULL
     AND a.opening_id = ANY(%(openings)s) AND (%(since)s::timestamptz IS NULL OR a.applied_at >= %(since)s)
   GROUP BY a.id
  UNION ALL
  SELECT 4, extract(epoch FROM min(d.decided_at) - a.applied_at) / 86400
    FROM hiring_application a JOIN hiring_decision d ON d.application_id = a.id
   WHERE a.opening_id = ANY(%(openings)s) AND (%(since)s::timestamptz IS NULL OR a.applied_at >= %(since)s)
   GROUP BY a.id
) waits GROUP BY step ORDER BY step
"""
_STEPS = ("To first interview", "First to last interview", "Debrief to decision", "Whole way to decision")


def waits(chosen: Filters, policy: TeamPolicy) -> list[Spread]:
    """Days spent in each part of the way: 5th, 25th, 50th, 75th, 95th percentile, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, {"openings": list(chosen.openings), "since": chosen.since})
        found: dict[int, tuple[int, Sequence[float]]] = {step: (n, q) for step, n, q in cursor.fetchall()}
    spreads = []
    for number, name in enumerate(_STEPS, 1):
        n, quantiles = found.get(number, (0, ()))
        if n < policy.suppress_under:
            spreads.append(Spread(name, n, note=f"shown from {policy.suppress_under}"))
        else:
            spreads.append(Spread(name, n, *(max(float(value), 0.0) for value in quantiles)))
    return spreads


@dataclass(frozen=True)
class Promptness:
    """Submitted scorecards, and how many were in on time."""

    submitted: int
    on_time: int

    @property
    def share(self) -> float | None:
        """Share on time; None without a scorecard."""
        return self.on_time / self.submitted if self.submitted else None


def promptness(chosen: Filters, policy: TeamPolicy) -> Promptness:
    """Scorecards submitted within the policy's hours after the interview."""
    cards = Scorecard.objects.filter(
        team=chosen.team,
        version=1,
        submitted_at__isnull=False,
        interview__application__in=Application.objects.filter(chosen.applications),
        interview__scheduled_at__isnull=False,
    )
    late = F("interview__scheduled_at") + timedelta(hours=policy.reminder_hours)
    counts = cards.aggregate(submitted=Count("pk"), on_time=Count("pk", filter=Q(submitted_at__lte=late)))
    return Promptness(counts["submitted"], counts["on_time"])


@dataclass(frozen=True)
class Disagreement:
    """Doubly rated answers, how many lie two points apart, and the same by competency and opening."""

    answers: int
    apart: int
    grid: Grid | None

    @property
    def share(self) -> float | None:
        """Share of doubly rated answers two points or more apart."""
        return self.apart / self.answers if self.answers else None


_APART = """
SELECT competency, opening, count(*), count(*) FILTER (WHERE spread >= %(apart)s)
FROM (
  SELECT c.competency_id AS competency, a.opening_id AS opening, max(r.point) - min(r.point) AS spread
    FROM hiring_rating r
    JOIN hiring_scorecard s ON s.id = r.scorecard_id AND s.state = 'submitted'
    JOIN hiring_interview i ON i.id = s.interview_id
    JOIN hiring_application a ON a.id = i.application_id
    JOIN rubrics_criterion c ON c.id = r.criterion_id
   WHERE r.point IS NOT NULL
     AND a.opening_id = ANY(%(openings)s) AND (%(since)s::timestamptz IS NULL OR a.applied_at >= %(since)s)
   GROUP BY i.id, c.id, a.opening_id
  HAVING count(*) >= 2
) answers
GROUP BY competency, opening
"""


def disagreement(chosen: Filters, policy: TeamPolicy, openings: Sequence[Opening]) -> Disagreement:
    """How often two ratings of one answer lie two points apart; cells with few answers stay empty."""
    with connection.cursor() as cursor:
        cursor.execute(
            _APART, {"openings": list(chosen.openings), "since": chosen.since, "apart": TO_DISCUSS}
        )
        found = {(competency, opening): (n, apart) for competency, opening, n, apart in cursor.fetchall()}
    names = dict(
        Competency.objects.filter(pk__in={competency for competency, _ in found}).values_list("pk", "name")
    )
    by_name: dict[tuple[str, int], tuple[int, int]] = {}
    for (competency, opening), (n, apart) in found.items():
        before = by_name.get((names[competency], opening), (0, 0))
        by_name[names[competency], opening] = (before[0] + n, before[1] + apart)
    shown = [row for row in openings if any(opening == row.pk for _, opening in by_name)]
    rows = sorted({name for name, _ in by_name})
    values = [[_cell(by_name.get((name, row.pk)), policy) for row in shown] for name in rows]
    kept = [index for index, row in enumerate(values) if any(value is not None for value in row)]
    grid = (
        Grid(
            [rows[i] for i in kept],
            [row.title for row in shown],
            [values[i] for i in kept],
            (0.1, 0.2, 0.3),
            "share",
        )
        if kept
        else None
    )
    return Disagreement(
        answers=sum(n for n, _ in found.values()), apart=sum(apart for _, apart in found.values()), grid=grid
    )


def _cell(counts: tuple[int, int] | None, policy: TeamPolicy) -> float | None:
    if counts is None or counts[0] < policy.suppress_under:
        return None
    return counts[1] / counts[0]


def panel_severity(run: CalibrationRun, policy: TeamPolicy, *, named: bool) -> list[Estimate]:
    """Severity in levels of those with enough scorecards; without names in no meaningful order."""
    rows = list(
        run.interviewers.filter(
            n_scorecards__gte=policy.estimates_from, severity_levels__isnull=False
        ).select_related("interviewer")
    )
    # The primary keys of interviewers follow no order that tells who is harsh.
    rows.sort(
        key=lambda row: row.interviewer.name if named else f"{row.interviewer_id * 2654435761 % 2**32:010d}"
    )
    return [
        Estimate(
            row.interviewer.name if named else f"Interviewer {number}",
            row.n_scorecards,
            row.severity_levels,
            row.lower_levels,
            row.upper_levels,
        )
        for number, row in enumerate(rows, 1)
    ]


def agreement(run: CalibrationRun) -> tuple[Estimate | None, list[Estimate]]:
    """Agreement on doubly rated answers: of the whole panel, and by competency."""
    names = dict(
        Competency.objects.filter(
            key__in=[row["competency"] for row in run.agreement], team_id=run.team_id
        ).values_list("key", "name")
    )
    whole: Estimate | None = None
    marks = []
    for row in run.agreement:
        mark = _estimate(names.get(row["competency"], "All competencies"), row)
        if row["competency"] == "":
            whole = mark
        else:
            marks.append(mark)
    return whole, sorted(marks, key=lambda mark: mark.name)


def _estimate(name: str, row: dict[str, Any]) -> Estimate:
    note = "too few answers rated twice"
    return Estimate(name, row["units"], row["alpha"], row["lower"], row["upper"], note)


def hires(chosen: Filters) -> int:
    """Standing decisions to hire."""
    return (
        Decision.objects.standing()
        .filter(application__in=Application.objects.filter(chosen.applications), verdict=Verdict.HIRE)
        .count()
    )
