"""Content packs, whole: every section in one transaction, all of it or nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.errors import Conflict, InvalidInput
from accounts.models import Team, User
from content.packfile import Faults, PackReport, open_pack, write_yaml
from loops import packs as loop_packs
from roles import packs as role_packs
from rubrics import packs as rubric_packs

__all__ = ["PackReport", "copy_from_library", "export_pack", "import_pack", "pack_files"]


@dataclass(slots=True)
class _Pack:
    roles: role_packs.RolesSection
    rubrics: rubric_packs.RubricsSection
    loops: loop_packs.LoopsSection


def import_pack(source: Path, *, team: Team, by: User | None, dry_run: bool = False) -> PackReport:
    """Import the pack in the folder ``source`` into ``team``; what differs becomes new published versions.

    ``by`` None is the operator at the command line. Raises InvalidInput with every
    fault of the files at once, each with file and line, and Conflict where a draft is
    in the way; in both cases nothing is written. ``dry_run`` reports and writes nothing.
    """
    faults = Faults()
    try:
        files = open_pack(source, faults)
    except FileNotFoundError as error:
        raise InvalidInput(str(error)) from error
    pack = _read(files, faults, team)
    if len(faults):
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise InvalidInput(
            f"The pack has {count}; nothing was imported.",
            problems=[(f"{fault.place.file}:{fault.place.line}", str(fault)) for fault in faults],
        )
    return _write(pack, team=team, by=by, verb="pack.import", dry_run=dry_run)


def _read(files: dict[str, Any], faults: Faults, team: Team) -> _Pack:
    roles = role_packs.read(files, faults, team=team, elsewhere=rubric_packs.META_PARTS)
    rubrics = rubric_packs.read(files, faults, team=team, competencies=roles.competencies)
    loops = loop_packs.read(
        files,
        faults,
        team=team,
        profiles={body["key"] for body in roles.profiles},
        questions={body["key"] for body in rubrics.questions},
        default_loops=roles.default_loops,
        named_loops=roles.named_loops,
    )
    return _Pack(roles, rubrics, loops)


def _write(
    pack: _Pack, *, team: Team, by: User | None, verb: str, dry_run: bool = False, keep: bool = False
) -> PackReport:
    report = PackReport(dry_run=dry_run)
    with audit.recording(verb, by=by, team=team):
        # One import at a time per team: two would give the same version number twice.
        Team.objects.select_for_update().get(pk=team.pk)
        role_packs.write(pack.roles, team=team, by=by, report=report, keep=keep)
        rubric_packs.write(pack.rubrics, team=team, by=by, report=report, keep=keep)
        loop_packs.write(pack.loops, team=team, by=by, report=report, keep=keep)
        if dry_run:
            transaction.set_rollback(True)
        elif report.refused:
            raise Conflict(
                "Drafts are in the way; nothing was imported.",
                problems=[
                    (f"{kind} {key}", f"{kind} {key}: {why}.")
                    for kind, refusals in report.refused.items()
                    for key, why in refusals.items()
                ],
            )
    return report


def _collect(team: Team, profiles: set[str] | None = None, questions: set[str] | None = None) -> _Pack:
    if profiles is None and questions is None:
        return _Pack(role_packs.collect(team), rubric_packs.collect(team), loop_packs.collect(team))
    loops = loop_packs.collect(team, profiles=profiles or set())
    roles = role_packs.collect(team, profiles=profiles or set())
    needed = {row["competency"] for body in roles.profiles for row in body["competencies"]}
    asked = (questions or set()) | loop_packs.questions_of(loops)
    asked |= rubric_packs.rating(team, needed)
    rubrics = rubric_packs.collect(team, questions=asked)
    for body in rubrics.questions:
        needed |= {row["competency"] for row in body["evidences"]}
        needed |= {row["probes"] for row in body.get("injections", [])}
    return _Pack(role_packs.collect(team, profiles=profiles or set(), competencies=needed), rubrics, loops)


def pack_files(team: Team) -> dict[str, dict[str, Any]]:
    """Return the content of every file of the pack of what ``team`` has published, by name."""
    pack = _collect(team)
    files = role_packs.to_files(pack.roles, loops=loop_packs.loops_by_profile(pack.loops))
    for name, content in rubric_packs.to_files(pack.rubrics).items():
        if name == "meta.yaml":
            parts = files.get(name, {"meta": {}})["meta"]
            head = {"schema_version": parts["schema_version"]} if "schema_version" in parts else {}
            files[name] = {"meta": {**head, **content["meta"], **parts}}
        else:
            files[name] = content
    return files | loop_packs.to_files(pack.loops)


def export_pack(team: Team, target: Path) -> list[str]:
    """Write what ``team`` has published to the folder ``target``; return the names of the files.

    The same content gives the same bytes, and importing them into an empty team and
    exporting again gives them back. Raises InvalidInput where ``target`` holds other files.
    """
    files = pack_files(team)
    if not files:
        raise InvalidInput(f"{team} has published nothing yet, so there is nothing to export.")
    if target.exists() and not target.is_dir():
        raise InvalidInput(f"{target} is a file. Name a folder.")
    present = (
        {path.relative_to(target).as_posix() for path in target.rglob("*.y*ml")} if target.exists() else set()
    )
    strange = sorted(present - set(files))
    if strange:
        raise InvalidInput(
            f"{target} holds files that are no part of this pack: {', '.join(strange[:5])}. "
            "Choose an empty folder."
        )
    for name, content in sorted(files.items()):
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_yaml(path, content)
    return sorted(files)


def copy_from_library(
    team: Team, *, by: User | None, profiles: list[str] | None = None, questions: list[str] | None = None
) -> PackReport:
    """Copy library content into ``team``, published: what is named and all that it needs, or everything.

    With a profile come its competencies, loops, and every question that rates one of
    them; with a question its competencies and scale. What the team has under the same
    key stays as it is. Each copy remembers the library's key, version and hash, so that
    later updates can be offered as a merge. Raises InvalidInput for unknown keys,
    Conflict where a draft is in the way.
    """
    if team.is_library:
        raise InvalidInput("The library cannot be copied into itself. Choose one of your teams.")
    try:
        library = Team.objects.library()
    except Team.DoesNotExist as error:
        raise Conflict("There is no library yet. Ask an operator to import the starter pack.") from error
    pack = _collect(
        library,
        None if profiles is None else set(profiles),
        None if questions is None else set(questions),
    )
    for what, wanted, found in (
        ("role profile", profiles, pack.roles.profiles),
        ("question", questions, pack.rubrics.questions),
    ):
        missing = set(wanted or ()) - {body["key"] for body in found}
        if missing:
            raise InvalidInput(f"The library has no {what} {', '.join(sorted(missing))}.")
    return _write(pack, team=team, by=by, verb="library.copy", keep=True)
