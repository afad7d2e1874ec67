"""Finding a version of a thing by the name that a command was given."""

from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db.models import PositiveIntegerField, Q, QuerySet

from accounts.errors import InvalidInput
from accounts.models import Team
from content.models import Versioned

Found = TypeVar("Found", bound=Versioned)


def find_version(rows: QuerySet[Found], name: str, team: Team, kind: str) -> Found:
    """The team's version of ``name`` (key, or key@2), else the library's; the newest published, else a draft.

    Raises:
        InvalidInput: there is none; the text lists the keys there are.
    """
    key, _, version = name.partition("@")
    known = rows.filter(Q(team=team) | Q(team__is_library=True))
    found = known.filter(key=key).select_related("team")
    if version:
        try:
            number = PositiveIntegerField().to_python(version)
        except ValidationError as error:
            raise InvalidInput(f"{name} is not a version; write {key}@2 for version 2.") from error
        found = found.filter(version=number)
    ranked = sorted(
        found, key=lambda row: (row.team_id == team.pk, row.status == "published", row.version), reverse=True
    )
    if ranked:
        return ranked[0]
    keys = known.order_by("key").values_list("key", flat=True).distinct()[:40]
    listed = ", ".join(dict.fromkeys(keys)) or "none"
    raise InvalidInput(f"{team} has no {kind} {name}. It knows: {listed}. Another team is named with --team.")
