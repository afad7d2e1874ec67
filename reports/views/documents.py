"""PDFs: ask for one, see how far it is, download it. Rights are asked again at every download."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import require
from accounts.errors import ActionError
from accounts.models import Team, User
from accounts.permissions import Permission
from hiring.pipeline.models import Application
from hiring.scoring.visibility import owes_scorecard
from loops.models import Loop
from reports import actions
from reports.models import Report, ReportKind

PER_PAGE = 25


def _member(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- for the type checker; the team in the path needs one
    return request.user


@never_cache
@require_GET
def reports(request: HttpRequest, team: Team) -> HttpResponse:
    """Reports made for the team, newest first, and the loops one can be made of."""
    require(request.user, Permission.VIEW_REPORTS, team=team)
    rows = Report.objects.visible_to(request.user).in_team(team).select_related("job", "requested_by")
    kind = request.GET.get("kind", "")
    if kind in ReportKind.values:
        rows = rows.filter(kind=kind)
    return render(
        request,
        "reports/reports.html",
        {
            "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "kind": kind,
            "kinds": ReportKind.choices,
            "loops": Loop.objects.in_team(team)
            .latest_published()
            .only("name", "key", "version")
            .order_by("name")[:200],
        },
    )


@never_cache
@require_GET
def download(request: HttpRequest, team: Team, pk: int) -> HttpResponseBase:
    """Send a finished PDF; before that, show how far it is. Blindness counts here as everywhere."""
    require(request.user, Permission.VIEW_REPORTS, team=team)
    owed = Application.objects.filter(owes_scorecard(_member(request), "pk"))
    report = get_object_or_404(Report.objects.in_team(team).exclude(application__in=owed), pk=pk)
    if report.kind == ReportKind.SKILL_GAP:
        require(request.user, Permission.VIEW_DEBRIEF, team=team)
    if report.finished_at is None:
        if report.job_id is None:
            messages.error(request, "This report was never finished. Ask for it again.")
            return redirect("reports", team=team.key)
        return redirect("job_status", team=team.key, pk=report.job_id)
    return FileResponse(
        report.file.open("rb"),
        as_attachment=True,
        filename=f"{slugify(report.title)}.pdf",
        content_type="application/pdf",
    )


@require_POST
def skill_gap(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """Ask for a skill-gap PDF of an application."""
    require(request.user, Permission.VIEW_REPORTS, team=team)
    require(request.user, Permission.VIEW_DEBRIEF, team=team)
    application = get_object_or_404(
        Application.objects.visible_to(request.user)
        .in_team(team)
        .exclude(owes_scorecard(_member(request), "pk"))
        .select_related("candidate", "opening", "team"),
        pk=pk,
    )
    try:
        report = actions.request_skill_gap(
            application=application, by=_member(request), paper=request.POST.get("paper", "a4")
        )
    except ActionError as error:
        messages.error(request, error.message)
        return redirect("debrief", team=team.key, pk=application.pk)
    return redirect("report_download", team=team.key, pk=report.pk)


@require_POST
def evaluation_gap(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """Ask for an evaluation-gap PDF of a loop."""
    require(request.user, Permission.VIEW_REPORTS, team=team)
    loop = get_object_or_404(Loop.objects.visible_to(request.user).select_related("team"), pk=pk)
    try:
        report = actions.request_evaluation_gap(
            loop=loop, team=team, by=_member(request), paper=request.POST.get("paper", "a4")
        )
    except ActionError as error:
        messages.error(request, error.message)
        return redirect("reports", team=team.key)
    return redirect("report_download", team=team.key, pk=report.pk)
