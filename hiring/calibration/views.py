"""The calibration page: what the newest run found, for those who look after the measuring."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import require
from accounts.http import MemberRequest
from accounts.models import Team, TeamPolicy, User
from accounts.permissions import Permission
from hiring.calibration.actions import KIND, request_run
from hiring.calibration.models import CalibrationRun
from hiring.calibration.readers import panel
from hiring.scoring.models import Scorecard
from jobs.models import Job

PER_PAGE = 25
SHOWN_RUNS = 10


def _calibrator(request: MemberRequest, team: Team) -> User:
    require(request.user, Permission.CALIBRATE, team=team)
    return request.user


@never_cache
@require_GET
def calibration(request: MemberRequest, team: Team) -> HttpResponse:
    """The newest run: warnings first, then interviewers by name, then criteria."""
    _calibrator(request, team)
    runs = list(CalibrationRun.objects.in_team(team).select_related("scale", "requested_by")[:SHOWN_RUNS])
    run = runs[0] if runs else None
    job = Job.objects.in_team(team).filter(kind=KIND).exclude(state="done").first()
    context: dict[str, Any] = {"run": run, "runs": runs, "job": job}
    if run is not None:
        policy = TeamPolicy.objects.current_for(team.pk)
        search = request.GET.get("q", "").strip()
        criteria = run.criteria.select_related("criterion__competency", "criterion__question").order_by(
            "-difficulty", "pk"
        )
        if search:
            criteria = criteria.filter(
                Q(criterion__question__title__icontains=search)
                | Q(criterion__competency__name__icontains=search)
            )
        context |= {
            "policy": policy,
            "panel": panel(run, policy=policy),
            "n_few": run.interviewers.filter(n_scorecards__lt=policy.estimates_from).count(),
            "page_obj": Paginator(criteria, PER_PAGE).get_page(request.GET.get("page")),
            "search": search,
            "n_since": Scorecard.objects.in_team(team)
            .submitted()
            .filter(submitted_at__gt=run.data_until)
            .count(),
        }
    return render(request, "calibration/calibration.html", context)


@require_POST
def run_now(request: MemberRequest, team: Team) -> HttpResponse:
    """Ask for a run now; one that waits already is brought forward."""
    job = request_run(team=team, by=_calibrator(request, team))
    return redirect("job_status", team=team.key, pk=job.pk)
