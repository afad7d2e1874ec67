"""The one question about rights, and the two ways of saying no."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import Membership, Team, User
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission


def has_permission(user: User | AnonymousUser, permission: Permission, *, team: Team) -> bool:
    """Whether ``user`` holds ``permission`` in ``team``."""
    return user.is_authenticated and team.pk in team_ids_with(user, permission)


def team_or_404(user: User | AnonymousUser, key: str) -> Team:
    """Return the team with ``key`` if ``user`` is an active member; otherwise as if it did not exist."""
    team = Team.objects.visible_to(user).filter(key=key).first()
    if team is None:
        raise Http404("No team of yours has this address.")
    return team


def require(user: User | AnonymousUser, permission: Permission, *, team: Team) -> None:
    """Raise Http404 for outsiders and PermissionDenied for members without the right."""
    if has_permission(user, permission, team=team):
        return
    if (
        not user.is_authenticated
        or not Membership.objects.filter(user=user, team=team, is_active=True).exists()
    ):
        raise Http404
    raise PermissionDenied(f"Your role in {team} does not include this.")
