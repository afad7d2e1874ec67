"""Make or revoke a person's API token, for machines that nobody signs in on."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions.tokens import create_token, revoke_token
from accounts.actions.users import find_user
from accounts.errors import ActionError


class Command(BaseCommand):
    help = (
        "Make an API token for a person and print it, once: it is kept only as a hash. An earlier token of "
        "that person stops working."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="e-mail address of the account the token acts for")
        parser.add_argument("--revoke", action="store_true", help="take the token away instead")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token alone, so that a script can read it."""
        user = find_user(options["email"])
        if user is None:
            raise CommandError(f"No account has the address {options['email']}.", returncode=2)
        try:
            if options["revoke"]:
                had = revoke_token(user, by=None)
                facts: dict[str, Any] = {"email": user.email, "revoked": had}
                text = f"Token of {user.email} revoked." if had else f"{user.email} had no token."
            else:
                text = create_token(user, by=None)
                facts = {"email": user.email, "token": text}
        except ActionError as error:
            raise CommandError(error.message, returncode=2) from None
        self.stdout.write(json.dumps(facts) if options["format"] == "json" else text)
