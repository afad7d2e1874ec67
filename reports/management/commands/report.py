"""Write a report's PDF to a file."""

import hashlib
import json
import os
import sys
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.commands import resolve_team
from accounts.errors import ActionError, InvalidInput
from reports import actions, kinds
from reports.models import Report
from reports.render import render


class Command(BaseCommand):
    """Makes KIND about KEY at once, without a worker and without a row in the list of reports."""

    help = (
        "Write a PDF report to a file. KIND and KEY: "
        + "; ".join(f"{kind.key}, {kind.key_help}" for kind in kinds.all_kinds())
        + ". Exit code 2 when the input is wrong; nothing is written then."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", metavar="KIND", help=f"One of {', '.join(kinds.known_keys())}.")
        parser.add_argument("key", metavar="KEY", help="What the report is about.")
        parser.add_argument(
            "--out", metavar="FILE.pdf", help="Where to write it; an existing file is replaced."
        )
        parser.add_argument("--team", help="Key of the team; by default the only ordinary one.")
        parser.add_argument("--paper", default="a4", help="a4 (default) or letter.")
        parser.add_argument("--format", default="table", help="table (default) or json.")

    def handle(self, *args: object, **options: Any) -> None:
        """Check everything, make the PDF, then write it in one step."""
        asked = ReportAsked(**{field.name: options[field.name] for field in fields(ReportAsked)})
        try:
            target = _target(asked.out)
            report = _report(asked)
            actions.check_rendering()
            made = render(report, lambda _share, _step: None)
            _write(target, made.content)
        except (ActionError, OSError) as error:
            self.stderr.write(str(getattr(error, "message", "") or error))
            sys.exit(2)
        about = {
            "path": str(target),
            "kind": report.kind,
            "pages": made.pages,
            "bytes": len(made.content),
            "sha256": hashlib.sha256(made.content).hexdigest(),
            "provenance": dict(made.provenance),
        }
        if asked.format == "json":
            self.stdout.write(json.dumps(about, indent=2))
        else:
            self.stdout.write(f"{target}: {made.pages} pages, sha256 {about['sha256']}")


@dataclass(frozen=True)
class ReportAsked:
    """The command's arguments, as they were typed."""

    kind: str
    key: str
    out: str | None
    team: str | None
    paper: str
    format: str


def _target(out: str | None) -> Path:
    if not out:
        raise InvalidInput("Say where to write the report: --out FILE.pdf.")
    target = Path(out)
    if target.suffix.lower() != ".pdf":
        raise InvalidInput(f"{out} does not end in .pdf.")
    if not target.parent.is_dir():
        raise InvalidInput(f"There is no folder {target.parent}.")
    if target.is_dir():
        raise InvalidInput(f"{out} is a folder.")
    return target


def _report(asked: ReportAsked) -> Report:
    """The report asked for, as a row that is never saved."""
    kind = kinds.find(asked.kind)
    if kind is None:
        raise InvalidInput(
            f"There is no report {asked.kind}. The kinds are: {', '.join(kinds.known_keys())}."
        )
    if asked.paper not in actions.PAPERS:
        raise InvalidInput(f"There is no paper {asked.paper}. Choose {' or '.join(actions.PAPERS)}.")
    if asked.format not in ("table", "json"):
        raise InvalidInput(f"There is no format {asked.format}. Choose table or json.")
    team = resolve_team(asked.team, library_serves=kind.library_serves)
    subject = kind.find(asked.key, team)
    kind.check(subject, team=team, by=None)
    return Report(team=team, kind=kind.key, subject_id=subject.pk, paper=asked.paper)


def _write(target: Path, content: bytes) -> None:
    """Write beside the target and rename, so that a full disk leaves no half a file."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".report-", suffix=".pdf")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # A temporary file is private; a report is as readable as the person's other files.
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
