"""The leadership dashboard: evaluation gap, panel, funnel, time, disagreement."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import has_permission, require
from accounts.models import Team, TeamPolicy
from accounts.permissions import Permission
from figures import flow, panel
from figures.page import draw
from figures.parts import PAGE
from hiring.calibration.models import CalibrationRun
from hiring.pipeline.models import Opening
from reports import agreement, overview, waiting
from reports.interactive import interactive_figures
from reports.suppression import shown

HALF = replace(PAGE, width=560)
WIDE = replace(PAGE, width=1190)


@never_cache
@require_GET
@interactive_figures
def dashboard(request: HttpRequest, team: Team) -> HttpResponse:
    """Aggregates only: nobody is named; calibrators are led to the page that names interviewers."""
    require(request.user, Permission.VIEW_DASHBOARD, team=team)
    policy = TeamPolicy.objects.current_for(team.pk)
    opening, period = request.GET.get("opening", ""), request.GET.get("period", "365")
    chosen, known = overview.filters(team, opening=opening, period=period)
    gaps = overview.opening_gaps(chosen, policy)
    run = CalibrationRun.objects.latest_for(team.pk)
    context = {
        "openings": known,
        "opening": opening,
        "period": period,
        "periods": overview.PERIODS,
        "policy": policy,
        "gaps": gaps,
        "mean_gap": sum(row.plan.gap for row in gaps) / len(gaps) if gaps else None,
        "run": run,
        "named": has_permission(request.user, Permission.CALIBRATE, team=team),
    }
    if gaps:
        context |= _people(chosen, policy, known)
    if gaps and run is not None:
        context |= _panel(run, policy)
    return render(request, "reports/dashboard.html", context)


def _people(chosen: overview.Filters, policy: TeamPolicy, openings: list[Opening]) -> dict[str, Any]:
    """What comes from counting applications and ratings."""
    waits = waiting.waits(chosen, policy)
    steps = overview.funnel(chosen, policy)
    differ = agreement.disagreement(chosen, policy, openings)
    found: dict[str, Any] = {
        "n_applications": steps[0].people,
        "promptness": overview.promptness(chosen, policy),
        "differ": differ,
        "way": waits[-1],
        "hires": shown(overview.hires(chosen), under=policy.suppress_under),
        "funnel": draw("funnel", flow.funnel, steps, wide=HALF),
        "time": draw("time", flow.time_in_stage, waits, wide=HALF),
    }
    if differ.grid is not None:
        found["disagreement"] = draw(
            "disagreement", panel.disagreement, differ.grid, wide=WIDE, title="Answers rated two points apart"
        )
    return found


def _panel(run: CalibrationRun, policy: TeamPolicy) -> dict[str, Any]:
    """What comes from the newest calibration."""
    whole, by_competency, n_too_few = agreement.agreement(run)
    severities = agreement.panel_severity(run, policy)
    return {
        "agreement": whole,
        "n_too_few": n_too_few,
        "reliability": draw(
            "agreement", panel.reliability, by_competency, wide=HALF, title="Agreement", noun="answers"
        ),
        "severity": draw("severity", panel.severity_spread, severities, wide=HALF) if severities else None,
        "n_severities": len(severities),
        "n_few": run.interviewers.filter(n_scorecards__lt=policy.estimates_from).count(),
    }
