"""Figures of the evaluation gap: its split, by competency, against other loops."""

from collections.abc import Sequence
from itertools import accumulate

from figures import text_widths
from figures.layout import PAPER, Style, layout, meta, text
from figures.palette import GAP_PARTS, LIGHT
from figures.rows import Column, Row, Rows
from figures.schema import Annotation, Bars, Margin
from figures.types import (
    CompetencyBar,
    FigureDict,
    GapSplit,
    LoopBar,
    NotEnoughDataError,
)
from web import numbers

#: Words on each gap colour, dark enough or light enough to be read on it.
_INK = {part: f"g-{part}-ink" for part in GAP_PARTS} | {"covered": "text-2"}


def split_words(split: GapSplit, scale: float = 1.0) -> dict[str, str]:
    """Return the parts of a gap in percent with one decimal, adding up to the printed whole."""
    parts = numbers.rounded_parts([getattr(split, part) / scale for part in GAP_PARTS])
    return {part: numbers.decimal(value) for part, value in zip(GAP_PARTS, parts, strict=True)}


def _describe(name: str, split: GapSplit) -> str:
    said = split_words(split)
    parts = ", ".join(f"{part} {said[part]}" for part in GAP_PARTS)
    return f"{name}: gap {numbers.gap(split.gap)} ({parts})"


def gap_meter(split: GapSplit, *, style: Style = PAPER) -> FigureDict:
    """Draw the product's one number: a bar of the whole demand, its missing parts named above it."""
    px, said = style.px, split_words(split)
    words = [
        (part, f"{part.capitalize()} {said[part]}", getattr(split, part))
        for part in GAP_PARTS
        if getattr(split, part)
    ]
    about = meta("Evaluation gap", _describe("This loop", split))
    margin: Margin = {
        "l": 0.0,
        "r": 0.0,
        "t": px(12) * (len(words) if style.compact else 1) + px(3),
        "b": 0.0,
    }
    out = layout(style, margin["t"] + px(16), margin, about)
    out |= {
        "barmode": "stack",
        "bargap": 0,
        "xaxis": {"range": [0, 1], "visible": False, "fixedrange": True},
        "yaxis": {"range": [-0.5, 0.5], "visible": False, "fixedrange": True},
        "shapes": [],
        "annotations": [],
    }
    wide = [text_widths.width(label, style.font) for _, label, _ in words]
    starts = [
        s * style.width for s in accumulate((share for _, _, share in words[:-1]), initial=split.covered)
    ]
    # A name starts where its part does, or as near to it as the names on its right leave room.
    limit = style.width
    for i in reversed(range(len(words))):
        starts[i] = max(min(starts[i], limit - wide[i]), 0.0)
        limit = style.width if style.compact else starts[i] - px(8)
    for i, (_, label, _) in enumerate(words):
        rise = px(7) + (px(12) * (len(words) - 1 - i) if style.compact else 0)
        out["annotations"].append(
            text(
                label,
                x=0,
                y=1,
                shift=(starts[i], rise),
                size=style.font,
                refs=("paper", "paper"),
                colour="text-2",
            )
        )
    return {"data": _stack([("", split)], style, covered=True, labels=False), "layout": out}


def _stack(
    rows: Sequence[tuple[str, GapSplit]],
    style: Style,
    *,
    at: Sequence[float] = (0,),
    labels: bool = True,
    covered: bool = False,
    thickness: float = 1.0,
) -> list[Bars]:
    """Return one bar trace per part of the gap, stacked from the covered part or from zero."""
    said = [split_words(split) for _, split in rows]
    parts = ("covered", *GAP_PARTS) if covered else GAP_PARTS
    return [
        {
            "type": "bar",
            "orientation": "h",
            "name": part,
            "y": list(at),
            "x": [round(getattr(split, part), 6) for _, split in rows],
            "width": thickness,
            "text": [each.get(part, "") for each in said] if labels else "",
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "constraintext": "none",
            "textfont": {"size": style.px(7.6), "color": LIGHT[_INK[part]], "weight": 600},
            "marker": {
                "color": LIGHT[f"g-{part}"],
                "line": {"color": LIGHT["bg"], "width": style.px(0.8)},
            },
            "hoverinfo": "text",
            "hovertext": [
                f"{name}: {part} {numbers.gap(getattr(split, part))}"
                if name
                else f"{part} {numbers.gap(getattr(split, part))}"
                for name, split in rows
            ],
        }
        for part in parts
    ]


def gap_by_competency(rows: Sequence[CompetencyBar], *, style: Style = PAPER) -> FigureDict:
    """Draw what each competency adds to the gap, most first, on one scale.

    Raises:
        NotEnoughDataError: There is no competency.
    """
    if not rows:
        raise NotEnoughDataError("No competency to show yet: the role profile has no requirements.")
    ordered = sorted(rows, key=lambda row: -row.split.gap)
    top = max(max(row.split.gap, row.weight) for row in rows)
    frame = Rows(
        rows=[
            Row(
                f"{row.name} *" if row.must_have else row.name,
                (numbers.percent(row.weight), _points(row.split.gap)),
            )
            for row in ordered
        ],
        style=style,
        about=meta(
            "Evaluation gap by competency", "; ".join(_describe(row.name, row.split) for row in ordered)
        ),
        domain=(0, top * 1.02),
        columns=(Column("weight", left=True, essential=False), Column("adds to gap")),
        row_height=17,
    )
    at = [frame.at(i) for i in range(len(ordered))]
    # The whole weight as a pale track: what is not coloured is covered.
    frame.data = [
        {
            "type": "bar",
            "orientation": "h",
            "y": at,
            "x": [row.weight - row.split.gap for row in ordered],
            "base": [row.split.gap for row in ordered],
            "width": 0.5 if not style.compact else 0.32,
            "marker": {"color": LIGHT["g-track"]},
            "hoverinfo": "text",
            "hovertext": [
                f"{row.name}: covered {numbers.gap(row.weight - row.split.gap)}" for row in ordered
            ],
        }
    ]
    bases = [0.0] * len(ordered)
    for trace in _stack([(row.name, row.split) for row in ordered], style, at=at, labels=False):
        trace |= {"base": list(bases), "width": 0.5 if not style.compact else 0.32}
        bases = [base + add for base, add in zip(bases, trace["x"], strict=True)]
        frame.data.append(trace)
    figure = frame.figure()
    figure["layout"]["barmode"] = "overlay"
    return figure


def _points(share: float) -> str:
    return numbers.decimal(100 * share)


def gap_comparison(loops: Sequence[LoopBar], *, style: Style = PAPER) -> FigureDict:
    """Draw the gaps of several loops under each other on one scale to the whole demand.

    Raises:
        NotEnoughDataError: There is no loop.
    """
    if not loops:
        raise NotEnoughDataError("No loop to compare yet.")
    frame = Rows(
        rows=[Row(loop.name, (numbers.gap(loop.split.gap),), sub=loop.note, bold=True) for loop in loops],
        style=style,
        about=meta("Evaluation gaps compared", "; ".join(_describe(loop.name, loop.split) for loop in loops)),
        domain=(0, 1),
        columns=(Column("gap"),),
        row_height=30,
        rules=False,
        grid=False,
    )
    at = [frame.at(i) for i in range(len(loops))]
    thickness = 0.4 if style.compact else 0.62
    frame.data = [
        {
            "type": "bar",
            "orientation": "h",
            "y": at,
            "x": [1] * len(loops),
            "width": thickness,
            "marker": {"color": LIGHT["bg"], "line": {"color": LIGHT["mark-axis"], "width": style.px(0.6)}},
            "hoverinfo": "skip",
        }
    ]
    bases = [0.0] * len(loops)
    for trace in _stack([(loop.name, loop.split) for loop in loops], style, at=at, thickness=thickness):
        trace["base"] = list(bases)
        bases = [base + add for base, add in zip(bases, trace["x"], strict=True)]
        frame.data.append(trace)
    if not style.compact:
        frame.annotations = _part_names(loops[0].split, style, frame.plot_width())
        for i, loop in enumerate(loops):
            if loop.split.covered > 0.22:
                covered = f"{numbers.decimal(100 - round(100 * loop.split.gap, 1))} covered"
                middle = loop.split.gap + loop.split.covered / 2
                frame.annotations.append(
                    text(
                        covered,
                        x=middle,
                        y=i,
                        size=style.px(7.6),
                        align="middle",
                        colour="text-2",
                        refs=("x", "y"),
                    )
                )
    figure = frame.figure()
    figure["layout"]["barmode"] = "overlay"
    return figure


def _part_names(split: GapSplit, style: Style, wide: float) -> list[Annotation]:
    """Name the parts above the first bar, each at its start or as near as the name before leaves room."""
    out, start, free = [], 0.0, 0.0
    for part in GAP_PARTS:
        share = getattr(split, part)
        if share > 0.004:
            at = max(start * wide, free)
            free = at + text_widths.width(part, style.px(7.6)) + style.px(5)
            out.append(
                text(
                    part,
                    x=0,
                    y=1,
                    shift=(at, style.px(5)),
                    size=style.px(7.6),
                    colour="text-2",
                    refs=("paper", "paper"),
                )
            )
        start += share
    return out
