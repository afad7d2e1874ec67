#!/usr/bin/env python
"""Django's command line for Loopwright."""

import os
import sys

OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate", "dbshell"}


def main() -> None:
    """Run a management command; schema changes connect as the database's owner."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        # The application role cannot change the schema, so these few commands switch roles.
        os.environ.setdefault("LOOPWRIGHT_DB_ROLE", "owner")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
