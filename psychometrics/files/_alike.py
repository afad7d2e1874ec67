"""Labels that differ in nothing but case or spacing: perhaps one person twice."""

from collections.abc import Mapping

_NAMED = 3


def differing_only_in_case(columns: Mapping[str, set[str]]) -> tuple[str, ...]:
    """A warning for every column that has such labels; ``columns`` are the distinct ones by name."""
    said = []
    for name, labels in columns.items():
        alike: dict[str, list[str]] = {}
        for label in sorted(labels):
            alike.setdefault(" ".join(label.casefold().split()), []).append(label)
        pairs = [found for found in alike.values() if len(found) > 1]
        if pairs:
            named = ", ".join(" and ".join(found) for found in pairs[:_NAMED])
            more = f" and {len(pairs) - _NAMED} more" if len(pairs) > _NAMED else ""
            said.append(
                f"Labels of the column {name} differ only in case or spacing ({named}{more}) and count as "
                "different ones: if they are the same, write them the same."
            )
    return tuple(said)
