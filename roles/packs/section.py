"""What a pack says about roles."""

from dataclasses import dataclass, field
from typing import Any

from content.packfile import (
    Origin,
    Place,
)


@dataclass(slots=True)
class RolesSection:
    """What a pack says about roles: canonical bodies, in the pack's order."""

    clusters: list[dict[str, Any]] = field(default_factory=list)
    competencies: list[dict[str, Any]] = field(default_factory=list)
    profiles: list[dict[str, Any]] = field(default_factory=list)
    # (section, key, body): section is "meta" or "reference".
    tables: list[tuple[str, str, Any]] = field(default_factory=list)
    # Default loop by profile, with the place that says so; the loops section makes use of it.
    default_loops: dict[str, tuple[str, Place]] = field(default_factory=dict)
    named_loops: list[tuple[str, Place]] = field(default_factory=list)
    origins: dict[tuple[str, str], Origin] = field(default_factory=dict)
