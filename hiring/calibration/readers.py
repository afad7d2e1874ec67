"""Stored estimates as pages, reports and the API show them.

The display rules are those of ``psychometrics.model.levels.rules``: what may be shown by the
number of ratings, clamping to what the rated criteria can show, the probability of a
gap. Reads rows only; no numerics are imported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Count

from accounts.models import TeamPolicy
from hiring.calibration.models import (
    CalibrationRun,
    InterviewerEstimate,
    LevelDisplay,
    LevelEstimate,
    PooledEstimate,
)
from hiring.calibration.pooled import PooledView, pool
from hiring.pipeline.models import Application
from hiring.scoring.models import Rating
from psychometrics.model.levels import rules
from roles.models import Requirement

__all__ = [
    "PENDING",
    "ApplicationLevels",
    "LevelView",
    "PooledView",
    "enough",
    "levels_for",
    "panel",
    "raw_level",
    "run_of_record",
]

_STATUS = {
    LevelDisplay.NOT_ASSESSED: rules.LevelStatus.NOT_ASSESSED,
    LevelDisplay.INTERVAL: rules.LevelStatus.INTERVAL_ONLY,
    LevelDisplay.POINT: rules.LevelStatus.POINT,
    LevelDisplay.SUPPRESSED: rules.LevelStatus.SUPPRESSED,
}
# What a rated competency is shown as while no run holds its ratings: no estimate has that state.
PENDING = "pending"


@dataclass(frozen=True)
class LevelView:
    """One competency of one application against its requirement, ready to be shown.

    ``level``, ``lower`` and ``upper`` are clamped to what the rated criteria can show and None
    where the display rule forbids them. ``gap`` = required - level (positive: short of it), None
    without a point. ``p_gap`` = P(level < required - kappa), None when not assessed, suppressed,
    pending or when the loop cannot show the requirement (``showable`` False).
    """

    requirement: Requirement
    display: str
    level: float | None
    lower: float | None
    upper: float | None
    at_or_above: bool
    at_or_below: bool
    gap: float | None
    p_gap: float | None
    showable: bool
    verdict_supported: bool
    raw_mean: float | None
    borrowed: float | None
    own_level: float | None
    reliability: float | None
    ceiling: float | None
    n_ratings: int
    n_interviewers: int
    n_sessions: int
    #: The level that counts in the pooled gap; None where it has no part in it.
    pooled_as: float | None = None
    #: The level of own ratings alone, not held to what the rated criteria can show.
    own_exact: float | None = None

    @property
    def weight(self) -> float:
        """Weight of the competency in the role profile, 0 to 1."""
        return float(self.requirement.weight)

    @property
    def required(self) -> int:
        """Level the role requires, 1 to 5."""
        return self.requirement.required_level

    @property
    def assessed(self) -> bool:
        """Whether there is at least one rating."""
        return self.display != LevelDisplay.NOT_ASSESSED

    @property
    def pending(self) -> bool:
        """Whether there are ratings that no calibration has reached yet."""
        return self.display == PENDING

    @property
    def pooled_apart(self) -> bool:
        """Whether another level counts in the pooled gap than the one that is shown, to the digit shown."""
        if self.pooled_as is None:
            return False
        return self.level is None or round(self.level, 1) != round(self.pooled_as, 1)


@dataclass(frozen=True)
class ApplicationLevels:
    """All requirements of an application in the order of the profile."""

    run: CalibrationRun | None
    levels: list[LevelView]
    pooled: PooledView
    kappa: float


def enough(policy: TeamPolicy) -> rules.Enough:
    """How much must stand behind a point and behind a verdict, by policy."""
    return rules.Enough(
        point_ratings=policy.point_ratings,
        point_interviewers=policy.point_interviewers,
        verdict_interviewers=policy.verdict_interviewers,
        verdict_sessions=policy.verdict_sessions,
        verdict_reliability=policy.verdict_reliability,
    )


def run_of_record(application: Application) -> CalibrationRun | None:
    """The run the debrief is read beside, frozen once it is decided; else the team's newest, else None."""
    debrief = getattr(application, "debrief", None)
    if debrief is not None:
        frozen: CalibrationRun | None = debrief.run
        return frozen
    return CalibrationRun.objects.latest_for(application.team_id)


def levels_for(
    application: Application, *, run: CalibrationRun | None, policy: TeamPolicy
) -> ApplicationLevels:
    """Levels of ``application`` in ``run``. At most four queries, whatever the number of competencies.

    Competencies that have ratings and no level in the run, or where there is none, are pending: rated, with nothing
    to show yet.
    """
    requirements = list(
        Requirement.objects.filter(profile_id=application.opening.profile_id).select_related(
            "competency__cluster"
        )
    )
    found: dict[int, LevelEstimate] = {}
    joint: PooledEstimate | None = None
    if run is not None:
        found = {
            row.competency_id: row for row in LevelEstimate.objects.filter(run=run, application=application)
        }
        joint = PooledEstimate.objects.filter(run=run, application=application).first()
    views = [_view(requirement, found.get(requirement.competency_id), policy) for requirement in requirements]
    if run is None:
        views = _pending(application, views)
        covered = sum(view.weight for view in views if view.assessed) / (sum(v.weight for v in views) or 1)
        return ApplicationLevels(None, views, PooledView(None, None, None, covered), policy.kappa)
    if not all(view.assessed for view in views):
        views = _pending(application, views)
    return ApplicationLevels(run, views, pool(requirements, found, joint, policy), policy.kappa)


def _pending(application: Application, views: list[LevelView]) -> list[LevelView]:
    """Mark what has been rated, so that it is not taken for unknown."""
    rated = {
        row["criterion__competency__key"]: row
        for row in Rating.objects.counting()
        .filter(scorecard__interview__application=application)
        .order_by()
        .values("criterion__competency__key")
        .annotate(
            n=Count("pk"),
            people=Count("scorecard__interviewer", distinct=True),
            sessions=Count("scorecard__interview", distinct=True),
        )
    }
    return [
        replace(
            view,
            display=PENDING,
            n_ratings=row["n"],
            n_interviewers=row["people"],
            n_sessions=row["sessions"],
        )
        if not view.assessed and (row := rated.get(view.requirement.competency.key)) is not None
        else view
        for view in views
    ]


def raw_level(ratings: Iterable[Rating], counted: Mapping[int, int | None] | None = None) -> float | None:
    """The raw mean put on the axis of levels by the targets of the rated criteria; None without a point.

    A point of "meets the bar" stands for the criterion's target level, each point off for one
    level: the uncalibrated reading that interviewers make in their heads. ``counted`` holds, by a rating's id, the
    point that is taken in place of the one shown. Wants ``criterion__question__scale`` loaded.
    """
    taken = [(row.criterion, row.point if counted is None else counted[row.pk]) for row in ratings]
    found = [
        criterion.target_level + point - criterion.question.scale.meets_point
        for criterion, point in taken
        if point is not None
    ]
    return min(max(sum(found) / len(found), 1.0), 5.0) if found else None


def _view(requirement: Requirement, row: LevelEstimate | None, policy: TeamPolicy) -> LevelView:
    if row is None or row.n_ratings == 0:
        return LevelView(
            requirement=requirement,
            display=LevelDisplay.NOT_ASSESSED,
            level=None,
            lower=None,
            upper=None,
            at_or_above=False,
            at_or_below=False,
            gap=None,
            p_gap=None,
            showable=True,
            verdict_supported=False,
            raw_mean=None,
            borrowed=None,
            own_level=None,
            reliability=None,
            ceiling=None,
            n_ratings=0,
            n_interviewers=0,
            n_sessions=0,
        )
    facts = rules.LevelFacts(
        status=_STATUS[LevelDisplay(row.display)],
        level=row.level,
        se=row.se,
        lower=row.lower,
        upper=row.upper,
        floor=row.floor,
        ceiling=row.ceiling,
        reliability=row.reliability,
        interviewers=row.n_interviewers,
        sessions=row.n_sessions,
    )
    shown = rules.shown(facts)
    found = rules.against(facts, requirement.required_level, kappa=policy.kappa, enough=enough(policy))
    return LevelView(
        requirement=requirement,
        display=row.display,
        level=shown.level,
        lower=shown.lower,
        upper=shown.upper,
        at_or_above=shown.at_or_above,
        at_or_below=shown.at_or_below,
        gap=found.gap,
        p_gap=found.probability,
        showable=found.showable,
        verdict_supported=found.verdict_supported,
        raw_mean=row.raw_mean,
        borrowed=row.borrowed,
        own_level=rules.clamped(row.own_level, row.floor, row.ceiling) if facts.is_shown else None,
        reliability=row.reliability,
        ceiling=row.ceiling,
        n_ratings=row.n_ratings,
        n_interviewers=row.n_interviewers,
        n_sessions=row.n_sessions,
        pooled_as=row.level if facts.is_shown else None,
        own_exact=row.own_level if facts.is_shown else None,
    )


def panel(run: CalibrationRun, *, policy: TeamPolicy) -> list[InterviewerEstimate]:
    """Interviewers with enough scorecards for their severity to be shown, by name."""
    return list(
        run.interviewers.filter(n_scorecards__gte=policy.estimates_from)
        .select_related("interviewer")
        .order_by("interviewer__name")
    )
