"""Figures of the panel: severity of interviewers, reliability of ratings, disagreement."""

import math
from collections.abc import Callable, Sequence

from figures import text_widths
from figures.layout import PAPER, Style, layout, line, meta, text
from figures.palette import LIGHT
from figures.rows import Column, Row, Rows
from figures.schema import Dots, Heat
from figures.types import Estimate, FigureDict, Grid, NotEnoughDataError
from web import numbers


def severity_intervals(
    marks: Sequence[Estimate], *, style: Style = PAPER, unit: str = "logits", noun: str = "scorecards"
) -> FigureDict:
    """Draw how much harsher or softer than the panel each interviewer is, in the order given.

    Solid: the interval excludes no difference. Hollow: it does not, treat it as none.

    Raises:
        NotEnoughDataError: Nobody has enough scorecards.
    """
    domain, ticks = _around_zero(marks)
    return _estimates(
        marks,
        style=style,
        title=f"Severity, {unit}",
        domain=domain,
        ticks=ticks,
        neutral=0.0,
        columns=(Column(noun, left=True, essential=False), Column("severity"), Column("", align="start")),
        cells=lambda m: (str(m.n), numbers.severity(m.value), _verdict(m) if m.known else ""),
        write=numbers.severity,
        digits=1,
    )


def _around_zero(marks: Sequence[Estimate]) -> tuple[tuple[float, float], list[tuple[float, str]]]:
    """An axis as far to the left as to the right, with its ticks."""
    reach = max([0.5, *(max(abs(m.lower or 0), abs(m.upper or 0)) for m in marks if m.known)])
    reach = math.ceil(reach * 2) / 2
    step = 0.5 if reach <= 1.5 else 1.0
    count = int(reach / step)
    ticks = [(i * step, numbers.severity(i * step) if i else "0") for i in range(-count, count + 1)]
    return (-reach * 1.06, reach * 1.06), ticks


def severity_spread(marks: Sequence[Estimate], *, style: Style = PAPER, unit: str = "levels") -> FigureDict:
    """Draw the panel without its people: a thin row each, softest first, no names and no counts.

    How many scorecards somebody has would give the person away as surely as the name.

    Raises:
        NotEnoughDataError: Nobody has enough scorecards.
    """
    known = sorted((mark for mark in marks if mark.known), key=lambda mark: mark.value or 0.0)
    if not known:
        raise NotEnoughDataError("Not enough data: nobody has enough ratings that others share yet.")
    verdicts = [_verdict(mark) for mark in known]
    said = ", ".join(
        f"{verdicts.count(word)} {word}" for word in ("harsher", "softer", "no clear difference")
    )
    ends = f"from {numbers.severity(known[0].value)} to {numbers.severity(known[-1].value)} {unit}"
    domain, ticks = _around_zero(known)
    frame = Rows(
        rows=[Row("") for _ in known],
        style=style,
        about=meta(f"Severity, {unit}", f"{len(known)} interviewers {ends}: {said}"),
        domain=domain,
        ticks=ticks,
        row_height=7,
        rules=False,
    )
    frame.shapes.append(
        line(x=(0.0, 0.0), y=(0, 1), colour="text-3", width=style.px(0.9), refs=("x", "paper"))
    )
    dots = _dots(
        known,
        frame,
        0.0,
        domain,
        lambda mark: f"{numbers.severity(mark.value)}, {numbers.span(mark.lower, mark.upper)}",
    )
    dots["marker"]["size"] = style.px(4)
    frame.data = [dots]
    return frame.figure()


def _verdict(mark: Estimate) -> str:
    if _includes(mark, 0.0):
        return "no clear difference"
    return "harsher" if (mark.value or 0) > 0 else "softer"


def reliability(
    marks: Sequence[Estimate],
    *,
    style: Style = PAPER,
    planned: float | None = None,
    title: str = "Reliability of a single rating",
    noun: str = "ratings",
) -> FigureDict:
    """Draw reliability or agreement by stage or competency, against what was planned with.

    Raises:
        NotEnoughDataError: Nothing has enough ratings.
    """
    return _estimates(
        marks,
        style=style,
        title=title,
        domain=(-0.02, 1.02),
        ticks=[(i / 4, numbers.reliability(i / 4) if i % 4 else str(i // 4)) for i in range(5)],
        neutral=planned,
        columns=(Column(noun, left=True, essential=False), Column(title.partition(" ")[0].lower())),
        cells=lambda m: (str(m.n), numbers.reliability(m.value)),
        write=numbers.reliability,
        digits=2,
    )


def _includes(mark: Estimate, value: float | None) -> bool:
    if value is None or mark.lower is None or mark.upper is None:
        return False
    return mark.lower <= value <= mark.upper


def _estimates(
    marks: Sequence[Estimate],
    *,
    style: Style,
    title: str,
    domain: tuple[float, float],
    ticks: Sequence[tuple[float, str]],
    neutral: float | None,
    columns: Sequence[Column],
    cells: Callable[[Estimate], tuple[str, ...]],
    write: Callable[[float | None], str],
    digits: int,
) -> FigureDict:
    """Draw estimates with intervals on one axis; a hollow dot's interval includes the neutral value."""
    if not any(mark.known for mark in marks):
        raise NotEnoughDataError("Not enough data: nobody has enough ratings that others share yet.")

    def said(mark: Estimate) -> str:
        if not mark.known:
            return f"{mark.name}: {mark.note}, n = {mark.n}"
        interval = numbers.span(mark.lower, mark.upper, digits)
        return f"{mark.name}: {write(mark.value)}, 90 % interval {interval}, n = {mark.n}"

    frame = Rows(
        rows=[Row(mark.name, cells(mark)) for mark in marks],
        style=style,
        about=meta(title, "; ".join(said(mark) for mark in marks)),
        domain=domain,
        ticks=ticks,
        columns=columns,
        row_height=18,
    )
    if neutral is not None:
        frame.shapes.append(
            line(x=(neutral, neutral), y=(0, 1), colour="text-3", width=style.px(0.9), refs=("x", "paper"))
        )
    frame.data = [_dots(marks, frame, neutral, domain, said)]
    for i, mark in enumerate(marks):
        if not mark.known:
            middle = (domain[0] + domain[1]) / 2 if neutral is None else neutral
            size = style.px(7.2)
            frame.annotations.append(
                text(
                    mark.note,
                    x=middle,
                    y=frame.at(i),
                    size=size,
                    align="middle",
                    colour="text-2",
                    refs=("x", "y"),
                    ground=True,
                )
            )
    return frame.figure()


def _dots(
    marks: Sequence[Estimate],
    frame: Rows,
    neutral: float | None,
    domain: tuple[float, float],
    said: Callable[[Estimate], str],
) -> Dots:
    """Return the dots and intervals, kept within the axis; their numbers stand beside them."""

    def inside(value: float | None) -> float:
        return min(max(value or 0.0, domain[0]), domain[1])

    px = frame.style.px
    known = [(i, mark) for i, mark in enumerate(marks) if mark.known]
    weak = [_includes(mark, neutral) for _, mark in known]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [inside(mark.value) for _, mark in known],
        "y": [frame.at(i) for i, _ in known],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [inside(mark.upper) - inside(mark.value) for _, mark in known],
            "arrayminus": [inside(mark.value) - inside(mark.lower) for _, mark in known],
            "color": LIGHT["text-3"],
            "thickness": px(1.2),
            "width": px(2.2),
        },
        "marker": {
            "symbol": ["circle-open" if each else "circle" for each in weak],
            "size": px(6),
            "color": [LIGHT["text-3" if each else "mark"] for each in weak],
            "line": {"width": px(1.1), "color": LIGHT["mark"]},
        },
        "hoverinfo": "text",
        "hovertext": [said(mark) for _, mark in known],
    }


def disagreement(
    grid: Grid, *, style: Style = PAPER, title: str = "Disagreement", digits: int = 1
) -> FigureDict:
    """Draw values by row and column in at most five discrete steps, each with its number.

    Raises:
        NotEnoughDataError: No cell has a value.
        ValueError: More than four cuts.
    """
    if not any(value is not None for row in grid.values for value in row):
        raise NotEnoughDataError("Not enough data: no cell has enough shared ratings yet.")
    if len(grid.cuts) > 4:
        raise ValueError("a heatmap has at most five steps, so at most four cuts")
    px, font = style.px, style.font
    widest = max(text_widths.width(row, font) for row in grid.rows)
    left = min(widest, style.width * (0.38 if style.compact else 0.34)) + px(8)
    cell = (style.width - left) / len(grid.columns)
    small = px(7)
    heads = [text_widths.wrap(column, cell - px(3), small, lines=2) for column in grid.columns]
    top = px(9) * max(len(head) for head in heads) + px(4)
    step = px(22 if any(text_widths.width(row, font) > left - px(8) for row in grid.rows) else 18)
    steps = range(len(grid.cuts) + 1)
    scale = _discrete([LIGHT[f"heat-{i + 1}"] for i in steps])
    about = meta(title, "; ".join(_row_words(grid, i, digits) for i in range(len(grid.rows))))
    out = layout(style, top + step * len(grid.rows), {"l": left, "r": 0.0, "t": top, "b": 0.0}, about)
    out |= {
        "xaxis": {"range": [-0.5, len(grid.columns) - 0.5], "visible": False, "fixedrange": True},
        "yaxis": {"range": [len(grid.rows) - 0.5, -0.5], "visible": False, "fixedrange": True},
    }
    for j, head in enumerate(heads):
        for up, part in enumerate(reversed(head)):
            place = (0.0, px(6 + 9 * up))
            out["annotations"].append(
                text(
                    part,
                    x=j,
                    y=1,
                    shift=place,
                    size=small,
                    align="middle",
                    colour="text-2",
                    refs=("x", "paper"),
                )
            )
    for i, row in enumerate(grid.rows):
        lines = text_widths.wrap(row, left - px(8), font)
        for at, part in enumerate(lines):
            rise = px(4.6) * (len(lines) - 1) - px(9.2) * at
            out["annotations"].append(text(part, x=0, y=i, shift=(-left, rise), size=font))
    bins = [[None if v is None else sum(v >= cut for cut in grid.cuts) for v in row] for row in grid.values]
    heat: Heat = {
        "type": "heatmap",
        "x": list(range(len(grid.columns))),
        "y": list(range(len(grid.rows))),
        "z": bins,
        "zmin": -0.5,
        "zmax": len(grid.cuts) + 0.5,
        "colorscale": scale,
        "showscale": False,
        "xgap": px(1.5),
        "ygap": px(1.5),
        "text": [[_value(v, grid, digits) for v in row] for row in grid.values],
        "texttemplate": "%{text}",
        "textfont": {"size": px(7.6)},
        "hoverinfo": "text",
        "hovertext": [
            [
                f"{name}, {column}: {_value(v, grid, digits) if v is not None else 'not enough data'}"
                for column, v in zip(grid.columns, row, strict=True)
            ]
            for name, row in zip(grid.rows, grid.values, strict=True)
        ],
    }
    return {"data": [heat], "layout": out}


def _value(value: float | None, grid: Grid, digits: int) -> str:
    return numbers.percent(value) if grid.unit == "share" else numbers.decimal(value, digits)


def _discrete(colours: Sequence[str]) -> list[tuple[float, str]]:
    """Return a colour scale with hard edges: two stops per colour."""
    n = len(colours)
    return [(edge / n, colour) for i, colour in enumerate(colours) for edge in (i, i + 1)]


def _row_words(grid: Grid, index: int, digits: int) -> str:
    values = zip(grid.columns, grid.values[index], strict=True)
    said = (
        f"{column} {_value(v, grid, digits) if v is not None else 'not enough data'}" for column, v in values
    )
    return f"{grid.rows[index]}: " + ", ".join(said)
