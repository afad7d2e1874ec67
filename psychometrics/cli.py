"""``python -m psychometrics SCORES.csv``: calibrate a score file without Django or a database."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from psychometrics.calibration import Calibration, calibrate
from psychometrics.calibration.fit import Progress
from psychometrics.errors import PsychometricsError
from psychometrics.io import Scores, read_scores
from psychometrics.tables import render
from psychometrics.thresholds import Link

Result = dict[str, Any]

POOLED = (
    "The file names {count} competencies, and the ratings were pooled over them: one measure per "
    "candidate, every question x competency with a difficulty of its own."
)


_CANDIDATE_COLUMNS = [
    *("measure", "se", "lower", "upper", "fair_average", "fair_lower", "fair_upper"),
    *("raw_mean", "n", "interviewers", "subset"),
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status.

    0 on success; 2 for input that cannot be calibrated: then nothing is printed to standard output
    and the reason, with its line number, to standard error.
    """
    options = _parser().parse_args(arguments)
    try:
        result = run_csv(options.scores, level=options.level, link=options.link, halo=not options.no_halo)
    except PsychometricsError as error:
        sys.stderr.write(f"{options.scores}: {error}\n")
        return 2
    text = to_json(result) if options.format == "json" else render(result)
    sys.stdout.write(text + "\n")
    return 0


def run_csv(
    path: str | Path,
    *,
    level: float = 0.90,
    link: Link = "acl",
    halo: bool = True,
    progress: Progress | None = None,
) -> Result:
    """Calibrate a score file; return the contract's dictionary of plain Python values.

    Undefined numbers are None. Raises PsychometricsError (BadRow with its line) for bad input.
    """
    return run_scores(read_scores(path), level=level, link=link, halo=halo, progress=progress)


def run_scores(
    scores: Scores,
    *,
    level: float = 0.90,
    link: Link = "acl",
    halo: bool = True,
    progress: Progress | None = None,
) -> Result:
    """Calibrate scores already read; see :func:`run_csv`."""
    competencies = [] if scores.competency is None else np.unique(scores.competency).tolist()
    question = scores.question
    said: list[str] = []
    if len(competencies) > 1 and scores.competency is not None:
        question = np.char.add(np.char.add(question, " / "), scores.competency)
        said.append(POOLED.format(count=len(competencies)))
    calibration = calibrate(
        scores.candidate,
        scores.interviewer,
        question,
        scores.score,
        interview=scores.interview,
        halo=halo,
        link=link,
        level=level,
        progress=progress,
    )
    result = to_dict(calibration)
    if len(competencies) == 1:
        for row in result["candidates"]:
            row["competency"] = competencies[0]
    result["warnings"] = [*said, *result["warnings"]]
    return result


def to_dict(calibration: Calibration) -> Result:
    """The contract's dictionary: plain Python values, undefined numbers None."""
    people, panel, asked = (
        calibration.candidates,
        calibration.interviewers,
        calibration.questions,
    )
    interviewers = _rows(
        panel,
        {"interviewer": "label"},
        ["severity", "se", "lower", "upper", "infit", "outfit", "raw_mean", "n", "candidates"],
    )
    questions = _rows(
        asked,
        {"question": "label"},
        ["difficulty", "se", "lower", "upper", "infit", "outfit", "raw_mean", "n"],
    )
    for rows, table in ((interviewers, panel), (questions, asked)):
        for row, flags in zip(rows, table.flags, strict=True):
            row["flags"] = list(flags)
    return {
        "candidates": _rows(
            people,
            {"candidate": "label"},
            _CANDIDATE_COLUMNS,
        ),
        "interviewers": interviewers,
        "questions": questions,
        "components": calibration.components,
        "thresholds": [
            {"from": _plain(low), "to": _plain(high), "threshold": _plain(step)}
            for low, high, step in zip(
                calibration.categories[:-1],
                calibration.categories[1:],
                calibration.thresholds,
                strict=True,
            )
        ],
        "subsets": [
            {
                "subset": subset.number,
                "candidates": [_plain(label) for label in subset.candidates],
                "interviewers": [_plain(label) for label in subset.interviewers],
                "questions": [_plain(label) for label in subset.questions],
                "ratings": subset.ratings,
            }
            for subset in calibration.subsets
        ],
        "warnings": list(calibration.warnings),
        "model": calibration.model,
        "link": calibration.link,
        "level": calibration.level,
        "ratings": calibration.ratings,
        "iterations": calibration.iterations,
        "converged": calibration.converged,
    }


def to_json(result: Result) -> str:
    """Indented JSON; NaN never occurs, undefined numbers are null."""
    return json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False)


def _rows(table: Any, renamed: dict[str, str], columns: list[str]) -> list[Result]:
    """Turn a table of columns into one dictionary per label."""
    names = [*renamed, *columns]
    values = [getattr(table, renamed.get(name, name)) for name in names]
    return [
        {name: _plain(cell) for name, cell in zip(names, cells, strict=True)}
        for cells in zip(*values, strict=True)
    ]


def _plain(value: Any) -> Any:
    """A NumPy scalar as a Python value; NaN and infinities as None."""
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and not np.isfinite(plain):
        return None
    return plain


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
        "and optionally competency, interview, scored_at.",
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
    return parser
