"""Figures of levels: a candidate's calibrated level against the required one, competency by competency."""

from collections.abc import Sequence

from figures.layout import PAPER, Style, meta, text
from figures.palette import LIGHT
from figures.rows import Column, Row, Rows
from figures.schema import Dots
from figures.types import Band, FigureDict, NotEnoughDataError, ShownLevel
from web import numbers

LEVELS = ("Aware", "Assisted", "Independent", "Proven", "Sets standard")
#: Chances of being below the required level that count as likely; policy may set others.
BANDS = (0.20, 0.80)


_WORDS = {
    Band.UNKNOWN: "unknown",
    Band.BELOW: "likely below",
    Band.OPEN: "open",
    Band.MEETS: "likely meets",
}


def band(chance_below: float | None, bands: tuple[float, float] = BANDS) -> Band:
    """Where a candidate stands against a required level."""
    if chance_below is None:
        return Band.UNKNOWN
    meets, below = bands
    if chance_below >= below:
        return Band.BELOW
    return Band.MEETS if chance_below <= meets else Band.OPEN


def level_strip(
    marks: Sequence[ShownLevel],
    *,
    style: Style = PAPER,
    bands: tuple[float, float] = BANDS,
    columns: bool = True,
) -> FigureDict:
    """Draw levels with intervals against upright ticks at the required level, in the order given.

    Solid: calibrated (a triangle where likely below). Hollow: raw. Dashed: an interval without a point.
    Dotted: unknown.

    Args:
        marks: One per competency; those without a level are drawn as unknown.
        style: Size of the drawing.
        bands: Chances of being below that count as likely meets and likely below.
        columns: Show weight, level, gap and chance beside the plot; off for a strip beside a text.

    Raises:
        NotEnoughDataError: There is no competency.
    """
    if not marks:
        raise NotEnoughDataError("No competency to show yet: the role profile has no requirements.")
    weights = columns and any(mark.weight is not None for mark in marks)
    shown = _columns(weights=weights) if columns else ()
    rows = [
        Row(
            _name(mark) if columns else "",
            _cells(mark, bands, weights=weights) if columns else (),
            bold=columns and _below(mark, bands),
        )
        for mark in marks
    ]
    frame = Rows(
        rows=rows,
        style=style,
        about=meta(
            "Calibrated level against the required level", "; ".join(_describe(mark, bands) for mark in marks)
        ),
        domain=(0.85, 5.15),
        ticks=[(value, str(value)) for value in range(1, 6)],
        tick_names=LEVELS if columns and not style.compact else (),
        columns=shown,
        row_height=(22 if len(marks) <= 10 else 17.5) if columns else 15,
        rules=columns,
    )
    frame.data = [_raw(marks, frame), _intervals(marks, frame, bands), _required(marks, frame)]
    for i, mark in enumerate(marks):
        if mark.interval_only:
            frame.data.append(_alone(mark, frame.at(i), style))
        elif mark.level is None:
            frame.data.append(_unknown(mark, frame.at(i), style))
            if mark.raw is not None:
                continue  # the hollow dot needs the room, and the word beside it says why it stands alone
            place = (0.85 + mark.required) / 2 if mark.required > 2.5 else (mark.required + 5.15) / 2
            frame.annotations.append(
                text(
                    mark.note, x=place, y=frame.at(i), size=style.px(7.4), align="middle", colour="text-2",
                    refs=("x", "y"), ground=True,
                )
            )  # fmt: skip
    return frame.figure()


def _columns(*, weights: bool) -> tuple[Column, ...]:
    """Return the columns beside the plot."""
    rest = (
        Column("level"),
        Column("gap", essential=False),
        Column("chance<br>below"),
        Column("", align="start", essential=False),
    )
    return (Column("weight", left=True, essential=False), *rest) if weights else rest


def _cells(mark: ShownLevel, bands: tuple[float, float], *, weights: bool) -> tuple[str, ...]:
    """Return what stands beside a row; a gap is signed, positive where the level is short."""
    short = None if mark.level is None else mark.required - mark.level
    cells = (
        numbers.level(mark.level),
        numbers.decimal(short),
        numbers.chance(mark.chance_below),
        _word(mark, bands),
    )
    return (numbers.percent(mark.weight), *cells) if weights else cells


def _word(mark: ShownLevel, bands: tuple[float, float]) -> str:
    return mark.word or _WORDS[mark.band or band(mark.chance_below, bands)]


def _name(mark: ShownLevel) -> str:
    return f"{mark.name} *" if mark.must_have else mark.name


def _below(mark: ShownLevel, bands: tuple[float, float]) -> bool:
    return (mark.band or band(mark.chance_below, bands)) is Band.BELOW


def _describe(mark: ShownLevel, bands: tuple[float, float]) -> str:
    need = f"required {numbers.decimal(mark.required, 0)}"
    raw = "" if mark.raw is None else f", raw {numbers.level(mark.raw)}"
    interval = numbers.span(mark.lower, mark.upper)
    if mark.interval_only:
        return f"{mark.name}: no level, indicative 90 % interval {interval}{raw}, {need}"
    if mark.level is None:
        return f"{mark.name}: {mark.note}{raw}, {need}"
    said = f"{mark.name}: level {numbers.level(mark.level)}, 90 % interval {interval}{raw}, {need}"
    if mark.chance_below is None:
        return said
    return f"{said}, chance below {numbers.chance(mark.chance_below)}, {_word(mark, bands)}"


def _inside(value: float) -> float:
    """Keep a mark on the scale; its number beside it is not touched."""
    return min(max(value, 0.85), 5.15)


def _raw(marks: Sequence[ShownLevel], frame: Rows) -> Dots:
    found = [(i, mark) for i, mark in enumerate(marks) if mark.raw is not None]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "raw",
        "x": [_inside(mark.raw or 0) for _, mark in found],
        "y": [frame.at(i) for i, _ in found],
        "marker": {
            "symbol": "circle-open",
            "size": frame.style.px(8.4),
            "color": LIGHT["text-3"],
            "line": {"width": frame.style.px(0.9)},
        },
        "hoverinfo": "text",
        "hovertext": [f"{mark.name}: raw {numbers.level(mark.raw)}" for _, mark in found],
    }


def _intervals(marks: Sequence[ShownLevel], frame: Rows, bands: tuple[float, float]) -> Dots:
    px = frame.style.px
    found = [
        (i, mark, mark.level, _inside(mark.lower), _inside(mark.upper))
        for i, mark in enumerate(marks)
        if mark.level is not None and mark.lower is not None and mark.upper is not None
    ]
    low = [_below(mark, bands) for _, mark, *_ in found]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "calibrated",
        "x": [_inside(level) for _, _, level, _, _ in found],
        "y": [frame.at(i) for i, *_ in found],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [upper - _inside(level) for _, _, level, _, upper in found],
            "arrayminus": [_inside(level) - lower for _, _, level, lower, _ in found],
            "color": LIGHT["mark"],
            "thickness": px(1.3),
            "width": px(2.2),
        },
        "marker": {
            "symbol": ["triangle-down" if below else "circle" for below in low],
            "size": [px(7.6) if below else px(5.6) for below in low],
            "color": [LIGHT["bad" if below else "mark"] for below in low],
            "line": {"width": 0, "color": LIGHT["mark"]},
        },
        "hoverinfo": "text",
        "hovertext": [_describe(mark, bands) for _, mark, *_ in found],
    }


def _required(marks: Sequence[ShownLevel], frame: Rows) -> Dots:
    px = frame.style.px
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "required",
        "x": [mark.required for mark in marks],
        "y": [frame.at(i) for i in range(len(marks))],
        "marker": {
            "symbol": "line-ns-open",
            "size": px(13),
            "color": LIGHT["mark-need"],
            "line": {"width": px(2), "color": LIGHT["mark-need"]},
        },
        "hoverinfo": "text",
        "hovertext": [f"{mark.name}: required {numbers.decimal(mark.required, 0)}" for mark in marks],
    }


def _alone(mark: ShownLevel, y: float, style: Style) -> Dots:
    """An interval without a point: too little to put a level on."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "indicative",
        "x": [_inside(mark.lower or 0), _inside(mark.upper or 0)],
        "y": [y, y],
        "line": {"color": LIGHT["mark"], "width": style.px(1.3), "dash": "dash"},
        "hoverinfo": "text",
        "hovertext": f"{mark.name}: indicative {numbers.span(mark.lower, mark.upper)}",
    }


def _unknown(mark: ShownLevel, y: float, style: Style) -> Dots:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "unknown",
        "x": [0.85, 5.15],
        "y": [y, y],
        "line": {"color": LIGHT["text-3"], "width": style.px(0.8), "dash": "dot"},
        "hoverinfo": "text",
        "hovertext": f"{mark.name}: {mark.note}",
    }
