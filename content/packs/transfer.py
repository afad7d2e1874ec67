"""Whole packs: every section in one transaction, all of it or nothing."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from django.db import transaction

from accounts import audit
from accounts.errors import Conflict, InvalidInput
from accounts.models import Team, User
from content.packfile import Faults, open_pack, write_yaml
from content.packs.known import Known
from content.packs.pack import Pack, Wanted
from content.packs.report import PackReport
from content.packs.sections import Files, kinds, sections


def import_pack(source: Path, *, team: Team, by: User | None, dry_run: bool = False) -> PackReport:
    """Import the pack in the folder ``source`` into ``team``; what differs becomes new published versions.

    ``by`` None is the operator at the command line. Raises InvalidInput with every
    fault of the files at once, each with file and line, and Conflict where a draft is
    in the way; in both cases nothing is written. ``dry_run`` reports and writes nothing.
    """
    faults = Faults()
    order = sections()
    names = [name for section in order for name in section.files]
    folders = [name for section in order for name in section.folders]
    try:
        files = open_pack(source, faults, names=names, folders=folders)
    except FileNotFoundError as error:
        raise InvalidInput(str(error)) from error
    pack = Pack()
    for section in order:
        section.read(files, pack, faults, team=team)
    if len(faults):
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise InvalidInput(
            f"The pack has {count}; nothing was imported.",
            problems=[(f"{fault.place.file}:{fault.place.line}", str(fault)) for fault in faults],
        )
    return _write(pack, team=team, by=by, verb="pack.import", dry_run=dry_run)


def _write(
    pack: Pack, *, team: Team, by: User | None, verb: str, dry_run: bool = False, keep: bool = False
) -> PackReport:
    report = PackReport(dry_run=dry_run)
    with audit.recording(verb, by=by, team=team):
        # One import at a time per team: two would give the same version number twice.
        Team.objects.select_for_update().get(pk=team.pk)
        known = Known(team, {kind.name: kind for kind in kinds()})
        for section in sections():
            section.write(pack, known, by=by, report=report, keep=keep)
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


def collect(team: Team, wanted: Mapping[str, Iterable[str]] | None = None) -> Pack:
    """Return what ``team`` has published: all of it, or what is wanted with all that this needs.

    What comes along with a thing is found upwards, from a profile to its loops; what it needs downwards,
    from a loop to its questions and their competencies.
    """
    asked: Wanted | None = None if wanted is None else {kind: set(keys) for kind, keys in wanted.items()}
    order = sections()
    if asked is not None:
        for section in order:
            section.comes_along(team, asked)
    pack = Pack()
    for section in reversed(order):
        section.collect(pack, team, asked)
    return pack


def pack_files(team: Team) -> Files:
    """Return the content of every file of the pack of what ``team`` has published, by name."""
    pack = collect(team)
    files: Files = {}
    for section in sections():
        section.lay_out(pack, files)
    return files


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
    team: Team, *, by: User | None, wanted: Mapping[str, Iterable[str]] | None = None
) -> PackReport:
    """Copy library content into ``team``, published: what is wanted and all that it needs, or everything.

    ``wanted`` names keys by kind: ``{"role profile": ["fde"]}``. With a profile come its competencies,
    loops, and every question that rates one of them; with a question its competencies and scale. What the
    team has under the same key stays as it is. Each copy remembers the library's key, version and hash, so
    that later updates can be offered as a merge. Raises InvalidInput for unknown keys, Conflict where a
    draft is in the way.
    """
    if team.is_library:
        raise InvalidInput("The library cannot be copied into itself. Choose one of your teams.")
    try:
        library = Team.objects.library()
    except Team.DoesNotExist as error:
        raise Conflict("There is no library yet. Ask an operator to import the starter pack.") from error
    pack = collect(library, wanted)
    for kind, keys in (wanted or {}).items():
        missing = sorted(set(keys) - pack.keys(kind))
        if missing:
            raise InvalidInput(f"The library has no {kind} {', '.join(missing)}.")
    return _write(pack, team=team, by=by, verb="library.copy", keep=True)
