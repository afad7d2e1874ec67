"""Figures of the pipeline: how many pass, and how long it takes."""

from collections.abc import Sequence

from figures.layout import PAPER, Style, meta, text
from figures.palette import LIGHT
from figures.rows import Column, Row, Rows
from figures.types import FigureDict, FunnelStep, NotEnoughDataError, Spread
from web import numbers


def funnel(steps: Sequence[FunnelStep], *, style: Style = PAPER) -> FigureDict:
    """Draw the people who reached each step, and the share that passed on with its interval.

    Raises:
        NotEnoughDataError: Nobody has applied.
    """
    few = [step for step in steps if step.people is None]
    if few and not any(step.people for step in steps):
        raise NotEnoughDataError(f"Fewer than {few[0].hidden_under} people: too few to show.")
    if not any(step.people for step in steps):
        raise NotEnoughDataError("Nobody has applied yet.")
    most = max(step.people or 0 for step in steps)
    frame = Rows(
        rows=[
            Row(
                step.name,
                (
                    _people(step),
                    numbers.percent(step.passed) if step.passed is not None else "",
                    _span(step),
                ),
            )
            for step in steps
        ],
        style=style,
        about=meta("People by step", "; ".join(_passed(step) for step in steps)),
        domain=(0, most),
        columns=(
            Column("people", left=True),
            Column("passed on", essential=False),
            Column("90 % interval", essential=False),
        ),
        row_height=17,
    )
    frame.data = [
        {
            "type": "bar",
            "orientation": "h",
            "y": [frame.at(i) for i in range(len(steps))],
            "x": [step.people or 0 for step in steps],
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
        return f"{step.name}: {_people(step)} people"
    passed = f"{numbers.percent(step.passed)} passed on, 90 % interval {_span(step)}"
    return f"{step.name}: {_people(step)} people, {passed}"


def _people(step: FunnelStep) -> str:
    return str(step.people) if step.people is not None else f"under {step.hidden_under}"


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
            "lowerfence": [s.low or 0.0 for _, s in known],
            "q1": [s.q1 or 0.0 for _, s in known],
            "median": [s.median or 0.0 for _, s in known],
            "q3": [s.q3 or 0.0 for _, s in known],
            "upperfence": [s.high or 0.0 for _, s in known],
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
                text(
                    s.note,
                    x=0,
                    y=frame.at(i),
                    shift=place,
                    size=style.px(7.2),
                    colour="text-2",
                    refs=("x", "y"),
                )
            )
    return frame.figure()


def _upto(step: float, top: float) -> list[float]:
    return [step * i for i in range(int(top / step) + 1)]


def _days(s: Spread) -> str:
    if s.median is None:
        return f"{s.name}: {s.note}, n = {s.n}"
    middle = numbers.span(s.q1, s.q3)
    return f"{s.name}: median {numbers.decimal(s.median)} days, middle half {middle}, n = {s.n}"
