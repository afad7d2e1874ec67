"""Teams themselves."""

from accounts import audit
from accounts.actions.checking import refuse_invalid
from accounts.actions.members import add_member
from accounts.errors import InvalidInput
from accounts.models import Team, User
from accounts.permissions import Role


def create_team(
    *, key: str, name: str, by: User | None, admin: User | None = None, is_synthetic: bool = False
) -> Team:
    """Create a team, with ``admin`` as its first team admin.

    Raises InvalidInput for a key that cannot be had.
    """
    team = Team(key=key.strip(), name=name.strip(), is_synthetic=is_synthetic)
    refuse_invalid(team)
    with audit.recording("team.create", by=by, team=None):
        team.save()
        if admin is not None:
            add_member(team=team, email=admin.email, role=Role.ADMIN, by=None)
    return team


def rename_team(team: Team, *, name: str, by: User) -> Team:
    """Change what the team is called; its key, which stands in addresses, stays."""
    name = name.strip()
    if not name:
        raise InvalidInput("A team needs a name.", problems=[("name", "Write a name.")])
    with audit.recording("team.rename", by=by, team=team):
        team.name = name
        team.save(update_fields=["name"])
    return team
