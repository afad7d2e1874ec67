"""Load the demo world once."""

import sys
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from demo import world
from demo.cast import HARROW, MERIDIAN, PASSWORD


class Command(BaseCommand):
    """``manage.py load_demo``: invented teams, people and scores; a second call changes nothing."""

    help = (
        "Load the synthetic demo world (two teams) into an empty database; a second call keeps what is there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare options."""
        parser.add_argument("--print-sign-ins", action="store_true", help="Only print who can sign in.")

        parser.add_argument(
            "--at",
            metavar="TIME",
            help="The moment the world stands at, for example 2026-11-20T16:00: the same moment gives the same "
            "world. Default: the current hour.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, unless it was loaded before."""
        if options["print_sign_ins"]:
            self._sign_ins()
            return
        if world.is_loaded():
            self.stdout.write("The demo data are already there; nothing was changed.")
            return
        world.load(lambda text: self.stdout.write(f"  {text} ..."), now=self._moment(options["at"]))
        self.stdout.write("Demo data loaded.")

    def _moment(self, text: str | None) -> datetime | None:
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.stderr.write(f"--at {text}: not a time. Write it as 2026-11-20T16:00.")
            sys.exit(2)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _sign_ins(self) -> None:
        for plan in (MERIDIAN, HARROW):
            self.stdout.write(f"{plan.name} (synthetic)")
            for person in plan.people:
                role = str(person.role).replace("_", " ") + (", calibrator" if person.is_calibrator else "")
                self.stdout.write(f"  {role:<28}{person.email}")
        self.stdout.write(f"Password of every account: {PASSWORD}")
