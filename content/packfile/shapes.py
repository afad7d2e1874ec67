"""Mappings of a pack: read from nodes, checked, and put in one order.

A ``Shape`` is a mapping of named fields; ``read`` gives a ``Record`` (a dict that knows
its lines), ``body`` the same content in the canonical order and without empty optional
entries, which is what is hashed and exported. ``held_by`` reads the same mapping from a row
of the database, ``columns`` turns it into one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from content.packfile.faults import Faults, Place
from content.packfile.plain import hint, plain
from content.packfile.scalars import MISSING, Entry, Field, Find, Reference, Text, Whole, shown


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
    """Texts by scale point: ``1: ..., 2: ...``; each is a row with a ``point`` and a ``text``."""

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
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

    def held_by(self, row: Any) -> Any:
        """Return the texts of the rows by point."""
        return {each.point: each.text for each in getattr(row, self.rows).all()}

    def entries(self, value: Any, find: Find) -> list[Entry]:
        """Return a row a point."""
        return [({"point": point, "text": text}, {}) for point, text in (value or {}).items()]


@dataclass(frozen=True, slots=True)
class Free(Field):
    """Anything YAML can say, kept as it was written."""

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        return plain(node, place, faults)


@dataclass(frozen=True, slots=True)
class Mapping(Field):
    """A mapping of known fields, held by one column, or, where it is ``spread``, by one column each."""

    shape: "Shape | None" = None
    spread: bool = False

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The columns of the row itself that this field fills."""
        return self.shape.own_columns if self.spread and self.shape is not None else (self.attribute,)

    def held_by(self, row: Any) -> Any:
        if self.spread and self.shape is not None:
            return self.shape.held_by(row)
        return getattr(row, self.attribute)

    def columns(self, value: Any, find: Find) -> dict[str, Any]:
        """Return the column, or the columns, that hold it."""
        if self.spread and self.shape is not None:
            return self.shape.columns(value or {}, find)
        return {self.attribute: value or {}}

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        assert self.shape is not None  # noqa: S101 -- given where the field is declared
        return self.shape.read(node, place, faults)

    def body(self, value: Any) -> Any:
        return self.shape.body(value) if self.shape is not None and value else {}


@dataclass(frozen=True, slots=True)
class Listing(Field):
    """A list of mappings of known fields; ``label`` names the entry that tells them apart in paths.

    Without ``rows`` one column holds the whole list.
    """

    shape: "Shape | None" = None
    label: str = ""

    @property
    def describes(self) -> bool:
        """Two listings of one relation describe the same rows."""
        return True

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
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
        return [self.shape.body(entry) for entry in value or []] if self.shape is not None else []

    def held_by(self, row: Any) -> Any:
        """Return the entries as the rows hold them."""
        if not self.rows or self.shape is None:
            return getattr(row, self.attribute)
        return [self.shape.held_by(each) for each in getattr(row, self.rows).all()]

    def columns(self, value: Any, find: Find) -> dict[str, Any]:
        """Return the column that holds the list, where no rows do."""
        return {} if self.rows else {self.attribute: list(value or [])}

    def entries(self, value: Any, find: Find) -> list[Entry]:
        """Return a row an entry."""
        if self.shape is None:
            return []
        return [(self.shape.columns(entry, find), entry) for entry in value or []]

    def references(self, holder: Any, value: Any) -> Iterator[Reference]:
        """Yield what the entries name."""
        for entry in value or []:
            if self.shape is not None:
                yield from self.shape.references(entry)

    def named_by(self, row: Any) -> Iterator[tuple[str, Any]]:
        """Yield what the rows pin."""
        if self.rows and self.shape is not None:
            for each in getattr(row, self.rows).all():
                yield from self.shape.named_by(each)


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

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The columns of a row that this shape fills, parts left out; each once, in order."""
        return tuple(dict.fromkeys(name for field in self.fields.values() for name in field.own_columns))

    def leaves(self) -> Iterator[Field]:
        """Yield the fields that fill columns of the row itself, those of spread mappings included."""
        for field in self.fields.values():
            if isinstance(field, Mapping) and field.spread and field.shape is not None:
                yield from field.shape.leaves()
            elif not field.rows:
                yield field

    @property
    def parts(self) -> dict[str, list[Field]]:
        """The fields that rows of their own hold, by the relation that leads to the rows."""
        found: dict[str, list[Field]] = {}
        for field in self.fields.values():
            if field.rows:
                found.setdefault(field.rows, []).append(field)
        return found

    def held_by(self, row: Any) -> dict[str, Any]:
        """Return what a row and its parts hold, by the names of the file."""
        return {name: field.held_by(row) for name, field in self.fields.items()}

    def columns(self, body: Any, find: Find) -> dict[str, Any]:
        """Return the columns of a row that holds ``body``; ``find`` gives the rows that it names."""
        columns: dict[str, Any] = {}
        for name, field in self.fields.items():
            if field.in_extra:
                extra = columns.setdefault("extra", {})
                if name in body:
                    extra[name] = body[name]
            elif not field.rows:
                columns |= field.columns(body.get(name), find)
        return columns

    def references(self, body: Any) -> Iterator[Reference]:
        """Yield every other thing that ``body`` names."""
        for name, field in self.fields.items():
            yield from field.references(body, body.get(name))

    def named_by(self, row: Any) -> Iterator[tuple[str, Any]]:
        """Yield the versions that a row and its parts pin, each with the name of its pin."""
        for field in self.fields.values():
            yield from field.named_by(row)

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
