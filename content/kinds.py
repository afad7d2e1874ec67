"""A kind of versioned content, declared once.

Its ``Shape`` has a line for every field. From these lines follow the pack file, the body that is
hashed, the rows that are written and copied, the API's fields, the form and the list of what a draft
changes. A column that says something of the one row alone is named in ``left_behind`` instead; a
test compares every table with its declaration, so that no column is carried by halves.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from content.canonical import pinned_hash
from content.differences import FieldChange, differences
from content.models import Status, Versioned
from content.packfile import Field, Listing, Ref, RefRows, Shape, Text

V = TypeVar("V", bound=Versioned)
M = TypeVar("M", bound=Model)

Body = dict[str, Any]

# Columns of every version that belong to the one row: who it is, ...
IDENTITY = frozenset({"id", "team", "key", "version"})
# ... where it stands in its life, ...
LIFE = frozenset({"status", "content_hash", "created_at", "published_at", "published_by", "retired_at"})
# ... and where a copy came from.
PROVENANCE = frozenset({"source_team_key", "source_version", "source_hash"})


@dataclass(frozen=True, slots=True)
class Lineage:
    """A part that remembers the part of the earlier version from which it was made.

    ``relation`` leads to the parts, ``column`` holds the earlier one, and ``same`` is the reference that
    the two have in common.
    """

    relation: str
    column: str
    same: str


@dataclass(frozen=True)
class ContentKind(Generic[V]):
    """One kind of versioned content: its table, what it is called, and what a version of it contains."""

    model: type[V]
    name: str
    shape: Shape
    # Brings what was read or held into the one form, where two forms mean the same.
    tidy: Callable[[Body], Body] = dict
    # Columns that say something of this row alone, and no copy or next version takes along.
    left_behind: frozenset[str] = frozenset()
    lineage: Lineage | None = None
    order: tuple[str, ...] = ("key",)

    @property
    def noun(self) -> str:
        """The name as the audit trail's verbs begin with it."""
        return self.name.replace(" ", "_")

    @property
    def rows(self) -> Any:
        """The table's default manager."""
        return self.model._default_manager  # noqa: SLF001 -- Django's documented default manager

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold what a version says of itself; keys come first, as in the file."""
        return self.shape.own_columns

    def loaded(self, rows: QuerySet[V]) -> QuerySet[V]:
        """Load everything that a body reads, in a number of queries that does not grow with the rows."""
        named = [field.attribute for field in self.shape.fields.values() if isinstance(field, Ref)]
        return rows.select_related(*named).prefetch_related(*_lookups(self.shape.parts))

    def fresh(self, row: V) -> V:
        """Return the row as it stands in the database, loaded."""
        found: V = self.loaded(self.rows.select_related("team")).get(pk=row.pk)
        return found

    def normal(self, values: Any) -> Body:
        """Return what was read or held in canonical form."""
        return self.shape.body(self.tidy(dict(values)))

    def body(self, row: V) -> Body:
        """Return the canonical body of a row, which should be loaded."""
        return self.normal(self.shape.held_by(row))

    def hashed(self, row: V) -> str:
        """Return the content hash of a loaded row with the versions that it pins."""
        pins = {pin: named.content_hash for pin, named in self.shape.named_by(row)}
        return pinned_hash(self.body(row), pins)

    def state(self, row: V) -> str:
        """Return the hash of what a row contains by now, its parts included."""
        return self.hashed(self.fresh(row))

    def changes(self, row: V) -> list[FieldChange]:
        """Return what a version changes against the one before it that was published; none for a first."""
        older = self.rows.filter(team_id=row.team_id, key=row.key, version__lt=row.version)
        before = self.loaded(older.exclude(status=Status.DRAFT)).order_by("-version").first()
        return differences(self.body(before), self.body(self.fresh(row))) if before is not None else []


@dataclass(frozen=True)
class Heading(Generic[M]):
    """A kind without versions, by which content is filed: clusters, question banks. Found by its key."""

    model: type[M]
    name: str
    shape: Shape
    order: tuple[str, ...] = ("key",)

    @property
    def rows(self) -> Any:
        """The table's default manager."""
        return self.model._default_manager  # noqa: SLF001 -- Django's documented default manager

    def body(self, row: M) -> Body:
        """Return the canonical body of a row."""
        return self.shape.body(self.shape.held_by(row))


AnyKind = ContentKind[Any] | Heading[Any]


def texts(shape: Shape, *, but: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that hold free texts, ``but`` those that a caller treats one by one."""
    free = [field.attribute for field in shape.leaves() if isinstance(field, Text) and not field.in_extra]
    return tuple(name for name in free if name not in but)


def nested(fields: list[Field]) -> dict[str, list[Field]]:
    """Return the parts of parts: what hangs below the rows of one relation, by relation."""
    found: dict[str, list[Field]] = {}
    for field in fields:
        if isinstance(field, Listing) and field.shape is not None:
            for relation, below in field.shape.parts.items():
                found.setdefault(relation, []).extend(below)
    return found


def _lookups(parts: dict[str, list[Field]]) -> Iterator[str]:
    for relation, fields in parts.items():
        yield relation
        for field in fields:
            if isinstance(field, RefRows):
                yield f"{relation}__{field.attribute}"
            if isinstance(field, Listing) and field.shape is not None:
                for each in field.shape.fields.values():
                    if isinstance(each, Ref):
                        yield f"{relation}__{each.attribute}"
        for below in _lookups(nested(fields)):
            yield f"{relation}__{below}"


def part_columns(field: Field) -> tuple[str, ...]:
    """Return the columns that a field fills in the rows that hold it."""
    if isinstance(field, Listing) and field.shape is not None:
        return field.shape.own_columns
    if isinstance(field, RefRows):
        return (field.attribute, *dict(field.fixed))
    return ("point", "text")
