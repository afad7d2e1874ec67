#!/usr/bin/env python
"""Django's command line for Loopwright."""

import os
import sys

OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate", "dbshell"}


def main() -> None:
    """Run a management command; schema changes connect as the database's owner."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "calibrate":  # reads a file and nothing else: needs neither settings nor a database
        from hiring.management.commands.calibrate import Command

        Command().run_from_argv(sys.argv)
        return
    if command in OWNER_COMMANDS:
        # The application role cannot change the schema, so these few commands switch roles.
        os.environ.setdefault("LOOPWRIGHT_DB_ROLE", "owner")
    _settle(command)
    from django.core.management import execute_from_command_line

    from config.failures import one_line

    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        line = one_line(error)
        if line is None:
            raise
        sys.exit(f"error: {line}")


def _settle(command: str) -> None:
    """In a checkout, find the demo's settings; an installation without the tools has its own."""
    try:
        from dev.here import settle
        from dev.pgbinaries import LauncherError
    except ModuleNotFoundError:
        return
    try:
        settle(command)
    except LauncherError as problem:
        sys.exit(f"error: {problem}")


if __name__ == "__main__":
    main()
