"""Pictures of a calibration for notebooks and papers, by Plotly: ``pip install 'loopwright-psychometrics[plots]'``.

Each function returns a ``plotly.graph_objects.Figure``: ``figure.show()``, ``figure.write_html(path)``. Nobody is
ranked: people stand in the natural order of their labels, and wherever a point is drawn its interval is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from psychometrics._labels import natural
from psychometrics.errors import BadInput
from psychometrics.model.thresholds import expected, probabilities

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from psychometrics.model.calibration import Calibration

Floats = npt.NDArray[np.float64]

_INK, _LINE, _SOFT = "#1f3a5f", "#4a78b5", "#b9cbe4"
_ROW = 22  # pixels a row of a forest
_BINS = 24


def wright_map(run: Calibration) -> Figure:
    """Candidates, interviewers, questions and steps on one axis of logits (Wright & Masters 1982).

    Candidates are a histogram of their measures, the others points with their intervals. A question stands where an
    average candidate meets it evenly; a severe interviewer stands high.

    Raises BadInput without plotly.
    """
    make, subplots = _plotly()
    figure = subplots(
        rows=1,
        cols=4,
        shared_yaxes=True,
        horizontal_spacing=0.02,
        column_widths=[0.28, 0.3, 0.3, 0.12],
        subplot_titles=("Candidates", "Interviewers", "Questions", "Steps"),
    )
    measures = run.candidates.measure[np.isfinite(run.candidates.measure)]
    figure.add_trace(make.Histogram(y=measures, nbinsy=_BINS, marker_color=_LINE, name="candidates"), 1, 1)
    staff, asked = run.interviewers, run.questions
    facets: tuple[tuple[Any, Floats, Floats, str], ...] = (
        (staff.label, staff.severity, (staff.upper - staff.lower) / 2, "interviewers"),
        (asked.label, asked.difficulty, (asked.upper - asked.lower) / 2, "questions"),
    )
    for column, (labels, values, half, name) in enumerate(facets, start=2):
        order = _natural(labels)
        figure.add_trace(
            make.Scatter(
                x=[str(labels[place]) for place in order],
                y=values[order],
                error_y={"type": "data", "array": half[order], "color": _SOFT},
                mode="markers",
                marker={"color": _INK, "size": 8},
                name=name,
            ),
            1,
            column,
        )
    points = [
        f"{low:g} to {high:g}" for low, high in zip(run.categories[:-1], run.categories[1:], strict=True)
    ]
    marks = make.Scatter(
        x=["steps"] * len(points),
        y=run.thresholds,
        text=points,
        mode="markers+text",
        textposition="middle right",
        marker={"symbol": "line-ew-open", "size": 14, "color": _INK},
        name="steps",
    )
    figure.add_trace(marks, 1, 4)
    return _laid_out(figure, "Everything on one scale", height=560, y="logits")


def severity_forest(run: Calibration) -> Figure:
    """Every interviewer's severity with its interval, in the natural order of the labels; right is harsher.

    Raises BadInput without plotly.
    """
    staff = run.interviewers
    return _forest(
        staff.label, staff.severity, staff.lower, staff.upper, "Severity, logits; right is harsher", run.level
    )


def candidate_forest(run: Calibration) -> Figure:
    """Every candidate's fair average with its interval, on the scale of the scores; no order but that of the labels.

    Raises BadInput without plotly.
    """
    people = run.candidates
    return _forest(
        people.label, people.fair_average, people.fair_lower, people.fair_upper, "Fair average", run.level
    )


def score_curves(run: Calibration) -> Figure:
    """How likely each score is, and which is expected, by how far a candidate stands above severity and difficulty.

    Raises BadInput without plotly.
    """
    make, _ = _plotly()
    away = np.linspace(float(run.thresholds.min()) - 3.0, float(run.thresholds.max()) + 3.0, 201)
    shares = probabilities(away, run.thresholds, link=run.link)
    figure = make.Figure()
    for score, share in zip(run.categories.tolist(), shares, strict=True):
        figure.add_trace(make.Scatter(x=away, y=share, mode="lines", name=f"{score:g}"))
    mean = np.interp(expected(away, run.thresholds, link=run.link), np.arange(len(shares)), run.categories)
    figure.add_trace(
        make.Scatter(
            x=away, y=mean, mode="lines", name="expected", yaxis="y2", line={"dash": "dot", "color": _INK}
        )
    )
    ends = {"range": [float(run.categories[0]), float(run.categories[-1])], "tickvals": run.categories}
    figure.update_layout(
        yaxis2={"overlaying": "y", "side": "right", "title": "expected score", "showgrid": False, **ends},
        legend={"orientation": "h", "y": 1.12, "x": 1, "xanchor": "right"},
    )
    return _laid_out(
        figure,
        "Scores by proficiency",
        height=420,
        y="probability",
        x="proficiency less severity and difficulty, logits",
    )


def _forest(
    labels: npt.NDArray[Any], value: Floats, lower: Floats, upper: Floats, axis: str, level: float
) -> Figure:
    make, _ = _plotly()
    order = _natural(labels)
    known = [place for place in order if np.isfinite(value[place])]
    points = make.Scatter(
        x=value[known],
        y=[str(labels[place]) for place in known],
        error_x={
            "type": "data",
            "symmetric": False,
            "array": (upper - value)[known],
            "arrayminus": (value - lower)[known],
            "color": _LINE,
        },
        mode="markers",
        marker={"color": _INK, "size": 8},
    )
    figure = make.Figure(points)
    # Plotly puts the first row at the bottom.
    figure.update_yaxes(autorange="reversed", type="category")
    return _laid_out(figure, f"With {level:.0%} intervals", height=120 + _ROW * len(known), x=axis)


def _natural(labels: npt.NDArray[Any]) -> list[int]:
    """Positions in the natural order of the labels."""
    return sorted(range(len(labels)), key=lambda place: natural(str(labels[place])))


def _laid_out(figure: Any, title: str, *, height: int, x: str | None = None, y: str | None = None) -> Figure:
    figure.update_layout(title=title, template="plotly_white", showlegend=y == "probability", height=height)
    if x is not None:
        figure.update_xaxes(title=x)
    if y is not None:
        figure.update_yaxes(title=y, col=1) if y == "logits" else figure.update_layout(yaxis_title=y)
    return figure


def _plotly() -> tuple[Any, Any]:
    try:
        from plotly import graph_objects
        from plotly.subplots import make_subplots
    except ImportError as error:
        raise BadInput("pictures need plotly: pip install 'loopwright-psychometrics[plots]'") from error
    return graph_objects, make_subplots
