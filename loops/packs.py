"""The loops section of a content pack: loops, and which of them is a role profile's default."""

from typing import ClassVar

from accounts.models import Team, User
from content.kinds import AnyKind
from content.models import Status
from content.packfile import Faults, Listing, PackFile, Record
from content.packs import Pack, PackReport, Section, Wanted
from content.packs.known import Known, standing
from content.packs.reading import check, must_know, read_list, take
from content.packs.sections import Files
from loops.kinds import LOOP, LOOP_IN_FILE, minutes_of
from loops.models import Loop
from roles.packs import RolesSection
from rubrics.packs import RubricsSection

DEFAULTS = "default loops"

_LOOPS = Listing("loops", shape=LOOP_IN_FILE, label="key")

# Default loop by role profile; None where the pack says that it has none.
Defaults = dict[str, str | None]


class LoopsSection(Section):
    """Who is asked what, for how long."""

    name = "loops"
    after = (RolesSection.name, RubricsSection.name)
    kinds: ClassVar[tuple[AnyKind, ...]] = (LOOP,)
    files = ("loops",)

    def read(self, files: dict[str, PackFile], pack: Pack, faults: Faults, *, team: Team) -> None:
        """Read the loops, and what the role profiles of the same pack say of theirs."""
        take(LOOP, read_list(files, "loops.yaml", _LOOPS, faults), pack, faults)
        check(LOOP, pack, faults, team=team, kinds=(*RolesSection.kinds, *RubricsSection.kinds))
        known = pack.keys("loop") | set(standing(LOOP, team))
        for record in pack.records["loop"]:
            if record.get("variant_of"):
                must_know(record, "variant_of", record["variant_of"], known, "loop", faults)
            _check_stages(record, faults)
            _check_sums(record, faults)
        profiles = pack.records.get("role profile", [])
        for profile in profiles:
            _check_named(profile, known, faults)
        pack.notes[DEFAULTS] = {one["key"]: one.get("loop") or None for one in profiles if one.get("key")}

    def write(
        self, pack: Pack, known: Known, *, by: User | None, report: PackReport, keep: bool
    ) -> dict[str, set[str]]:
        """Write the loops, then move the marks of default loops; where the team's own stay, of new loops alone."""
        written = super().write(pack, known, by=by, report=report, keep=keep)
        if not report.refused:
            _mark_defaults(pack.notes.get(DEFAULTS, {}), known.team, written["loop"] if keep else None)
        return written

    def comes_along(self, team: Team, wanted: Wanted) -> None:
        """With a role profile come its loops."""
        profiles = wanted.get("role profile")
        if profiles:
            loops = Loop.objects.filter(team=team, profile__key__in=profiles).latest_published()
            wanted.setdefault("loop", set()).update(loops.values_list("key", flat=True))

    def collect(self, pack: Pack, team: Team, wanted: Wanted | None) -> None:
        """Gather the loops, and which of them are marked as defaults."""
        super().collect(pack, team, wanted)
        marked = Loop.objects.filter(team=team, is_default=True, key__in=pack.keys("loop"))
        rows = marked.latest_published().order_by("key").values_list("profile__key", "key")
        defaults: Defaults = {}
        for profile, key in rows:
            defaults.setdefault(profile, key)
        pack.notes[DEFAULTS] = defaults

    def lay_out(self, pack: Pack, files: Files) -> None:
        """Lay out the loops, and name them in the profiles that they are for."""
        loops, variants = [], dict[str, list[str]]()
        for body in pack.of("loop"):
            total, live = minutes_of(body)
            loops.append(LOOP_IN_FILE.body({**body, "total_minutes": total, "interviewer_minutes": live}))
            if body.get("variant_of"):
                variants.setdefault(body["role"], []).append(body["key"])
        if loops:
            files["loops.yaml"] = {"loops": loops}
        roles = files.get("roles.yaml", {"roles": []})["roles"]
        for profile in roles:
            default = pack.notes[DEFAULTS].get(profile["key"])
            # In the order of the file: the default before the variants, which are always said.
            profile.pop("loop_variants", None)
            if default:
                profile["loop"] = default
            profile["loop_variants"] = variants.get(profile["key"], [])


def _check_named(profile: Record, known: set[str], faults: Faults) -> None:
    """Note the loops that a profile names and that are nowhere to be found."""
    named = [(key, "loop_variants") for key in profile.get("loop_variants", [])]
    if profile.get("loop"):
        named.append((profile["loop"], "loop"))
    for key, name in named:
        must_know(profile, name, key, known, "loop", faults)


def _check_stages(record: Record, faults: Faults) -> None:
    if not record.get("stages") and "stages" in record:
        faults.add(record.at("stages"), "lists no stage. Add at least one.")
    for stage in record.get("stages", []):
        asked: set[str] = set()
        for name in ("questions", "alternates"):
            for key in stage.get(name, []):
                if key in asked:
                    faults.add(stage.at(name), f"names {key} a second time in this stage. Keep one.")
                asked.add(key)


def _check_sums(record: Record, faults: Faults) -> None:
    if "stages" not in record:
        return
    for name, value in zip(("total_minutes", "interviewer_minutes"), minutes_of(record), strict=True):
        if record.get(name, value) != value:
            faults.add(
                record.at(name),
                f"is {record[name]}, but the stages add up to {value}. Write {value} or leave it out.",
            )


def _mark_defaults(defaults: Defaults, team: Team, fresh: set[str] | None) -> None:
    """Move the marks of default loops where the pack says so; of ``fresh`` loops alone, if given."""
    current = [row for row in standing(LOOP, team).values() if row.status == Status.PUBLISHED]
    marked = {row.key: row.pk for row in current}
    for profile, key in defaults.items():
        if fresh is not None and key not in fresh:
            continue
        of_profile = Loop.objects.filter(team=team, profile__key=profile)
        if fresh is not None and of_profile.filter(is_default=True).exists():
            continue  # the team has chosen a default of its own
        of_profile.filter(is_default=True).exclude(pk=marked.get(key or "", 0)).update(is_default=False)
        if key in marked:
            of_profile.filter(pk=marked[key], is_default=False).update(is_default=True)


SECTION = LoopsSection()
