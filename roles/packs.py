"""The roles section of a content pack: competencies, role profiles, reference tables."""

from dataclasses import dataclass, field
from typing import Any

from accounts.models import Team, User
from roles.checks import Path, profile_problems
from roles.content import (
    CLUSTER,
    COMPETENCY,
    PROFILE,
    PROFILE_EXTRA,
    PROFILE_IN_FILE,
    competency_body,
    pinned_hash,
    profile_body,
)
from roles.models import Cluster, Competency, ReferenceTable, Requirement, RoleProfile
from roles.packfile import (
    Faults,
    Incoming,
    Listing,
    Origin,
    PackFile,
    PackReport,
    Place,
    Record,
    freeze,
    sort_out,
    standing,
)
from roles.packfile.fields import hint, plain
from roles.packfile.report import Change, differences

_CLUSTERS = Listing("clusters", shape=CLUSTER, label="key")
_COMPETENCIES = Listing("competencies", shape=COMPETENCY, label="key")
_PROFILES = Listing("roles", shape=PROFILE_IN_FILE, label="key")


@dataclass(slots=True)
class RolesSection:
    """What a pack says about roles: canonical bodies, in the pack's order."""

    clusters: list[dict[str, Any]] = field(default_factory=list)
    competencies: list[dict[str, Any]] = field(default_factory=list)
    profiles: list[dict[str, Any]] = field(default_factory=list)
    # (section, key, body): section is "meta" or "reference".
    tables: list[tuple[str, str, Any]] = field(default_factory=list)
    # Default loop by profile, with the place that says so; the loops section makes use of it.
    default_loops: dict[str, tuple[str, Place]] = field(default_factory=dict)
    named_loops: list[tuple[str, Place]] = field(default_factory=list)
    origins: dict[tuple[str, str], Origin] = field(default_factory=dict)


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
    known = known_competencies(competencies, team)
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


def known_competencies(records: list[Record], team: Team) -> set[str]:
    """Return the keys that references may name: the pack's, and those the team has published."""
    have = Competency.objects.filter(team=team).published().values_list("key", flat=True)
    return {record["key"] for record in records if "key" in record} | set(have)


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


def write(
    section: RolesSection, *, team: Team, by: User | None, report: PackReport, keep: bool = False
) -> None:
    """Write what differs from what ``team`` has, as new published versions."""
    _write_clusters(section, team, report, keep=keep)
    competencies = _write_competencies(section, team, by, report, keep=keep)
    _write_profiles(section, team, by, report, competencies, keep=keep)
    _write_tables(section, team, report, keep=keep)


def newest_competencies(team: Team) -> dict[str, Competency]:
    """Return the newest version of each competency that is no draft, by key."""
    return standing(Competency, team)


def _write_clusters(section: RolesSection, team: Team, report: PackReport, *, keep: bool) -> None:
    present = {row.key: row for row in Cluster.objects.filter(team=team)}
    fresh, changed = [], []
    for position, body in enumerate(section.clusters):
        row = present.get(body["key"])
        if row is None:
            fresh.append(Cluster(team=team, position=position, **body))
            report.note_created("cluster", body["key"])
        elif keep or (row.name == body["name"] and row.position == position):
            report.note_unchanged("cluster", body["key"])
        else:
            changes = [Change("name", row.name, body["name"]), Change("position", row.position, position)]
            report.note_changed("cluster", body["key"], [one for one in changes if one.before != one.after])
            row.name, row.position = body["name"], position
            changed.append(row)
    Cluster.objects.bulk_create(fresh)
    Cluster.objects.bulk_update(changed, ["name", "position"])


def _write_competencies(
    section: RolesSection, team: Team, by: User | None, report: PackReport, *, keep: bool
) -> dict[str, Competency]:
    incoming = [
        Incoming(
            body["key"], body, pinned_hash(body, {}), origin=section.origins.get(("competency", body["key"]))
        )
        for body in section.competencies
    ]
    order = {item.key: position for position, item in enumerate(incoming)}

    def bodies(pks: list[int]) -> dict[str, dict[str, Any]]:
        rows = Competency.objects.filter(pk__in=pks).select_related("cluster")
        return {row.key: competency_body(row) for row in rows}

    todo, _ = sort_out(
        Competency, incoming, team=team, kind="competency", report=report, keep=keep, bodies=bodies
    )
    clusters = {row.key: row for row in Cluster.objects.filter(team=team)}
    rows = Competency.objects.bulk_create(
        Competency(
            team=team,
            cluster=clusters[item.body["cluster"]],
            position=order[item.key],
            name=item.body["name"],
            evaluation_area=item.body.get("evaluation_area", ""),
            definition=item.body["definition"],
            motivation=item.body.get("motivation", ""),
            learnability=item.body.get("learnability", ""),
            development=item.body.get("development", []),
            **item.columns(),
        )
        for item in todo
    )
    freeze(Competency, rows, by=by)
    return newest_competencies(team)


def _write_profiles(
    section: RolesSection,
    team: Team,
    by: User | None,
    report: PackReport,
    competencies: dict[str, Competency],
    *,
    keep: bool,
) -> None:
    incoming = []
    for body in section.profiles:
        pins = {
            row["competency"]: competencies[row["competency"]].content_hash
            for row in body["competencies"]
            if row["competency"] in competencies
        }
        origin = section.origins.get(("role profile", body["key"]))
        incoming.append(Incoming(body["key"], body, pinned_hash(body, pins), origin=origin))

    def bodies(pks: list[int]) -> dict[str, dict[str, Any]]:
        rows = RoleProfile.objects.filter(pk__in=pks).prefetch_related("requirements__competency")
        return {row.key: profile_body(row) for row in rows}

    todo, _ = sort_out(
        RoleProfile, incoming, team=team, kind="role profile", report=report, keep=keep, bodies=bodies
    )
    if any(row["competency"] not in competencies for item in todo for row in item.body["competencies"]):
        return  # a refused competency; the composer takes nothing in
    rows = RoleProfile.objects.bulk_create(_profile(team, item) for item in todo)
    Requirement.objects.bulk_create(
        _requirement(row, competencies[entry["competency"]], position, entry)
        for row, item in zip(rows, todo, strict=True)
        for position, entry in enumerate(item.body["competencies"])
    )
    freeze(RoleProfile, rows, by=by)


def _profile(team: Team, item: Incoming) -> RoleProfile:
    body = item.body
    texts = ("name", "family", "level", "summary", "description", "definition_of_done")
    lists = ("must_haves", "anti_signals", "variants")
    return RoleProfile(
        team=team,
        extra={name: body[name] for name in PROFILE_EXTRA if name in body},
        **{name: body.get(name, "") for name in texts},
        **{name: body.get(name, []) for name in lists},
        **item.columns(),
    )


def _requirement(
    profile: RoleProfile, competency: Competency, position: int, entry: dict[str, Any]
) -> Requirement:
    demand = entry["realism_demand"]
    return Requirement(
        profile=profile,
        competency=competency,
        position=position,
        weight=str(entry["weight"]),
        weight_rationale=entry.get("weight_rationale", ""),
        required_level=entry["required_level"],
        must_have=entry["must_have"],
        demand_controlled=str(demand["controlled"]),
        demand_constrained=str(demand["constrained"]),
        demand_production=str(demand["production"]),
        realism_basis=entry.get("realism_basis", ""),
        basis=entry.get("basis", ""),
    )


def _write_tables(section: RolesSection, team: Team, report: PackReport, *, keep: bool) -> None:
    present = {(row.section, row.key): row for row in ReferenceTable.objects.filter(team=team)}
    fresh, changed = [], []
    places = {"meta": 0, "reference": 0}
    for name, key, body in section.tables:
        position = places[name]
        places[name] += 1
        row = present.get((name, key))
        if row is None:
            fresh.append(ReferenceTable(team=team, section=name, key=key, position=position, body=body))
            report.note_created("reference table", f"{name}.{key}")
        elif keep or (row.body == body and row.position == position):
            report.note_unchanged("reference table", f"{name}.{key}")
        else:
            report.note_changed("reference table", f"{name}.{key}", differences(row.body, body))
            row.body, row.position = body, position
            changed.append(row)
    ReferenceTable.objects.bulk_create(fresh)
    ReferenceTable.objects.bulk_update(changed, ["body", "position"])


def collect(
    team: Team, *, profiles: set[str] | None = None, competencies: set[str] | None = None
) -> RolesSection:
    """Return what ``team`` has published, all of it or the named keys."""
    section = RolesSection()
    chosen = Competency.objects.filter(team=team).latest_published().select_related("cluster")
    rows = [
        row for row in chosen.order_by("position", "key") if competencies is None or row.key in competencies
    ]
    section.competencies = [competency_body(row) for row in rows]
    used = {row.cluster.key for row in rows}
    clusters = Cluster.objects.filter(team=team).order_by("position", "key")
    section.clusters = [
        CLUSTER.body({"key": row.key, "name": row.name})
        for row in clusters
        if competencies is None or row.key in used
    ]
    found = (
        RoleProfile.objects.filter(team=team).latest_published().prefetch_related("requirements__competency")
    )
    kept = [row for row in found.order_by("key") if profiles is None or row.key in profiles]
    section.profiles = [profile_body(row) for row in kept]
    for kind, versions in (("competency", rows), ("role profile", kept)):
        for row in versions:
            section.origins[kind, row.key] = Origin(team.key, row.version, row.content_hash)
    section.tables = [
        (row.section, row.key, _in_reading_order(row.body))
        for row in ReferenceTable.objects.filter(team=team).order_by("position", "section", "key")
    ]
    return section


# The database keeps no order of names; these come first wherever they stand.
_FIRST = ("key", "order", "level", "name", "title", "label", "company")


def _in_reading_order(body: Any) -> Any:
    if isinstance(body, list):
        return [_in_reading_order(entry) for entry in body]
    if not isinstance(body, dict):
        return body
    names = [name for name in _FIRST if name in body] + sorted(name for name in body if name not in _FIRST)
    return {name: _in_reading_order(body[name]) for name in names}


def to_files(section: RolesSection, *, loops: dict[str, tuple[str, list[str]]]) -> dict[str, dict[str, Any]]:
    """Return the files of this section; ``loops`` gives each profile's default loop and its variants."""
    files: dict[str, dict[str, Any]] = {}
    for name in ("meta", "reference"):
        parts = {key: body for where, key, body in section.tables if where == name}
        if parts:
            files[f"{name}.yaml"] = {name: parts}
    if section.competencies or section.clusters:
        files["competencies.yaml"] = {"clusters": section.clusters, "competencies": section.competencies}
    if section.profiles:
        named = [PROFILE_IN_FILE.body({**body, **_loops_of(body["key"], loops)}) for body in section.profiles]
        files["roles.yaml"] = {"roles": named}
    return files


def _loops_of(profile: str, loops: dict[str, tuple[str, list[str]]]) -> dict[str, Any]:
    default, variants = loops.get(profile, ("", []))
    return {"loop": default, "loop_variants": variants}
