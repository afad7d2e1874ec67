"""The leadership dashboard: evaluation gap, panel, funnel, time, disagreement."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import has_permission, require
from accounts.http import MemberRequest
from accounts.models import Team, TeamPolicy
from accounts.permissions import Permission
from figures import flow, panel
from figures.layout import PAGE
from figures.page import PageFigure, draw
from figures.types import Estimate, Spread
from hiring.calibration.models import CalibrationRun
from hiring.pipeline.models import Opening
from reports.dashboard import agreement, overview, waiting
from reports.dashboard.filters import PERIODS, Filters, filters
from reports.interactive import interactive_figures
from reports.suppression import shown
from web.numbers import counted
from web.render import render_page

HALF = replace(PAGE, width=560)
WIDE = replace(PAGE, width=1190)


@dataclass(frozen=True)
class Counted:
    """What comes from counting applications and ratings; None where too few people stand behind a number."""

    n_applications: int | None
    promptness: overview.Promptness
    differ: agreement.Disagreement
    way: Spread
    hires: int | None
    funnel: PageFigure
    time: PageFigure
    disagreement: PageFigure | None


@dataclass(frozen=True)
class PanelFound:
    """What comes from the newest calibration."""

    agreement: Estimate | None
    n_too_few: int
    reliability: PageFigure
    severity: PageFigure | None
    n_severities: int
    n_few: int


@dataclass(frozen=True)
class DashboardPage:
    """The dashboard: its filters, the gap of each opening, and what people and panel say.

    ``people`` is None without an opening, ``panel`` without a calibration as well.
    """

    openings: Sequence[Opening]
    opening: str
    period: str
    policy: TeamPolicy
    gaps: Sequence[overview.OpeningGap]
    run: CalibrationRun | None
    named: bool
    people: Counted | None
    panel: PanelFound | None
    #: Whether this person may have the best possible worked out, and where.
    may_ask: bool
    ask_url: str

    @property
    def lacking(self) -> int:
        """Openings of which the best possible is not known and not asked for."""
        return sum(row.best is None and not row.waiting for row in self.gaps)

    @property
    def waiting(self) -> int:
        """Openings of which a worker is finding the best possible."""
        return sum(row.waiting for row in self.gaps)

    @property
    def periods(self) -> Sequence[tuple[str, str]]:
        return PERIODS

    @property
    def mean_gap(self) -> float | None:
        """Mean gap of the openings, each counted once."""
        return sum(row.plan.gap for row in self.gaps) / len(self.gaps) if self.gaps else None


@never_cache
@require_GET
@interactive_figures
def dashboard(request: MemberRequest, team: Team) -> HttpResponse:
    """Aggregates only: nobody is named; calibrators are led to the page that names interviewers."""
    require(request.user, Permission.VIEW_DASHBOARD, team=team)
    policy = TeamPolicy.objects.current_for(team.pk)
    opening, period = request.GET.get("opening", ""), request.GET.get("period", "365")
    chosen, known = filters(team, opening=opening, period=period)
    gaps = overview.opening_gaps(chosen, policy)
    run = CalibrationRun.objects.latest_for(team.pk)
    page = DashboardPage(
        openings=known,
        opening=opening,
        period=period,
        policy=policy,
        gaps=gaps,
        run=run,
        named=has_permission(request.user, Permission.CALIBRATE, team=team),
        people=_people(chosen, policy, known) if gaps else None,
        panel=_panel(run, policy) if gaps and run is not None else None,
        may_ask=has_permission(request.user, Permission.EDIT_LOOPS, team=team),
        ask_url=reverse("admin:loops_loop_best_of_all"),
    )
    return render_page(request, "dashboard/dashboard.html", page)


def _people(chosen: Filters, policy: TeamPolicy, openings: Sequence[Opening]) -> Counted:
    waits = waiting.waits(chosen, policy)
    steps = overview.funnel(chosen, policy)
    differ = agreement.disagreement(chosen, policy, openings)
    grid = None
    if differ.grid is not None:
        title = f"Answers rated {counted(policy.discuss_from)} points apart"
        grid = draw("disagreement", partial(panel.disagreement, differ.grid, title=title), wide=WIDE)
    return Counted(
        n_applications=steps[0].people,
        promptness=overview.promptness(chosen, policy),
        differ=differ,
        way=waits[-1],
        hires=shown(overview.hires(chosen), under=policy.suppress_under),
        funnel=draw("funnel", partial(flow.funnel, steps), wide=HALF),
        time=draw("time", partial(flow.time_in_stage, waits), wide=HALF),
        disagreement=grid,
    )


def _panel(run: CalibrationRun, policy: TeamPolicy) -> PanelFound:
    whole, by_competency, n_too_few = agreement.agreement(run)
    severities = agreement.panel_severity(run, policy)
    alike = partial(panel.reliability, by_competency, title="Agreement", noun="answers")
    return PanelFound(
        agreement=whole,
        n_too_few=n_too_few,
        reliability=draw("agreement", alike, wide=HALF),
        severity=draw("severity", partial(panel.severity_spread, severities), wide=HALF)
        if severities
        else None,
        n_severities=len(severities),
        n_few=run.interviewers.filter(n_scorecards__lt=policy.estimates_from).count(),
    )
