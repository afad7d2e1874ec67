"""The leadership dashboard: evaluation gap, panel, funnel, time, disagreement."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import has_permission, require
from accounts.models import Team, TeamPolicy
from accounts.permissions import Permission
from hiring.calibration.models import CalibrationRun
from reports import overview
from reports.figures import flow, gap, panel
from reports.figures.page import draw
from reports.figures.parts import PAGE
from reports.figures.types import GapSplit, LoopGap
from reports.interactive import interactive_figures

HALF = replace(PAGE, width=560)


@never_cache
@require_GET
@interactive_figures
def dashboard(request: HttpRequest, team: Team) -> HttpResponse:
    """Aggregates only; severity by name for holders of the calibrator permission."""
    require(request.user, Permission.VIEW_DASHBOARD, team=team)
    policy = TeamPolicy.objects.current_for(team.pk)
    opening, period = request.GET.get("opening", ""), request.GET.get("period", "365")
    chosen, known = overview.filters(team, opening=opening, period=period)
    gaps = overview.opening_gaps(chosen, policy)
    run = CalibrationRun.objects.latest_for(team.pk)
    named = has_permission(request.user, Permission.CALIBRATE, team=team)
    differ = overview.disagreement(chosen, policy, known)
    waits = overview.waits(chosen, policy)
    context = {
        "openings": known,
        "opening": opening,
        "period": period,
        "periods": overview.PERIODS,
        "policy": policy,
        "gaps": gaps,
        "mean_gap": sum(row.plan.gap for row in gaps) / len(gaps) if gaps else None,
        "run": run,
        "named": named,
        "promptness": overview.promptness(chosen, policy),
        "differ": differ,
        "way": waits[-1],
        "hires": overview.hires(chosen),
        "n_applications": sum(row.n_applications for row in gaps),
        "comparison": draw("gaps", gap.gap_comparison, _loops(gaps)),
        "funnel": draw("funnel", flow.funnel, overview.funnel(chosen, policy), wide=HALF),
        "time": draw("time", flow.time_in_stage, waits, wide=HALF),
    }
    if run is not None:
        whole, by_competency = overview.agreement(run)
        context |= {
            "agreement": whole,
            "reliability": draw(
                "agreement", panel.reliability, by_competency, wide=HALF, title="Agreement", noun="answers"
            ),
            "severity": draw(
                "severity",
                panel.severity_intervals,
                overview.panel_severity(run, policy, named=named),
                wide=HALF,
                unit="levels",
                noun="scorecards",
            ),
            "n_few": run.interviewers.filter(n_scorecards__lt=policy.estimates_from).count(),
        }
    if differ.grid is not None:
        context["disagreement"] = draw(
            "disagreement", panel.disagreement, differ.grid, title="Answers rated two points apart", digits=2
        )
    return render(request, "reports/dashboard.html", context)


def _loops(gaps: list[overview.OpeningGap]) -> list[LoopGap]:
    """The openings' loops, each followed by the conventional one measured against the same role."""
    rows = []
    for row in gaps:
        split = GapSplit(row.plan.content, row.plan.precision, row.plan.realism)
        rows.append(LoopGap(row.opening.title, split, f"{row.plan.minutes} min"))
        if row.conventional is not None:
            against = GapSplit(row.conventional.content, row.conventional.precision, row.conventional.realism)
            rows.append(LoopGap("conventional loop instead", against, f"{row.conventional.minutes} min"))
    return rows
