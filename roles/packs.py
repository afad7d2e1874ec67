"""The roles section of a content pack: clusters, competencies, role profiles, reference tables."""

from typing import Any, ClassVar

from accounts.models import Team, User
from content.differences import differences
from content.kinds import AnyKind
from content.packfile import Faults, Listing, PackFile, Place, plain
from content.packs import Pack, PackReport, Section, Wanted
from content.packs.known import Known
from content.packs.reading import check, read_list, take
from content.packs.sections import Files, meta_parts
from roles.checks import profile_problems
from roles.kinds import CLUSTER, COMPETENCY, PROFILE, PROFILE_IN_FILE
from roles.models import ReferenceTable

TABLES = "reference table"
LONGEST_NAME = 80

_CLUSTERS = Listing("clusters", shape=CLUSTER.shape, label="key")
_COMPETENCIES = Listing("competencies", shape=COMPETENCY.shape, label="key")
_PROFILES = Listing("roles", shape=PROFILE_IN_FILE, label="key")

# Of a reference table: the file it stands in ("meta" or "reference"), its key, and what it says.
Table = tuple[str, str, Any]


class RolesSection(Section):
    name = "roles"
    kinds: ClassVar[tuple[AnyKind, ...]] = (CLUSTER, COMPETENCY, PROFILE)
    files = ("meta", "competencies", "roles", "reference")

    def read(self, files: dict[str, PackFile], pack: Pack, faults: Faults, *, team: Team) -> None:
        """Read the framework, the profiles and the tables; which loops a profile names, the loops' section reads."""
        name = "competencies.yaml"
        take(CLUSTER, read_list(files, name, _CLUSTERS, faults, also=("competencies",)), pack, faults)
        take(COMPETENCY, read_list(files, name, _COMPETENCIES, faults, also=("clusters",)), pack, faults)
        take(PROFILE, read_list(files, "roles.yaml", _PROFILES, faults), pack, faults)
        check(COMPETENCY, pack, faults, team=team, kinds=self.kinds)
        check(PROFILE, pack, faults, team=team, kinds=self.kinds, problems=profile_problems)
        pack.notes[TABLES] = _read_tables(files, faults)

    def write(
        self, pack: Pack, known: Known, *, by: User | None, report: PackReport, keep: bool
    ) -> dict[str, set[str]]:
        """Write the kinds, then the tables."""
        written = super().write(pack, known, by=by, report=report, keep=keep)
        _write_tables(pack.notes.get(TABLES, []), known.team, report, keep=keep)
        return written

    def collect(self, pack: Pack, team: Team, wanted: Wanted | None) -> None:
        """Gather the kinds, and every table: they are few, and whatever is copied may point to them."""
        super().collect(pack, team, wanted)
        rows = ReferenceTable.objects.filter(team=team).order_by("position", "section", "key")
        pack.notes[TABLES] = [(row.section, row.key, _in_reading_order(row.body)) for row in rows]

    def lay_out(self, pack: Pack, files: Files) -> None:
        """Lay out the framework, the profiles and the tables."""
        for name in ("meta", "reference"):
            parts = {key: body for where, key, body in pack.notes.get(TABLES, []) if where == name}
            if parts:
                files[f"{name}.yaml"] = {name: parts}
        clusters, competencies = pack.of("cluster"), pack.of("competency")
        if clusters or competencies:
            files["competencies.yaml"] = {"clusters": clusters, "competencies": competencies}
        if pack.of("role profile"):
            files["roles.yaml"] = {"roles": [PROFILE_IN_FILE.body(body) for body in pack.of("role profile")]}


def _read_tables(files: dict[str, PackFile], faults: Faults) -> list[Table]:
    tables: list[Table] = []
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
            if len(key) > LONGEST_NAME:
                faults.add(
                    place, f"holds a part with a name of {len(key)} characters; {LONGEST_NAME} are the most."
                )
            if name != "meta" or key not in meta_parts():
                tables.append((name, key, part))
    return tables


def _write_tables(tables: list[Table], team: Team, report: PackReport, *, keep: bool) -> None:
    present = {(row.section, row.key): row for row in ReferenceTable.objects.filter(team=team)}
    fresh, changed = [], []
    places = {"meta": 0, "reference": 0}
    for name, key, body in tables:
        position = places[name]
        places[name] += 1
        row = present.get((name, key))
        if row is None:
            fresh.append(ReferenceTable(team=team, section=name, key=key, position=position, body=body))
            report.note_created(TABLES, f"{name}.{key}")
        elif keep or (row.body == body and row.position == position):
            report.note_unchanged(TABLES, f"{name}.{key}")
        else:
            report.note_changed(TABLES, f"{name}.{key}", differences(row.body, body))
            row.body, row.position = body, position
            changed.append(row)
    ReferenceTable.objects.bulk_create(fresh)
    ReferenceTable.objects.bulk_update(changed, ["body", "position"])


# The database keeps no order of names; these come first wherever they stand.
_FIRST = ("key", "order", "level", "name", "title", "label", "company")


def _in_reading_order(body: Any) -> Any:
    if isinstance(body, list):
        return [_in_reading_order(entry) for entry in body]
    if not isinstance(body, dict):
        return body
    names = [name for name in _FIRST if name in body] + sorted(name for name in body if name not in _FIRST)
    return {name: _in_reading_order(body[name]) for name in names}


SECTION = RolesSection()
