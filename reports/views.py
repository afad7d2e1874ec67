"""PDFs: ask for one, see how far it is, download it. Rights are asked again at every download."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import require
from accounts.errors import ActionError
from accounts.http import MemberRequest
from accounts.models import Team
from accounts.permissions import Permission
from loops.models import Loop
from reports import actions, kinds
from reports.models import Report
from web.render import render_page

PER_PAGE = 25
MOST_LOOPS = 200


@dataclass(frozen=True)
class ReportsPage:
    """Reports made so far, of one kind or of all, and the loops that one can be made of."""

    page_obj: Page[Report]
    kind: str
    kinds: list[tuple[str, str]]
    loops: QuerySet[Loop]


@never_cache
@require_GET
def reports(request: MemberRequest, team: Team) -> HttpResponse:
    """Reports made for the team, newest first, and the loops one can be made of."""
    require(request.user, Permission.VIEW_REPORTS, team=team)
    rows = Report.objects.visible_to(request.user).in_team(team).select_related("job", "requested_by")
    kind = request.GET.get("kind", "")
    if kind in kinds.known_keys():
        rows = rows.filter(kind=kind)
    loops = Loop.objects.in_team(team).latest_published().only("name", "key", "version").order_by("name")
    page = ReportsPage(
        page_obj=Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        kind=kind,
        kinds=kinds.choices(),
        loops=loops[:MOST_LOOPS],
    )
    return render_page(request, "reports/reports.html", page)


@never_cache
@require_GET
def download(request: MemberRequest, team: Team, pk: int) -> HttpResponseBase:
    """Send a finished PDF; before that, show how far it is. Blindness counts here as everywhere."""
    require(request.user, Permission.VIEW_REPORTS, team=team)
    report = get_object_or_404(Report.objects.in_team(team).released_to(request.user), pk=pk)
    for permission in kinds.get(report.kind).permissions:
        require(request.user, permission, team=team)
    if report.finished_at is None:
        if report.job_id is None:
            messages.error(request, "This report was never finished. Ask for it again.")
            return redirect("reports", team=team.key)
        return redirect("job_status", team=team.key, pk=report.job_id)
    return FileResponse(
        report.file.open("rb"), as_attachment=True, filename=report.file_name, content_type="application/pdf"
    )


@require_POST
def ask(request: MemberRequest, team: Team, pk: int, kind: str) -> HttpResponse:
    """Ask for a PDF of a kind about the row of that id."""
    made = kinds.get(kind)
    for permission in made.permissions:
        require(request.user, permission, team=team)
    subject = get_object_or_404(made.subjects_for(request.user, team), pk=pk)
    try:
        report = actions.request_report(
            kind=made, subject=subject, team=team, by=request.user, paper=request.POST.get("paper", "a4")
        )
    except ActionError as error:
        messages.error(request, error.message)
        return redirect(made.page_of(subject, team))
    return redirect("report_download", team=team.key, pk=report.pk)
