"""What more interview time would buy: the smallest gap found for each number of minutes."""

from collections.abc import Sequence

from figures import text_widths
from figures.layout import PAPER, Align, Style, layout, line, meta, text
from figures.palette import LIGHT
from figures.schema import Font, Margin, Trace
from figures.types import FigureDict, FrontierPoint, NotEnoughDataError
from web import numbers


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
    margin: Margin = {"l": px(30), "r": px(8), "t": px(16), "b": px(24)}
    out = layout(style, px(190), margin, meta("Gap against interview time", said))
    font: Font = {"size": px(7.4)}
    out |= {
        "xaxis": {
            "range": [low - pad, high + pad], "tickvals": minutes, "ticktext": [str(m) for m in minutes],
            "tickfont": font, "showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "",
        },
        "yaxis": {
            "range": [0, top], "tickvals": shares, "ticktext": [numbers.percent(s) for s in shares],
            "tickfont": font, "showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "",
        },
        "shapes": [
            line(x=(0, 1), y=(s, s), colour="mark-grid", width=px(0.7), refs=("paper", "y")) for s in shares
        ],
    }  # fmt: skip
    out["annotations"] = [
        text("gap", x=0, y=1, shift=(-px(24), px(8)), size=px(7), colour="text-2", refs=("paper", "paper")),
        text(
            "interview minutes",
            x=1,
            y=0,
            shift=(0, -px(19)),
            size=px(7),
            align="end",
            colour="text-2",
            refs=("paper", "paper"),
        ),
    ]
    data: list[Trace] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "best found",
            "x": [p.minutes for p in ordered],
            "y": [p.gap for p in ordered],
            "line": {"color": LIGHT["mark-base"], "width": px(1.3)},
            "marker": {"symbol": "circle", "size": px(5.4), "color": LIGHT["mark"], "line": {"width": 0}},
            "hoverinfo": "text",
            "hovertext": [
                f"{p.label or 'Best found'}: {p.minutes} min, gap {numbers.gap(p.gap)}" for p in ordered
            ],
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
                    "symbol": "circle-open",
                    "size": px(7.4),
                    "color": LIGHT["mark"],
                    "line": {"width": px(1.4)},
                },
                "hoverinfo": "text",
                "hovertext": [
                    f"{current.label or 'This loop'}: {current.minutes} min, gap {numbers.gap(current.gap)}"
                ],
            }
        )
        words = current.label or "this loop"
        fits = (current.minutes - low + pad) / (high - low + 2 * pad) < 0.7
        shift = (px(6) if fits else -px(6), px(8))
        align: Align = "start" if fits else "end"
        out["annotations"].append(
            text(
                words,
                x=current.minutes,
                y=current.gap,
                shift=shift,
                size=px(7.6),
                align=align,
                refs=("x", "y"),
            )
        )
    for p in ordered:
        if p.label and text_widths.width(p.label, px(7.6)) < style.width / 3:
            out["annotations"].append(
                text(p.label, x=p.minutes, y=p.gap, shift=(px(5), px(7)), size=px(7.6), refs=("x", "y"))
            )
    return {"data": data, "layout": out}
