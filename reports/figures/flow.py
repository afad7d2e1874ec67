"""Figures of the pipeline: how many pass, how long it takes, what more time would buy."""

from collections.abc import Sequence

from reports.figures import metrics, numbers
from reports.figures.frame import PAPER, Column, Row, Rows, Style, layout, line, meta, text
from reports.figures.palette import LIGHT
from reports.figures.types import FigureDict, FrontierPoint, FunnelStep, NotEnoughDataError, Spread


def funnel(steps: Sequence[FunnelStep], *, style: Style = PAPER) -> FigureDict:
    """Draw the people who reached each step, and the share that passed on with its interval.

    Raises:
        NotEnoughDataError: Nobody has applied.
    """
    if not steps or not any(step.people for step in steps):
        raise NotEnoughDataError("Nobody has applied yet.")
    most = max(step.people for step in steps)
    frame = Rows(
        rows=[
            Row(step.name, (str(step.people), numbers.percent(step.passed) if step.passed is not None else "", _span(step)))
            for step in steps
        ],
        style=style,
        about=meta("People by step", "; ".join(_passed(step) for step in steps)),
        domain=(0, most),
        columns=(Column("people", left=True), Column("passed on", essential=False), Column("90 % interval", essential=False)),
        row_height=17,
    )
    frame.data = [
        {
            "type": "bar",
            "orientation": "h",
            "y": [frame.at(i) for i in range(len(steps))],
            "x": [step.people for step in steps],
            "width": 0.32 if style.compact else 0.55,
            "marker": {"color": LIGHT["g-covered"]},
            "hoverinfo": "text",
            "hovertext": [_passed(step) for step in steps],
        }
    ]
    return frame.figure()


def _span(step: FunnelStep) -> str:
    if step.lower is None or step.upper is None:
        return ""
    return f"{numbers.decimal(100 * step.lower, 0)}{numbers.DASH}{numbers.percent(step.upper)}"


def _passed(step: FunnelStep) -> str:
    if step.passed is None:
        return f"{step.name}: {step.people} people"
    return f"{step.name}: {step.people} people, {numbers.percent(step.passed)} passed on, 90 % interval {_span(step)}"


def time_in_stage(stages: Sequence[Spread], *, style: Style = PAPER) -> FigureDict:
    """Draw days spent in each stage: box from the first to the third quartile, whiskers to the ends given.

    Raises:
        NotEnoughDataError: No stage has been left by enough people.
    """
    known = [(i, s) for i, s in enumerate(stages) if s.median is not None]
    if not known:
        raise NotEnoughDataError("Not enough data: too few people have left any stage yet.")
    most = max(s.high or 0 for _, s in known)
    step = next(s for s in (1, 2, 5, 7, 10, 14, 20, 30, 50, 100, 200, 500) if most / s <= 6 or s == 500)
    top = max(step * -(-most // step), step)
    ticks = [(float(day), f"{day:g}") for day in _upto(step, top)]
    frame = Rows(
        rows=[Row(s.name, (str(s.n), numbers.decimal(s.median))) for s in stages],
        style=style,
        about=meta("Days in each stage", "; ".join(_days(s) for s in stages)),
        domain=(0, top * 1.01),
        ticks=ticks,
        columns=(Column("people", left=True, essential=False), Column("median<br>days")),
        row_height=18,
    )
    frame.data = [
        {
            "type": "box",
            "orientation": "h",
            "y": [frame.at(i) for i, _ in known],
            "lowerfence": [s.low for _, s in known],
            "q1": [s.q1 for _, s in known],
            "median": [s.median for _, s in known],
            "q3": [s.q3 for _, s in known],
            "upperfence": [s.high for _, s in known],
            "width": 0.3 if style.compact else 0.5,
            "fillcolor": LIGHT["g-track"],
            "line": {"color": LIGHT["mark"], "width": style.px(0.9)},
            "boxpoints": False,
            "hoverinfo": "x",
        }
    ]
    for i, s in enumerate(stages):
        if s.median is None:
            place = (style.px(2), 0.0)
            frame.annotations.append(
                text(s.note, x=0, y=frame.at(i), shift=place, size=style.px(7.2), colour="text-2", refs=("x", "y"))
            )
    return frame.figure()


def _upto(step: float, top: float) -> list[float]:
    return [step * i for i in range(int(top / step) + 1)]


def _days(s: Spread) -> str:
    if s.median is None:
        return f"{s.name}: {s.note}, n = {s.n}"
    middle = numbers.span(s.q1, s.q3)
    return f"{s.name}: median {numbers.decimal(s.median)} days, middle half {middle}, n = {s.n}"


def frontier(
    points: Sequence[FrontierPoint], *, current: FrontierPoint | None = None, style: Style = PAPER
) -> FigureDict:
    """Draw the smallest gap that can be had for each number of minutes, and where the loop at hand stands.

    Raises:
        NotEnoughDataError: Fewer than two loops were found.
    """
    if len(points) < 2:
        raise NotEnoughDataError("Fewer than two loops fit, so there is nothing to weigh against time.")
    px, every = style.px, [*points, *([current] if current else [])]
    ordered = sorted(points, key=lambda point: point.minutes)
    low, high = min(p.minutes for p in every), max(p.minutes for p in every)
    pad = max((high - low) * 0.06, 15)
    step = next(s for s in (30, 60, 120, 240, 480) if (high - low) / s <= 7 or s == 480)
    minutes = [m for m in range(0, int(high + pad) + step, step) if low - pad <= m <= high + pad]
    top = min(1.0, max(p.gap for p in every) * 1.12)
    shares = [s / 10 for s in range(0, 11, 2) if s / 10 <= top] or [0.0]
    said = "; ".join(f"{p.label or 'loop'}: {p.minutes} min, gap {numbers.gap(p.gap)}" for p in every)
    margin = {"l": px(30), "r": px(8), "t": px(16), "b": px(24)}
    out = layout(style, px(190), margin, meta("Gap against interview time", said))
    font = {"size": px(7.4)}
    out |= {
        "xaxis": {
            "range": [low - pad, high + pad], "tickvals": minutes, "ticktext": [str(m) for m in minutes],
            "tickfont": font, "showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "",
        },
        "yaxis": {
            "range": [0, top], "tickvals": shares, "ticktext": [numbers.percent(s) for s in shares],
            "tickfont": font, "showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "",
        },
        "shapes": [line(x=(0, 1), y=(s, s), colour="mark-grid", width=px(0.7), refs=("paper", "y")) for s in shares],
    }  # fmt: skip
    out["annotations"] = [
        text("gap", x=0, y=1, shift=(-px(24), px(8)), size=px(7), colour="text-2", refs=("paper", "paper")),
        text("interview minutes", x=1, y=0, shift=(0, -px(19)), size=px(7), align="end", colour="text-2", refs=("paper", "paper")),
    ]
    data: list[dict[str, object]] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "best found",
            "x": [p.minutes for p in ordered],
            "y": [p.gap for p in ordered],
            "line": {"color": LIGHT["mark-base"], "width": px(1.3)},
            "marker": {"symbol": "circle", "size": px(5.4), "color": LIGHT["mark"], "line": {"width": 0}},
            "hoverinfo": "text",
            "hovertext": [f"{p.label or 'Best found'}: {p.minutes} min, gap {numbers.gap(p.gap)}" for p in ordered],
        }
    ]
    if current:
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "this loop",
                "x": [current.minutes],
                "y": [current.gap],
                "marker": {
                    "symbol": "circle-open", "size": px(7.4), "color": LIGHT["mark"], "line": {"width": px(1.4)},
                },
                "hoverinfo": "text",
                "hovertext": [f"{current.label or 'This loop'}: {current.minutes} min, gap {numbers.gap(current.gap)}"],
            }  # fmt: skip
        )
        words = current.label or "this loop"
        fits = (current.minutes - low + pad) / (high - low + 2 * pad) < 0.7
        shift = (px(7) if fits else -px(7), 0.0)
        align = "start" if fits else "end"
        out["annotations"].append(
            text(words, x=current.minutes, y=current.gap, shift=shift, size=px(7.6), align=align, refs=("x", "y"))  # type: ignore[arg-type]
        )
    for p in ordered:
        if p.label and metrics.width(p.label, px(7.6)) < style.width / 3:
            out["annotations"].append(
                text(p.label, x=p.minutes, y=p.gap, shift=(px(5), px(7)), size=px(7.6), refs=("x", "y"))
            )
    return {"data": data, "layout": out}
