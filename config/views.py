"""Where people land, and what they see where nothing is."""

import sys

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views import defaults
from django.views.decorators.http import require_safe

from accounts.models import Team
from config import database_away
from config.api.problems import CONTENT_TYPE, problem_body
from hiring.pipeline.models import Assignment, Opening


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send each person to the first page of their team that has something for them."""
    from web.context import shell  # noqa: PLC0415 -- the same table that draws the navigation

    context = shell(request)
    pages, team = context["nav"], context["team"]
    if not pages:
        return render(request, "no_team.html")
    # Recruiters and admins may score too, and mostly do not: an empty list is no place to start.
    scores = Assignment.objects.filter(interviewer_id=request.user.pk, interview__team=team)
    if len(pages) > 1 and pages[0]["label"] == "Interviews" and not scores.exists():
        if context["can"]["edit_loops"] and not Opening.objects.filter(team=team).exists():
            return redirect("admin:loops_loop_add")  # a new team's first step: a loop from a template
        pages = pages[1:]
    return redirect(pages[0]["url"])


def team_home(request: HttpRequest, team: Team) -> HttpResponse:
    """Switch to a team: its middleware has resolved and remembered it, so home is now its home."""
    return redirect("home")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An unknown address: problem details below /api/, the page elsewhere."""
    if not request.path.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    return JsonResponse(problem_body(404, "Not found."), status=404, content_type=CONTENT_TYPE)


def crashed(request: HttpRequest) -> HttpResponse:
    """A fault of ours, or a database that is away: problem details below /api/, the page elsewhere."""
    if database_away.is_away(sys.exc_info()[1]):
        return database_away.answer(request)
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    text = "Something went wrong on our side. Nothing was changed; try again in a moment."
    return JsonResponse(problem_body(500, text), status=500, content_type=CONTENT_TYPE)
