"""What must hold before a role profile is published; the same for the editor and for packs."""

from collections.abc import Iterator
from typing import Any

from content.packs.reading import Path

TOLERANCE = 1e-6


def profile_problems(body: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield what is wrong with a profile in canonical form, and how to mend it."""
    rows = body.get("competencies", [])
    if not rows:
        yield ("competencies",), "lists no competency. Add what the job demands, with weights that sum to 1."
        return
    # What is missing altogether was noted by the reader; sums are then not worth telling.
    total = sum(row.get("weight", 0.0) for row in rows)
    if all("weight" in row for row in rows) and abs(total - 1) > TOLERANCE:
        yield ("competencies",), f"has weights that sum to {total:.4g}, not 1. {_mend(total)}"
    seen: set[str] = set()
    for number, row in enumerate(rows):
        key = row.get("competency", "")
        if key and key in seen:
            yield (
                ("competencies", number, "competency"),
                f"names {key} a second time. Keep one row per competency.",
            )
        seen.add(key)
        if row.get("weight", 1.0) <= 0:
            yield (
                ("competencies", number, "weight"),
                "must be above 0. Remove the row if the job does not need it.",
            )
        if not str(row.get("weight_rationale", "")).strip():
            yield (
                ("competencies", number, "weight_rationale"),
                "is missing. Say in a sentence why it weighs this much.",
            )
        demand = row.get("realism_demand") or {}
        shares = sum(demand.values())
        if len(demand) == 3 and abs(shares - 1) > TOLERANCE:
            yield (
                ("competencies", number, "realism_demand"),
                f"has shares that sum to {shares:.4g}, not 1. {_mend(shares)}",
            )


def _mend(total: float) -> str:
    difference = abs(total - 1)
    return f"Take away {difference:.4g}." if total > 1 else f"Add {difference:.4g}."
