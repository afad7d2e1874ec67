"""The bar on top of every page, and where somebody lands who asks for no page in particular.

An app declares the entry of a page of its own in ``navigation.py``; ``settings.NAVIGATION`` puts the entries in
order. Nothing here knows which pages there are.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts.models import Team, User
from accounts.permissions import Permission


@dataclass(frozen=True)
class Entry:
    """A page people go to: its label, the name of its address, and the permissions of which one is needed.

    ``in_team`` is whether the address lies below a team's. ``waits_for`` says whether the page has something for
    a person; without it, it always has.
    """

    label: str
    url_name: str
    any_of: frozenset[Permission]
    in_team: bool = True
    waits_for: Callable[[User, Team], bool] | None = None

    def address(self, team: Team) -> str:
        """Where the page is, for a team."""
        return reverse(self.url_name, kwargs={"team": team.key} if self.in_team else {})


def bar(granted: Iterable[Permission]) -> list[Entry]:
    """The entries of the bar that somebody with these permissions sees, in order."""
    return _open(settings.NAVIGATION, granted)


def first_page(user: User, team: Team, granted: Iterable[Permission]) -> str | None:
    """Where somebody lands: on what is to be done first, else on the first page that has something for them.

    A person for whom nothing waits anywhere lands on their first page; who may see no page has none.
    """
    pages = bar(granted)
    for entry in _open(settings.FIRST_STEPS, granted):
        if len(pages) > 1 and entry.waits_for is not None and entry.waits_for(user, team):
            return entry.address(team)
    for entry in pages:
        if entry.waits_for is None or entry.waits_for(user, team):
            return entry.address(team)
    return pages[0].address(team) if pages else None


def _open(declared: Iterable[str], granted: Iterable[Permission]) -> list[Entry]:
    held = frozenset(granted)
    return [entry for entry in map(import_string, declared) if entry.any_of & held]
