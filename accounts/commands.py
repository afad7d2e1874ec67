"""What the commands share: which team they speak of, and which version of a thing."""

from typing import TypeVar

from django.db.models import Q, QuerySet

from accounts.errors import InvalidInput
from accounts.models import Team, Versioned

Found = TypeVar("Found", bound=Versioned)


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


def find_version(rows: QuerySet[Found], name: str, team: Team, kind: str) -> Found:
    """The team's version of ``name`` (key, or key@2), else the library's; the newest published, else a draft.

    Raises:
        InvalidInput: there is none; the text lists the keys there are.
    """
    key, _, version = name.partition("@")
    known = rows.filter(Q(team=team) | Q(team__is_library=True))
    found = known.filter(key=key).select_related("team")
    if version:
        if not version.isdigit():
            raise InvalidInput(f"{name} is not a version; write {key}@2 for version 2.")
        found = found.filter(version=int(version))
    ranked = sorted(
        found, key=lambda row: (row.team_id == team.pk, row.status == "published", row.version), reverse=True
    )
    if ranked:
        return ranked[0]
    keys = known.order_by("key").values_list("key", flat=True).distinct()[:40]
    listed = ", ".join(dict.fromkeys(keys)) or "none"
    raise InvalidInput(f"{team} has no {kind} {name}. It knows: {listed}. Another team is named with --team.")
