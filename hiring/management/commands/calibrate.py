"""Calibrate a score file; needs no rows in the database."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """The same as ``python -m psychometrics``, reachable where the rest of the product is."""

    help = (
        "Calibrate SCORES.csv for interviewer severity and question difficulty. Columns: candidate, interviewer, "
        "question, score; optional: competency, interview, scored_at (when a rating was given: standards that move are "
        "looked for). Exit code 2 for bad input."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("scores", metavar="SCORES.csv")
        parser.add_argument("--format", choices=("table", "json"), default="table")
        parser.add_argument(
            "--level", type=float, default=0.90, help="Coverage of the intervals (default .90)."
        )
        parser.add_argument(
            "--link", choices=("acl", "cl"), default="acl", help="Adjacent-category or cumulative steps."
        )
        parser.add_argument("--no-halo", action="store_true", help="Leave the halo of single interviews out.")
        parser.add_argument(
            "--group", metavar="COLUMN", help="A column that names candidates' site or opening."
        )
        parser.add_argument(
            "--steps",
            choices=("common", "question"),
            default="common",
            help="Whose the steps of the scale are.",
        )
        parser.add_argument("--engine", choices=("auto", "numpy", "compiled"), default="auto")

    def handle(self, *args: Any, **options: Any) -> None:
        """Hand over to the package, which reads, fits and prints."""
        # One thread: a second one only adds waiting. Has to be set before NumPy is loaded.
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ.setdefault(name, "1")
        from psychometrics.cli import main

        arguments = [
            options["scores"],
            "--format",
            options["format"],
            "--level",
            str(options["level"]),
            "--link",
            options["link"],
            "--steps",
            options["steps"],
            "--engine",
            options["engine"],
        ]
        if options["group"] is not None:
            arguments += ["--group", options["group"]]
        if options["no_halo"]:
            arguments.append("--no-halo")
        status = main(arguments)
        if status:
            sys.exit(status)
