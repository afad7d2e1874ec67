"""Print what advice on a loop says, or the rules that it follows."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.commands import resolve_team
from accounts.errors import ActionError
from accounts.models import TeamPolicy
from content.commands import find_version
from loops.coverage import gap_of_loop
from loops.models import Loop
from loops.rules import RULES
from rubrics.models import QuestionExposure


class Command(BaseCommand):
    """Lints LOOP under the policy of its team."""

    help = (
        "Print what advice says about LOOP (key@2 names a version), the serious things first; with --rules the rules "
        "themselves. Exit code 1 when something serious is found, 2 when the input is wrong."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("loop", metavar="LOOP", nargs="?", help="Key of a loop.")
        parser.add_argument("--rules", action="store_true", help="List the rules, their reasons and sources.")
        parser.add_argument("--team", help="Key of the team; by default the only ordinary one.")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, loop: str | None, **options: Any) -> None:
        as_json = options["format"] == "json"
        if options["rules"]:
            self._rules(as_json=as_json)
            return
        try:
            if loop is None:
                raise ActionError("Name a loop, or ask for --rules.")
            team = resolve_team(options["team"], library_serves=True)
            version = find_version(Loop.objects.with_plan(), loop, team, "loop")
        except ActionError as error:
            self.stderr.write(error.message)
            sys.exit(2)
        leaks = QuestionExposure.objects.leaks_in(team.pk)
        gap = gap_of_loop(version, policy=TeamPolicy.objects.current_for(team.pk), leaks=leaks)
        found = gap.as_dict()["warnings"]
        if as_json:
            self.stdout.write(json.dumps({"loop": version.label, "warnings": found}, indent=2))
        elif not found:
            self.stdout.write(f"{version.label}: nothing stands out.")
        else:
            for each in found:
                said = " ".join(part for part in (each["text"], each["cost"], each["remedy"]) if part)
                self.stdout.write(f"{each['severity']:<8} {each['code']:<24} {said}")
        if any(each["severity"] == "serious" for each in found):
            sys.exit(1)

    def _rules(self, *, as_json: bool) -> None:
        if as_json:
            rows = [
                {name: getattr(rule, name) for name in ("code", "severity", "looks_for", "reason", "source")}
                for rule in RULES
            ]
            self.stdout.write(json.dumps(rows, indent=2))
            return
        for rule in RULES:
            self.stdout.write(f"{rule.severity:<8} {rule.code:<24} {rule.looks_for}. {rule.reason}")
