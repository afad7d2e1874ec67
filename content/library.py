"""The door to copying library content, which crosses all apps and is therefore opened from above."""

from collections.abc import Callable
from typing import Any

from accounts.errors import Conflict
from accounts.models import Team, User

_copier: list[Callable[..., Any]] = []


def provide(copier: Callable[..., Any]) -> None:
    """Name the function that copies; called once, when the apps are ready."""
    _copier[:] = [copier]


def copy_into(
    team: Team, *, by: User | None, profiles: list[str] | None = None, questions: list[str] | None = None
) -> Any:
    """Copy role profiles or questions of the library, with what they need, into ``team``."""
    if not _copier:
        raise Conflict("Copying is not available in this installation.")
    return _copier[0](team, by=by, profiles=profiles, questions=questions)
