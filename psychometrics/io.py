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

_REPORTED = 100_000  # ratings between two reports of progress
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

    ``group`` names the column of the candidates' groups; ``progress`` is told of every 100,000 ratings.

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
        columns: dict[str, list[str]] = {name: [] for name in places}
        known: dict[str, str] = {}  # one object per label: a million rows repeat a few thousand
        numbers: list[float] = []
        times: list[float] = []
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            line = reader.line_num
            if len(row) != len(header):
                raise BadRow(line, f"{len(row)} cells, but the header has {len(header)}")
            cells = {name: row[place].strip() for name, place in places.items()}
            for name, cell in cells.items():
                if not cell:
                    raise BadRow(line, f"{name} is empty")
                columns[name].append(known.setdefault(cell, cell))
            numbers.append(_number(cells["score"], line))
            if "scored_at" in cells:
                times.append(_time(cells["scored_at"], line))
            if progress is not None and len(numbers) % _REPORTED == 0:
                progress(0.0, f"{len(numbers):,} ratings read")
    except csv.Error as error:
        raise BadRow(reader.line_num, f"not valid CSV: {error}") from error
    if not numbers:
        raise BadInput("the file has a header but no ratings")
    text = {name: np.array(values) for name, values in columns.items()}
    return Scores(
        candidate=text["candidate"],
        interviewer=text["interviewer"],
        question=text["question"],
        score=np.array(numbers),
        competency=text.get("competency"),
        interview=text.get("interview"),
        scored_at=np.array(times) if times else None,
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
