"""Which team a command speaks of."""

from accounts.errors import InvalidInput
from accounts.models import Team


def resolve_team(key: str | None, *, library_serves: bool = False) -> Team:
    """The team a command was asked for.

    Without a key: the only ordinary team; the library where there is no ordinary team at all, or
    where there are several and the library serves (commands that only read shared content).

    Raises:
        InvalidInput: no such team, none at all, or several and none named; the text lists them.
    """
    teams = {team.key: team for team in Team.objects.order_by("is_library", "key")}
    if key:
        if key in teams:
            return teams[key]
        raise InvalidInput(f"There is no team {key}. {_known(list(teams))}")
    ordinary = [team for team in teams.values() if not team.is_library]
    if len(ordinary) == 1:
        return ordinary[0]
    shared = [team for team in teams.values() if team.is_library]
    if shared and (library_serves or not ordinary):
        return shared[0]
    if ordinary:
        raise InvalidInput(f"Name one with --team. {_known(list(teams))}")
    raise InvalidInput(
        "There is no team yet. Load a content pack with import_pack, or create a team in the admin."
    )


def _known(keys: list[str]) -> str:
    return f"The teams are: {', '.join(keys)}." if keys else "There is no team yet."
