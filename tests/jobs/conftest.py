"""Work that tests can ask for."""

from collections.abc import Callable, Iterator

import pytest

from accounts.models import Team, User
from jobs import registry
from jobs.context import JobContext
from jobs.registry import Handler

Install = Callable[..., None]


@pytest.fixture
def install() -> Iterator[Install]:
    """Registers a handler for one test."""
    added: list[str] = []

    def add(kind: str, run: Callable[[JobContext], None], **options: object) -> None:
        registry.handler(kind, title=kind.capitalize(), **options)(run)  # type: ignore[arg-type]
        added.append(kind)

    yield add
    for kind in added:
        registry._handlers.pop(kind, None)


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(key="acme", name="Acme")


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("ada@example.org", name="Ada")


__all__ = ["Handler"]
