"""Calibrate a score file; needs no rows in the database, and no settings either."""

import os
import sys
from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from psychometrics.files import arguments


class Command(BaseCommand):
    """The same as ``python -m psychometrics``, reachable where the rest of the product is."""

    help = f"{arguments.DESCRIPTION} {arguments.EPILOG}"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The package's own options."""
        arguments.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Hand over to the package, which reads, fits and prints."""
        # One thread: a second one only adds waiting. Has to be set before NumPy is loaded.
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ.setdefault(name, "1")
        from psychometrics.cli import perform

        status = perform(Namespace(**options), program="manage.py calibrate")
        if status:
            sys.exit(status)
