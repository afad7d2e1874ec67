"""The audit trail's chain: print its head, and verify all of it."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import trail


class Command(BaseCommand):
    """Seals what is complete, prints heads to be kept elsewhere, and shows whether the trail is whole."""

    help = (
        "head: print the trail's newest head, or a day's, to be kept outside of this database. "
        "verify: compute the whole chain anew; exit 1 if anything was changed, taken out or put in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do."""
        parser.add_argument("what", choices=["head", "verify"])
        parser.add_argument("--day", help="head: the last one of this day (UTC), as 2026-11-29")
        parser.add_argument("--head", help="verify: a head that was kept; it must be in the chain")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the head, or every fault."""
        trail.seal()
        lines, facts, whole = (
            self._head(options["day"]) if options["what"] == "head" else self._verify(options["head"])
        )
        self.stdout.write(json.dumps(facts) if options["format"] == "json" else "\n".join(lines))
        if not whole:
            raise CommandError("The audit trail is not as it was written.", returncode=1)

    def _head(self, day: str | None) -> tuple[list[str], dict[str, Any], bool]:
        try:
            wanted = date.fromisoformat(day) if day else None
        except ValueError:
            raise CommandError(f"{day} is not a day; write it as 2026-11-29.", returncode=2) from None
        found = trail.head_of(wanted)
        if found is None:
            raise CommandError(f"Nothing was sealed {f'on {day}' if day else 'yet'}.", returncode=2)
        at = found.sealed_at.isoformat(timespec="seconds")
        return (
            [f"{found.head}  seal {found.number}, {at}"],
            {"number": found.number, "sealed_at": at, "head": found.head},
            True,
        )

    def _verify(self, head: str | None) -> tuple[list[str], dict[str, Any], bool]:
        verdict = trail.verify(head=head)
        size = f"{verdict.seals} seals, {verdict.events} events, {verdict.unsealed} not sealed yet"
        lines = [*verdict.faults, f"{'Not whole' if verdict.faults else 'Whole'}: {size}."]
        facts = {
            "whole": not verdict.faults,
            "seals": verdict.seals,
            "events": verdict.events,
            "unsealed": verdict.unsealed,
            "head": verdict.head,
            "faults": verdict.faults,
        }
        return lines, facts, not verdict.faults
