"""The lab in the navigation."""

from accounts.models import Team, User
from hiring.lab.rights import PRACTISE
from web.navigation import Entry


def never_first(user: User, team: Team) -> bool:
    """Practice waits for nobody: people land on what others wait for."""
    return False


LAB = Entry("Lab", "lab", frozenset({PRACTISE}), waits_for=never_first)
