"""What reading has in common, whatever a section holds: lists of entries, keys used twice, references."""

from collections.abc import Callable, Iterable
from typing import Any

from accounts.models import Team
from content.kinds import AnyKind, ContentKind
from content.packfile import Faults, Listing, PackFile, Place, Record, hint
from content.packs.pack import Pack

# A path from a body to the value that is wrong: names and positions.
Path = tuple[str | int, ...]
Check = Callable[[Record], Iterable[tuple[Path, str]]]


def read_list(
    files: dict[str, PackFile], name: str, listing: Listing, faults: Faults, *, also: tuple[str, ...] = ()
) -> list[Record]:
    """Read one top-level list of one file; other top-level entries than ``also`` are faults."""
    file = files.get(name)
    if file is None:
        return []
    for key, (_, line) in file.entries.items():
        if key != listing.name and key not in also:
            faults.add(Place(name, line, key), f"is not known here. {hint(key, [listing.name, *also])}")
    if listing.name not in file.entries:
        if listing.name not in also:
            faults.add(Place(name, 1), f"{listing.name} is missing. Add it as the top-level entry.")
        return []
    node, line = file.entries[listing.name]
    read = listing.read(node, Place(name, line, listing.name), faults)
    return read if isinstance(read, list) else []


def read_meta(files: dict[str, PackFile], listing: Listing, faults: Faults) -> list[Record]:
    """Read one list that stands in ``meta.yaml``, which several sections share."""
    file = files.get("meta.yaml")
    if file is None or "meta" not in file.entries:
        return []
    for key, value in file.entries["meta"][0].value:
        if key.value == listing.name:
            place = Place(file.name, key.start_mark.line + 1, f"meta.{listing.name}")
            read = listing.read(value, place, faults)
            return read if isinstance(read, list) else []
    return []


def take(kind: AnyKind, records: list[Record], pack: Pack, faults: Faults) -> None:
    """Add a kind's entries to the pack, noting keys that occur twice."""
    once(records, faults)
    pack.records[kind.name] = records
    normal = kind.normal if isinstance(kind, ContentKind) else kind.shape.body
    pack.bodies[kind.name] = [normal(record) for record in records]


def once(records: list[Record], faults: Faults) -> None:
    """Note keys that occur twice."""
    seen: dict[str, Place] = {}
    for record in records:
        key = record.get("key")
        if key in seen:
            first = seen[key]
            faults.add(
                record.at("key"), f"{key} is used already at {first.file}:{first.line}. Choose another key."
            )
        elif key is not None:
            seen[key] = record.at("key")


def check(
    kind: AnyKind,
    pack: Pack,
    faults: Faults,
    *,
    team: Team,
    kinds: Iterable[AnyKind],
    problems: Check | None = None,
) -> None:
    """Note references to what is neither in the pack nor in the team, and what else is wrong with entries.

    ``kinds`` are those that the entries may name; ``problems`` are paths and texts of one entry.
    """
    known = {each.name: pack.keys(each.name) | _keys_in(each, team) for each in kinds}
    for record in pack.records[kind.name]:
        for named in kind.shape.references(record):
            must_know(named.holder, named.name, named.key, known[named.kind], named.kind, faults)
        for path, text in problems(record) if problems is not None else ():
            faults.add(locate(record, path), text)


def _keys_in(kind: AnyKind, team: Team) -> set[str]:
    rows = kind.rows.filter(team=team)
    return set((rows.published() if isinstance(kind, ContentKind) else rows).values_list("key", flat=True))


def must_know(holder: Any, name: str, key: str, known: set[str], what: str, faults: Faults) -> None:
    """Note a reference to something that is neither in the pack nor in the team."""
    if key not in known and isinstance(holder, Record):
        faults.add(holder.at(name), f"names the {what} {key}, which does not exist. {hint(key, known)}")


def locate(record: Record, path: Path) -> Place:
    """Return the place of a path inside a record, as near as it exists."""
    place = record.place
    here: Any = record
    for step in path:
        if isinstance(step, str):
            place = here.at(step) if isinstance(here, Record) else place
            here = here.get(step) if isinstance(here, Record) else here
        elif isinstance(here, list) and step < len(here):
            here = here[step]
            place = here.place if isinstance(here, Record) else place
    return place
