"""``python -m psychometrics SCORES.csv``: calibrate a score file without Django or a database."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from psychometrics.calibration.fit import Progress
from psychometrics.compiled import LEAST_RATINGS, Engine
from psychometrics.contract import calibrate_scores
from psychometrics.errors import PsychometricsError
from psychometrics.io import read_scores
from psychometrics.meter import Meter
from psychometrics.tables import render
from psychometrics.thresholds import Link

Result = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status.

    0 on success; 2 for input that cannot be calibrated: then nothing is printed to standard output
    and the reason, with its line number, to standard error.
    """
    options = _parser().parse_args(arguments)
    try:
        with Meter(sys.stderr) as meter:
            meter(0.0, f"reading {options.scores}")
            result = run_csv(
                options.scores,
                level=options.level,
                link=options.link,
                halo=not options.no_halo,
                group=options.group,
                steps=options.steps,
                engine=options.engine,
                progress=meter,
            )
            meter(1.0, "writing")
            text = to_json(result) if options.format == "json" else render(result)
    except PsychometricsError as error:
        sys.stderr.write(f"{options.scores}: {error}\n")
        return 2
    sys.stdout.write(text + "\n")
    return 0


def run_csv(
    path: str | Path,
    *,
    level: float = 0.90,
    link: Link = "acl",
    halo: bool = True,
    group: str | None = None,
    steps: Literal["common", "question"] = "common",
    engine: Engine = "auto",
    progress: Progress | None = None,
) -> Result:
    """Calibrate a score file; return the contract's dictionary of plain Python values.

    ``group`` names a column; the other options are those of ``calibrate``. Undefined numbers
    are None. Raises PsychometricsError (BadRow with its line) for bad input.
    """
    scores = read_scores(path, group=group, progress=progress)
    if progress is not None:
        progress(0.0, f"{len(scores):,} ratings read")
    return calibrate_scores(
        scores, level=level, link=link, halo=halo, steps=steps, engine=engine, progress=progress
    )


def to_json(result: Result) -> str:
    """Indented JSON; NaN never occurs, undefined numbers are null."""
    return json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False)


def _level(text: str) -> float:
    """A coverage between 0 and 1, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < 1.0:
        raise argparse.ArgumentTypeError(f"{text} does not lie strictly between 0 and 1")
    return value


def _parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m psychometrics",
        description="Tell candidates' proficiency from interviewers' severity, questions' "
        "difficulty and halo. SCORES.csv has the columns candidate, interviewer, question, score "
        "and optionally competency, interview, scored_at, and one named by --group.",
        epilog="Exit status 2: the file cannot be calibrated; the reason names the line.",
    )
    parser.add_argument("scores", metavar="SCORES.csv", help="one rating per line")
    parser.add_argument("--level", type=_level, default=0.90, help="coverage of the intervals (default 0.90)")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument(
        "--link",
        choices=("acl", "cl"),
        default="acl",
        help="acl: adjacent categories, the rating-scale model (default); cl: cumulative logits",
    )
    parser.add_argument(
        "--no-halo",
        action="store_true",
        help="treat ratings of one candidate by one interviewer as independent",
    )
    parser.add_argument(
        "--group",
        metavar="COLUMN",
        help="a column that says which group (site, opening) a candidate belongs to: proficiency is then drawn "
        "towards the mean of the group",
    )
    parser.add_argument(
        "--steps",
        choices=("common", "question"),
        default="common",
        help="question: every question has steps of its own, drawn towards the common ones",
    )
    parser.add_argument(
        "--engine",
        choices=("auto", "numpy", "compiled"),
        default="auto",
        help=f"compiled needs numba; auto uses it from {LEAST_RATINGS:,} ratings on; the numbers are the same",
    )
    return parser
