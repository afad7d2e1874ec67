"""The options of the command, for every interface that offers it; loads nothing that calculates."""

import argparse
import math
import re

from psychometrics.errors import BadInput
from psychometrics.files.reading import OPTIONAL, REQUIRED, Reading
from psychometrics.files.scales import declared
from psychometrics.files.wanted import Wanted

DESCRIPTION = (
    "Tell candidates' proficiency from interviewers' severity, questions' difficulty and halo. SCORES has the columns "
    "candidate, interviewer, question, score and optionally competency, interview, scored_at, scale, and one named by "
    "--group; columns by other names are found where only one reading is possible, and that is said. It is CSV in any "
    "encoding or a workbook (.xlsx, .xls, .ods), one rating a line or one question a column. scored_at is when a "
    "rating was given (2026-01-31 or 2026-01-31T14:05): with it, interviewers and questions whose standard moved over "
    "time are looked for. Rows without a score (empty, NA, null, n/a, not assessed, no_decision, -) are left out."
)
EPILOG = (
    "Candidates are printed in the order of their names, not ranked. Exit status 1: the result cannot be written; 2: "
    "the file cannot be calibrated, and the reason names the line; 130: interrupted."
)
_ROLES = (*REQUIRED, *OPTIONAL)
_PAIR = re.compile(rf"\s*({'|'.join(_ROLES)})\s*=\s*(.+)", re.DOTALL | re.IGNORECASE)
_NEXT = re.compile(rf",(?=\s*(?:{'|'.join(_ROLES)})\s*=)", re.IGNORECASE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add everything but ``--help`` and ``--version``."""
    parser.add_argument("scores", metavar="SCORES", help="the file; - reads standard input")
    _reading(parser.add_argument_group("how the file is read"))
    _model(parser.add_argument_group("what is fitted"))
    _output(parser.add_argument_group("what comes out"))


def _reading(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="ROLE=COLUMN,...",
        help=f"which column is what: candidate=Name,score=Grade; roles are {', '.join(_ROLES)}",
    )
    group.add_argument(
        "--wide", action="store_true", help="one column a question; found out where it is clear"
    )
    group.add_argument(
        "--columns",
        metavar="COLUMN,...",
        help="the columns that are questions in a wide file; all that hold scores otherwise",
    )
    group.add_argument(
        "--scale",
        action="append",
        default=[],
        metavar="QUESTION=LOW:HIGH",
        help="what scores may be, 1:4, for all questions or one (Coding=1:10); or the words of the scale, worst "
        "first (poor,fair,good). A score outside is refused; questions on different scales are calibrated apart",
    )
    group.add_argument(
        "--bins",
        type=_bins,
        metavar="N",
        help="put scores finer than a rating scale (0 to 100) into N classes",
    )
    group.add_argument(
        "--dates",
        choices=("iso", "mdy", "dmy"),
        default="iso",
        help="order of scored_at: 2026-01-31 (default), 01/31/2026 or 31/01/2026",
    )
    group.add_argument(
        "--encoding",
        type=_encoding,
        metavar="NAME",
        help="of a text file; otherwise UTF-8, UTF-16 or Windows-1252 is found out",
    )
    group.add_argument("--sheet", metavar="NAME", help="of a workbook; otherwise the first that is not empty")


def _model(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--level", type=_level, default=0.90, help="coverage of the intervals (default 0.90)")
    group.add_argument(
        "--link",
        choices=("acl", "cl"),
        default="acl",
        help="acl: adjacent categories, the rating-scale model (default); cl: cumulative logits",
    )
    group.add_argument(
        "--no-halo",
        action="store_true",
        help="treat ratings of one candidate by one interviewer as independent",
    )
    group.add_argument(
        "--group",
        type=_column,
        metavar="COLUMN",
        help="a column that says which group (site, opening) a candidate belongs to: proficiency is then drawn "
        "towards the mean of the group",
    )
    group.add_argument(
        "--steps",
        choices=("common", "question"),
        default="common",
        help="question: every question has steps of its own, drawn towards the common ones",
    )
    group.add_argument(
        "--reference",
        action="append",
        default=[],
        metavar="INTERVIEWER",
        help="an interviewer whose severity is 0 by definition: the others are measured against theirs; more than once",
    )
    group.add_argument(
        "--slopes",
        choices=("auto", "common", "interviewer"),
        default="auto",
        help="interviewer: how strongly each interviewer tells candidates apart is estimated too, and severity allows "
        "for it; auto (default): where the ratings show that they differ",
    )
    group.add_argument(
        "--selection",
        choices=("ignorable", "informative"),
        default="ignorable",
        help="informative: who met whom was decided by something that is not in the file (a screening, a referee), so "
        "severity is learned from candidates that interviewers have in common; ignorable (default): by chance, or by "
        "ratings in the file",
    )
    group.add_argument(
        "--engine",
        choices=("auto", "numpy", "compiled"),
        default="auto",
        help="compiled needs numba; auto uses it on large files; the numbers are the same",
    )


def _output(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--format", choices=("table", "json"), default="table")
    group.add_argument("--html", metavar="FILE", help="write a report too: one page that needs nothing else")
    group.add_argument(
        "--without-flagged",
        action="store_true",
        help="fit again without the interviewers who are flagged, and show who moves by how much",
    )
    group.add_argument(
        "--next",
        action="append",
        default=[],
        metavar="CANDIDATE",
        help="who should rate this candidate next, and on what: the ratings that would tell most; more than once",
    )
    group.add_argument(
        "--cut",
        type=_logits,
        metavar="LOGITS",
        help="with --next: the measure a verdict is about; ratings are then chosen by how often it would be wrong",
    )
    group.add_argument(
        "--meetings",
        action="store_true",
        help="which interviews would link subsets that cannot be compared, the fewest that do",
    )
    group.add_argument(
        "--truth",
        metavar="FILE",
        help="a CSV with the columns kind (candidate, interviewer, question), name, truth (logits), for simulated "
        "panels: how far the estimates are off, and how often intervals cover the truth",
    )


def reading(options: argparse.Namespace) -> Reading:
    """What the options say of the file. Raises BadInput for what cannot be meant."""
    wanted = [name.strip() for name in (options.columns or "").split(",") if name.strip()]
    if options.columns is not None and not wanted:
        raise BadInput("--columns names no column")
    try:
        scales = declared(options.scale)
    except BadInput as error:
        raise BadInput(f"--scale: {error}") from error
    return Reading(
        columns=_columns(options.map),
        group=options.group,
        wide=options.wide,
        questions=tuple(wanted),
        encoding=options.encoding,
        sheet=options.sheet,
        dates=options.dates,
        scales=scales,
    )


def _columns(texts: list[str]) -> dict[str, str]:
    """``candidate=Name,score=Grade``, more than once; a comma within a heading stays."""
    found: dict[str, str] = {}
    for text in texts:
        for pair in _NEXT.split(text):
            named = _PAIR.fullmatch(pair)
            if not named:
                raise BadInput(
                    f"--map {pair.strip()!r}: write ROLE=COLUMN, with a role out of {', '.join(_ROLES)}"
                )
            role = named[1].lower()
            if role in found:
                raise BadInput(f"--map names two columns for the {role}")
            found[role] = named[2].strip()
    return found


def wanted(options: argparse.Namespace) -> Wanted:
    """What should happen next, as the options ask. Raises BadInput for a cut without a candidate."""
    if options.cut is not None and not options.next:
        raise BadInput("--cut needs --next CANDIDATE: it is about the verdict on somebody")
    return Wanted(tuple(options.next), options.cut, options.meetings)


def _logits(text: str) -> float:
    """A finite number, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text} is no number of logits")
    return value


def _level(text: str) -> float:
    """A coverage between 0 and 1, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < 1.0:
        raise argparse.ArgumentTypeError(f"{text} does not lie strictly between 0 and 1")
    return value


def _bins(text: str) -> int:
    """A number of classes, for argparse."""
    if not (text.isascii() and text.isdigit() and 2 <= int(text) <= 30):
        raise argparse.ArgumentTypeError(f"{text} is no number of classes from 2 to 30")
    return int(text)


def _encoding(text: str) -> str:
    """The name of a text encoding, for argparse."""
    try:
        "".encode(text)
    except (LookupError, ValueError):
        raise argparse.ArgumentTypeError(
            f"{text} is no text encoding that is known; cp1252, latin2 and utf-16 are"
        ) from None
    return text


def _column(text: str) -> str:
    """The name of a column, for argparse."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the name of a column is expected")
    return text
