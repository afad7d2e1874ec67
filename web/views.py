"""Where people land."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.http import MemberRequest, SignedInRequest
from accounts.models import Team
from web.context import shell_of
from web.navigation import first_page


@login_required
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Send each person to the first page of their team that has something for them."""
    shell = shell_of(request, request.user)
    page = first_page(request.user, shell.team, shell.granted) if shell.team is not None else None
    return render(request, "no_team.html") if page is None else redirect(page)


def team_home(request: MemberRequest, team: Team) -> HttpResponse:
    """Switch to a team: its middleware has resolved and remembered it, so home is now its home."""
    return redirect("home")
