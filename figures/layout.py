"""The pieces figures are put together from, in Plotly's schema: sizes, layout, words, straight lines."""

from dataclasses import dataclass
from typing import Literal

from figures.palette import LIGHT
from figures.schema import Annotation, Layout, Line, Margin, Meta

CLEAR = "rgba(0,0,0,0)"
Align = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Style:
    """How large a figure is drawn: width and base size of type, in points on paper and pixels on a page."""

    width: float
    font: float

    @property
    def compact(self) -> bool:
        """Say whether labels stand above their rows, because there is no room beside them."""
        return self.width < 36 * self.font

    def px(self, value: float) -> float:
        """Scale a measure that was drawn for paper."""
        return round(value * self.font / PAPER.font, 2)


PAPER = Style(width=504, font=8.2)
PAGE = Style(width=760, font=12.5)
HALF = Style(width=560, font=12.5)
PHONE = Style(width=358, font=12.5)


def meta(title: str, description: str) -> Meta:
    """Return what names a figure for those who do not see it; layout.meta is free in Plotly's schema."""
    return {"title": title, "description": description}


def layout(style: Style, height: float, margin: Margin, about: Meta) -> Layout:
    """Return the layout every figure starts from: no legend, no chrome, no background."""
    return {
        "width": style.width,
        "height": round(height, 1),
        "margin": {
            "l": round(margin["l"], 1),
            "r": round(margin["r"], 1),
            "t": round(margin["t"], 1),
            "b": round(margin["b"], 1),
            "pad": 0,
        },
        "font": {"family": "Inter, sans-serif", "size": style.font, "color": LIGHT["text"]},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "uniformtext": {"minsize": 6, "mode": "hide"},
        "shapes": [],
        "annotations": [],
        "meta": about,
    }


def text(
    words: str,
    *,
    x: float,
    y: float,
    size: float,
    shift: tuple[float, float] = (0, 0),
    align: Align = "start",
    colour: str = "text",
    weight: int = 400,
    refs: tuple[str, str] = ("paper", "y"),
    ground: bool = False,
) -> Annotation:
    """Return an annotation without an arrow; ``shift`` is in pixels, right and up."""
    return {
        "text": words,
        "x": x,
        "y": y,
        "xref": refs[0],
        "yref": refs[1],
        "xshift": round(shift[0], 1),
        "yshift": round(shift[1], 1),
        "xanchor": {"start": "left", "middle": "center", "end": "right"}[align],
        "yanchor": "middle",
        "align": {"start": "left", "middle": "center", "end": "right"}[align],
        "showarrow": False,
        "borderpad": 0,
        "bgcolor": LIGHT["bg"] if ground else CLEAR,
        "font": {"size": size, "color": LIGHT[colour], "weight": weight},
    }


def line(
    *,
    x: tuple[float, float],
    y: tuple[float, float],
    colour: str,
    width: float,
    refs: tuple[str, str] = ("x", "y"),
) -> Line:
    """Return a straight line under the marks."""
    return {
        "type": "line",
        "x0": x[0],
        "x1": x[1],
        "y0": y[0],
        "y1": y[1],
        "xref": refs[0],
        "yref": refs[1],
        "layer": "below",
        "line": {"color": LIGHT[colour], "width": width},
    }
