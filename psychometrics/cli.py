"""``python -m psychometrics SCORES.csv``: calibrate a score file without Django or a database."""

import argparse
import io
import sys
import tomllib
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from psychometrics._labels import printable
from psychometrics.errors import PsychometricsError
from psychometrics.files import _output
from psychometrics.files.progress import ProgressLine
from psychometrics.files.result import calibrate_scores
from psychometrics.files.score_file import STANDARD_INPUT, read_scores
from psychometrics.files.text_tables import render
from psychometrics.model import compiled
from psychometrics.model._kernel_cache import kernels_cached
from psychometrics.model.calibration.fit import Progress
from psychometrics.model.compiled import LEAST_RATINGS, Engine
from psychometrics.model.thresholds import Link

Result = dict[str, Any]

PROGRAM = "python -m psychometrics"
INTERRUPTED = "interrupted"
COMPILING = "compiling for this machine, once; some seconds more than usual"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status.

    0 on success, and where the reader of a pipe has seen enough; 1 where the result cannot be written; 2 for input
    that cannot be calibrated: then nothing is printed to standard output and the reason, with its line number, to
    standard error; 130 when interrupted.
    """
    options = _parser().parse_args(arguments)
    problem = _conflict(options)
    if problem:
        _output.complain(f"{PROGRAM}: error: {problem}")
        return 2
    try:
        text = _calculated(options)
    except PsychometricsError as error:
        name = "standard input" if options.scores == STANDARD_INPUT else options.scores
        _output.complain(f"{name}: {error}")
        return 2
    except KeyboardInterrupt:
        _output.complain(INTERRUPTED)
        return 130
    return _written(text, is_json=options.format == "json")


def _calculated(options: argparse.Namespace) -> str:
    """The result as text."""
    with ProgressLine(sys.stderr or io.StringIO()) as progress:
        progress(0.0, f"reading {printable(options.scores)}")
        result = run_csv(
            options.scores,
            level=options.level,
            link=options.link,
            halo=not options.no_halo,
            group=options.group,
            steps=options.steps,
            engine=options.engine,
            progress=progress,
            announce=progress.say,
        )
        progress(1.0, "writing")
        return to_json(result) if options.format == "json" else render(result)


def _written(text: str, *, is_json: bool) -> int:
    """Print it; the exit status."""
    if sys.stdout is None:
        _output.complain(f"{PROGRAM}: error: cannot write the result: standard output is closed")
        return 1
    try:
        sys.stdout.write(_output.fitting(text, sys.stdout, is_json=is_json) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _output.abandon(sys.stdout)
    except OSError as error:
        _output.abandon(sys.stdout)
        _output.complain(f"{PROGRAM}: error: cannot write the result: {error.strerror or error}")
        return 1
    except KeyboardInterrupt:
        _output.abandon(sys.stdout)
        _output.complain(INTERRUPTED)
        return 130
    return 0


def _conflict(options: argparse.Namespace) -> str | None:
    """What speaks against these options together, in the words of the command line."""
    if options.steps == "question" and options.link == "cl":
        return (
            "--steps question needs --link acl: steps of a question's own are defined for adjacent categories"
        )
    if options.engine == "compiled" and not compiled.installed():
        return "--engine compiled needs numba: pip install 'loopwright-psychometrics[compiled]', or use --engine numpy"
    return None


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
    announce: Callable[[str], None] | None = None,
) -> Result:
    """Calibrate a score file; return the contract's dictionary of plain Python values.

    ``group`` names a column; the other options are those of ``calibrate``. Undefined numbers
    are None. ``announce`` is told what takes long once only.

    Raises PsychometricsError (BadRow with its line) for bad input.
    """
    scores = read_scores(path, group=group, progress=progress)
    if progress is not None:
        progress(0.0, f"{len(scores):,} ratings read")
    if announce is not None and compiled.chosen(engine, ratings=len(scores)) and not kernels_cached():
        announce(COMPILING)
    return calibrate_scores(
        scores, level=level, link=link, halo=halo, steps=steps, engine=engine, progress=progress
    )


def to_json(result: Result) -> str:
    """Indented JSON; NaN never occurs, undefined numbers are null."""
    return _output.json_text(result)


def _level(text: str) -> float:
    """A coverage between 0 and 1, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < 1.0:
        raise argparse.ArgumentTypeError(f"{text} does not lie strictly between 0 and 1")
    return value


def _column(text: str) -> str:
    """The name of a column, for argparse."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the name of a column is expected")
    return text


class _Version(argparse.Action):
    """Print the version; it is looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *rest: Any) -> None:
        sys.stdout.write(f"loopwright-psychometrics {version()}\n")
        parser.exit()


def version() -> str:
    """The package's version: the source tree's where there is one, else the installed one's."""
    tree = Path(__file__).with_name("pyproject.toml")
    if tree.exists():
        return str(tomllib.loads(tree.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version("loopwright-psychometrics")


def _parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Tell candidates' proficiency from interviewers' severity, questions' "
        "difficulty and halo. SCORES.csv has the columns candidate, interviewer, question, score "
        "and optionally competency, interview, scored_at, and one named by --group. scored_at is when a rating was "
        "given (2026-01-31 or 2026-01-31T14:05): with it, interviewers and questions whose standard moved over "
        "time are looked for. Rows without a score (empty, NA, n/a, not assessed, -) are left out.",
        epilog="Candidates are printed in the order of their names, not ranked. Exit status 1: the result cannot be "
        "written; 2: the file cannot be calibrated, and the reason names the line; 130: interrupted.",
    )
    parser.add_argument("scores", metavar="SCORES.csv", help="one rating per line; - reads standard input")
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
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
        type=_column,
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
