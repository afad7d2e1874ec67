"""Create a team and its first admin: the first thing on a fresh installation."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.actions import create_team, create_user
from accounts.actions.users import find_user
from accounts.errors import ActionError


class Command(BaseCommand):
    help = (
        "Create a team and name its first team admin. A person without an account gets one; they set their "
        "password through “Forgot your password?” on the sign-in page, or you set it with "
        "`manage.py changepassword EMAIL`."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="stands in addresses, for example acme; cannot be changed later")
        parser.add_argument("name", help="what the team is called, for example “Acme Robotics”")
        parser.add_argument(
            "--admin", required=True, metavar="EMAIL", help="e-mail address of the first team admin"
        )
        parser.add_argument(
            "--admin-name", default="", metavar="NAME", help="needed where the address is new"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create both or neither."""
        try:
            with transaction.atomic():
                admin = find_user(options["admin"])
                created = admin is None
                if admin is None:
                    name = options["admin_name"] or options["admin"].split("@")[0]
                    admin = create_user(email=options["admin"], name=name, by=None)
                team = create_team(key=options["key"], name=options["name"], admin=admin, by=None)
        except ActionError as error:
            lines = [error.message, *(f"  {field}: {text}" for field, text in error.problems)]
            raise CommandError("\n".join(lines), returncode=2) from None
        if options["format"] == "json":
            facts = {"team": team.key, "name": team.name, "admin": admin.email, "account_created": created}
            self.stdout.write(json.dumps(facts))
            return
        self.stdout.write(f"Team {team} ({team.key}) created; {admin.email} is its team admin.")
        if created:
            self.stdout.write(
                f"The account is new and has no password: run `manage.py changepassword {admin.email}`, or "
                "let them use “Forgot your password?” on the sign-in page."
            )
