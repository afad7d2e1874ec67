"""Requests as the views meet them: what the middleware has made sure of, in types."""

from typing import cast

from django.http import HttpRequest

from accounts.models import Team, User


class SignedInRequest(HttpRequest):
    """A request of somebody who has signed in: behind ``login_required``."""

    user: User


class MemberRequest(SignedInRequest):
    """A request below ``/t/<team>/``: TeamMiddleware lets only the team's members through."""

    team: Team


def team_of(request: HttpRequest) -> Team | None:
    """The team that a request is about, if it is about one."""
    return getattr(request, "team", None)


def set_team(request: HttpRequest, team: Team | None) -> None:
    """Say which team a request is about: the shell around the page shows it."""
    cast("MemberRequest", request).team = cast("Team", team)


def by_htmx(request: HttpRequest) -> bool:
    """Whether a page's script asks for a part of it."""
    return request.headers.get("HX-Request") == "true"
