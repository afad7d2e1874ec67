"""How sign-in behaves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: a team admin adds people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always False."""
        return False


def lockout_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The address that failed sign-ins are counted for: as typed, whatever form or provider asked."""
    given = credentials or {}
    return str(given.get("email") or given.get("username") or request.POST.get("login", "")).strip().lower()
