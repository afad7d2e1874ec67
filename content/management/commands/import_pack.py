"""Import a content pack."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts import audit
from accounts.commands import resolve_team
from accounts.errors import ActionError
from accounts.models import Team
from content.packs import PackReport, import_pack


class Command(BaseCommand):
    """Imports the pack in a folder, whole or not at all."""

    help = (
        "Import the content pack in folder PATH: competencies, role profiles, questions, loops. What differs "
        "from what the team has becomes a new published version; nothing is deleted. Faults are told all at "
        "once, each with file and line; then, and where a draft is in the way, nothing is written. "
        "Exit code 2 when the input is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path", metavar="PATH", type=Path, help="Folder that holds meta.yaml, roles.yaml, ..."
        )
        target = parser.add_mutually_exclusive_group()
        target.add_argument("--team", help="Key of the team; by default the only ordinary one.")
        target.add_argument(
            "--library",
            action="store_true",
            help="Import into the library of starter content; it is made if need be.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen; write nothing.")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(
        self,
        *args: Any,
        path: Path,
        team: str | None,
        library: bool,
        dry_run: bool,
        format: str,  # noqa: A002 -- the option's name
        **options: Any,
    ) -> None:
        try:
            with audit.recording("pack.import_command", by=None, team=None):
                owner = _library() if library else resolve_team(team)
                report = import_pack(path, team=owner, by=None, dry_run=dry_run)
        except ActionError as error:
            self._refuse(error, format)
        if format == "json":
            self.stdout.write(
                json.dumps({"team": owner.key, **report.as_dict()}, indent=2, ensure_ascii=False)
            )
        else:
            self.stdout.write(as_table(report, owner))
        if report.refused:
            sys.exit(2)

    def _refuse(self, error: ActionError, form: str) -> None:
        if form == "json":
            faults = [{"where": where, "text": text} for where, text in error.problems]
            self.stdout.write(
                json.dumps({"error": error.message, "faults": faults}, indent=2, ensure_ascii=False)
            )
        else:
            for _, text in error.problems:
                self.stderr.write(text)
        self.stderr.write(error.message)
        sys.exit(2)


def _library() -> Team:
    found = Team.objects.filter(is_library=True).first()
    return found or Team.objects.create(key="library", name="Library", is_library=True)


def as_table(report: PackReport, team: Team) -> str:
    """Return the report as text: counts per kind, then what changed and what was refused."""
    lines = [f"{'kind':<18}{'created':>9}{'new version':>13}{'unchanged':>11}{'refused':>9}"]
    for kind in report.kinds:
        created, changed, unchanged, refused = report.count(kind)
        lines.append(f"{kind:<18}{created:>9}{changed:>13}{unchanged:>11}{refused:>9}")
    for kind, things in report.changed.items():
        for key, changes in sorted(things.items()):
            lines.append(f"\n{kind} {key}:")
            lines += [f"  {change}" for change in changes]
    for kind, refusals in report.refused.items():
        lines += [f"\nRefused: {kind} {key}: {why}." for key, why in sorted(refusals.items())]
    if report.dry_run:
        lines.append(f"\nDry run: nothing was written to {team}.")
    else:
        lines.append(f"\nImported into {team}.")
    return "\n".join(lines)
