"""What an import did, or would do."""

from dataclasses import dataclass, field
from typing import Any

from content.differences import FieldChange


@dataclass(slots=True)
class PackReport:
    """Per kind (competency, role profile, ...): keys created, renewed, unchanged, refused with the reason."""

    dry_run: bool = False
    created: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, dict[str, list[FieldChange]]] = field(default_factory=dict)
    unchanged: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, dict[str, str]] = field(default_factory=dict)
    _met: list[str] = field(default_factory=list)

    def _meet(self, kind: str) -> None:
        if kind not in self._met:
            self._met.append(kind)

    def note_created(self, kind: str, key: str) -> None:
        self._meet(kind)
        self.created.setdefault(kind, []).append(key)

    def note_changed(self, kind: str, key: str, changes: list[FieldChange]) -> None:
        """Note a new version of something, and how it differs."""
        self._meet(kind)
        self.changed.setdefault(kind, {})[key] = changes

    def note_unchanged(self, kind: str, key: str) -> None:
        self._meet(kind)
        self.unchanged.setdefault(kind, []).append(key)

    def note_refused(self, kind: str, key: str, why: str) -> None:
        """Note something that could not be taken in; then nothing is."""
        self._meet(kind)
        self.refused.setdefault(kind, {})[key] = why

    @property
    def kinds(self) -> list[str]:
        """Every kind met, in the order in which they were taken in."""
        return self._met

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
