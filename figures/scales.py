"""Where values lie on the drawing: linear, logarithmic and category axes, and paper coordinates."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from figures.schema import AxisScale, FigureDict, Layout, Place, Trace

AxisName = Literal["x", "y"]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: its two ends in data units (after log), the pixels they lie at, and its categories if any."""

    ends: tuple[float, float]
    pixels: tuple[float, float]
    log: bool = False
    categories: Sequence[str] = ()

    def __call__(self, value: Place) -> float:
        """Return the pixel of a value."""
        if self.categories:
            place = float(self.categories.index(value)) if isinstance(value, str) else float(value)
        else:
            place = math.log10(float(value)) if self.log else float(value)
        low, high = self.ends
        return self.pixels[0] + (place - low) / ((high - low) or 1.0) * (self.pixels[1] - self.pixels[0])

    def unit(self) -> float:
        """Return the pixels one unit takes."""
        return abs((self.pixels[1] - self.pixels[0]) / ((self.ends[1] - self.ends[0]) or 1.0))


@dataclass(frozen=True, slots=True)
class Plane:
    """The plot area of a figure and its two axes."""

    left: float
    top: float
    width: float
    height: float
    x: Axis
    y: Axis

    @classmethod
    def of(cls, figure: FigureDict) -> "Plane":
        """Read margins and axes from a figure."""
        shape = figure["layout"]
        margin = shape["margin"]
        width = shape["width"] - margin["l"] - margin["r"]
        height = shape["height"] - margin["t"] - margin["b"]
        across = (margin["l"], margin["l"] + width)
        upwards = (margin["t"] + height, margin["t"])
        return cls(
            left=margin["l"],
            top=margin["t"],
            width=width,
            height=height,
            x=_axis(figure, "x", across),
            y=_axis(figure, "y", upwards),
        )

    def place(self, axis: AxisName, ref: str, value: Place) -> float:
        """Return the pixel of a value in data or paper coordinates (``ref`` as Plotly writes it)."""
        if ref == "paper":
            share = float(value)
            return self.left + share * self.width if axis == "x" else self.top + (1 - share) * self.height
        return self.x(value) if axis == "x" else self.y(value)


def declared_axis(layout: Layout, name: AxisName) -> AxisScale:
    """What a layout says of an axis; nothing is said of one that follows its values."""
    return layout.get("xaxis", {}) if name == "x" else layout.get("yaxis", {})


def _axis(figure: FigureDict, name: AxisName, pixels: tuple[float, float]) -> Axis:
    declared = declared_axis(figure["layout"], name)
    log = declared.get("type") == "log"
    categories = declared.get("categoryarray") or _categories(figure, name)
    if "range" in declared:
        ends = (declared["range"][0], declared["range"][1])
    elif categories:
        ends = (-0.5, len(categories) - 0.5)
    else:
        values = [v for v in _values(figure, name) if isinstance(v, float | int)]
        ends = (min([0.0, *values]), max([0.0, *values]))
    if categories and declared.get("autorange") == "reversed":
        ends = (ends[1], ends[0])
    return Axis(ends=ends, pixels=pixels, log=log, categories=tuple(categories))


def _categories(figure: FigureDict, name: AxisName) -> list[str]:
    """Return the words on an axis in the order they first appear, as Plotly does."""
    return list(dict.fromkeys(v for v in _values(figure, name) if isinstance(v, str)))


def _values(figure: FigureDict, name: AxisName) -> Iterator[Place | None]:
    for trace in figure["data"]:
        yield from _along(trace, name)


def _along(trace: Trace, name: AxisName) -> Sequence[Place | None]:
    if name == "y":
        return trace.get("y", ())
    if trace["type"] == "bar" or trace["type"] == "scatter" or trace["type"] == "heatmap":
        return trace["x"]
    return ()
