"""Mappings of a pack: read from nodes, checked, and put in one order.

A ``Shape`` is a mapping of named fields; ``read`` gives a ``Record`` (a dict that knows
its lines), ``body`` the same content in the canonical order and without empty optional
entries, which is what is hashed and exported.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from content.packfile.faults import Faults, Place
from content.packfile.scalars import MISSING, TAG, Field, Text, Whole, shown


class Record(dict[str, Any]):
    """A mapping as read, with the place of each of its entries."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.places: dict[str, Place] = {}

    def at(self, name: str) -> Place:
        """Where the entry stands; the mapping itself where it is missing."""
        return self.places.get(name, self.place)


@dataclass(frozen=True, slots=True)
class Levels(Field):
    """Texts by scale point: ``1: ..., 2: ...``."""

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        """Read texts by point."""
        if not isinstance(node, MappingNode):
            faults.add(place, f"must give a text for each point of the scale, found {shown(node)}.")
            return MISSING
        found: dict[int, str] = {}
        for key, value in node.value:
            here = Place(place.file, key.start_mark.line + 1, f"{place.path}.{key.value}")
            point = Whole(self.name, low=1, high=30).read(key, here, faults)
            text = Text(self.name, required=True).read(value, here, faults)
            if point is MISSING or text is MISSING:
                continue
            if point in found:
                faults.add(here, "stands twice. Keep one text per point.")
            found[point] = text
        return found

    def body(self, value: Any) -> Any:
        """Return the texts in order of their points."""
        return {point: value[point] for point in sorted(value or {})}


@dataclass(frozen=True, slots=True)
class Free(Field):
    """Anything YAML can say, kept as it was written."""

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        """Read anything."""
        return plain(node, place, faults)


@dataclass(frozen=True, slots=True)
class Mapping(Field):
    """A mapping of known fields."""

    shape: "Shape | None" = None

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        """Read a mapping."""
        assert self.shape is not None  # noqa: S101 -- given where the field is declared
        return self.shape.read(node, place, faults)

    def body(self, value: Any) -> Any:
        """Return the mapping in canonical form."""
        return self.shape.body(value) if self.shape is not None and value else {}


@dataclass(frozen=True, slots=True)
class Listing(Field):
    """A list of mappings of known fields; ``label`` names the entry that tells them apart in paths."""

    shape: "Shape | None" = None
    label: str = ""

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        """Read a list of mappings."""
        assert self.shape is not None  # noqa: S101 -- given where the field is declared
        if not isinstance(node, SequenceNode):
            faults.add(place, f"must be a list, found {shown(node)}. Begin each entry with a hyphen.")
            return MISSING
        records = []
        for number, child in enumerate(node.value, start=1):
            line = child.start_mark.line + 1
            label = _label(child, self.label) or str(number)
            read = self.shape.read(child, Place(place.file, line, f"{place.path}[{label}]"), faults)
            if read is not MISSING:
                records.append(read)
        return records

    def body(self, value: Any) -> Any:
        """Return the entries in canonical form."""
        return [self.shape.body(entry) for entry in value or []] if self.shape is not None else []


def _label(node: Node, label: str) -> str:
    if label and isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == label and isinstance(value, ScalarNode):
                return str(value.value)
    return ""


class Shape:
    """The fields of a mapping, in the order in which they are exported."""

    def __init__(self, *fields: Field) -> None:
        self.fields = {field.name: field for field in fields}

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        """Read a mapping: a Record with what could be read, or MISSING."""
        if not isinstance(node, MappingNode):
            faults.add(place, f"must be a mapping, found {shown(node)}.")
            return MISSING
        record = Record(place)
        for key, value in node.value:
            name = str(key.value)
            here = Place(place.file, key.start_mark.line + 1, f"{place.path}.{name}".lstrip("."))
            field = self.fields.get(name)
            if field is None:
                faults.add(here, f"is not known here. {hint(name, self.fields)}")
                continue
            if name in record.places:
                faults.add(here, "stands twice. Keep one.")
            record.places[name] = here
            read = field.read(value, here, faults)
            if read is not MISSING:
                record[name] = read
        for name, field in self.fields.items():
            if field.required and name not in record.places:
                faults.add(place, f"{name} is missing. Add it.")
        return record

    def body(self, values: Any) -> dict[str, Any]:
        """Return ``values`` in canonical order, without empty optional entries."""
        ordered: dict[str, Any] = {}
        for name, field in self.fields.items():
            value = field.body(values.get(name, field.default))
            if field.always or field.required or not _says_nothing(value):
                ordered[name] = value
        return ordered


def _says_nothing(value: Any) -> bool:
    # A zero says something: compare by identity and by length only.
    return value is None or value is False or (isinstance(value, str | list | dict) and not value)


def hint(name: str, known: Iterable[str]) -> str:
    """Propose what may have been meant."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean {near[0]}?" if near else f"Known: {', '.join(sorted(known)[:40]) or 'nothing yet'}."


def plain(node: Node, place: Place, faults: Faults) -> Any:
    """Return a node as plain data: mappings with text keys, lists, texts, numbers, true, false, null."""
    if isinstance(node, MappingNode):
        return {
            str(key.value): plain(
                value, Place(place.file, key.start_mark.line + 1, f"{place.path}.{key.value}"), faults
            )
            for key, value in node.value
        }
    if isinstance(node, SequenceNode):
        return [plain(child, place, faults) for child in node.value]
    kind, text = str(node.tag).removeprefix(TAG), str(node.value)
    if kind == "bool":
        return text.lower() == "true"
    if kind == "null":
        return None
    if kind in {"int", "float"}:
        try:
            value = int(text) if kind == "int" else float(text)
        except ValueError:
            return text
        if value in (float("inf"), float("-inf")) or value != value:  # noqa: PLR0124 -- NaN differs from itself
            faults.add(place, f"must be a finite number, found {shown(node)}.")
            return None
        return value
    return text
