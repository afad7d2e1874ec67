"""Reading score files: CSV with one rating per line."""

import csv
import io
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import numpy.typing as npt

from psychometrics.errors import BadInput, BadRow
from psychometrics.files import _cells

REQUIRED = ("candidate", "interviewer", "question", "score")
OPTIONAL = ("competency", "interview", "scored_at")
#: The path that stands for standard input.
STANDARD_INPUT = "-"

_CHUNK = 5_000  # rows handled at once, and between two reports of progress
_GROUP = "group"  # key of the column asked for, whatever it is called in the file
_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # first line of some spreadsheets' exports
_NOT_CSV = {
    b"PK\x03\x04": "the file is a spreadsheet or a zip archive, not CSV; save it as CSV UTF-8",
    b"\xd0\xcf\x11\xe0": "the file is a spreadsheet, not CSV; save it as CSV UTF-8",
    b"\xff\xfe": "the file is UTF-16 text; save it as CSV UTF-8",
    b"\xfe\xff": "the file is UTF-16 text; save it as CSV UTF-8",
}

Text = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Scores:
    """The columns of a score file, one entry per rating; optional columns are None if absent."""

    candidate: Text
    interviewer: Text
    question: Text
    score: npt.NDArray[np.float64]
    competency: Text | None = None
    interview: Text | None = None
    scored_at: npt.NDArray[np.float64] | None = None
    """Days since 1970, fractions included; NaN where a rating has no time."""
    group: Text | None = None
    """The column asked for as the candidates' group."""
    notes: tuple[str, ...] = ()
    """What was left out while reading, in sentences."""

    def __len__(self) -> int:
        return len(self.score)


def read_scores(
    path: str | Path, *, group: str | None = None, progress: Callable[[float, str], None] | None = None
) -> Scores:
    """Read a CSV of scores, ``-`` from standard input; every refusal names the line it is about.

    ``group`` names the column of the candidates' groups; ``progress`` is told how many ratings were read.

    Raises BadInput when the file cannot be read or a column is missing, BadRow for a bad line.
    """
    try:
        if str(path) == STANDARD_INPUT:
            if sys.stdin is None:
                raise BadInput("it is closed")
            return _read(cast(BinaryIO, sys.stdin.buffer), group, progress)
        with Path(path).open("rb") as file:
            return _read(file, group, progress)
    except OSError as error:
        raise BadInput(f"cannot read it: {error.strerror or error}") from error


def _read(file: BinaryIO, group: str | None, progress: Callable[[float, str], None] | None) -> Scores:
    """Parse a binary stream; bytes that are not UTF-8 are refused with their line, where they matter."""
    buffered = file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, file))
    start = buffered.peek(4)
    for sign, reason in _NOT_CSV.items():
        if start.startswith(sign):
            raise BadInput(reason)
    lines = io.TextIOWrapper(buffered, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        return parse_scores(lines, group=group, progress=progress)
    finally:
        lines.detach()


def parse_scores(
    lines: Iterable[str],
    *,
    group: str | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> Scores:
    """Parse CSV lines; columns are found by name, in any order, others are ignored.

    Cells are separated by commas, or by semicolons or tabs where the header has more of those, or by what a
    first line ``sep=;`` names. Rows without a score (empty, NA, not assessed, a dash) are left out, since what
    was not assessed is not zero; ``Scores.notes`` says how many.
    """
    waiting = iter(lines)
    first = next(waiting, "")
    named = _SEPARATOR.fullmatch(first)
    before = 1 if named else 0  # lines above those the CSV reader sees
    if named:
        first = next(waiting, "")
    while first and not first.strip():
        first = next(waiting, "")
        before += 1
    separator = named[1] if named else max(",;\t", key=first.count)
    reader = csv.reader(chain([first] if first else [], waiting), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    ends: list[int] = []
    found: _Columns | None = None
    done = before  # the line the last row ended at
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        found = _Columns(_places(header, before + 1, group), len(header), group)
        done = before + reader.line_num
        for row in reader:
            rows.append(row)
            ends.append(before + reader.line_num)
            if len(rows) == _CHUNK:
                found.add(rows, ends)
                done = ends[-1]
                rows, ends = [], []
                if progress is not None:
                    progress(0.0, f"{found.count:,} ratings read")
    except csv.Error as error:
        if found is not None:
            found.add(rows, ends)  # what was wrong before comes first
        began = 1 + (ends[-1] if ends else done)
        raise BadRow(began, _not_csv(error)) from error
    found.add(rows, ends)
    return found.scores()


def _not_csv(error: csv.Error) -> str:
    """What is wrong with a row, and what may mend it."""
    if "unexpected end" in str(error):
        return "a quotation mark is opened here and never closed"
    if "field limit" in str(error):
        return f"not valid CSV: {error}; is a quotation mark opened here and never closed?"
    return f"not valid CSV: {error}"


class _Left:
    """Counts what was left out, and where the first one stood."""

    def __init__(self) -> None:
        self.count = 0
        self.line = 0

    def add(self, line: int) -> None:
        self.line = self.line or line
        self.count += 1


class _Columns:
    """The columns read so far: rows come in chunks, so that each column is handled at once."""

    def __init__(self, places: dict[str, int], width: int, group: str | None) -> None:
        self._places = places
        self._width = width
        self._called = {_GROUP: group}
        self._text: dict[str, list[Text]] = {name: [] for name in places if name != "scored_at"}
        self._numbers: list[npt.NDArray[np.float64]] = []
        self._times: list[npt.NDArray[np.float64]] = []
        self._unscored, self._untimed = _Left(), _Left()
        self.count = 0

    def add(self, rows: list[list[str]], ends: list[int]) -> None:
        """Add rows that end at these lines; BadRow names the first line that is wrong."""
        text = self._cells(rows)
        values = _cells.numbers(text["score"]) if text is not None else None
        if text is None or values is None:
            rows, ends = self._sound(rows, ends)
            text = self._cells(rows) or {name: [] for name in self._places}
            values = np.array([float(cell) for cell in text["score"]])
        if "scored_at" in text:
            times = [_cells.time(cell, line) for cell, line in zip(text.pop("scored_at"), ends, strict=True)]
            moments = np.array(times, np.float64)
            for position in np.flatnonzero(np.isnan(moments)):
                self._untimed.add(ends[position])
            self._times.append(moments)
        self._numbers.append(values)
        for name, cells in text.items():
            self._text[name].append(np.array(cells, dtype=np.str_))
        self.count += len(rows)

    def _cells(self, rows: list[list[str]]) -> dict[str, list[str]] | None:
        """The cells by column; None if a row has to be looked at by itself."""
        if any(len(row) != self._width for row in rows):
            return None
        text = {name: [row[place].strip() for row in rows] for name, place in self._places.items()}
        full = all(all(cells) for name, cells in text.items() if name != "scored_at")
        return text if full and all(_cells.is_text(cells) for cells in text.values()) else None

    def _sound(self, rows: list[list[str]], ends: list[int]) -> tuple[list[list[str]], list[int]]:
        """Rows and lines without blank rows and those without a score; BadRow for the first that is wrong."""
        kept, lines = [], []
        for row, line in zip(rows, ends, strict=True):
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != self._width:
                raise BadRow(line, f"{len(row)} cells, but the header has {self._width}")
            if _cells.missing(row[self._places["score"]]):
                self._unscored.add(line)
                continue
            for name, place in self._places.items():
                cell = row[place].strip()
                if not cell and name != "scored_at":
                    raise BadRow(line, f"{self._called.get(name) or name} is empty")
                _cells.check_text(cell, line)
            _cells.number(row[self._places["score"]].strip(), line)
            if "scored_at" in self._places:
                _cells.time(row[self._places["scored_at"]].strip(), line)
            kept.append(row)
            lines.append(line)
        return kept, lines

    def _notes(self) -> tuple[str, ...]:
        """What was left out, in sentences."""
        said = []
        if self._unscored.count:
            said.append(
                f"{_count(self._unscored.count, 'row has', 'rows have')} no score ({_where(self._unscored)}) and "
                f"{'was' if self._unscored.count == 1 else 'were'} left out: what was not assessed is not zero."
            )
        if self._untimed.count:
            said.append(
                f"{_count(self._untimed.count, 'rating has', 'ratings have')} no scored_at "
                f"({_where(self._untimed)}) and {'is' if self._untimed.count == 1 else 'are'} left out where drift "
                "is looked for."
            )
        return tuple(said)

    def scores(self) -> Scores:
        """Everything read; BadInput if that is nothing."""
        notes = self._notes()
        if not self.count:
            raise BadInput(" ".join(("the file has a header but no ratings.", *notes)))
        text = {name: np.concatenate(parts) for name, parts in self._text.items()}
        return Scores(
            candidate=text["candidate"],
            interviewer=text["interviewer"],
            question=text["question"],
            score=np.concatenate(self._numbers),
            competency=text.get("competency"),
            interview=text.get("interview"),
            scored_at=np.concatenate(self._times) if self._times else None,
            group=text.get(_GROUP),
            notes=notes,
        )


def _count(number: int, one: str, many: str) -> str:
    """``1 row has`` or ``3 rows have``."""
    return f"{number:,} {one if number == 1 else many}"


def _where(left: _Left) -> str:
    """``line 3``, or ``the first on line 3``."""
    return f"line {left.line}" if left.count == 1 else f"the first on line {left.line}"


def _places(header: Sequence[str], line: int, group: str | None = None) -> dict[str, int]:
    """Where the known columns stand, and the one asked for as the group."""
    if not header:
        raise BadInput(f"the file is empty; expected the columns {', '.join(REQUIRED)}")
    for name in header:
        _cells.check_text(name, line)
    wanted = [] if group is None else [group.strip().lower()]
    absent = [name for name in (*REQUIRED, *wanted) if name not in header]
    if absent:
        raise BadRow(
            line,
            f"missing column{'s' if len(absent) > 1 else ''} {', '.join(absent)}; found {', '.join(header)}",
        )
    twice = [name for name in (*REQUIRED, *OPTIONAL, *wanted) if header.count(name) > 1]
    if twice:
        raise BadRow(line, f"column {twice[0]} stands there twice")
    places = {name: header.index(name) for name in (*REQUIRED, *OPTIONAL) if name in header}
    return places if group is None else {**places, _GROUP: header.index(wanted[0])}
