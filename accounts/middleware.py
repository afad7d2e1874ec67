"""Per request: who acts, for the audit trail, and for which team."""

from collections.abc import Callable
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from accounts.access import team_or_404
from accounts.audit import storable
from accounts.http import set_team
from accounts.models import User
from accounts.models.teams import is_outsider, memberships_remembered
from accounts.zones import in_own_zone, zone_named

GetResponse = Callable[[HttpRequest], HttpResponse]


class AuditContextMiddleware:
    """Names the signed-in person on every change made during the request, and reads their rights once."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with memberships_remembered():
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        facts: dict[str, Any] = {"url": storable(request.path)}
        if request.user.is_authenticated:
            facts |= {"user": request.user.pk, "by": request.user.email}
        with pghistory.context(**facts):
            return self.get_response(request)


class StorableAddressMiddleware:
    """Refuses an address that holds a NUL character: no row can be named by it, and the database takes none.

    The API says so itself, as problem details.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            if "\x00" in request.path:
                raise Http404
            if "%00" in request.META.get("QUERY_STRING", ""):
                raise BadRequest("The address holds a NUL character.")
        return self.get_response(request)


class PrivateMiddleware:
    """Keeps answers out of caches and of the browser's store, unless a view says otherwise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class ZoneMiddleware:
    """Writes and reads times in the zone of the person who has signed in; others' in the server's.

    A visitor without a session is not looked up, and nobody is where it is asked whether the product lives.
    """

    _NOBODYS = ("/healthz", "/livez", "/readyz")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = settings.SESSION_COOKIE_NAME in request.COOKIES and request.path not in self._NOBODYS
        own = zone_named(request.user.time_zone) if known and isinstance(request.user, User) else None
        if own is None:
            return self.get_response(request)
        with in_own_zone(own):
            return self.get_response(request)


class TeamMiddleware:
    """Resolves ``<team>`` in the path to ``request.team``; outsiders get 404."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        set_team(request, None)
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            # The admin's theme evaluates expressions in attributes; no other surface may.
            response._csp_update = settings.ADMIN_CSP  # type: ignore[attr-defined]  # noqa: SLF001
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Replace the team's key among the arguments by the team itself."""
        if "team" in kwargs and request.path.startswith("/t/"):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            team = kwargs["team"] = team_or_404(request.user, kwargs["team"])
            set_team(request, team)
            if request.session.get("team") != team.key:  # an unchanged session is not written again
                request.session["team"] = team.key
        return None


class OutsideMiddleware:
    """Keeps who came by a link off the pages of an account: they have none of their own to look after."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path
        account = path.startswith("/accounts/") and not path.startswith(("/accounts/log", "/accounts/zone"))
        if account and is_outsider(request.user):
            raise PermissionDenied("You came by a link to one scorecard; there is no account here to set up.")
        return self.get_response(request)
