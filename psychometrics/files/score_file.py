"""Reading score files: one rating a line or one question a column; CSV of any kind, or a workbook."""

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from psychometrics.errors import BadInput, BadRow
from psychometrics.files import _csv_rows, _encodings, _headings, _wide, _workbook
from psychometrics.files._alike import differing_only_in_case
from psychometrics.files._columns import Columns, Text
from psychometrics.files._score_cells import ScoreCells
from psychometrics.files.reading import Reading
from psychometrics.files.scales import Scale, scale

#: The path that stands for standard input.
STANDARD_INPUT = "-"

Progress = Callable[[float, str], None]

_PIECE = 1 << 16  # bytes
_CHUNK = 5_000  # rows handled at once, and between two reports of progress


@dataclass(frozen=True, slots=True, eq=False)
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
    scale: npt.NDArray[np.intp] | None = None
    """Place in ``scales`` of the scale each rating is given on, -1 where none is declared; None: nowhere is one."""
    scales: tuple[Scale, ...] = ()
    line: npt.NDArray[np.int64] | None = None
    """Where each rating stands: the line, or the row of a sheet; None for scores from no file."""
    column: str | None = "score"
    """Heading of the scores' column; None where every question has one."""
    notes: tuple[str, ...] = ()
    """What was found out, and what was left out while reading, in sentences."""

    def __len__(self) -> int:
        return len(self.score)

    def cell(self, position: int) -> str:
        """Where a score stands, for a sentence: ``line 2, column score``."""
        column = self.question[position] if self.column is None else self.column
        return (
            f"rating {position + 1}" if self.line is None else f"line {self.line[position]}, column {column}"
        )

    def where(self, keep: npt.NDArray[np.bool_]) -> "Scores":
        """Those ratings alone, with the same notes."""
        columns: dict[str, Any] = {
            name: None if getattr(self, name) is None else getattr(self, name)[keep]
            for name in (
                *("candidate", "interviewer", "question", "score", "line", "competency", "interview"),
                *("scored_at", "group", "scale"),
            )
        }
        return replace(self, **columns)


def read_scores(
    path: str | Path, reading: Reading | None = None, *, progress: Progress | None = None
) -> Scores:
    """Read a file of scores, ``-`` from standard input; every refusal names the line it is about.

    ``reading`` says what is known of the file; what it leaves open is found out, and said in ``Scores.notes``.
    ``progress`` is told how many ratings were read.

    Raises BadInput when the file cannot be read or a column is missing, BadRow for a bad line.
    """
    reading = reading or Reading()
    content = contents(path)
    if content.startswith(_workbook.SIGNS):
        header, rows, line, notes = _workbook.rows(content, reading.sheet)
        return _scores(_csv_rows.Sheet(header, line, rows, True, notes), reading, progress)
    if reading.sheet is not None:
        raise BadInput("the file is text and has no sheets: leave --sheet out")
    lines, notes = _encodings.opened(content, reading.encoding)
    return _scores(replace(_csv_rows.sheet(lines), notes=notes), reading, progress)


def contents(path: str | Path) -> bytes:
    """The bytes of a file, ``-`` for standard input. Raises BadInput where it cannot be read."""
    try:
        if str(path) == STANDARD_INPUT:
            if sys.stdin is None:
                raise BadInput("it is closed")
            # In pieces, between which an interruption is noticed.
            stream = cast(io.BufferedReader, sys.stdin.buffer)
            return b"".join(iter(lambda: stream.read1(_PIECE), b""))
        return Path(path).read_bytes()
    except OSError as error:
        raise BadInput(f"cannot read it: {error.strerror or error}") from error


def parse_scores(
    lines: Iterable[str], reading: Reading | None = None, *, progress: Progress | None = None
) -> Scores:
    """Parse lines of CSV; as :func:`read_scores`."""
    return _scores(_csv_rows.sheet(lines), reading or Reading(), progress)


def _scores(sheet: _csv_rows.Sheet, reading: Reading, progress: Progress | None) -> Scores:
    """Everything read; BadInput if that is nothing."""
    places = _headings.place(sheet.header, sheet.line, reading)
    of, width, rows = places.of, len(sheet.header), sheet.rows
    notes = [*sheet.notes, *filter(None, [places.note()])]
    if "question" not in of:
        held = list(_until_wrong(rows))
        sound = [row for row in held if not isinstance(row, BadRow)]
        found = _wide.layout(sheet.header, sheet.line, places, sound, reading)
        of, width = found.places, found.width
        rows = found.ratings(_raising(held))
        notes += found.notes
    elif "score" not in of:
        raise BadRow(sheet.line, _headings.absent(sheet.header, places.missing))
    read = Columns(
        of,
        width,
        places.called,
        ScoreCells(reading.scales, comma_is_decimal=sheet.comma_is_decimal),
        reading.dates,
    )
    _fill(read, rows, progress)
    if not read.count:
        raise BadInput(" ".join(("the file has a header but no ratings.", *notes, *read.notes())))
    return _assembled(read, places.called.get("score"), tuple(notes), reading)


def _until_wrong(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]] | BadRow]:
    """The rows, and in place of the first that is none what is wrong with it."""
    try:
        yield from rows
    except BadRow as error:
        yield error


def _raising(rows: Iterable[tuple[int, list[str]] | BadRow]) -> Iterator[tuple[int, list[str]]]:
    """The rows held, and at its place the error: what is wrong before comes first."""
    for row in rows:
        if isinstance(row, BadRow):
            raise row
        yield row


def _fill(read: Columns, rows: Iterator[tuple[int, list[str]]], progress: Progress | None) -> None:
    """Add rows in chunks; an error of the text comes after those of the rows before it."""
    waiting: list[list[str]] = []
    ends: list[int] = []
    try:
        for line, row in rows:
            waiting.append(row)
            ends.append(line)
            if len(waiting) == _CHUNK:
                full, waiting = waiting, []
                lines, ends = ends, []
                read.add(full, lines)
                if progress is not None:
                    progress(0.0, f"{read.count:,} ratings read")
    except BadRow:
        read.add(waiting, ends)
        raise
    read.add(waiting, ends)


def _assembled(read: Columns, column: str | None, notes: tuple[str, ...], reading: Reading) -> Scores:
    """The columns as arrays, words as points, every score on the scale it is declared to be on."""
    candidate, interviewer, question = (
        cast(Text, read.text(name)) for name in ("candidate", "interviewer", "question")
    )
    lines, score = read.lines(), read.values()
    scales, on = _scales(question, read.text("scale"), lines, reading)
    read.scores.resolved(
        score, [None if on is None or on[k] < 0 else scales[on[k]] for k in read.scores.positions()]
    )
    scores = Scores(
        candidate=candidate,
        interviewer=interviewer,
        question=question,
        score=score,
        line=lines,
        column=column,
        competency=read.text("competency"),
        interview=read.text("interview"),
        scored_at=read.times(),
        group=read.group(),
        scale=on,
        scales=scales,
        notes=(*notes, *read.notes(), *differing_only_in_case(read.labels)),
    )
    _check_scales(scores, lines)
    return scores


def _scales(
    question: Text, column: Text | None, lines: npt.NDArray[np.int64], reading: Reading
) -> tuple[tuple[Scale, ...], npt.NDArray[np.intp] | None]:
    """The scales declared, and which one each rating is on."""
    asked = reading.scales
    labels, of = np.unique(question, return_inverse=True) if asked.of or column is not None else (None, None)
    if labels is not None:
        unknown = set(asked.of) - set(labels.tolist())
        if unknown:
            raise BadInput(f"--scale names the question {min(unknown)!r}, which the file does not have")
    if not asked and column is None:
        return (), None
    declared: dict[Scale, int] = {}

    def place(one: Scale | None) -> int:
        return -1 if one is None else declared.setdefault(one, len(declared))

    on = np.full(len(question), place(asked.common), np.intp)
    if column is not None:
        cells, which = np.unique(column, return_inverse=True)
        first = [int(np.flatnonzero(which == k)[0]) for k in range(len(cells))]
        named = [_cell_scale(cell, int(lines[k])) for cell, k in zip(cells.tolist(), first, strict=True)]
        own = np.array([place(one) for one in named], np.intp)[which]
        on = np.where(own >= 0, own, on)
    if labels is not None and asked.of:
        single = np.array([place(asked.of.get(label)) for label in labels.tolist()], np.intp)[of]
        on = np.where(single >= 0, single, on)
    return tuple(declared), on


def _cell_scale(cell: str, line: int) -> Scale | None:
    """A cell of the column ``scale``; None where it is empty."""
    if not cell:
        return None
    try:
        return scale(cell)
    except BadInput as error:
        raise BadRow(line, f"column scale: {error}") from error


def _check_scales(scores: Scores, lines: npt.NDArray[np.int64]) -> None:
    """Raise BadRow for the first score that lies outside its declared scale."""
    if scores.scale is None:
        return
    low = np.array([*(one.low for one in scores.scales), -np.inf])[scores.scale]
    high = np.array([*(one.high for one in scores.scales), np.inf])[scores.scale]
    outside = np.flatnonzero((scores.score < low) | (scores.score > high))
    if len(outside):
        first = int(outside[0])
        more = f", and {len(outside) - 1} more" if len(outside) > 1 else ""
        column = scores.question[first] if scores.column is None else scores.column
        raise BadRow(
            int(lines[first]),
            f"column {column}: {scores.score[first]:g} lies outside the scale "
            f"{scores.scales[scores.scale[first]].name}{more}",
        )
