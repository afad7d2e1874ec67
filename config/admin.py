"""The admin site: admits people by what their memberships let them do."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.sites import UnfoldAdminSite

from accounts.models import User
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission

ADMITS = (
    Permission.EDIT_LOOPS,
    Permission.EDIT_CONTENT,
    Permission.EDIT_PIPELINE,
    Permission.EDIT_MEMBERS,
    Permission.EDIT_POLICY,
    Permission.VIEW_AUDIT,
)


class LoopwrightAdminSite(UnfoldAdminSite):
    """Recruiters, hiring managers and team admins work here; others have their own pages."""

    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the user may enter the admin at all."""
        user: User | AnonymousUser = request.user
        if not user.is_authenticated or not user.is_active:
            return False
        return user.is_superuser or any(team_ids_with(user, permission) for permission in ADMITS)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in on the product's own page, second step included."""
        if request.user.is_authenticated:
            raise PermissionDenied("Your role does not include the admin.")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
