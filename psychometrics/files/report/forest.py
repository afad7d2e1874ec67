"""Tables whose rows carry their interval as a drawing: the drawing adds nothing that the cells do not say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from psychometrics._labels import printable
from psychometrics.files.text_tables import number

Result = dict[str, Any]

_STEPS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
_MOST_TICKS = 5
_ROOM = 0.04  # of the width, at each end


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers or words: its heading, and the text of a row's cell."""

    heading: str
    cell: Callable[[Result], str]
    words: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """Where values lie between the two ends of the drawings."""

    low: float
    high: float
    step: float

    def at(self, value: float) -> str:
        """A place in percent of the width."""
        return f"{100 * (value - self.low) / (self.high - self.low):.2f}%"

    def ticks(self) -> list[float]:
        """The values that are marked."""
        first, last = np.ceil(self.low / self.step), np.floor(self.high / self.step)
        return [float(k * self.step) for k in range(int(first), int(last) + 1)]


def axis(rows: Sequence[Result]) -> Axis:
    """An axis that holds zero and every interval of the rows, with a little room at both ends."""
    ends = [value for row in rows for value in (row["lower"], row["upper"]) if value is not None] + [0.0]
    low, high = min(ends), max(ends)
    step = next((each for each in _STEPS if (high - low) / each <= _MOST_TICKS), _STEPS[-1])
    room = max(_ROOM * (high - low), step / 10)
    return Axis(low - room, high + room, step)


def forest(
    rows: Sequence[Result], label: str, value: str, caption: str, columns: Sequence[Column], scale: Axis
) -> str:
    """A table with a row for each of ``rows``, in their order; ``label`` and ``value`` are keys of a row."""
    heads = "".join(
        f'<th role="columnheader" scope="col"{_words(column)}>{escape(column.heading)}</th>'
        for column in columns
    )
    body = "".join(_row(row, label, value, columns, scale) for row in rows)
    return (
        f'<table class="stacks" role="table"><caption>{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">{escape(label)}</th>'
        f'<th role="columnheader" scope="col" class="plot"><span class="soft">interval, logits</span>{_ticks(scale)}'
        f'</th>{heads}</tr></thead><tbody role="rowgroup">{body}</tbody></table>'
    )


def table(
    caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]], words: Sequence[int] = ()
) -> str:
    """A plain table; the first cell of a row names it, and the columns of ``words`` are read as text."""
    heads = "".join(
        f'<th role="columnheader" scope="col"{_class(k in words)}>{escape(name)}</th>'
        for k, name in enumerate(headings)
    )
    kinds = ["words" if k in words else "number" for k in range(len(headings))]
    body = "".join(_plain_row(row, headings, kinds) for row in rows)
    return (
        f'<table class="stacks" role="table"><caption>{escape(caption)}</caption><thead role="rowgroup">'
        f'<tr role="row">{heads}</tr></thead><tbody role="rowgroup">{body}</tbody></table>'
    )


def interval(lower: float | None, upper: float | None) -> str:
    """``−0.31 to 0.52``, or a dash."""
    return "–" if lower is None else f"{number(lower)} to {number(upper)}"


def _plain_row(row: Sequence[str], headings: Sequence[str], kinds: Sequence[str]) -> str:
    cells = "".join(
        f'<td role="cell" class="{kind}" data-name="{escape(name)}">{_shown(cell)}</td>'
        for cell, name, kind in list(zip(row, headings, kinds, strict=True))[1:]
    )
    return f'<tr role="row"><th role="rowheader" scope="row">{_shown(row[0])}</th>{cells}</tr>'


def _row(row: Result, label: str, value: str, columns: Sequence[Column], scale: Axis) -> str:
    cells = "".join(
        f'<td role="cell" class="{"words" if column.words else "number"}" data-name="{escape(column.heading)}">'
        f"{_shown(column.cell(row))}</td>"
        for column in columns
    )
    return (
        f'<tr role="row"><th role="rowheader" scope="row">{_shown(str(row[label]))}</th>'
        f'<td role="cell" class="plot">{_drawn(row, value, scale)}</td>{cells}</tr>'
    )


def _drawn(row: Result, value: str, scale: Axis) -> str:
    """The interval as a bar with its estimate as a dot, in front of the axis' marks."""
    marks = "".join(
        f'<line class="{"zero" if tick == 0 else "grid"}" x1="{scale.at(tick)}" x2="{scale.at(tick)}" y1="0" '
        f'y2="100%"/>'
        for tick in scale.ticks()
    )
    bar = ""
    if row["lower"] is not None:
        bar = (
            f'<line class="range" x1="{scale.at(row["lower"])}" x2="{scale.at(row["upper"])}" y1="50%" y2="50%"/>'
            f'<circle cx="{scale.at(row[value])}" cy="50%" r="5"/>'
        )
    return f'<svg aria-hidden="true" focusable="false">{marks}{bar}</svg>'


def _ticks(scale: Axis) -> str:
    texts = "".join(
        f'<text x="{scale.at(tick)}" y="16" text-anchor="middle">{number(tick, 0 if scale.step >= 1 else 2)}</text>'
        for tick in scale.ticks()
    )
    return f'<svg aria-hidden="true" focusable="false">{texts}</svg>'


def _words(column: Column) -> str:
    return _class(column.words)


def _class(words: bool) -> str:
    return ' class="words"' if words else ""


def _shown(text: str) -> str:
    return escape(printable(text))
