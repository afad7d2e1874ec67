"""What a pack says about rating."""

from dataclasses import dataclass, field
from typing import Any

from content.packfile import (
    Origin,
)

# Entries of meta that this section reads; the rest is kept by the roles section.
META_PARTS = frozenset({"rubric_scale", "rating_scales", "question_banks"})


@dataclass(slots=True)
class RubricsSection:
    """What a pack says about rating: canonical bodies, in the pack's order."""

    scales: list[dict[str, Any]] = field(default_factory=list)
    banks: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    origins: dict[tuple[str, str], Origin] = field(default_factory=dict)
