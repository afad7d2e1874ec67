"""Cells of a score file: what counts as a number, a time, or nothing; every refusal says what would mend it."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from psychometrics.errors import BadRow

#: What an interviewer or a spreadsheet writes where nothing was rated, in lower case. Never read as zero.
MISSING = frozenset({"", "na", "n/a", "n.a.", "not assessed", "not_assessed", "-", "−", "–", "—"})

_DECIMAL_COMMA = re.compile(r"([+-]?\d+),(\d+)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def missing(cell: str) -> bool:
    """Whether a cell says that there is nothing: empty, NA, n/a, not assessed, a dash."""
    return cell.strip().lower() in MISSING


def number(cell: str, line: int) -> float:
    """A finite number, or BadRow."""
    try:
        value = float("" if "_" in cell else cell)
    except ValueError:
        comma = _DECIMAL_COMMA.fullmatch(cell)
        mend = f": use a decimal point ({comma[1]}.{comma[2]})" if comma else ""
        raise BadRow(line, f"score {cell!r} is not a number{mend}") from None
    if not math.isfinite(value):
        raise BadRow(
            line, f"score {cell!r} is not a finite number; leave the cell empty if nothing was rated"
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


def time(cell: str, line: int) -> float:
    """An ISO 8601 date or time as days since 1970, NaN where there is none, or BadRow.

    Times with an offset are put on UTC; times without are taken as they stand.
    """
    if missing(cell):
        return math.nan
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        raise BadRow(
            line,
            f"scored_at {cell!r} is not a date or time; write 2026-01-31, 2026-01-31T14:05 or "
            "2026-01-31T14:05+01:00 (ISO 8601), or leave the cell empty",
        ) from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return (moment - _EPOCH).total_seconds() / 86400.0


def is_text(cells: Sequence[str]) -> bool:
    """Whether all cells are text: no NUL, no byte that is not UTF-8 (read as a lone surrogate)."""
    joined = "".join(cells)
    if joined.isascii():
        return "\0" not in joined
    return "\0" not in joined and not any("\ud800" <= char <= "\udfff" for char in set(joined))


def check_text(cell: str, line: int) -> None:
    """Raise BadRow for a cell that is not text."""
    if "\0" in cell:
        raise BadRow(line, "a cell holds a NUL character: this is not a text file; save it as CSV UTF-8")
    wrong = [char for char in cell if "\ud800" <= char <= "\udfff"]
    if wrong:
        byte = ord(wrong[0]) & 0xFF
        raise BadRow(line, f"not UTF-8 text (byte 0x{byte:02x}); save the file as CSV UTF-8")
