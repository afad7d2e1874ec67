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
    # What hangs on one stage names the stage in its text; its number in the table helps nobody.
    parts = [
        error.message,
        *(
            text if not field or field.startswith("stage-") else f"{field}: {text}"
            for field, text in error.problems
        ),
    ]
    messages.error(request, "\n".join(parts))
