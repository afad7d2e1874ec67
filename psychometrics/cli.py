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
from psychometrics.files import _output, arguments
from psychometrics.files.progress import ProgressLine
from psychometrics.files.reading import Reading
from psychometrics.files.report import page
from psychometrics.files.result import calibrate_scores
from psychometrics.files.score_file import STANDARD_INPUT, read_scores
from psychometrics.files.text_tables import render
from psychometrics.files.truth import Truth, against_truth, read_truth
from psychometrics.files.wanted import Wanted
from psychometrics.model import compiled
from psychometrics.model._kernel_cache import kernels_cached
from psychometrics.model.calibration.fit import Progress
from psychometrics.model.calibration.staged import Selection, SlopesWanted
from psychometrics.model.compiled import Engine
from psychometrics.model.thresholds import Link

Result = dict[str, Any]

PROGRAM = "python -m psychometrics"
INTERRUPTED = "interrupted"
COMPILING = "compiling for this machine, once; some seconds more than usual"


def main(given: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status.

    0 on success, and where the reader of a pipe has seen enough; 1 where the result cannot be written; 2 for input
    that cannot be calibrated: then nothing is printed to standard output and the reason, with its line number, to
    standard error; 130 when interrupted.
    """
    return perform(_parser().parse_args(given), program=PROGRAM)


def perform(options: argparse.Namespace, *, program: str) -> int:
    """Run the command with options parsed by whoever offers it under the name ``program``; as :func:`main`."""
    try:
        problem = _conflict(options)
        reading = arguments.reading(options)
        arguments.wanted(options)
    except PsychometricsError as error:
        problem = str(error)
    if problem:
        _output.complain(f"{program}: error: {problem}")
        return 2
    name = options.scores
    try:
        truth = None
        if options.truth is not None:
            name = options.truth
            truth = read_truth(options.truth)
            name = options.scores
        result, text = _calculated(options, reading, truth)
    except PsychometricsError as error:
        _output.complain(f"{'standard input' if name == STANDARD_INPUT else name}: {error}")
        return 2
    except KeyboardInterrupt:
        _output.complain(INTERRUPTED)
        return 130
    if options.html is not None:
        try:
            Path(options.html).write_text(page(result, _title(options.scores)), encoding="utf-8")
        except OSError as error:
            _output.complain(f"{program}: error: cannot write {options.html}: {error.strerror or error}")
            return 1
    return _written(text, program, is_json=options.format == "json")


def _title(scores: str) -> str:
    """What a report is called by."""
    return "standard input" if scores == STANDARD_INPUT else Path(scores).name


def _calculated(options: argparse.Namespace, reading: Reading, truth: Truth | None) -> tuple[Result, str]:
    """The result, and the same as text."""
    with ProgressLine(sys.stderr or io.StringIO()) as progress:
        progress(0.0, f"reading {printable(options.scores)}")
        result = run_csv(
            options.scores,
            reading=reading,
            level=options.level,
            link=options.link,
            halo=not options.no_halo,
            steps=options.steps,
            reference=options.reference,
            slopes=options.slopes,
            selection=options.selection,
            bins=options.bins,
            engine=options.engine,
            without_flagged=options.without_flagged,
            wanted=arguments.wanted(options),
            truth=truth,
            progress=progress,
            announce=progress.say,
        )
        progress(1.0, "writing")
        return result, to_json(result) if options.format == "json" else render(result)


def _written(text: str, program: str, *, is_json: bool) -> int:
    """Print it; the exit status."""
    if sys.stdout is None:
        _output.complain(f"{program}: error: cannot write the result: standard output is closed")
        return 1
    try:
        sys.stdout.write(_output.fitting(text, sys.stdout, is_json=is_json) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _output.abandon(sys.stdout)
    except OSError as error:
        _output.abandon(sys.stdout)
        _output.complain(f"{program}: error: cannot write the result: {error.strerror or error}")
        return 1
    except KeyboardInterrupt:
        _output.abandon(sys.stdout)
        _output.complain(INTERRUPTED)
        return 130
    return 0


def _conflict(options: argparse.Namespace) -> str | None:
    """What speaks against these options together, in the words of the command line."""
    if options.slopes == "interviewer" and (options.steps == "question" or options.link == "cl"):
        return (
            "--slopes interviewer needs --steps common and --link acl: slopes are defined for adjacent categories, and "
            "not beside steps of the questions' own"
        )
    if options.engine == "compiled" and not compiled.installed():
        return "--engine compiled needs numba: pip install 'loopwright-psychometrics[compiled]', or use --engine numpy"
    return None


def run_csv(
    path: str | Path,
    *,
    reading: Reading | None = None,
    level: float = 0.90,
    link: Link = "acl",
    halo: bool = True,
    steps: Literal["common", "question"] = "common",
    reference: Sequence[str] = (),
    slopes: SlopesWanted = "auto",
    selection: Selection = "ignorable",
    bins: int | None = None,
    engine: Engine = "auto",
    without_flagged: bool = False,
    wanted: Wanted | None = None,
    truth: Truth | None = None,
    progress: Progress | None = None,
    announce: Callable[[str], None] | None = None,
) -> Result:
    """Calibrate a score file; return the contract's dictionary of plain Python values.

    ``reading`` says how the file is read; ``truth`` adds how far the estimates are from it; the other options are
    those of ``calibrate_scores``. Undefined numbers are None. ``announce`` is told what takes long once only.

    Raises PsychometricsError (BadRow with its line) for bad input.
    """
    scores = read_scores(path, reading, progress=progress)
    if progress is not None:
        progress(0.0, f"{len(scores):,} ratings read")
    if announce is not None and compiled.chosen(engine, ratings=len(scores)) and not kernels_cached():
        announce(COMPILING)
    result = calibrate_scores(
        scores,
        level=level,
        link=link,
        halo=halo,
        steps=steps,
        reference=reference,
        slopes=slopes,
        selection=selection,
        bins=bins,
        engine=engine,
        without_flagged=without_flagged,
        wanted=wanted,
        progress=progress,
    )
    if truth is not None:
        for part in result.get("parts", [result]):
            part["truth"] = against_truth(part, truth)
    return result


def to_json(result: Result) -> str:
    """Indented JSON; NaN never occurs, undefined numbers are null."""
    return _output.json_text(result)


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
    parser = argparse.ArgumentParser(prog=PROGRAM, description=arguments.DESCRIPTION, epilog=arguments.EPILOG)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    arguments.add_arguments(parser)
    return parser
