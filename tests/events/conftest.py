"""Facts and subscribers for one test."""

from collections.abc import Callable, Iterator

import pytest

from accounts.models import Team, User
from events import kinds, subscriptions
from events.kinds import FactKind, declare
from events.subscriptions import Subscriptions
from jobs import registry


@pytest.fixture
def happened() -> Iterator[FactKind]:
    """A kind of fact that nobody subscribes to yet, with one id beside its subject's."""
    kind = declare("toy.happened", "A toy fell.", ids=("other",))
    yield kind
    kinds._declared.pop(kind.name)


@pytest.fixture(autouse=True)
def _own_subscribers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test subscribes is forgotten after it; the product's own subscribers stay."""
    real = subscriptions._subscriptions
    copy = Subscriptions()
    for mine, theirs in ((copy.within, real.within), (copy.after, real.after)):
        mine.update({kind: list(told) for kind, told in theirs.items()})  # type: ignore[attr-defined]
    monkeypatch.setattr(subscriptions, "_subscriptions", copy)
    monkeypatch.setattr(registry, "_handlers", dict(registry._handlers))


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(key="acme", name="Acme")


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("ada@example.org", name="Ada")


Tell = Callable[..., None]
