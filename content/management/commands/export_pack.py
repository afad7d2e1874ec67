"""Export a content pack."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.commands import resolve_team
from accounts.errors import ActionError
from accounts.models import Team
from content.packs import export_pack


class Command(BaseCommand):
    """Writes what a team has published as a pack."""

    help = (
        "Write what a team has published (newest versions) to folder OUT as a content pack. The same content "
        "gives the same bytes. Exit code 2 when there is nothing to export or OUT holds other files."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "out", metavar="OUT", type=Path, help="Folder to write to; it is made if need be."
        )
        source = parser.add_mutually_exclusive_group()
        source.add_argument("--team", help="Key of the team; by default the only ordinary one.")
        source.add_argument("--library", action="store_true", help="Export the library of starter content.")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(
        self,
        *args: Any,
        out: Path,
        team: str | None,
        library: bool,
        format: str,  # noqa: A002 -- the option's name
        **options: Any,
    ) -> None:
        try:
            if library and not Team.objects.filter(is_library=True).exists():
                self.stderr.write(
                    "There is no library yet. Import the starter pack with import_pack --library."
                )
                sys.exit(2)
            owner = Team.objects.library() if library else resolve_team(team)
            names = export_pack(owner, out)
        except ActionError as error:
            self.stderr.write(error.message)
            sys.exit(2)
        if format == "json":
            self.stdout.write(json.dumps({"team": owner.key, "folder": str(out), "files": names}, indent=2))
        else:
            self.stdout.write(f"Wrote {len(names)} files to {out}:")
            for name in names:
                self.stdout.write(f"  {name}")
