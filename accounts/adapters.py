"""How sign-in behaves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: a team admin adds people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always False."""
        return False
