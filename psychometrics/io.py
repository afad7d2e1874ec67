"""Reading score files: CSV with one rating per line."""

import csv
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from psychometrics.errors import BadInput, BadRow

REQUIRED = ("candidate", "interviewer", "question", "score")
OPTIONAL = ("competency", "interview", "scored_at")

_CHUNK = 5_000  # rows handled at once, and between two reports of progress
_GROUP = "group"  # key of the column asked for, whatever it is called in the file

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
    """Days since 1970, fractions included."""
    group: Text | None = None
    """The column asked for as the candidates' group."""

    def __len__(self) -> int:
        return len(self.score)


def read_scores(
    path: str | Path, *, group: str | None = None, progress: Callable[[float, str], None] | None = None
) -> Scores:
    """Read a CSV of scores; every refusal names the line it is about.

    ``group`` names the column of the candidates' groups; ``progress`` is told how many ratings were read.

    Raises BadInput when the file cannot be read or a column is missing, BadRow for a bad line.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            return parse_scores(file, group=group, progress=progress)
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def parse_scores(
    lines: Iterable[str],
    *,
    group: str | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> Scores:
    """Parse CSV lines; columns are found by name, in any order, others are ignored.

    Cells are separated by commas, or by semicolons or tabs where the header has more of those.
    """
    waiting = iter(lines)
    first = next(waiting, "")
    separator = max(",;\t", key=first.count)
    reader = csv.reader(chain([first] if first else [], waiting), delimiter=separator, strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        places = _places(header, group)
        found = _Columns(places, len(header))
        rows: list[list[str]] = []
        ends: list[int] = []
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
            if len(rows) == _CHUNK:
                found.add(rows, ends)
                rows, ends = [], []
                if progress is not None:
                    progress(0.0, f"{found.count:,} ratings read")
    except csv.Error as error:
        found.add(rows, ends)  # what was wrong before comes first
        raise BadRow(reader.line_num, f"not valid CSV: {error}") from error
    found.add(rows, ends)
    return found.scores()


class _Columns:
    """The columns read so far: rows come in chunks, so that each column is handled at once."""

    def __init__(self, places: dict[str, int], width: int) -> None:
        self._places = places
        self._width = width
        self._text: dict[str, list[Text]] = {name: [] for name in places}
        self._numbers: list[npt.NDArray[np.float64]] = []
        self._times: list[npt.NDArray[np.float64]] = []
        self.count = 0

    def add(self, rows: list[list[str]], ends: list[int]) -> None:
        """Add rows that end at these lines; BadRow names the first line that is wrong."""
        if any(len(row) != self._width for row in rows):
            rows, ends = self._sound(rows, ends)
        text = {name: [row[place].strip() for row in rows] for name, place in self._places.items()}
        if not all(all(cells) for cells in text.values()):
            rows, ends = self._sound(rows, ends)
            text = {name: [row[place].strip() for row in rows] for name, place in self._places.items()}
        try:
            numbers = np.array([float(cell) for cell in text["score"]])
        except ValueError:
            numbers = np.array([np.nan])
        if not np.isfinite(numbers).all():
            self._sound(rows, ends)
        if "scored_at" in text:
            times = [_time(cell, line) for cell, line in zip(text["scored_at"], ends, strict=True)]
            self._times.append(np.array(times))
        self._numbers.append(numbers)
        for name, cells in text.items():
            self._text[name].append(np.array(cells, dtype=np.str_))
        self.count += len(rows)

    def _sound(self, rows: list[list[str]], ends: list[int]) -> tuple[list[list[str]], list[int]]:
        """Rows and lines without blank rows; BadRow for the first row that is neither blank nor right."""
        kept, lines = [], []
        for row, line in zip(rows, ends, strict=True):
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != self._width:
                raise BadRow(line, f"{len(row)} cells, but the header has {self._width}")
            for name, place in self._places.items():
                if not row[place].strip():
                    raise BadRow(line, f"{name} is empty")
            _number(row[self._places["score"]].strip(), line)
            if "scored_at" in self._places:
                _time(row[self._places["scored_at"]].strip(), line)
            kept.append(row)
            lines.append(line)
        return kept, lines

    def scores(self) -> Scores:
        """Everything read; BadInput if that is nothing."""
        if not self.count:
            raise BadInput("the file has a header but no ratings")
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
        )


def _places(header: Sequence[str], group: str | None = None) -> dict[str, int]:
    """Where the known columns stand, and the one asked for as the group."""
    if not header:
        raise BadInput(f"the file is empty; expected the columns {', '.join(REQUIRED)}")
    wanted = [] if group is None else [group.strip().lower()]
    missing = [name for name in (*REQUIRED, *wanted) if name not in header]
    if missing:
        raise BadRow(
            1,
            f"missing column{'s' if len(missing) > 1 else ''} {', '.join(missing)}; "
            f"found {', '.join(header)}",
        )
    twice = [name for name in (*REQUIRED, *OPTIONAL, *wanted) if header.count(name) > 1]
    if twice:
        raise BadRow(1, f"column {twice[0]} stands there twice")
    places = {name: header.index(name) for name in (*REQUIRED, *OPTIONAL) if name in header}
    return places if group is None else {**places, _GROUP: header.index(wanted[0])}


def _number(cell: str, line: int) -> float:
    """A finite number, or BadRow."""
    try:
        value = float(cell)
    except ValueError:
        raise BadRow(line, f"score {cell!r} is not a number") from None
    if not math.isfinite(value):
        raise BadRow(line, f"score {cell!r} is not a finite number")
    return value


def _time(cell: str, line: int) -> float:
    """An ISO 8601 date or time as days since 1970, or BadRow."""
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        raise BadRow(line, f"scored_at {cell!r} is not a date or time (ISO 8601)") from None
    epoch = datetime(1970, 1, 1, tzinfo=moment.tzinfo)
    return (moment - epoch).total_seconds() / 86400.0
