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

    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        from config.database_away import is_away

        if not is_away(error):
            raise
        # The driver's first line names the server; the others guess at causes.
        sys.exit(f"error: the database does not answer: {str(error).strip().splitlines()[0]}")


if __name__ == "__main__":
    main()
