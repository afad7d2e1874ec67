"""Who did what, and why.

Triggers (pghistory) record every change of a tracked table, bulk and raw writes
included. ``recording`` adds the person, the verb and the reason to all changes
made inside it, and makes them one transaction: an action is done whole or not at
all.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.db import transaction
from pghistory import runtime

from accounts.models import Team, User


@contextmanager
def recording(action: str, *, by: User | None, team: Team | None, reason: str = "") -> Iterator[None]:
    """Run one action: ``action`` is noun.verb, ``by`` the person (None for the system itself).

    An action inside another (or inside a request) is an entry of its own, which takes
    from the outer one what it does not say itself.
    """
    facts: dict[str, object] = {"action": action}
    if by is not None:
        facts |= {"user": by.pk, "by": by.email}
    if team is not None:
        facts["team"] = team.pk
    if reason:
        facts["reason"] = storable(reason)
    with transaction.atomic(), _entry(facts):
        yield


def storable(text: str) -> str:
    """Return the text without what the database cannot hold: NUL characters and halves of surrogate pairs."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


@contextmanager
def _entry(facts: dict[str, object]) -> Iterator[None]:
    tracker = runtime._tracker  # noqa: SLF001 -- the library merges nested contexts into one, for good
    outer = getattr(tracker, "value", None)
    if outer is None:
        with pghistory.context(**facts):
            yield
        return
    tracker.value = runtime.Context(id=uuid.uuid4(), metadata={**outer.metadata, **facts})
    try:
        yield
    finally:
        tracker.value = outer
