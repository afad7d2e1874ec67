"""Reads and checks the roles section of a pack."""

from typing import Any

from accounts.models import Team
from content.packfile import (
    Faults,
    Listing,
    PackFile,
    Place,
    Record,
)
from content.packfile.shapes import hint, plain
from roles.checks import Path, profile_problems
from roles.content import (
    CLUSTER,
    COMPETENCY,
    PROFILE,
    PROFILE_IN_FILE,
)
from roles.models import Cluster, Competency
from roles.packs.section import RolesSection

_CLUSTERS = Listing("clusters", shape=CLUSTER, label="key")

_COMPETENCIES = Listing("competencies", shape=COMPETENCY, label="key")

_PROFILES = Listing("roles", shape=PROFILE_IN_FILE, label="key")


def read(
    files: dict[str, PackFile], faults: Faults, *, team: Team, elsewhere: frozenset[str] = frozenset()
) -> RolesSection:
    """Read and check this section. References may name what ``team`` already has.

    ``elsewhere`` names the entries of ``meta`` that other sections read.
    """
    section = RolesSection()
    clusters = read_list(files, "competencies.yaml", _CLUSTERS, faults, also=("competencies",))
    competencies = read_list(files, "competencies.yaml", _COMPETENCIES, faults, also=("clusters",))
    profiles = read_list(files, "roles.yaml", _PROFILES, faults)
    once(clusters, faults)
    once(competencies, faults)
    once(profiles, faults)

    known_clusters = {record.get("key") for record in clusters} | set(
        Cluster.objects.filter(team=team).values_list("key", flat=True)
    )
    for record in competencies:
        must_know(record, "cluster", known_clusters, "cluster", faults)
    known = known_competencies([record["key"] for record in competencies if "key" in record], team)
    for record in profiles:
        _check_profile(record, known, faults)
        section.named_loops += [(key, record.at("loop_variants")) for key in record.get("loop_variants", [])]
        if record.get("loop"):
            section.default_loops[record.get("key", "")] = (record["loop"], record.at("loop"))
            section.named_loops.append((record["loop"], record.at("loop")))

    section.clusters = [CLUSTER.body(record) for record in clusters]
    section.competencies = [COMPETENCY.body(record) for record in competencies]
    section.profiles = [PROFILE.body(record) for record in profiles]
    _read_tables(files, section, faults, elsewhere)
    return section


def known_competencies(keys: list[str], team: Team) -> set[str]:
    """Return the keys that references may name: the pack's, and those the team has published."""
    have = Competency.objects.filter(team=team).published().values_list("key", flat=True)
    return {*keys, *have}


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


def must_know(record: Record, name: str, known: set[Any], what: str, faults: Faults) -> None:
    """Note a reference to something that is neither in the pack nor in the team."""
    value = record.get(name)
    if value and value not in known:
        faults.add(record.at(name), f"names the {what} {value}, which does not exist. {hint(value, known)}")


def locate(record: Record, path: Path) -> Place:
    """Return the place of a path inside a record, as near as it exists."""
    place, here = record.place, record
    for step in path:
        if isinstance(step, str):
            place = here.at(step) if isinstance(here, Record) else place
            here = here.get(step) if isinstance(here, Record) else here  # type: ignore[assignment]
        elif isinstance(here, list) and step < len(here):
            here = here[step]
            place = here.place if isinstance(here, Record) else place
    return place


def _check_profile(record: Record, known: set[str], faults: Faults) -> None:
    for row in record.get("competencies", []):
        must_know(row, "competency", known, "competency", faults)
    for path, text in profile_problems(record):
        faults.add(locate(record, path), text)


def _read_tables(
    files: dict[str, PackFile], section: RolesSection, faults: Faults, elsewhere: frozenset[str]
) -> None:
    for name in ("meta", "reference"):
        file = files.get(f"{name}.yaml")
        if file is None:
            continue
        if name not in file.entries:
            faults.add(Place(file.name, 1), f"{name} is missing. Add it as the top-level entry.")
            continue
        node, line = file.entries[name]
        place = Place(file.name, line, name)
        body = plain(node, place, faults)
        if not isinstance(body, dict):
            faults.add(place, "must be a mapping of named parts.")
            continue
        for key, part in body.items():
            if len(key) > 80:
                faults.add(place, f"holds a part with a name of {len(key)} characters; 80 are the most.")
            if name != "meta" or key not in elsewhere:
                section.tables.append((name, key, part))
