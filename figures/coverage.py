"""Demand as area: what a loop covers of each competency, and where the rest is lost."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Literal

from figures import text_widths
from figures.layout import CLEAR, PAPER, Style, layout, meta, text
from figures.palette import LIGHT
from figures.schema import Annotation, Bars
from figures.types import CoverageRow, FigureDict, NotEnoughDataError
from web import numbers

REALISM = ("controlled", "constrained", "production")


def coverage_boxes(rows: Sequence[CoverageRow], *, style: Style = PAPER) -> FigureDict:
    """Draw demand as area: a row as tall as its weight, a box as wide as its demand at each realism.

    White is covered, colour is the gap by its cause, so all colour together is the headline number.

    Raises:
        NotEnoughDataError: There is no row.
    """
    if not rows:
        raise NotEnoughDataError("No coverage to show yet: the loop asks nothing.")
    px = style.px
    ordered = sorted(rows, key=lambda row: -row.gap)
    least, total = min(row.weight for row in ordered), sum(row.weight for row in ordered)
    label = 0.0 if style.compact else max(text_widths.width(row.name, style.font) for row in ordered)
    left = 0.0 if style.compact else min(label, style.width * 0.36) + px(46)
    right = px(40)
    # Heights are pixels: as tall as the weights say, the lightest row still tall enough to read.
    boxes = min(max(px(250), px(13) * total / least), px(430))
    above = px(14) if style.compact else 0.0
    spots: list[tuple[CoverageRow, float, float]] = []
    top = 0.0
    for row in ordered:
        depth = max(boxes * row.weight / total, px(9))
        spots.append((row, top + above, depth))
        top += above + depth
    about = meta(
        "Demand and coverage by competency and realism", "; ".join(_coverage_words(row) for row in ordered)
    )
    out = layout(style, top + px(16), {"l": left, "r": right, "t": px(15), "b": px(1)}, about)
    out |= {
        "barmode": "overlay",
        "xaxis": {"range": [0, 1], "visible": False, "fixedrange": True},
        "yaxis": {"range": [top, 0], "visible": False, "fixedrange": True},
    }
    notes = out["annotations"]
    heads: list[tuple[str, float, float, Literal["start", "end"]]] = [
        ("demand, by realism", 0, 0, "start"),
        ("adds to gap", 1, right, "end"),
    ]
    if not style.compact:
        heads.append(("weight", 0, -px(12), "end"))
    for words, x, shift, align in heads:
        place = (shift, px(7))
        notes.append(
            text(
                words,
                x=x,
                y=1,
                shift=place,
                size=px(7),
                align=align,
                colour="text-2",
                refs=("paper", "paper"),
            )
        )
    data = []
    for row, start, depth in spots:
        data += _boxes(row, start, depth, style)
        notes += _box_words(row, start + depth / 2, depth, style, left, right)
    out["meta"]["rules"] = [start - above for _, start, _ in spots]
    return {"data": data, "layout": out}


def _coverage_words(row: CoverageRow) -> str:
    at = ", ".join(
        f"{name} {numbers.percent(share)}"
        for name, share, q in zip(REALISM, row.coverage, row.demand, strict=True)
        if q
    )
    added = numbers.decimal(100 * row.gap)
    return f"{row.name}: weight {numbers.percent(row.weight)}, covered at {at}, adds {added} to the gap"


def _boxes(row: CoverageRow, top: float, depth: float, style: Style) -> list[Bars]:
    """Return the bars of one row: for each realism demanded what is covered and what is missing, by cause."""
    inset = min(style.px(1.5), depth / 4)
    rest = "g-precision" if row.asked else "g-content"
    pieces: list[tuple[float, float, str, str]] = []
    start = 0.0
    for name, share, covered in zip(REALISM, row.demand, row.coverage, strict=True):
        enough = max(row.sufficiency, covered)
        inner = start
        for part, colour, what in (
            (covered, "bg", "covered"),
            (enough - covered, "g-realism", "realism gap"),
            (1 - enough, rest, f"{rest[2:]} gap"),
        ):
            if share * part > 1e-4:
                pieces.append(
                    (inner, share * part, colour, f"{row.name}, {name}: {what} {numbers.percent(part)}")
                )
            inner += share * part
        start += share
    thickness = depth - 2 * inset
    middle = top + depth / 2
    return [
        {
            "type": "bar",
            "orientation": "h",
            "width": thickness,
            "y": [middle] * len(pieces),
            "x": [size for _, size, _, _ in pieces],
            "base": [at for at, _, _, _ in pieces],
            "marker": {"color": [LIGHT[colour] for _, _, colour, _ in pieces]},
            "hoverinfo": "text",
            "hovertext": [said for _, _, _, said in pieces],
        },
        {
            "type": "bar",
            "orientation": "h",
            "width": thickness,
            "y": [middle] * 3,
            "x": list(row.demand),
            "base": list(accumulate(row.demand[:2], initial=0.0)),
            "marker": {"color": CLEAR, "line": {"color": LIGHT["text-3"], "width": style.px(0.7)}},
            "hoverinfo": "skip",
        },
    ]


def _box_words(
    row: CoverageRow, middle: float, tall: float, style: Style, left: float, right: float
) -> list[Annotation]:
    px = style.px
    out = [
        text(
            numbers.decimal(100 * row.gap),
            x=1,
            y=middle,
            shift=(right, 0),
            size=style.font,
            align="end",
            weight=600,
        )
    ]
    if style.compact:
        words = text_widths.cut(f"{row.name}, {numbers.percent(row.weight)}", style.width, style.font)
        out.append(text(words, x=0, y=middle - tall / 2, shift=(0, px(6.5)), size=style.font))
        return out
    lines = text_widths.wrap(row.name, left - px(46), style.font, lines=2 if tall > px(20) else 1)
    for i, part in enumerate(lines):
        rise = px(4.8) * (len(lines) - 1) - px(9.6) * i
        out.append(text(part, x=0, y=middle, shift=(-left, rise), size=style.font))
    out.append(
        text(numbers.percent(row.weight), x=0, y=middle, shift=(-px(12), 0), size=style.font, align="end")
    )
    start, wide = 0.0, style.width - left - right
    for name, share, covered in zip(REALISM, row.demand, row.coverage, strict=True):
        said = numbers.percent(covered)
        long = f"{said} {name}"
        room = share * wide * covered - px(6)
        for words in (long, said):
            if text_widths.width(words, px(7.2)) < room and tall > px(9):
                out.append(text(words, x=start, y=middle, shift=(px(3.5), 0), size=px(7.2), refs=("x", "y")))
                break
        start += share
    return out
