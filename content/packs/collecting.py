"""Gathers what a team has published of one kind."""

from typing import Any

from accounts.models import Team
from content.kinds import AnyKind, ContentKind
from content.packs.pack import Origin, Pack, Wanted


def collect_kind(kind: AnyKind, pack: Pack, team: Team, wanted: Wanted | None) -> None:
    """Add the newest published version of each thing: of all, or of those wanted.

    What these name is wanted as well, so kinds are collected before those that they name.
    """
    rows: Any = kind.rows.filter(team=team).order_by(*kind.order)
    if wanted is not None:
        rows = rows.filter(key__in=wanted.get(kind.name, set()))
    if isinstance(kind, ContentKind):
        rows = kind.loaded(rows.latest_published())
    found = list(rows)
    pack.bodies[kind.name] = [kind.body(row) for row in found]
    if isinstance(kind, ContentKind):
        for row in found:
            pack.origins[kind.name, row.key] = Origin(team.key, row.version, row.content_hash)
    if wanted is not None:
        for body in pack.bodies[kind.name]:
            for named in kind.shape.references(body):
                wanted.setdefault(named.kind, set()).add(named.key)
