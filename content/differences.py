"""What differs between two bodies of one thing, field by field."""

from dataclasses import dataclass
from typing import Any

# The entries by which the mappings of a list are told apart, in order of preference.
_LABELS = ("key", "competency", "name", "company")
_LONGEST = 60
# Characters shown before the first that differs, so that the place is found.
_BEFORE = 20


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One changed field of one thing; ``before`` and ``after`` as exported."""

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.path}: {self.was} → {self.now}"

    @property
    def was(self) -> str:
        """The earlier value, shortened for a line to where it differs."""
        return _brief(self.before, self._alike)

    @property
    def now(self) -> str:
        """The later value, shortened for a line to where it differs."""
        return _brief(self.after, self._alike)

    @property
    def _alike(self) -> int:
        """Characters at the beginning that both texts share."""
        if not isinstance(self.before, str) or not isinstance(self.after, str):
            return 0
        both = zip(self.before, self.after, strict=False)
        return next((place for place, (one, other) in enumerate(both) if one != other), len(self.before))


def differences(before: Any, after: Any, path: str = "") -> list[FieldChange]:
    """Return the fields in which two bodies differ; entries of lists are told apart by key or position."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = [*before, *(name for name in after if name not in before)]
        return [
            change
            for name in names
            for change in differences(before.get(name), after.get(name), f"{path}.{name}".lstrip("."))
        ]
    if isinstance(before, list) and isinstance(after, list) and _keyed(before) and _keyed(after):
        old, new = ({_name(entry): entry for entry in part} for part in (before, after))
        found = [
            change
            for name in [*old, *(name for name in new if name not in old)]
            for change in differences(old.get(name), new.get(name), f"{path}[{name}]")
        ]
        if not found and list(old) != list(new):
            found.append(FieldChange(f"{path} (order)", list(old), list(new)))
        return found
    return [] if before == after else [FieldChange(path, before, after)]


def _keyed(entries: list[Any]) -> bool:
    names = [_name(entry) for entry in entries]
    return all(names) and len(set(names)) == len(names)


def _name(entry: Any) -> str:
    if not isinstance(entry, dict):
        return ""
    return str(next((entry[label] for label in _LABELS if label in entry), ""))


def _brief(value: Any, alike: int = 0) -> str:
    if value is None or value in ("", [], {}):
        return "nothing"
    text = str(value)
    if len(text) <= _LONGEST:
        return text
    start = max(0, min(alike - _BEFORE, len(text) - _LONGEST + 3))
    end = start + _LONGEST - 3
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
