"""The lab's section of a content pack: vignettes with their references, and pairs of one standard."""

from collections.abc import Iterator
from typing import Any, ClassVar

from accounts.models import Team
from content.kinds import AnyKind
from content.packfile import Faults, Listing, PackFile, Record
from content.packs import Pack, Section, Wanted
from content.packs.known import standing
from content.packs.reading import Path, check, must_know, once, read_list, take
from content.packs.sections import Files
from hiring.lab.kinds import NOT_ASSESSED, PAIR, VIGNETTE
from hiring.lab.models import PairUse, Vignette, VignettePair
from rubrics.kinds import QUESTION
from rubrics.packs import RubricsSection

_VIGNETTES = Listing("vignettes", shape=VIGNETTE.shape, label="key")
_PAIRS = Listing("pairs", shape=PAIR.shape, label="key")
_FILE = "vignettes.yaml"


class LabSection(Section):
    """What interviewers practise on, and are certified by."""

    name = "vignettes"
    after = (RubricsSection.name,)
    kinds: ClassVar[tuple[AnyKind, ...]] = (VIGNETTE, PAIR)
    files = ("vignettes",)

    def read(self, files: dict[str, PackFile], pack: Pack, faults: Faults, *, team: Team) -> None:
        """Read vignettes and pairs, and hold each against the question that it answers."""
        take(VIGNETTE, read_list(files, _FILE, _VIGNETTES, faults, also=("pairs",)), pack, faults)
        asked = _asked(pack, team)

        def problems(record: Record) -> Iterator[tuple[Path, str]]:
            return vignette_problems(record, asked.get(record.get("question", "")))

        check(VIGNETTE, pack, faults, team=team, kinds=(QUESTION,), problems=problems)
        pairs = read_list(files, _FILE, _PAIRS, faults, also=("vignettes",))
        once(pairs, faults)
        pack.records[PAIR.name] = pairs
        pack.bodies[PAIR.name] = [PAIR.shape.body(pair) for pair in pairs]
        _check_pairs(pairs, _bodies(pack, team), faults)

    def comes_along(self, team: Team, wanted: Wanted) -> None:
        """With a question come the vignettes that answer it, and pairs of which both do."""
        questions = wanted.get(QUESTION.name)
        if questions:
            rows = Vignette.objects.filter(team=team, question__key__in=questions).latest_published()
            keys = wanted.setdefault(VIGNETTE.name, set())
            keys.update(rows.values_list("key", flat=True))
            pairs = VignettePair.objects.filter(team=team, first__in=keys, second__in=keys)
            wanted.setdefault(PAIR.name, set()).update(pairs.values_list("key", flat=True))

    def lay_out(self, pack: Pack, files: Files) -> None:
        """One file: vignettes, then pairs."""
        parts = {"vignettes": pack.of(VIGNETTE.name), "pairs": pack.of(PAIR.name)}
        if any(parts.values()):
            files[_FILE] = {name: bodies for name, bodies in parts.items() if bodies}


def _asked(pack: Pack, team: Team) -> dict[str, tuple[list[str], set[int]]]:
    """Competencies of each question in the order of its criteria, and the points they are rated with."""
    rows = {key: QUESTION.body(row) for key, row in _loaded(QUESTION, team).items()}
    bodies = rows | {body["key"]: body for body in pack.of(QUESTION.name) if body.get("key")}
    return {
        key: (
            [row["competency"] for row in body.get("criteria", []) if "competency" in row],
            {int(point) for row in body.get("criteria", []) for point in row.get("levels", {})},
        )
        for key, body in bodies.items()
    }


def _bodies(pack: Pack, team: Team) -> dict[str, Any]:
    rows = {key: VIGNETTE.body(row) for key, row in _loaded(VIGNETTE, team).items()}
    return rows | {body["key"]: body for body in pack.of(VIGNETTE.name) if body.get("key")}


def _loaded(kind: Any, team: Team) -> dict[str, Any]:
    ids = [row.pk for row in standing(kind, team).values()]
    return {row.key: row for row in kind.loaded(kind.rows.filter(pk__in=ids))}


def vignette_problems(
    record: dict[str, Any], asked: tuple[list[str], set[int]] | None
) -> Iterator[tuple[Path, str]]:
    """Yield what is wrong with a vignette, held against its question's competencies and points."""
    if asked is None:
        return  # that the question is missing is said already
    wanted, points = asked
    rated = [row.get("competency") for row in record.get("reference", [])]
    if rated != wanted:
        found = ", ".join(map(str, rated)) or "none"
        order = ", ".join(wanted)
        yield (
            ("reference",),
            f"must follow the question's criteria, in the same order: {order}; found {found}.",
        )
    for number, row in enumerate(record.get("reference", [])):
        point, acceptable = row.get("point"), row.get("acceptable")
        if isinstance(point, int) and point not in points:
            yield ("reference", number, "point"), f"is {point}, which the question's scale does not have."
        if point is not None and acceptable is not None and point not in acceptable:
            yield ("reference", number, "acceptable"), f"must hold the point, {point}."


def _check_pairs(pairs: list[Record], bodies: dict[str, Any], faults: Faults) -> None:
    for pair in pairs:
        for name in ("first", "second"):
            if pair.get(name):
                must_know(pair, name, pair[name], set(bodies), VIGNETTE.name, faults)
        both = [bodies[pair[name]] for name in ("first", "second") if pair.get(name) in bodies]
        if len(both) < 2:
            continue
        if _points(both[0]) != _points(both[1]):
            faults.add(pair.at("second"), "must have the same points in the same order as the first.")
        tricky = [bool(body.get("trap")) for body in both]
        if pair.get("use") == PairUse.DRIFT and any(tricky):
            faults.add(pair.at("use"), "is drift, but one of them has a trap. Use trap, or two plain ones.")
        if pair.get("use") == PairUse.TRAP and sum(tricky) != 1:
            faults.add(pair.at("use"), "is trap, so one of them must have a trap and the other none.")


def _points(body: dict[str, Any]) -> list[Any]:
    """What each criterion deserves; where a topic did not come up there is nothing to compare."""
    return [row["point"] for row in body.get("reference", []) if row.get("point") not in (None, NOT_ASSESSED)]


SECTION = LabSection()
