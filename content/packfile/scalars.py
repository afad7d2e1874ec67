"""Single values of a pack: texts, keys, numbers, flags, lists of words.

A field says how a value is written in a file and which column of a row holds it. That one
line is all that reading, writing, exporting, copying, the API and the forms need to know.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from content.packfile.faults import Faults, Place

TAG = "tag:yaml.org,2002:"

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\Z")


class Missing:
    """A value that could not be read; its fault is noted already."""


MISSING = Missing()

# Finds the row that a reference names: given the name of a kind and a key.
Find = Callable[[str, str], Any]
# A row to be: its columns, and the mapping that its own parts are read from.
Entry = tuple[dict[str, Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Reference:
    """One mention of another thing: in which mapping, as which entry, of which kind, by which key."""

    holder: Any
    name: str
    kind: str
    key: str
    pin: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """Base of all fields.

    ``always`` entries are exported even when empty. The value lies in the column of the same name unless
    ``column`` names another, or ``in_extra`` says that the row's ``extra`` holds it.
    """

    name: str
    required: bool = False
    always: bool = False
    default: Any = None
    column: str = ""
    in_extra: bool = False
    # The relation to the rows that hold the value, where it is not held by the row itself.
    rows: str = ""

    @property
    def describes(self) -> bool:
        """Whether the nth entry describes the nth row, so that several lists may describe the same rows."""
        return False

    @property
    def attribute(self) -> str:
        """The column that holds the value."""
        return self.column or self.name

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The columns of the row itself that this field fills."""
        if self.rows:
            return ()
        return ("extra",) if self.in_extra else (self.attribute,)

    def held_by(self, row: Any) -> Any:
        """Return the value as a row holds it."""
        return row.extra.get(self.name, self.default) if self.in_extra else getattr(row, self.attribute)

    def columns(self, value: Any, find: Find) -> dict[str, Any]:
        """Return the columns that hold the value; what lies in ``extra`` is gathered by the shape."""
        return {} if self.in_extra else {self.attribute: self.default if value is None else value}

    def entries(self, value: Any, find: Find) -> list[Entry]:
        """Return what each row of ``rows`` holds."""
        return []

    def references(self, holder: Any, value: Any) -> Iterator[Reference]:
        """Yield every other thing that the value names; ``holder`` is the mapping in which it stands."""
        yield from ()

    def named_by(self, row: Any) -> Iterator[tuple[str, Any]]:
        """Yield the versions that a row pins here, each with the name of its pin."""
        yield from ()

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        """Return the value of ``node`` or MISSING after noting the fault."""
        raise NotImplementedError

    def body(self, value: Any) -> Any:
        """Return the value in canonical form."""
        return value


def _scalar(node: Node, kinds: Sequence[str]) -> str | None:
    if isinstance(node, ScalarNode) and str(node.tag).removeprefix(TAG) in kinds:
        return str(node.value)
    return None


def shown(node: Node) -> str:
    """Say what was found, briefly."""
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, SequenceNode):
        return "a list"
    text = str(node.value)
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


@dataclass(frozen=True, slots=True)
class Text(Field):
    """Words; at most ``longest`` characters."""

    longest: int = 20_000
    default: Any = ""

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        text = _scalar(node, ["str"])
        if text is None:
            faults.add(place, f"must be text, found {shown(node)}. Put it in quotes if it is meant as text.")
            return MISSING
        if "\x00" in text:
            faults.add(place, "holds a character that cannot be stored (NUL). Remove it.")
            return MISSING
        if len(text) > self.longest:
            faults.add(place, f"has {len(text)} characters; {self.longest} are the most. Shorten it.")
            return MISSING
        if self.required and not text.strip():
            faults.add(place, "must not be empty. Say it in a few words.")
            return MISSING
        return text


@dataclass(frozen=True, slots=True)
class Key(Field):
    default: Any = ""

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        text = _scalar(node, ["str", "int"])
        if text is None or not _KEY.match(text):
            faults.add(
                place,
                f"must be a key, found {shown(node)}. "
                "Use lower-case letters, digits, hyphens and underscores, at most 80.",
            )
            return MISSING
        return text


@dataclass(frozen=True, slots=True)
class Choice(Field):
    """One of the listed words."""

    values: tuple[str, ...] = ()
    default: Any = ""

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        text = _scalar(node, ["str"])
        if text not in self.values:
            faults.add(place, f"must be one of {', '.join(self.values)}; found {shown(node)}.")
            return MISSING
        return text


@dataclass(frozen=True, slots=True)
class Whole(Field):
    """A whole number within bounds."""

    low: int = 0
    high: int = 32_767

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        text = _scalar(node, ["int"])
        if text is None or not re.fullmatch(r"[+-]?\d{1,9}", text) or not self.low <= int(text) <= self.high:
            faults.add(place, f"must be a whole number from {self.low} to {self.high}, found {shown(node)}.")
            return MISSING
        return int(text)


@dataclass(frozen=True, slots=True)
class Number(Field):
    """A number within bounds, with at most so many decimals as can be stored."""

    low: float = 0.0
    high: float = 1.0
    decimals: int = 4

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        text = _scalar(node, ["int", "float"])
        try:
            value = float(text) if text is not None else None
        except ValueError:
            value = None
        if value is None or not self.low <= value <= self.high:
            faults.add(place, f"must be a number from {self.low:g} to {self.high:g}, found {shown(node)}.")
            return MISSING
        if round(value, self.decimals) != value:
            faults.add(place, f"has more than {self.decimals} decimals ({text}). Round it.")
            return MISSING
        return value

    def body(self, value: Any) -> Any:
        """Return a float, whatever holds the number."""
        return None if value is None else float(value)

    def columns(self, value: Any, find: Find) -> dict[str, Any]:
        """Return the number as it is written, since a float would add digits of its own."""
        return {self.attribute: None if value is None else Decimal(str(value))}


@dataclass(frozen=True, slots=True)
class Flag(Field):
    default: Any = False

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        text = _scalar(node, ["bool"])
        if text is None:
            faults.add(place, f"must be true or false, found {shown(node)}.")
            return MISSING
        return text.lower() == "true"


@dataclass(frozen=True, slots=True)
class Texts(Field):
    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        if not isinstance(node, SequenceNode):
            faults.add(place, f"must be a list, found {shown(node)}. Begin each entry with a hyphen.")
            return MISSING
        one = self._one()
        values = [
            one.read(child, Place(place.file, child.start_mark.line + 1, f"{place.path}[{number}]"), faults)
            for number, child in enumerate(node.value, start=1)
        ]
        return [value for value in values if value is not MISSING]

    def _one(self) -> Field:
        return Text(self.name, required=True)

    def body(self, value: Any) -> Any:
        return list(value or [])

    def columns(self, value: Any, find: Find) -> dict[str, Any]:
        """Return a list, an empty one where nothing is said."""
        return {self.attribute: list(value or [])}


@dataclass(frozen=True, slots=True)
class Keys(Texts):
    def _one(self) -> Field:
        return Key(self.name)


@dataclass(frozen=True, slots=True)
class Words(Field):
    """One text, or a list of texts; kept as it was written."""

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        kind: Field = Texts(self.name) if isinstance(node, SequenceNode) else Text(self.name)
        return kind.read(node, place, faults)

    def columns(self, value: Any, find: Find) -> dict[str, Any]:
        """Return what was written, an empty list where nothing is said."""
        return {self.attribute: [] if value is None else value}
