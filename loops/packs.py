"""The loops section of a content pack."""

from dataclasses import dataclass, field
from typing import Any

from accounts.models import Team, User
from content.models import Status
from content.packfile import (
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
from content.packfile.shapes import hint
from loops.bodies import LOOP, LOOP_EXTRA, LOOP_IN_FILE, loop_body, minutes_of
from loops.models import Loop, Stage, StageQuestion
from roles.content import pinned_hash
from roles.models import RoleProfile
from roles.packs import must_know, once, read_list
from rubrics.models import Question

_LOOPS = Listing("loops", shape=LOOP_IN_FILE, label="key")


@dataclass(slots=True)
class LoopsSection:
    """What a pack says about loops: canonical bodies, in the pack's order."""

    loops: list[dict[str, Any]] = field(default_factory=list)
    # Default loop by role profile; None where the pack says that it has none.
    defaults: dict[str, str | None] = field(default_factory=dict)
    origins: dict[tuple[str, str], Origin] = field(default_factory=dict)


def read(
    files: dict[str, PackFile],
    faults: Faults,
    *,
    team: Team,
    profiles: set[str],
    questions: set[str],
    default_loops: dict[str, tuple[str, Place]],
    named_loops: list[tuple[str, Place]],
) -> LoopsSection:
    """Read and check this section; ``profiles`` and ``questions`` are the keys in the same pack.

    ``default_loops`` says which loop a profile of the pack names as its own,
    ``named_loops`` every loop that profiles mention.
    """
    records = read_list(files, "loops.yaml", _LOOPS, faults)
    once(records, faults)
    known_profiles = profiles | set(
        RoleProfile.objects.filter(team=team).published().values_list("key", flat=True)
    )
    known_questions = questions | set(
        Question.objects.filter(team=team).published().values_list("key", flat=True)
    )
    mine = {record["key"] for record in records if "key" in record}
    present = standing(Loop, team)
    for key, place in named_loops:
        if key not in mine and key not in present:
            faults.add(place, f"names the loop {key}, which does not exist. {hint(key, {*mine, *present})}")
    for record in records:
        must_know(record, "role", known_profiles, "role profile", faults)
        must_know(record, "variant_of", mine | set(present), "loop", faults)
        _check_stages(record, known_questions, faults)
        _check_sums(record, faults)
    defaults: dict[str, str | None] = {
        key: default_loops[key][0] if key in default_loops else None for key in profiles
    }
    return LoopsSection([LOOP.body(record) for record in records], defaults)


def _check_stages(record: Record, known: set[str], faults: Faults) -> None:
    if not record.get("stages") and "stages" in record:
        faults.add(record.at("stages"), "lists no stage. Add at least one.")
    for stage in record.get("stages", []):
        asked: set[str] = set()
        for name in ("questions", "alternates"):
            for key in stage.get(name, []):
                if key not in known:
                    faults.add(
                        stage.at(name), f"names the question {key}, which does not exist. {hint(key, known)}"
                    )
                if key in asked:
                    faults.add(stage.at(name), f"names {key} a second time in this stage. Keep one.")
                asked.add(key)


def _check_sums(record: Record, faults: Faults) -> None:
    days = record.get("elapsed_days")
    if days is not None and not (
        isinstance(days, list)
        and len(days) == 2
        and all(isinstance(day, int) and 0 <= day <= 1000 for day in days)
        and days[0] <= days[1]
    ):
        faults.add(record.at("elapsed_days"), "must be two whole numbers, from and to, for example [14, 21].")
    if "stages" not in record:
        return
    for name, value in zip(("total_minutes", "interviewer_minutes"), minutes_of(record), strict=True):
        if record.get(name, value) != value:
            faults.add(
                record.at(name),
                f"is {record[name]}, but the stages add up to {value}. Write {value} or leave it out.",
            )


def write(
    section: LoopsSection, *, team: Team, by: User | None, report: PackReport, keep: bool = False
) -> None:
    """Write what differs from what ``team`` has, as new published versions."""
    profiles, questions = standing(RoleProfile, team), standing(Question, team)
    if any(body["role"] not in profiles for body in section.loops) or any(
        key not in questions for body in section.loops for key in _asked(body)
    ):
        return  # a refused profile or question; the composer takes nothing in
    incoming = []
    for body in section.loops:
        pins = {f"profile {body['role']}": profiles[body["role"]].content_hash}
        pins |= {f"question {key}": questions[key].content_hash for key in _asked(body)}
        origin = section.origins.get(("loop", body["key"]))
        incoming.append(Incoming(body["key"], body, pinned_hash(body, pins), origin=origin))

    def bodies(pks: list[int]) -> dict[str, dict[str, Any]]:
        rows = (
            Loop.objects.filter(pk__in=pks)
            .select_related("profile")
            .prefetch_related("stages__placements__question")
        )
        return {row.key: loop_body(row) for row in rows}

    todo, _ = sort_out(Loop, incoming, team=team, kind="loop", report=report, keep=keep, bodies=bodies)
    rows = Loop.objects.bulk_create(_loop(team, item, profiles[item.body["role"]]) for item in todo)
    entries = [
        (row, position, entry)
        for row, item in zip(rows, todo, strict=True)
        for position, entry in enumerate(item.body["stages"])
    ]
    stages = Stage.objects.bulk_create(_stage(row, position, entry) for row, position, entry in entries)
    StageQuestion.objects.bulk_create(
        StageQuestion(
            stage=stage, question=questions[key], position=position, is_alternate=name == "alternates"
        )
        for stage, (_, _, entry) in zip(stages, entries, strict=True)
        for name in ("questions", "alternates")
        for position, key in enumerate(entry.get(name, []))
    )
    freeze(Loop, rows, by=by)
    _mark_defaults(section, team, {item.key for item in todo} if keep else None)


def _mark_defaults(section: LoopsSection, team: Team, fresh: set[str] | None) -> None:
    """Move the marks of default loops where the pack says so; of ``fresh`` loops alone, if given."""
    current = [row for row in standing(Loop, team).values() if row.status == Status.PUBLISHED]
    marked = {row.key: row.pk for row in current}
    for profile, key in section.defaults.items():
        if fresh is not None and key not in fresh:
            continue
        of_profile = Loop.objects.filter(team=team, profile__key=profile)
        if fresh is not None and of_profile.filter(is_default=True).exists():
            continue  # the team has chosen a default of its own
        of_profile.filter(is_default=True).exclude(pk=marked.get(key or "", 0)).update(is_default=False)
        if key in marked:
            of_profile.filter(pk=marked[key], is_default=False).update(is_default=True)


def _asked(body: dict[str, Any]) -> set[str]:
    return {
        key for row in body["stages"] for name in ("questions", "alternates") for key in row.get(name, [])
    }


def _loop(team: Team, item: Incoming, profile: RoleProfile) -> Loop:
    body = item.body
    days = body.get("elapsed_days") or [None, None]
    return Loop(
        team=team,
        name=body["name"],
        profile=profile,
        budget_minutes=body.get("budget_minutes"),
        contrast=body.get("contrast", False),
        variant_of=body.get("variant_of", ""),
        variant=body.get("variant", ""),
        elapsed_days_from=days[0],
        elapsed_days_to=days[1],
        candidate_notes=body.get("candidate", {}),
        expected_gap=body.get("expected_gap", {}),
        extra={name: body[name] for name in LOOP_EXTRA if name in body},
        **item.columns(),
    )


def _stage(loop: Loop, position: int, entry: dict[str, Any]) -> Stage:
    return Stage(
        loop=loop,
        position=position,
        kind=entry["kind"],
        name=entry["name"],
        minutes=entry["minutes"],
        interviewers=entry["interviewers"],
        panel=entry.get("panel", []),
        note=entry.get("note", ""),
        round=entry.get("round"),
    )


def collect(team: Team, *, profiles: set[str] | None = None) -> LoopsSection:
    """Return what ``team`` has published, all of it or the loops of the named profiles."""
    section = LoopsSection()
    found = Loop.objects.filter(team=team).latest_published().select_related("profile")
    for row in found.prefetch_related("stages__placements__question").order_by("key"):
        if profiles is None or row.profile.key in profiles:
            section.loops.append(loop_body(row))
            if row.is_default:
                section.defaults.setdefault(row.profile.key, row.key)
            section.origins["loop", row.key] = Origin(team.key, row.version, row.content_hash)
    return section


def questions_of(section: LoopsSection) -> set[str]:
    """Return the keys of all questions and alternates the loops name."""
    return {key for body in section.loops for key in _asked(body)}


def loops_by_profile(section: LoopsSection) -> dict[str, tuple[str, list[str]]]:
    """Return each profile's default loop and the variants it has."""
    variants: dict[str, list[str]] = {}
    for body in section.loops:
        if body.get("variant_of"):
            variants.setdefault(body["role"], []).append(body["key"])
    return {
        profile: (section.defaults.get(profile) or "", variants.get(profile, []))
        for profile in {*section.defaults, *variants}
    }


def to_files(section: LoopsSection) -> dict[str, dict[str, Any]]:
    """Return the file of this section."""
    loops = []
    for body in section.loops:
        total, live = minutes_of(body)
        loops.append(LOOP_IN_FILE.body({**body, "total_minutes": total, "interviewer_minutes": live}))
    return {"loops.yaml": {"loops": loops}} if loops else {}
