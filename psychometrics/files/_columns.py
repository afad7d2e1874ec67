"""The columns of a score file while it is read: rows come in chunks, so that each column is handled at once."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from psychometrics.errors import BadRow
from psychometrics.files import _cells
from psychometrics.files._headings import GROUP
from psychometrics.files._score_cells import ScoreCells
from psychometrics.files.reading import Dates

Text = npt.NDArray[np.str_]

_LABELS = ("candidate", "interviewer", "question", "competency")
_FREE = ("scored_at", "scale")  # columns whose cells may be empty


class Left:
    """Counts what was left out, and where the first one stood."""

    def __init__(self) -> None:
        self.count = 0
        self.line = 0

    def add(self, line: int) -> None:
        self.line = self.line or line
        self.count += 1

    def where(self) -> str:
        """``line 3``, or ``the first on line 3``."""
        return f"line {self.line}" if self.count == 1 else f"the first on line {self.line}"


class Columns:
    """What was read so far."""

    def __init__(
        self,
        places: Mapping[str, int],
        width: int,
        called: Mapping[str, str],
        scores: ScoreCells,
        dates: Dates,
    ) -> None:
        self._places = places
        self._width = width
        self._called = called
        self._dates = dates
        self._text: dict[str, list[Text]] = {
            name: [] for name in places if name not in ("scored_at", "score")
        }
        self._numbers: list[npt.NDArray[np.float64]] = []
        self._times: list[npt.NDArray[np.float64]] = []
        self._lines: list[npt.NDArray[np.int64]] = []
        self.scores = scores
        self.labels: dict[str, set[str]] = {name: set() for name in _LABELS if name in places}
        self.unscored, self.untimed = Left(), Left()
        self.count = 0

    def add(self, rows: list[list[str]], ends: list[int]) -> None:
        """Add rows that end at these lines; BadRow names the first line that is wrong."""
        text = self._cells(rows)
        values = _cells.numbers(text["score"]) if text is not None else None
        if text is None or values is None:
            rows, ends, values = self._sound(rows, ends)
            text = self._cells(rows) or {name: [] for name in self._places}
        del text["score"]
        if "scored_at" in text:
            cells = text.pop("scored_at")
            times = [_cells.time(cell, line, self._dates) for cell, line in zip(cells, ends, strict=True)]
            moments = np.array(times, np.float64)
            for position in np.flatnonzero(np.isnan(moments)):
                self.untimed.add(ends[position])
            self._times.append(moments)
        self._numbers.append(values)
        self._lines.append(np.array(ends, np.int64))
        for name, seen in self.labels.items():
            seen.update(text[name])
        for name, cells in text.items():
            self._text[name].append(np.array(cells, dtype=np.str_))
        self.count += len(rows)

    def _cells(self, rows: list[list[str]]) -> dict[str, list[str]] | None:
        """The cells by column; None if a row has to be looked at by itself."""
        if any(len(row) != self._width for row in rows):
            return None
        text = {name: [row[place].strip() for row in rows] for name, place in self._places.items()}
        full = all(all(cells) for name, cells in text.items() if name not in _FREE)
        return text if full and all(_cells.is_text(cells) for cells in text.values()) else None

    def _sound(
        self, rows: list[list[str]], ends: list[int]
    ) -> tuple[list[list[str]], list[int], npt.NDArray[np.float64]]:
        """Rows, lines and scores without blank rows and those without a score; BadRow for the first that is wrong."""
        kept: list[list[str]] = []
        lines: list[int] = []
        values: list[float] = []
        for row, line in zip(rows, ends, strict=True):
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != self._width:
                raise BadRow(line, f"{len(row)} cells, but the header has {self._width}")
            score = row[self._places["score"]].strip()
            if _cells.missing(score) and not self.scores.declares(score):
                self.unscored.add(line)
                continue
            for name, place in self._places.items():
                cell = row[place].strip()
                if not cell and name not in _FREE:
                    raise BadRow(line, f"{self._called.get(name, name)} is empty")
                _cells.check_text(cell, line)
            # A row of a wide file names its column.
            column = "score" if "score" in self._called else row[self._places["question"]].strip()
            values.append(self.scores.value(score, line, column, self.count + len(kept)))
            if "scored_at" in self._places:
                _cells.time(row[self._places["scored_at"]].strip(), line, self._dates)
            kept.append(row)
            lines.append(line)
        return kept, lines, np.array(values, np.float64)

    def text(self, name: str) -> Text | None:
        """A column of labels, None where the file has none."""
        return np.concatenate(self._text[name]) if name in self._text else None

    def group(self) -> Text | None:
        """The column asked for as the candidates' groups."""
        return self.text(GROUP)

    def values(self) -> npt.NDArray[np.float64]:
        """The scores, NaN where a word stands for one."""
        return np.concatenate(self._numbers)

    def lines(self) -> npt.NDArray[np.int64]:
        """The line of every rating."""
        return np.concatenate(self._lines)

    def times(self) -> npt.NDArray[np.float64] | None:
        """When ratings were given, None where the file has no such column."""
        return np.concatenate(self._times) if self._times else None

    def notes(self) -> tuple[str, ...]:
        """What was left out, in sentences."""
        said = []
        if self.unscored.count:
            one, many = ("row has", "rows have") if "score" in self._called else ("cell has", "cells have")
            said.append(
                f"{count(self.unscored.count, one, many)} no score ({self.unscored.where()}) and "
                f"{'was' if self.unscored.count == 1 else 'were'} left out: what was not assessed is not zero."
            )
        if self.untimed.count:
            said.append(
                f"{count(self.untimed.count, 'rating has', 'ratings have')} no scored_at "
                f"({self.untimed.where()}) and {'is' if self.untimed.count == 1 else 'are'} left out where drift "
                "is looked for."
            )
        return (*said, *self.scores.notes())


def count(number: int, one: str, many: str) -> str:
    """``1 row has`` or ``3 rows have``."""
    return f"{number:,} {one if number == 1 else many}"
