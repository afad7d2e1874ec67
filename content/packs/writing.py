"""Writes one kind of a pack: what differs becomes a new published version, in a fixed number of queries."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from content.canonical import pinned_hash
from content.differences import FieldChange, differences
from content.kinds import AnyKind, Body, ContentKind, Heading, nested
from content.life import freeze
from content.models import Status, Versioned
from content.packfile import Field
from content.packs.known import Known, standing
from content.packs.pack import Origin, Pack
from content.packs.report import PackReport

# Gives further columns of a row below a thing: the relation, the thing's key, the columns so far.
Enrich = Callable[[str, str, dict[str, Any]], dict[str, Any]]


@dataclass(slots=True)
class Incoming:
    """One thing to be imported: its body, the hash of body and pins, its place among its kind."""

    body: Body
    content_hash: str
    position: int
    origin: Origin | None
    version: int = 1

    @property
    def key(self) -> str:
        key: str = self.body["key"]
        return key


def write_kind(
    kind: AnyKind, pack: Pack, known: Known, *, by: User | None, report: PackReport, keep: bool
) -> set[str]:
    """Write what differs from what the team has; return the keys written.

    ``keep`` leaves whatever the team has under a key as it is.
    """
    if isinstance(kind, Heading):
        return _write_headings(kind, pack, known, report=report, keep=keep)
    incoming = [
        Incoming(
            body,
            pinned_hash(body, _pins(kind, body, known)),
            position,
            pack.origins.get((kind.name, body["key"])),
        )
        for position, body in enumerate(pack.of(kind.name))
    ]
    there = standing(kind, known.team)
    present = {item.key: there[item.key] for item in incoming if item.key in there}
    todo = _sort_out(kind, incoming, present, known=known, report=report, keep=keep)
    if report.refused and any(not _names_known(kind, item.body, known) for item in todo):
        return set()  # what it names was refused; then nothing is taken in
    rows = kind.rows.bulk_create(_row(kind, item, known) for item in todo)
    pairs = [(row, item.body) for row, item in zip(rows, todo, strict=True)]
    _write_parts(
        kind.shape.parts, pairs, known, _lineage(kind, [present[i.key] for i in todo if i.key in present])
    )
    freeze(kind.rows.filter(pk__in=[row.pk for row in rows]), by=by)
    known.forget(kind.name)
    return {item.key for item in todo}


def _pins(kind: ContentKind[Any], body: Body, known: Known) -> dict[str, str]:
    named = [each for each in kind.shape.references(body) if each.pin]
    return {each.pin: row.content_hash for each in named if (row := known.rows(each.kind).get(each.key))}


def _names_known(kind: AnyKind, body: Body, known: Known) -> bool:
    return all(each.key in known.rows(each.kind) for each in kind.shape.references(body))


def _sort_out(
    kind: ContentKind[Any],
    incoming: list[Incoming],
    present: dict[str, Any],
    *,
    known: Known,
    report: PackReport,
    keep: bool,
) -> list[Incoming]:
    """Return what must be written, with its version number; note what becomes of each thing.

    A draft in the way is refused: somebody's unfinished edit is neither published nor overtaken in silence.
    """
    drafts = kind.rows.filter(team=known.team, status=Status.DRAFT, key__in=[item.key for item in incoming])
    drafted = set(drafts.values_list("key", flat=True))
    fresh: list[Incoming] = []
    changed: list[Incoming] = []
    for item in incoming:
        old = present.get(item.key)
        if old is not None and (keep or old.content_hash == item.content_hash):
            report.note_unchanged(kind.name, item.key)
        elif item.key in drafted:
            report.note_refused(
                kind.name, item.key, "a draft of it is being edited; publish or discard the draft first"
            )
        elif old is None:
            fresh.append(item)
            report.note_created(kind.name, item.key)
        else:
            item.version = old.version + 1
            changed.append(item)
    olds = kind.loaded(kind.rows.filter(pk__in=[present[item.key].pk for item in changed])) if changed else ()
    before = {row.key: kind.body(row) for row in olds}
    for item in changed:
        found = differences(before[item.key], item.body)
        # Nothing of its own differs: something that it names has a new version.
        report.note_changed(
            kind.name,
            item.key,
            found or [FieldChange("what it names", "earlier versions", "newest versions")],
        )
    return fresh + changed


def _row(kind: ContentKind[Any], item: Incoming, known: Known) -> Versioned:
    columns = {**kind.shape.columns(item.body, known.find), "version": item.version}
    if item.origin is not None:
        columns |= {
            "source_team_key": item.origin.team_key,
            "source_version": item.origin.version,
            "source_hash": item.origin.content_hash,
        }
    if _placed(kind.model):
        columns["position"] = item.position
    row: Versioned = kind.model(team=known.team, content_hash=item.content_hash, **columns)
    return row


def _placed(model: Any) -> bool:
    return any(field.name == "position" for field in model._meta.concrete_fields)  # noqa: SLF001 -- documented


def _write_parts(
    parts: dict[str, list[Field]], pairs: list[tuple[Any, Body]], known: Known, enrich: Enrich | None = None
) -> None:
    """Write what hangs below rows, level by level; lists of mappings on one relation describe the same rows."""
    for relation, fields in parts.items():
        made: list[tuple[Any, Body]] = []
        for row, body in pairs:
            link: Any = row._meta.get_field(relation)  # noqa: SLF001 -- Django's documented Meta API
            model, placed = link.related_model, _placed(link.related_model)
            for position, columns, entry in _entries(fields, body, known):
                own = {link.field.name: row, **({"position": position} if placed else {}), **columns}
                if enrich is not None:
                    own |= enrich(relation, row.key, columns)
                made.append((model(**own), entry))
        if made:
            type(made[0][0])._default_manager.bulk_create([row for row, _ in made], batch_size=500)  # noqa: SLF001 -- documented
            _write_parts(nested(fields), made, known)


def _entries(fields: list[Field], body: Body, known: Known) -> list[tuple[int, dict[str, Any], Body]]:
    lists = [field.entries(body.get(field.name), known.find) for field in fields]
    if all(field.describes for field in fields):
        return [
            (position, _merged([columns for columns, _ in row]), _merged([entry for _, entry in row]))
            for position, row in enumerate(zip(*lists, strict=True))
        ]
    return [(position, *entry) for each in lists for position, entry in enumerate(each)]


def _merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in parts:
        merged |= part
    return merged


def _lineage(kind: ContentKind[Any], older: list[Any]) -> Enrich | None:
    """Return what gives each new part the part that it was made from, for the kinds that keep track."""
    line = kind.lineage
    if line is None or not older:
        return None
    link: Any = kind.model._meta.get_field(line.relation)  # noqa: SLF001 -- Django's documented Meta API
    back = link.field.name
    rows = link.related_model._default_manager.filter(**{f"{back}__in": older})  # noqa: SLF001 -- documented
    names = rows.values_list(f"{back}__key", f"{line.same}__key", "pk")
    parents = {(thing, named): pk for thing, named, pk in names}

    def enrich(relation: str, key: str, columns: dict[str, Any]) -> dict[str, Any]:
        if relation != line.relation:
            return {}
        return {f"{line.column}_id": parents.get((key, columns[line.same].key))}

    return enrich


def _write_headings(
    kind: Heading[Any], pack: Pack, known: Known, *, report: PackReport, keep: bool
) -> set[str]:
    """Write clusters, banks and their like: they have no versions, so what differs is changed in place."""
    written: set[str] = set()
    placed = _placed(kind.model)
    for position, body in enumerate(pack.of(kind.name)):
        columns = kind.shape.columns(body, known.find) | ({"position": position} if placed else {})
        row = known.rows(kind.name).get(body["key"])
        if row is None:
            kind.rows.create(team=known.team, **columns)
            report.note_created(kind.name, body["key"])
            written.add(body["key"])
            continue
        changes = [FieldChange(name, getattr(row, name), value) for name, value in columns.items()]
        changes = [change for change in changes if change.before != change.after]
        if keep or not changes:
            report.note_unchanged(kind.name, body["key"])
            continue
        report.note_changed(kind.name, body["key"], changes)
        kind.rows.filter(pk=row.pk).update(**columns)
        written.add(body["key"])
    known.forget(kind.name)
    return written
