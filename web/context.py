"""What every page's shell needs: team, rights, navigation."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.models import Membership, Team, User
from accounts.permissions import Permission

# Label, URL name, permission that shows it.
_NAVIGATION: tuple[tuple[str, str, Permission], ...] = (
    ("Interviews", "interviews", Permission.SCORE),
    ("Debriefs", "debriefs", Permission.VIEW_DEBRIEF),
    ("Dashboard", "dashboard", Permission.VIEW_DASHBOARD),
    ("Calibration", "calibration", Permission.CALIBRATE),
    ("Reports", "reports", Permission.VIEW_REPORTS),
)


def current_team(request: HttpRequest) -> Team | None:
    """The team in the path, else the one last used, else the user's only or first ordinary team."""
    team = getattr(request, "team", None)
    if team is not None or not request.user.is_authenticated:
        return team
    mine = list(Team.objects.visible_to(request.user).order_by("is_library", "name")[:50])
    last = request.session.get("team")
    return next((row for row in mine if row.key == last), mine[0] if mine else None)


def _address(name: str, team: Team) -> str | None:
    """Where a page is, or None in an installation without it."""
    try:
        return reverse(name, kwargs={"team": team.key})
    except NoReverseMatch:
        return None


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor of templates/base.html. Two queries for members, none for visitors."""
    user = getattr(request, "user", None)
    # The admin has a shell of its own, save on those of its pages that set ``request.team`` to wear ours.
    elsewhere = request.path.startswith(("/admin/", "/api/")) and getattr(request, "team", None) is None
    if not isinstance(user, User) or elsewhere:
        return {"team": None, "teams": [], "membership": None, "can": {}, "nav": []}
    memberships = list(
        Membership.objects.filter(user=user, is_active=True)
        .select_related("team")
        .order_by("team__is_library", "team__name")[:50]
    )
    team = getattr(request, "team", None)
    if team is None:
        last = request.session.get("team")
        chosen = next(
            (row for row in memberships if row.team.key == last), memberships[0] if memberships else None
        )
        team = chosen.team if chosen else None
    membership = next((row for row in memberships if team is not None and row.team_id == team.pk), None)
    granted = membership.permissions if membership else frozenset()
    nav = []
    if team is not None:
        for label, name, permission in _NAVIGATION:
            if permission in granted and (url := _address(name, team)):
                nav.append({"label": label, "url": url, "current": request.path.startswith(url)})
        if granted & {Permission.EDIT_LOOPS, Permission.EDIT_CONTENT, Permission.EDIT_PIPELINE}:
            url = reverse("admin:index")
            nav.append({"label": "Admin", "url": url, "current": request.path.startswith(url)})
    return {
        "team": team,
        "teams": [row.team for row in memberships],
        "membership": membership,
        "can": {permission.value: permission in granted for permission in Permission},
        "nav": nav,
    }
