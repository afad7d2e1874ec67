"""Rows of label, plot and columns of numbers: the frame most figures share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from figures import text_widths
from figures.layout import Align, Style, layout, line, text
from figures.schema import Annotation, FigureDict, Line, Meta, Trace
from web.numbers import DASH


@dataclass(frozen=True, slots=True)
class Column:
    """A column of words or numbers beside the plot."""

    heading: str
    align: Align = "end"
    left: bool = False
    #: Kept, after the label, where labels stand above their rows.
    essential: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row: label, a lighter line under it, and a cell for each column."""

    label: str
    cells: Sequence[str] = ()
    sub: str = ""
    bold: bool = False


@dataclass(slots=True)
class Rows:
    """Builds a figure of horizontal rows; row ``i`` lies at ``y = i``, downwards.

    ``domain`` is the range of the x axis, ``ticks`` its values and words. Labels stand left of the plot, or
    above their rows where the style is compact.
    """

    rows: Sequence[Row]
    style: Style
    about: Meta
    domain: tuple[float, float]
    ticks: Sequence[tuple[float, str]] = ()
    columns: Sequence[Column] = ()
    row_height: float = 19
    tick_names: Sequence[str] = ()
    rules: bool = True
    grid: bool = True
    data: list[Trace] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    shapes: list[Line] = field(default_factory=list)

    @property
    def stacked(self) -> bool:
        """Whether labels stand above their rows: where there is no room beside them."""
        return self.style.compact and any(row.label for row in self.rows)

    def at(self, index: int) -> float:
        """Return where a row's marks lie: in its middle, or under its label where the style is compact."""
        return index + 0.22 if self.stacked else float(index)

    def plot_width(self) -> float:
        """Return how wide the plot between labels and columns is."""
        return self.style.width - sum(self._margins())

    def figure(self) -> FigureDict:
        """Return the finished figure."""
        style, px = self.style, self.style.px
        left, right = self._margins()
        head = px(16) + (px(10) if self._names() else 0) if self._headed() else px(2)
        head += px(9) * max((column.heading.count("<br>") for column in self._shown()), default=0)
        step = px(self._row_height() + (13 if self.stacked else 0))
        height = head + step * len(self.rows) + px(3)
        out = layout(style, height, {"l": left, "r": right, "t": head, "b": px(3)}, self.about)
        out["xaxis"] = {
            "range": list(self.domain),
            "tickvals": [],
            "showgrid": False,
            "zeroline": False,
            "showticklabels": False,
            "fixedrange": True,
        }
        out["yaxis"] = {"range": [len(self.rows) - 0.5, -0.5], "visible": False, "fixedrange": True}
        out["shapes"] = [*self._grid(), *self.shapes]
        out["annotations"] = [*self._head(), *self._labels(left, right, step), *self.annotations]
        out["meta"] = {**self.about, "rules": [i - 0.5 for i in range(len(self.rows))] if self.rules else []}
        return {"data": self.data, "layout": out}

    def _names(self) -> Sequence[str]:
        """Return the ticks' names where they fit beside each other, else none."""
        if len(self.tick_names) < 2:
            return ()
        unit = self.plot_width() / (self.domain[1] - self.domain[0])
        small = self.style.px(6.6)
        for i, (one, other) in enumerate(pairwise(self.tick_names)):
            room = (self.ticks[i + 1][0] - self.ticks[i][0]) * unit
            if (text_widths.width(one, small) + text_widths.width(other, small)) / 2 + self.style.px(
                2
            ) > room:
                return ()
        return self.tick_names

    def _row_height(self) -> float:
        """Return the height asked for, or what a label of two lines needs."""
        wrapped = not self.stacked and any(len(self._label_lines(row)) > 1 for row in self.rows)
        return max(self.row_height, 19.8) if wrapped else self.row_height

    def _shown(self) -> Sequence[Column]:
        return () if self.stacked else self.columns

    def _headed(self) -> bool:
        return any(words for _, words in self.ticks) or any(column.heading for column in self._shown())

    def _label_lines(self, row: Row) -> list[str]:
        limit = self.style.width if self.stacked else self.style.width * 0.31
        lines = 1 if self.stacked or row.sub else 2
        return text_widths.wrap(row.label, limit, self.style.font, 600 if row.bold else 400, lines)

    def _column_width(self, index: int) -> float:
        small = self.style.px(7)
        heading = max(text_widths.width(part, small) for part in self.columns[index].heading.split("<br>"))
        cells = (
            text_widths.width(row.cells[index], self.style.font, 600)
            for row in self.rows
            if len(row.cells) > index
        )
        return max([heading, *cells]) + self.style.px(10)

    def _margins(self) -> tuple[float, float]:
        px, style = self.style.px, self.style
        # The outermost tick's words reach beyond the plot by half their width.
        edge = max([text_widths.width(words, px(7.5)) / 2 for _, words in self.ticks] or [0]) + px(1)
        if self.tick_names:
            edge = max(edge, *(text_widths.width(name, px(6.6)) / 2 + px(1) for name in self.tick_names))
        if self.stacked:
            # Dots on the edge need room on either side, bars start flush with their labels.
            edge = max(edge, px(6)) if self.ticks else 0.0
            return edge, edge
        label = max(
            text_widths.width(part, style.font, 600 if row.bold else 400)
            for row in self.rows
            for part in self._label_lines(row)
        )
        sub = max([text_widths.width(row.sub, px(7.2)) for row in self.rows] or [0])
        left = (
            max(label, sub)
            + px(12)
            + sum(self._column_width(i) for i, c in enumerate(self.columns) if c.left)
        )
        right = sum(self._column_width(i) for i, c in enumerate(self.columns) if not c.left)
        return left if left > px(14) else max(edge, px(4)), max(right, edge)

    def _grid(self) -> Iterable[Line]:
        if not self.grid:
            return []
        return [
            line(
                x=(value, value), y=(0, 1), colour="mark-grid", width=self.style.px(0.7), refs=("x", "paper")
            )
            for value, _ in self.ticks
        ]

    def _head(self) -> list[Annotation]:
        px = self.style.px
        found = [
            text(
                words,
                x=value,
                y=1,
                shift=(0, px(6)),
                size=px(7.5),
                align="middle",
                colour="text-2",
                refs=("x", "paper"),
            )
            for value, words in self.ticks
            if words
        ]
        found += [
            text(
                name,
                x=value,
                y=1,
                shift=(0, px(16)),
                size=px(6.6),
                align="middle",
                colour="text-2",
                refs=("x", "paper"),
            )
            for (value, _), name in zip(self.ticks, self._names(), strict=False)
        ]
        for index, (place, align) in enumerate(self._places()):
            for up, part in enumerate(reversed(self.columns[index].heading.split("<br>"))):
                found.append(
                    text(
                        part,
                        x=place[0],
                        y=1,
                        shift=(place[1], px(6 + 9 * up)),
                        size=px(7),
                        align=align,
                        colour="text-2",
                        refs=("paper", "paper"),
                    )
                )
        return found

    def _places(self) -> list[tuple[tuple[float, float], Align]]:
        """Return for each shown column its side of the plot (0 or 1), its shift in pixels, its alignment."""
        px, out = self.style.px, []
        left_at = -px(12) + 0.0
        widths = [self._column_width(i) for i in range(len(self._shown()))]
        lefts = [i for i, c in enumerate(self._shown()) if c.left]
        ends: dict[int, float] = {}
        for i in reversed(lefts):
            ends[i] = left_at
            left_at -= widths[i]
        right_at = 0.0
        for i, column in enumerate(self._shown()):
            if column.left:
                out.append(((0.0, ends[i]), column.align))
                continue
            start, right_at = right_at, right_at + widths[i]
            out.append(((1.0, right_at if column.align == "end" else start + px(10)), column.align))
        return out

    def _labels(self, left: float, right: float, step: float) -> list[Annotation]:
        style, px, found = self.style, self.style.px, []
        for i, row in enumerate(self.rows):
            weight = 600 if row.bold else 400
            if self.stacked:
                up = step / 2 - px(8)
                cells = " · ".join(
                    cell
                    for column, cell in zip(self.columns, row.cells, strict=False)
                    if column.essential and cell and cell != DASH
                )
                room = style.width - text_widths.width(cells, style.font) - px(8)
                label = text_widths.cut(row.label, room, style.font, weight)
                found.append(text(label, x=0, y=i, shift=(-left, up), size=style.font, weight=weight))
                if cells:
                    found.append(
                        text(
                            cells, x=1, y=i, shift=(right, up), size=style.font, align="end", colour="text-2"
                        )
                    )
                continue
            lines = self._label_lines(row)
            rise = px(4.8) if len(lines) > 1 or row.sub else 0
            for at, part in enumerate(lines):
                found.append(
                    text(part, x=0, y=i, shift=(-left, rise - px(9.6) * at), size=style.font, weight=weight)
                )
            if row.sub:
                found.append(text(row.sub, x=0, y=i, shift=(-left, -px(5.4)), size=px(7.2), colour="text-2"))
            for (place, align), cell in zip(self._places(), row.cells, strict=False):
                if cell:
                    bold = 600 if row.bold and align == "start" else 400
                    found.append(
                        text(
                            cell,
                            x=place[0],
                            y=i,
                            shift=(place[1], 0),
                            size=style.font,
                            align=align,
                            weight=bold,
                        )
                    )
        return found
