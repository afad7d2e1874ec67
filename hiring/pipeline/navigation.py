"""The pipeline in the navigation."""

from accounts.models import Team, User
from accounts.permissions import Permission
from hiring.pipeline.models import Opening
from web.navigation import Entry


def hires_nobody_yet(user: User, team: Team) -> bool:
    """Whether a team has never had an opening."""
    return not Opening.objects.in_team(team).exists()


#: A new team's first step: a loop from a template.
FIRST_LOOP = Entry(
    "Your first loop",
    "admin:loops_loop_add",
    frozenset({Permission.EDIT_LOOPS}),
    in_team=False,
    waits_for=hires_nobody_yet,
)
