"""Having the best possible worked out for every loop of a team at once, from the list and from the dashboard."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import has_permission
from accounts.admin.refusals import person
from accounts.models import Team
from accounts.permissions import Permission
from loops.best import ask_for_all
from web.numbers import counted


@require_POST
def all_best(request: HttpRequest) -> HttpResponse:
    """Ask for all of them, and lead back to where it was asked."""
    by = person(request)
    team = Team.objects.visible_to(by).filter(key=request.POST.get("team", "")).first()
    if team is None:
        raise Http404
    if not has_permission(by, Permission.EDIT_LOOPS, team=team):
        raise PermissionDenied("Your role does not include building loops.")
    asked = ask_for_all(team, by=by)
    loops = "one loop" if asked == 1 else f"{counted(asked)} loops"
    messages.success(
        request,
        f"The best possible is being worked out for {loops}; it takes up to half a minute each."
        if asked
        else "The best possible is known for every published loop.",
    )
    if request.POST.get("back") == "dashboard":
        return redirect("dashboard", team=team.key)
    return redirect("admin:loops_loop_changelist")
