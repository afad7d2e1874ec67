"""What more interview time would buy: the best found for each number of minutes, by gap or by decision value."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from figures import text_widths
from figures.layout import PAPER, Align, Style, layout, line, meta, text
from figures.palette import LIGHT
from figures.schema import Annotation, Dots, Font, Layout, Margin, Trace
from figures.types import FigureDict, FrontierPoint, NotEnoughDataError
from web import numbers

Measure = Literal["gap", "decision value"]
# Distances of gap and bound that nobody could see.
_NOTHING = 0.0005


@dataclass(frozen=True, slots=True)
class _Field:
    """Where the plot lies, in units of its axes and in pixels."""

    low: float
    high: float
    top: float
    width: float
    height: float

    def pixel(self, minutes: float, value: float) -> tuple[float, float]:
        """A point, right and up from the plot's lower left corner."""
        return (minutes - self.low) / (self.high - self.low) * self.width, value / self.top * self.height


def frontier(
    points: Sequence[FrontierPoint],
    *,
    loops: Sequence[FrontierPoint] = (),
    measure: Measure = "gap",
    style: Style = PAPER,
) -> FigureDict:
    """Draw the best that can be had for each number of minutes, and where some loops stand.

    By gap, where it is not proved, the lowest that any loop could leave is drawn beside it, and an upright line shows
    how far the two are apart. Points without the measure are left out.

    Raises:
        NotEnoughDataError: Fewer than two loops were found.
    """
    best = sorted((p for p in points if _value(p, measure) is not None), key=lambda p: p.minutes)
    beside = [p for p in loops if _value(p, measure) is not None]
    if len(best) < 2:
        raise NotEnoughDataError("Fewer than two loops fit, so there is nothing to weigh against time.")
    every = [*best, *beside]
    px = style.px
    low, high = min(p.minutes for p in every), max(p.minutes for p in every)
    pad = max((high - low) * 0.06, 15)
    top = min(1.0, max(_of(p, measure) for p in every) * 1.12)
    margin: Margin = {"l": px(30), "r": px(8), "t": px(16), "b": px(24)}
    height = px(190)
    said = "; ".join(_said(p, measure) for p in every)
    out = layout(style, height, margin, meta(f"{measure.capitalize()} against interview time", said))
    plot = _Field(
        low - pad,
        high + pad,
        top,
        style.width - margin["l"] - margin["r"],
        height - margin["t"] - margin["b"],
    )
    _axes(out, plot, style, measure)
    data: list[Trace] = [*_bound(best, measure, style), _line(best, measure, style)]
    if beside:
        data.append(_loops(beside, measure, style))
    out["annotations"] += _labels(best, beside, measure, plot, style)
    return {"data": data, "layout": out}


def _value(point: FrontierPoint, measure: Measure) -> float | None:
    return point.gap if measure == "gap" else point.value


def _of(point: FrontierPoint, measure: Measure) -> float:
    return _value(point, measure) or 0.0


def _said(point: FrontierPoint, measure: Measure) -> str:
    value = _of(point, measure)
    written = numbers.gap(value) if measure == "gap" else numbers.percent(value)
    bound = f", none below {numbers.gap(point.bound)}" if measure == "gap" and _open(point) else ""
    return f"{point.label or 'Best found'}: {point.minutes} min, {measure} {written}{bound}"


def _open(point: FrontierPoint) -> bool:
    """Whether something better is not ruled out."""
    return point.bound is not None and point.gap - point.bound > _NOTHING


def _axes(out: Layout, plot: _Field, style: Style, measure: Measure) -> None:
    px = style.px
    wide = plot.high - plot.low
    step = next(s for s in (30, 60, 120, 240, 480) if wide / s <= 7 or s == 480)
    minutes = [m for m in range(0, int(plot.high) + step, step) if plot.low <= m <= plot.high]
    shares = [s / 10 for s in range(0, 11, 2) if s / 10 <= plot.top] or [0.0]
    font: Font = {"size": px(7.4)}
    out["xaxis"] = {
        "range": [plot.low, plot.high], "tickvals": minutes, "ticktext": [str(m) for m in minutes],
        "tickfont": font, "showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "",
    }  # fmt: skip
    out["yaxis"] = {
        "range": [0, plot.top], "tickvals": shares, "ticktext": [numbers.percent(s) for s in shares],
        "tickfont": font, "showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "",
    }  # fmt: skip
    out["shapes"] = [
        line(x=(0, 1), y=(s, s), colour="mark-grid", width=px(0.7), refs=("paper", "y")) for s in shares
    ]
    both = ("paper", "paper")
    out["annotations"] = [
        text(measure, x=0, y=1, shift=(-px(24), px(12)), size=px(7), colour="text-2", refs=both),
        text(
            "interview minutes",
            x=1,
            y=0,
            shift=(0, -px(19)),
            size=px(7),
            align="end",
            colour="text-2",
            refs=both,
        ),
    ]


def _line(best: Sequence[FrontierPoint], measure: Measure, style: Style) -> Dots:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "best found",
        "x": [p.minutes for p in best],
        "y": [_of(p, measure) for p in best],
        "line": {"color": LIGHT["mark-base"], "width": style.px(1.3)},
        "marker": {"symbol": "circle", "size": style.px(5.4), "color": LIGHT["mark"], "line": {"width": 0}},
        "hoverinfo": "text",
        "hovertext": [_said(p, measure) for p in best],
    }


def _bound(best: Sequence[FrontierPoint], measure: Measure, style: Style) -> Iterator[Dots]:
    """What no loop gets below, and how far that is from what was found; nothing where all is proved."""
    if measure != "gap" or not any(_open(p) for p in best):
        return
    yield {
        "type": "scatter",
        "mode": "lines",
        "name": "no loop leaves less",
        "x": [p.minutes for p in best],
        "y": [p.gap if p.bound is None else p.bound for p in best],
        "line": {"color": LIGHT["mark-base"], "width": style.px(0.9), "dash": "dash"},
        "hoverinfo": "skip",
    }
    for p in best:
        if p.bound is not None and _open(p):
            yield {
                "type": "scatter",
                "mode": "lines",
                "name": "not proved",
                "x": [p.minutes, p.minutes],
                "y": [p.bound, p.gap],
                "line": {"color": LIGHT["mark-base"], "width": style.px(3)},
                "hoverinfo": "skip",
            }


def _loops(loops: Sequence[FrontierPoint], measure: Measure, style: Style) -> Dots:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "loops",
        "x": [p.minutes for p in loops],
        "y": [_of(p, measure) for p in loops],
        "marker": {
            "symbol": "circle-open",
            "size": style.px(7.4),
            "color": LIGHT["mark"],
            "line": {"width": style.px(1.4)},
        },
        "hoverinfo": "text",
        "hovertext": [_said(p, measure) for p in loops],
    }


def _labels(
    best: Sequence[FrontierPoint],
    loops: Sequence[FrontierPoint],
    measure: Measure,
    plot: _Field,
    style: Style,
) -> Iterator[Annotation]:
    """Names beside their points, each where it covers no other name, no mark and no edge."""
    px, size = style.px, style.px(7.6)
    marks = [plot.pixel(p.minutes, _of(p, measure)) for p in (*best, *loops)]
    reach = px(4)
    taken = [(x - reach, x + reach, y - reach, y + reach) for x, y in marks]
    for p in (*loops, *(each for each in best if each.label)):
        wide = text_widths.width(p.label, size)
        if not p.label or wide > style.width / 2:
            continue
        x, y = plot.pixel(p.minutes, _of(p, measure))
        places: list[tuple[float, float, Align]] = [
            (side * px(7), up, "start" if side > 0 else "end")
            for up in (0.0, px(9), -px(9), px(18), -px(18))
            for side in (1, -1)
        ]
        boxes = [
            (
                x + right - (0 if align == "start" else wide),
                x + right + (wide if align == "start" else 0),
                y + up - size * 0.6,
                y + up + size * 0.6,
            )
            for right, up, align in places
        ]
        inside = [box[0] >= 0 and box[1] <= plot.width and box[2] >= 0 for box in boxes]
        free = [
            here
            and not any(
                box[0] < b[1] and b[0] < box[1] and box[2] < b[3] and b[2] < box[3]
                for b in taken
                if b != (x - reach, x + reach, y - reach, y + reach)
            )
            for here, box in zip(inside, boxes, strict=True)
        ]
        chosen = free.index(True) if True in free else inside.index(True) if True in inside else 0
        right, up, align = places[chosen]
        taken.append(boxes[chosen])
        yield text(
            p.label,
            x=p.minutes,
            y=_of(p, measure),
            shift=(right, up),
            size=size,
            align=align,
            refs=("x", "y"),
        )
