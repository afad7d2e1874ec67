"""Fields that name other things by their keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from content.packfile.scalars import Entry, Find, Key, Keys, Reference


@dataclass(frozen=True, slots=True)
class Ref(Key):
    """The key of one other thing, which a foreign key of the row holds.

    Where nothing is written, the thing called ``unsaid`` is meant; it is never exported. ``pin`` is the
    name under which the hash of a thing takes up the hash of what it names, with ``{}`` for the key; a
    thing that has no versions is not pinned.
    """

    kind: str = ""
    unsaid: str = ""
    pin: str = "{}"

    def body(self, value: Any) -> Any:
        """Return the key, or nothing where it goes without saying."""
        return "" if value == self.unsaid else value

    def held_by(self, row: Any) -> Any:
        """Return the key of what the row names."""
        return getattr(row, self.attribute).key

    def columns(self, value: Any, find: Find) -> dict[str, Any]:
        """Return the row that is named."""
        return {self.attribute: find(self.kind, value or self.unsaid)}

    def references(self, holder: Any, value: Any) -> Iterator[Reference]:
        """Yield the one thing that is named."""
        key = value or self.unsaid
        if key:
            yield Reference(holder, self.name, self.kind, key, self.pin.format(key))

    def named_by(self, row: Any) -> Iterator[tuple[str, Any]]:
        """Yield the version that the row pins."""
        if self.pin:
            named = getattr(row, self.attribute)
            yield self.pin.format(named.key), named


@dataclass(frozen=True, slots=True)
class RefRows(Keys):
    """The keys of several other things, each held by a row of its own.

    ``column`` is the foreign key of those rows; ``fixed`` says which of them belong to this list, where
    one relation holds several lists.
    """

    kind: str = ""
    pin: str = "{}"
    fixed: tuple[tuple[str, Any], ...] = ()

    def _mine(self, row: Any) -> list[Any]:
        rows = getattr(row, self.rows).all()
        return [each for each in rows if all(getattr(each, name) == value for name, value in self.fixed)]

    def held_by(self, row: Any) -> Any:
        """Return the keys in the order of the rows."""
        return [getattr(each, self.attribute).key for each in self._mine(row)]

    def entries(self, value: Any, find: Find) -> list[Entry]:
        """Return a row a key."""
        return [({self.attribute: find(self.kind, key), **dict(self.fixed)}, {}) for key in value or []]

    def references(self, holder: Any, value: Any) -> Iterator[Reference]:
        """Yield every thing that is named."""
        for key in value or []:
            yield Reference(holder, self.name, self.kind, key, self.pin.format(key))

    def named_by(self, row: Any) -> Iterator[tuple[str, Any]]:
        """Yield the versions that the rows pin."""
        for each in self._mine(row):
            named = getattr(each, self.attribute)
            yield self.pin.format(named.key), named
