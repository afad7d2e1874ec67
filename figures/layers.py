"""The gap of each role followed from need to outcome: where it grows is where hiring goes wrong."""

from collections.abc import Sequence

from figures import text_widths
from figures.layout import PAPER, Style, layout, meta, text
from figures.palette import LIGHT
from figures.schema import Annotation, Bars
from figures.types import FigureDict, LayerGaps, NotEnoughDataError
from web import numbers


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
    left = (
        0.0
        if style.compact
        else min(max(text_widths.width(role.role, style.font, 600) for role in shown), style.width * 0.3)
        + px(10)
    )
    step = px(74)
    about = meta(
        "The evaluation gap through five layers", "; ".join(_layer_words(role, names) for role in shown)
    )
    out = layout(style, px(14) + step * len(shown), {"l": left, "r": 0.0, "t": px(14), "b": 0.0}, about)
    out |= {
        "barmode": "overlay",
        "xaxis": {"range": [-0.5, 4.5], "visible": False, "fixedrange": True},
        "yaxis": {"range": [len(shown), 0], "visible": False, "fixedrange": True},
    }
    data, notes = [], out["annotations"]
    for at, name in enumerate(names):
        notes.append(
            text(
                name,
                x=at,
                y=1,
                shift=(0, px(6)),
                size=px(7.2),
                align="middle",
                colour="text-2",
                refs=("x", "paper"),
            )
        )
    for index, role in enumerate(shown):
        data += _layer_bars(role, index, style, names)
        notes += _layer_notes(role, index, style, left)
    out["meta"]["rules"] = list(range(len(shown)))
    return {"data": data, "layout": out}


# Share of a role's row that a gap of one would fill; the rest holds the numbers above the bars.
_TALL = 0.62


def _layer_words(role: LayerGaps, names: Sequence[str]) -> str:
    said = (
        f"{name} {numbers.gap(gap) if gap is not None else 'not enough data'}"
        for name, gap in zip(names, role.gaps, strict=True)
    )
    return f"{role.role}, {role.n} decisions: " + ", ".join(said)


def _layer_bars(role: LayerGaps, index: int, style: Style, names: Sequence[str]) -> list[Bars]:
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


def _layer_notes(role: LayerGaps, index: int, style: Style, left: float) -> list[Annotation]:
    px, floor, out = style.px, index + 1 - 0.06, []
    if style.compact:
        out.append(text(role.role, x=0, y=index, shift=(0, -px(7)), size=style.font, weight=600))
    else:
        for i, part in enumerate(text_widths.wrap(role.role, left - px(10), style.font, 600)):
            out.append(text(part, x=0, y=index, shift=(-left, -px(12 + 10 * i)), size=style.font, weight=600))
        under = px(12 + 10 * (i + 1))
        out.append(
            text(f"{role.n} decisions", x=0, y=index, shift=(-left, -under), size=px(7.2), colour="text-2")
        )
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
        out.append(
            text(said, x=at, y=y, shift=(0, px(6)), size=size, align="middle", colour=colour, refs=("x", "y"))
        )
    return out
