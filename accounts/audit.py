"""Who did what, and why.

Triggers (pghistory) record every change of a tracked table, bulk and raw writes
included. ``recording`` adds the person, the verb and the reason to all changes
made inside it, and makes them one transaction: an action is done whole or not at
all.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.db import transaction

from accounts.models import Team, User


@contextmanager
def recording(action: str, *, by: User | None, team: Team | None, reason: str = "") -> Iterator[None]:
    """Run one action: ``action`` is noun.verb, ``by`` the person (None for the system itself)."""
    facts: dict[str, object] = {"action": action}
    if by is not None:
        facts |= {"user": by.pk, "by": by.email}
    if team is not None:
        facts["team"] = team.pk
    if reason:
        facts["reason"] = reason
    with transaction.atomic(), pghistory.context(**facts):
        yield
