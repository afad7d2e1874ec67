"""Figures of the evaluation gap: its split, by competency, against other loops, by realism, through the layers."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Literal

from reports.figures import metrics, numbers
from reports.figures.frame import PAPER, Column, Row, Rows, Style, layout, meta, text
from reports.figures.palette import GAP_PARTS, LIGHT
from reports.figures.types import (
    CompetencyGap,
    CoverageRow,
    FigureDict,
    GapSplit,
    LayerGaps,
    LoopGap,
    NotEnoughDataError,
)

WHY = {"content": "nothing is asked", "precision": "too few ratings", "realism": "too tidy for the job"}
#: Words on each gap colour, dark enough or light enough to be read on it.
_INK = {"content": "bg", "precision": "bg", "realism": "text", "covered": "text-2"}
REALISM = ("controlled", "constrained", "production")


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
        (part, f"{part.capitalize()} {said[part]}", getattr(split, part)) for part in GAP_PARTS if getattr(split, part)
    ]
    about = meta("Evaluation gap", _describe("This loop", split))
    margin = {"l": 0.0, "r": 0.0, "t": px(12) * (len(words) if style.compact else 1) + px(3), "b": 0.0}
    out = layout(style, margin["t"] + px(16), margin, about)
    out |= {
        "barmode": "stack",
        "bargap": 0,
        "xaxis": {"range": [0, 1], "visible": False, "fixedrange": True},
        "yaxis": {"range": [-0.5, 0.5], "visible": False, "fixedrange": True},
        "shapes": [],
        "annotations": [],
    }
    at, free = split.covered, 0.0
    for up, (part, label, share) in enumerate(words):
        wide = metrics.width(label, style.font)
        start = max(at * style.width, free) if not style.compact else at * style.width
        start = min(start, style.width - wide)
        free = start + wide + px(8)
        rise = px(7) + (px(12) * (len(words) - 1 - up) if style.compact else 0)
        out["annotations"].append(
            text(label, x=0, y=1, shift=(start, rise), size=style.font, refs=("paper", "paper"), colour="text-2")
        )
        at += share
    return {"data": _stack([("", split)], style, covered=True, labels=False), "layout": out}


def _stack(
    rows: Sequence[tuple[str, GapSplit]],
    style: Style,
    *,
    at: Sequence[float] = (0,),
    labels: bool = True,
    covered: bool = False,
    thickness: float = 1.0,
) -> list[dict[str, object]]:
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
                f"{name}: {part} {numbers.gap(getattr(split, part))}" if name else f"{part} {numbers.gap(getattr(split, part))}"
                for name, split in rows
            ],
        }
        for part in parts
    ]


def gap_by_competency(rows: Sequence[CompetencyGap], *, style: Style = PAPER) -> FigureDict:
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
            Row(f"{row.name} *" if row.must_have else row.name, (numbers.percent(row.weight), _points(row.split.gap)))
            for row in ordered
        ],
        style=style,
        about=meta("Evaluation gap by competency", "; ".join(_describe(row.name, row.split) for row in ordered)),
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
            "hovertext": [f"{row.name}: covered {numbers.gap(row.weight - row.split.gap)}" for row in ordered],
        }
    ]
    bases = [0.0] * len(ordered)
    for trace in _stack([(row.name, row.split) for row in ordered], style, at=at, labels=False):
        trace |= {"base": list(bases), "width": 0.5 if not style.compact else 0.32}
        bases = [base + add for base, add in zip(bases, trace["x"], strict=True)]  # type: ignore[call-overload]
        frame.data.append(trace)
    figure = frame.figure()
    figure["layout"]["barmode"] = "overlay"
    return figure


def _points(share: float) -> str:
    return numbers.decimal(100 * share)


def gap_comparison(loops: Sequence[LoopGap], *, style: Style = PAPER) -> FigureDict:
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
        bases = [base + add for base, add in zip(bases, trace["x"], strict=True)]  # type: ignore[call-overload]
        frame.data.append(trace)
    if not style.compact:
        frame.annotations = _part_names(loops[0].split, style, frame.plot_width())
        for i, loop in enumerate(loops):
            if loop.split.covered > 0.22:
                covered = f"{numbers.decimal(100 - round(100 * loop.split.gap, 1))} covered"
                middle = loop.split.gap + loop.split.covered / 2
                frame.annotations.append(
                    text(covered, x=middle, y=i, size=style.px(7.6), align="middle", colour="text-2", refs=("x", "y"))
                )
    figure = frame.figure()
    figure["layout"]["barmode"] = "overlay"
    return figure


def _part_names(split: GapSplit, style: Style, wide: float) -> list[dict[str, object]]:
    """Name the parts above the first bar, each at its start or as near to it as the name before leaves room."""
    out, start, free = [], 0.0, 0.0
    for part in GAP_PARTS:
        share = getattr(split, part)
        if share > 0.004:
            at = max(start * wide, free)
            free = at + metrics.width(part, style.px(7.6)) + style.px(5)
            out.append(
                text(
                    part, x=0, y=1, shift=(at, style.px(5)), size=style.px(7.6), colour="text-2", refs=("paper", "paper")
                )
            )
        start += share
    return out


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
    label = 0.0 if style.compact else max(metrics.width(row.name, style.font) for row in ordered)
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
    about = meta("Demand and coverage by competency and realism", "; ".join(_coverage_words(row) for row in ordered))
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
        notes.append(text(words, x=x, y=1, shift=place, size=px(7), align=align, colour="text-2", refs=("paper", "paper")))
    data = []
    for row, start, depth in spots:
        data += _boxes(row, start, depth, style)
        notes += _box_words(row, start + depth / 2, depth, style, left, right)
    out["meta"]["rules"] = [start - above for _, start, _ in spots]
    return {"data": data, "layout": out}


def _coverage_words(row: CoverageRow) -> str:
    at = ", ".join(
        f"{name} {numbers.percent(share)}" for name, share, q in zip(REALISM, row.coverage, row.demand, strict=True) if q
    )
    return f"{row.name}: weight {numbers.percent(row.weight)}, covered at {at}, adds {_points(row.gap)} to the gap"


def _boxes(row: CoverageRow, top: float, depth: float, style: Style) -> list[dict[str, object]]:
    """Return the bars of one row: covered, realism gap, precision or content gap, for each realism demanded."""
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
                pieces.append((inner, share * part, colour, f"{row.name}, {name}: {what} {numbers.percent(part)}"))
            inner += share * part
        start += share
    common = {"type": "bar", "orientation": "h", "width": depth - 2 * inset}
    middle = top + depth / 2
    return [
        {
            **common,
            "y": [middle] * len(pieces),
            "x": [size for _, size, _, _ in pieces],
            "base": [at for at, _, _, _ in pieces],
            "marker": {"color": [LIGHT[colour] for _, _, colour, _ in pieces]},
            "hoverinfo": "text",
            "hovertext": [said for _, _, _, said in pieces],
        },
        {
            **common,
            "y": [middle] * 3,
            "x": list(row.demand),
            "base": list(accumulate(row.demand[:2], initial=0.0)),
            "marker": {"color": "rgba(0,0,0,0)", "line": {"color": LIGHT["text-3"], "width": style.px(0.7)}},
            "hoverinfo": "skip",
        },
    ]


def _box_words(
    row: CoverageRow, middle: float, tall: float, style: Style, left: float, right: float
) -> list[dict[str, object]]:
    px = style.px
    out = [text(_points(row.gap), x=1, y=middle, shift=(right, 0), size=style.font, align="end", weight=600)]
    if style.compact:
        words = metrics.cut(f"{row.name}, {numbers.percent(row.weight)}", style.width, style.font)
        out.append(text(words, x=0, y=middle - tall / 2, shift=(0, px(6.5)), size=style.font))
        return out
    lines = metrics.wrap(row.name, left - px(46), style.font, lines=2 if tall > px(20) else 1)
    for i, part in enumerate(lines):
        rise = px(4.8) * (len(lines) - 1) - px(9.6) * i
        out.append(text(part, x=0, y=middle, shift=(-left, rise), size=style.font))
    out.append(text(numbers.percent(row.weight), x=0, y=middle, shift=(-px(12), 0), size=style.font, align="end"))
    start, wide = 0.0, style.width - left - right
    for name, share, covered in zip(REALISM, row.demand, row.coverage, strict=True):
        said = numbers.percent(covered)
        long = f"{said} {name}"
        room = share * wide * covered - px(6)
        for words in (long, said):
            if metrics.width(words, px(7.2)) < room and tall > px(9):
                out.append(text(words, x=start, y=middle, shift=(px(3.5), 0), size=px(7.2), refs=("x", "y")))
                break
        start += share
    return out


def layers(roles: Sequence[LayerGaps], *, style: Style = PAPER) -> FigureDict:
    """Draw the gap of each role through need, plan, evidence, decision and outcome, one row of bars per role.

    What a layer inherits is grey, what it adds is coloured, and the added points are named.

    Raises:
        NotEnoughDataError: No role has a gap to show.
    """
    shown = [role for role in roles if any(gap is not None for gap in role.gaps)]
    if not shown:
        raise NotEnoughDataError("No role has a planned loop yet, so there is no gap to follow.")
    px, names = style.px, ("need", "plan", "evidence", "decision", "outcome")
    left = 0.0 if style.compact else min(max(metrics.width(role.role, style.font, 600) for role in shown), style.width * 0.3) + px(10)
    step = px(74)
    about = meta("The evaluation gap through five layers", "; ".join(_layer_words(role, names) for role in shown))
    out = layout(style, px(14) + step * len(shown), {"l": left, "r": 0.0, "t": px(14), "b": 0.0}, about)
    out |= {
        "barmode": "overlay",
        "xaxis": {"range": [-0.5, 4.5], "visible": False, "fixedrange": True},
        "yaxis": {"range": [len(shown), 0], "visible": False, "fixedrange": True},
    }
    data, notes = [], out["annotations"]
    for at, name in enumerate(names):
        notes.append(text(name, x=at, y=1, shift=(0, px(6)), size=px(7.2), align="middle", colour="text-2", refs=("x", "paper")))
    for index, role in enumerate(shown):
        data += _layer_bars(role, index, style, names)
        notes += _layer_notes(role, index, style, left)
    out["meta"]["rules"] = list(range(len(shown)))
    return {"data": data, "layout": out}


# Share of a role's row that a gap of one would fill; the rest holds the numbers above the bars.
_TALL = 0.62


def _layer_words(role: LayerGaps, names: Sequence[str]) -> str:
    said = (f"{name} {numbers.gap(gap) if gap is not None else 'not enough data'}" for name, gap in zip(names, role.gaps, strict=True))
    return f"{role.role}, {role.n} decisions: " + ", ".join(said)


def _layer_bars(role: LayerGaps, index: int, style: Style, names: Sequence[str]) -> list[dict[str, object]]:
    base, grown = [], []
    before = 0.0
    for at, gap in enumerate(role.gaps):
        if gap is None:
            continue
        base.append((at, min(before, gap)))
        grown.append((at, max(gap - before, 0.0), min(before, gap)))
        before = gap
    floor = index + 1 - 0.06
    return [
        {
            "type": "bar",
            "x": [at for at, _ in base],
            "y": [-_TALL * size for _, size in base],
            "base": [floor] * len(base),
            "width": 0.72,
            "marker": {"color": LIGHT["mark-base"]},
            "hoverinfo": "text",
            "hovertext": [f"{role.role}, {names[at]}: inherited {numbers.gap(size)}" for at, size in base],
        },
        {
            "type": "bar",
            "x": [at for at, _, _ in grown],
            "y": [-_TALL * size for _, size, _ in grown],
            "base": [floor - _TALL * under for _, _, under in grown],
            "width": 0.72,
            "marker": {"color": LIGHT["mark-grow"]},
            "hoverinfo": "text",
            "hovertext": [f"{role.role}, {names[at]}: adds {numbers.gap(size)}" for at, size, _ in grown],
        },
    ]


def _layer_notes(role: LayerGaps, index: int, style: Style, left: float) -> list[dict[str, object]]:
    px, floor, out = style.px, index + 1 - 0.06, []
    if style.compact:
        out.append(text(role.role, x=0, y=index, shift=(0, -px(7)), size=style.font, weight=600))
    else:
        for i, part in enumerate(metrics.wrap(role.role, left - px(10), style.font, 600)):
            out.append(text(part, x=0, y=index, shift=(-left, -px(12 + 10 * i)), size=style.font, weight=600))
        under = px(12 + 10 * (i + 1))
        out.append(text(f"{role.n} decisions", x=0, y=index, shift=(-left, -under), size=px(7.2), colour="text-2"))
    before = 0.0
    for at, gap in enumerate(role.gaps):
        if gap is None:
            said, y = "too few", floor
        else:
            added = numbers.points(gap - before) if at > 1 and before else ""
            said, y = f"{numbers.decimal(100 * gap, 0)}", floor - _TALL * gap
            if added and not style.compact:
                said = f"{said} ({added})"
            before = gap
        size, colour = (px(7.6), "text") if gap is not None else (px(7), "text-2")
        out.append(text(said, x=at, y=y, shift=(0, px(6)), size=size, align="middle", colour=colour, refs=("x", "y")))
    return out
