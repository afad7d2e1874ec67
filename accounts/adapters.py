"""How sign-in behaves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models.teams import is_outsider


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: a team admin adds people."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": (
            "Too many attempts. Signing in to this account from here is closed for 15 minutes, also with the right "
            "password. Wait and try again, or set a new password meanwhile."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always False."""
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Outside interviewers come by their link, which ends; a password would not."""
        if is_outsider(user):
            messages.error(
                request, "You score here by the link that was sent to you. Ask the recruiter for a new one."
            )
            return redirect("account_login")
        found: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return found

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures for a name from one place: otherwise anybody could close anybody's account."""
        return (
            f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"
        )
