"""What each stage contributes: evidence by competency and stage, beside what is needed."""

from collections.abc import Sequence

from figures import text_widths
from figures.layout import PAPER, Style, meta, text
from figures.palette import LIGHT
from figures.rows import Row, Rows
from figures.schema import Bars
from figures.types import FigureDict, NotEnoughDataError, StageEvidence
from web import numbers

#: Share of a column that a full bar takes; the number beside it needs the rest.
_FULL = 0.56
ALL = "All stages"


def stage_evidence(
    competencies: Sequence[str], stages: Sequence[StageEvidence], *, style: Style = PAPER
) -> FigureDict:
    """Draw evidence as small bars, a column per stage and one for all, on one scale to what is needed.

    Dark is evidence at production realism, grey any other. Bars end at what is needed; numbers do not.

    Raises:
        NotEnoughDataError: No stage is rated.
        ValueError: A stage does not speak of every competency.
    """
    if not stages or not competencies:
        raise NotEnoughDataError("No stage gives evidence on this role yet.")
    if any(len(stage.shares) != len(competencies) for stage in stages):
        raise ValueError("a stage needs one pair of shares per competency")
    px = style.px
    whole = StageEvidence(
        ALL,
        tuple(
            (sum(stage.shares[i][0] for stage in stages), sum(stage.shares[i][1] for stage in stages))
            for i in range(len(competencies))
        ),
        "needed: 100",
    )
    columns = [*stages, whole]
    frame = Rows(
        rows=[Row(name) for name in competencies],
        style=style,
        about=meta(
            "Evidence by stage, in percent of what is needed",
            "; ".join(_words(name, i, columns) for i, name in enumerate(competencies)),
        ),
        domain=(0, len(columns)),
        row_height=15,
    )
    frame.data = [_bars(columns, frame, production=True), _bars(columns, frame, production=False)]
    for j, column in enumerate(columns):
        for i, shares in enumerate(column.shares):
            said = _said(shares, last=column is whole)
            if said:
                end = j + _FULL * min(sum(shares), 1.0)
                frame.annotations.append(
                    text(
                        said,
                        x=end,
                        y=frame.at(i),
                        shift=(px(2.5), 0.0),
                        size=px(7.2),
                        refs=("x", "y"),
                        weight=600 if column is whole else 400,
                    )
                )
    figure = frame.figure()
    _heads(figure, columns, frame)
    figure["layout"]["barmode"] = "overlay"
    return figure


def _bars(columns: Sequence[StageEvidence], frame: Rows, *, production: bool) -> Bars:
    found = []
    for j, column in enumerate(columns):
        for i, (real, other) in enumerate(column.shares):
            first = min(real, 1.0)
            start, size = (0.0, first) if production else (first, min(other, 1.0 - first))
            if size > 0:
                found.append((i, j + _FULL * start, _FULL * size, f"{column.name}: {frame.rows[i].label}"))
    return {
        "type": "bar",
        "orientation": "h",
        "name": "production" if production else "below production",
        "y": [frame.at(i) for i, *_ in found],
        "base": [at for _, at, *_ in found],
        "x": [size for _, _, size, _ in found],
        "width": 0.32 if frame.stacked else 0.5,
        "marker": {"color": LIGHT["g-covered" if production else "c-3"]},
        "hoverinfo": "text",
        "hovertext": [said for *_, said in found],
    }


def _said(shares: tuple[float, float], *, last: bool) -> str:
    total = sum(shares)
    if total > 0:
        return numbers.decimal(100 * total, 0)
    return "none" if last else ""


def _heads(figure: FigureDict, columns: Sequence[StageEvidence], frame: Rows) -> None:
    """Set the columns' names above the plot, and make room for them."""
    px, shape = frame.style.px, figure["layout"]
    room = frame.plot_width() / len(columns) - px(3)
    heads = [
        [*text_widths.wrap(column.name, room, px(6.6), 600, 3), *([column.note] if column.note else [])]
        for column in columns
    ]
    tall = px(8) * max(len(head) for head in heads) + px(4)
    shape["height"] = round(shape["height"] - shape["margin"]["t"] + tall, 1)
    shape["margin"]["t"] = tall
    for j, head in enumerate(heads):
        for up, part in enumerate(reversed(head)):
            note = up == 0 and bool(columns[j].note)
            shape["annotations"].append(
                text(
                    part,
                    x=j,
                    y=1,
                    shift=(0.0, px(6 + 8 * up)),
                    size=px(6 if note else 6.6),
                    colour="text-2" if note else "text",
                    weight=400 if note else 600,
                    refs=("x", "paper"),
                )
            )


def _words(name: str, index: int, columns: Sequence[StageEvidence]) -> str:
    said = [
        f"{column.name} {_said(column.shares[index], last=column is columns[-1])}"
        for column in columns
        if sum(column.shares[index]) > 0 or column is columns[-1]
    ]
    return f"{name}: {', '.join(said)}"
