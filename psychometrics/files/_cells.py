"""Cells of a score file: what counts as a number, a time, or nothing; every refusal says what would mend it."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from psychometrics.errors import BadRow
from psychometrics.files import _words
from psychometrics.files.reading import Dates

#: What an interviewer, a spreadsheet or a database writes where nothing was rated, in lower case and with single
#: spaces. Never read as zero.
MISSING = frozenset({
    *("", "na", "n/a", "n.a.", "#n/a", "nan", "null", "none", "nil", "-", "−", "–", "—"),
    *("not assessed", "no decision", "not rated", "not scored"),
})  # fmt: skip

_DECIMAL_COMMA = re.compile(r"([+-]?\d+),(\d+)")
# 1 - Good, 2: fair, 3 (meets), 4 Strong.
_LEADING = re.compile(r"([+-]?\d+(?:\.\d+)?)(?:\s*[-–—−:.)(=]+\s*|\s+)[^\W\d_].*", re.DOTALL)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = re.compile(
    r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?"
)


def missing(cell: str) -> bool:
    """Whether a cell says that there is nothing: empty, NA, null, not assessed, no_decision, a dash."""
    text = cell.strip().lower()
    return text in MISSING or " ".join(text.replace("_", " ").split()) in MISSING


def could_be_score(cell: str) -> bool:
    """Whether a cell that is not missing can be read as a score."""
    if _DECIMAL_COMMA.fullmatch(cell) or _LEADING.fullmatch(cell) or _words.known(cell):
        return True
    try:
        return math.isfinite(float("" if "_" in cell else cell))
    except ValueError:
        return False


def decimal_comma(cell: str) -> float | None:
    """``3,5`` as a number, None for anything else."""
    found = _DECIMAL_COMMA.fullmatch(cell)
    return float(f"{found[1]}.{found[2]}") if found else None


def leading(cell: str) -> float | None:
    """The number before a word, as in ``1 - Good``; None for anything else."""
    found = _LEADING.fullmatch(cell)
    return float(found[1]) if found else None


def number(cell: str, line: int, column: str) -> float:
    """A finite number, or BadRow."""
    try:
        value = float("" if "_" in cell else cell)
    except ValueError:
        comma = _DECIMAL_COMMA.fullmatch(cell)
        mend = f": use a decimal point ({comma[1]}.{comma[2]})" if comma else ""
        if re.match(r"[^\W\d]", cell):
            mend = "; if it is a word of your scale, declare all of them, worst first: --scale poor,fair,good"
        raise BadRow(line, f"{column} {cell!r} is not a number{mend}") from None
    if not math.isfinite(value):
        raise BadRow(
            line, f"{column} {cell!r} is not a finite number; leave the cell empty if nothing was rated"
        )
    return value


def numbers(cells: Sequence[str]) -> npt.NDArray[np.float64] | None:
    """All cells as finite numbers, at once; None if one of them is not."""
    if "_" in "".join(cells):
        return None
    try:
        values = np.array([float(cell) for cell in cells])
    except ValueError:
        return None
    return values if bool(np.isfinite(values).all()) else None


def time(cell: str, line: int, dates: Dates = "iso") -> float:
    """A date or time as days since 1970, NaN where there is none, or BadRow.

    Times with an offset are put on UTC; times without are taken as they stand.
    """
    if missing(cell):
        return math.nan
    numeric = _DAY.fullmatch(cell)
    moment: datetime | None
    try:
        moment = (
            datetime.fromisoformat(cell) if numeric is None or dates == "iso" else _ordered(numeric, dates)
        )
    except ValueError:
        moment = None
    if moment is None:
        raise BadRow(line, f"scored_at {cell!r} {_mend(numeric is not None, dates)}")
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return (moment - _EPOCH).total_seconds() / 86400.0


def _mend(numeric: bool, dates: Dates) -> str:
    """What is wrong with a time, and what to do."""
    if numeric and dates == "iso":
        return (
            "does not begin with the year: say --dates mdy (month first) or --dates dmy (day first), or write "
            "2026-01-31"
        )
    if numeric:
        return f"is no date with --dates {dates}"
    return (
        "is not a date or time; write 2026-01-31, 2026-01-31T14:05 or "
        "2026-01-31T14:05+01:00 (ISO 8601), or leave the cell empty"
    )


def _ordered(found: re.Match[str], dates: Dates) -> datetime:
    """01/31/2026 2:05 PM; ValueError where there is no such day."""
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    month, day = (first, second) if dates == "mdy" else (second, first)
    hour, minute, seconds = (int(part or 0) for part in found.group(4, 5, 6))
    if found[7]:
        if not 1 <= hour <= 12:
            raise ValueError(found[0])
        hour = hour % 12 + (12 if found[7].lower() == "pm" else 0)
    return datetime(year, month, day, hour, minute, seconds, tzinfo=UTC)


def is_text(cells: Sequence[str]) -> bool:
    """Whether all cells are text: no NUL."""
    return "\0" not in "".join(cells)


def check_text(cell: str, line: int) -> None:
    """Raise BadRow for a cell that is not text."""
    if "\0" in cell:
        raise BadRow(line, "a cell holds a NUL character: this is not a text file; save it as CSV UTF-8")
