"""What an import did, or would do."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field of one thing; ``before`` and ``after`` as exported."""

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.path}: {_brief(self.before)} → {_brief(self.after)}"


@dataclass(slots=True)
class PackReport:
    """Per kind (competency, role profile, ...): keys created, renewed, unchanged, refused with the reason."""

    dry_run: bool = False
    created: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, dict[str, list[Change]]] = field(default_factory=dict)
    unchanged: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, dict[str, str]] = field(default_factory=dict)

    def note_created(self, kind: str, key: str) -> None:
        """Note a new thing."""
        self.created.setdefault(kind, []).append(key)

    def note_changed(self, kind: str, key: str, changes: list[Change]) -> None:
        """Note a new version of something, and how it differs."""
        self.changed.setdefault(kind, {})[key] = changes

    def note_unchanged(self, kind: str, key: str) -> None:
        """Note something that is as it was."""
        self.unchanged.setdefault(kind, []).append(key)

    def note_refused(self, kind: str, key: str, why: str) -> None:
        """Note something that could not be taken in; then nothing is."""
        self.refused.setdefault(kind, {})[key] = why

    @property
    def kinds(self) -> list[str]:
        """Every kind met, in the order of import."""
        seen: dict[str, None] = {}
        for part in (self.created, self.changed, self.unchanged, self.refused):
            seen.update(dict.fromkeys(part))
        return [kind for kind in KIND_ORDER if kind in seen] + [
            kind for kind in seen if kind not in KIND_ORDER
        ]

    def count(self, kind: str) -> tuple[int, int, int, int]:
        """Created, new versions, unchanged and refused of one kind."""
        return (
            len(self.created.get(kind, [])),
            len(self.changed.get(kind, {})),
            len(self.unchanged.get(kind, [])),
            len(self.refused.get(kind, {})),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data, for ``--format json`` and the API."""
        return {
            "dry_run": self.dry_run,
            "kinds": [
                {
                    "kind": kind,
                    "created": sorted(self.created.get(kind, [])),
                    "changed": [
                        {
                            "key": key,
                            "fields": [
                                {"path": c.path, "before": c.before, "after": c.after} for c in changes
                            ],
                        }
                        for key, changes in sorted(self.changed.get(kind, {}).items())
                    ],
                    "unchanged": sorted(self.unchanged.get(kind, [])),
                    "refused": [
                        {"key": key, "reason": why} for key, why in sorted(self.refused.get(kind, {}).items())
                    ],
                }
                for kind in self.kinds
            ],
        }


KIND_ORDER = (
    "cluster",
    "competency",
    "reference table",
    "rating scale",
    "role profile",
    "question bank",
    "question",
    "loop",
)


def differences(before: Any, after: Any, path: str = "") -> list[Change]:
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
            found.append(Change(f"{path} (order)", list(old), list(new)))
        return found
    return [] if before == after else [Change(path, before, after)]


def _keyed(entries: list[Any]) -> bool:
    names = [_name(entry) for entry in entries]
    return all(names) and len(set(names)) == len(names)


def _name(entry: Any) -> str:
    if not isinstance(entry, dict):
        return ""
    return str(
        next((entry[label] for label in ("key", "competency", "name", "company") if label in entry), "")
    )


def _brief(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "nothing"
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
