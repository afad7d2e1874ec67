"""What a team has by now, so that one thing can name another."""

from typing import Any

from accounts.models import Team
from content.kinds import AnyKind, ContentKind, Heading
from content.models import Status


def standing(kind: ContentKind[Any], team: Team) -> dict[str, Any]:
    """Return the newest version by key that is no draft, retired ones included."""
    rows = kind.rows.filter(team=team).exclude(status=Status.DRAFT)
    return {row.key: row for row in rows.order_by("key", "version")}


class Known:
    """Finds the team's things by kind and key; each kind is read once, when it is first asked for.

    What is written meanwhile is made known by ``forget``.
    """

    def __init__(self, team: Team, kinds: dict[str, AnyKind]) -> None:
        self.team = team
        self._kinds = kinds
        self._rows: dict[str, dict[str, Any]] = {}

    def rows(self, kind: str) -> dict[str, Any]:
        """Return what the team has of a kind, by key: of versions the newest that is no draft."""
        if kind not in self._rows:
            declared = self._kinds[kind]
            if isinstance(declared, Heading):
                self._rows[kind] = {row.key: row for row in declared.rows.filter(team=self.team)}
            else:
                self._rows[kind] = standing(declared, self.team)
        return self._rows[kind]

    def find(self, kind: str, key: str) -> Any:
        """Return one thing. Raises KeyError where there is none."""
        return self.rows(kind)[key]

    def forget(self, kind: str) -> None:
        """Read a kind anew: something of it was written."""
        self._rows.pop(kind, None)
