"""A pack in memory: what it says of each kind, and where that came from."""

from dataclasses import dataclass, field
from typing import Any

from content.packfile import Record

Body = dict[str, Any]

# Keys that are wanted, by the name of their kind.
Wanted = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a copy comes from."""

    team_key: str
    version: int
    content_hash: str


@dataclass(slots=True)
class Pack:
    """Canonical bodies by the name of their kind, in the pack's order.

    ``records`` are the same things as the files say them, with their lines; a pack that was collected from
    a team has none. ``notes`` holds what a section says beyond its kinds, by the section's name.
    """

    bodies: dict[str, list[Body]] = field(default_factory=dict)
    records: dict[str, list[Record]] = field(default_factory=dict)
    origins: dict[tuple[str, str], Origin] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    def of(self, kind: str) -> list[Body]:
        return self.bodies.get(kind, [])

    def keys(self, kind: str) -> set[str]:
        """Return the keys of a kind, those of entries included that have faults elsewhere."""
        return {entry["key"] for entry in [*self.records.get(kind, []), *self.of(kind)] if entry.get("key")}
