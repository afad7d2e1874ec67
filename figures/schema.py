"""The part of Plotly's schema that figures are written in.

plotly.js is handed these dictionaries as they are, and ``svg`` draws the same ones. What is not named here no
figure uses and the renderer does not know; a word misspelt is a type error and no missing mark.
"""

from collections.abc import Sequence
from typing import Literal, Required, TypeAlias, TypedDict, TypeVar

T = TypeVar("T")
#: One value for all marks of a trace, or one for each.
Each: TypeAlias = T | Sequence[T]
#: A place on an axis: a number, or a category by its name.
Place: TypeAlias = float | str


class Font(TypedDict, total=False):
    """How words are set."""

    family: str
    size: float
    color: Each[str]
    weight: int


class Stroke(TypedDict, total=False):
    """A line, or the edge of a mark."""

    color: str
    width: float
    dash: Literal["dot", "dash"]


class Marker(TypedDict, total=False):
    """Dots, or the fill of bars."""

    color: Each[str]
    size: Each[float]
    symbol: Each[str]
    line: Stroke


class Interval(TypedDict):
    """Intervals about dots: how far they reach up and down."""

    type: Literal["data"]
    symmetric: bool
    array: Sequence[float]
    arrayminus: Sequence[float]
    color: str
    thickness: float
    width: float


class Bars(TypedDict, total=False):
    """Bars, upright or lying, from zero, from a base or stacked."""

    type: Required[Literal["bar"]]
    orientation: Literal["h"]
    name: str
    x: Required[Sequence[float]]
    y: Required[Sequence[float]]
    base: Sequence[float]
    width: Each[float]
    marker: Marker
    text: Each[str]
    textposition: str
    insidetextanchor: str
    textangle: float
    constraintext: str
    textfont: Font
    hoverinfo: str
    hovertext: Each[str]


class Dots(TypedDict, total=False):
    """Dots with or without intervals, and lines."""

    type: Required[Literal["scatter"]]
    mode: str
    name: str
    x: Required[Sequence[float | None]]
    y: Required[Sequence[float | None]]
    error_x: Interval
    line: Stroke
    marker: Marker
    hoverinfo: str
    hovertext: Each[str]


class Heat(TypedDict, total=False):
    """Cells in discrete colours; ``z`` counts the steps of the scale."""

    type: Required[Literal["heatmap"]]
    x: Required[Sequence[float]]
    y: Required[Sequence[float]]
    z: Required[Sequence[Sequence[int | None]]]
    zmin: float
    zmax: float
    colorscale: Required[Sequence[tuple[float, str]]]
    showscale: bool
    xgap: float
    ygap: float
    text: Sequence[Sequence[str]]
    texttemplate: str
    textfont: Font
    hoverinfo: str
    hovertext: Sequence[Sequence[str]]


class Boxes(TypedDict, total=False):
    """Lying boxes from five numbers."""

    type: Required[Literal["box"]]
    orientation: Literal["h"]
    y: Required[Sequence[float]]
    lowerfence: Required[Sequence[float]]
    q1: Required[Sequence[float]]
    median: Required[Sequence[float]]
    q3: Required[Sequence[float]]
    upperfence: Required[Sequence[float]]
    width: float
    fillcolor: Required[str]
    line: Required[Stroke]
    boxpoints: bool
    hoverinfo: str


Trace: TypeAlias = Bars | Dots | Heat | Boxes


class Annotation(TypedDict):
    """An annotation without an arrow; shifts are in pixels, right and up."""

    text: str
    x: Place
    y: Place
    xref: str
    yref: str
    xshift: float
    yshift: float
    xanchor: str
    yanchor: str
    align: str
    showarrow: bool
    borderpad: float
    bgcolor: str
    font: Font


class Line(TypedDict):
    """A straight line under the marks."""

    type: Literal["line"]
    x0: Place
    x1: Place
    y0: Place
    y1: Place
    xref: str
    yref: str
    layer: Literal["below", "above"]
    line: Stroke


class AxisScale(TypedDict, total=False):
    """An axis: its ends, its ticks and their words."""

    type: Literal["linear", "log", "category"]
    range: Sequence[float]
    autorange: Literal["reversed"]
    categoryarray: Sequence[str]
    tickvals: Sequence[float]
    ticktext: Sequence[str]
    tickfont: Font
    ticks: str
    side: Literal["top", "bottom"]
    visible: bool
    showgrid: bool
    zeroline: bool
    showticklabels: bool
    fixedrange: bool


class Margin(TypedDict, total=False):
    """Pixels around the plot: left, right, top, bottom."""

    l: Required[float]  # noqa: E741 -- Plotly's name
    r: Required[float]
    t: Required[float]
    b: Required[float]
    pad: float


class Meta(TypedDict, total=False):
    """What names a figure for those who do not see it, and where hairlines run; free in Plotly's schema."""

    title: Required[str]
    description: Required[str]
    rules: Sequence[float]


class Layout(TypedDict, total=False):
    """Everything about a figure but its marks."""

    width: Required[float]
    height: Required[float]
    margin: Required[Margin]
    font: Font
    paper_bgcolor: str
    plot_bgcolor: str
    showlegend: bool
    hovermode: str
    dragmode: bool
    uniformtext: dict[str, float | str]
    barmode: Literal["stack", "overlay"]
    bargap: float
    xaxis: AxisScale
    yaxis: AxisScale
    shapes: Required[list[Line]]
    annotations: Required[list[Annotation]]
    meta: Required[Meta]


class FigureDict(TypedDict):
    """A figure: its marks, and the rest."""

    data: Sequence[Trace]
    layout: Layout
