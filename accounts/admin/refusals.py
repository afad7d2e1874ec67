"""What an admin's pages share: who asks, and how a refusal is shown."""

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.errors import ActionError
from accounts.models import User


def person(request: HttpRequest) -> User:
    """The signed-in person; the admin has already sent everybody else away."""
    user: User | AnonymousUser = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def show_refusal(request: HttpRequest, error: ActionError) -> None:
    """Say what an action refused, each single problem on a line of its own."""
    parts = [error.message, *(f"{field}: {text}" if field else text for field, text in error.problems)]
    messages.error(request, "\n".join(parts))
