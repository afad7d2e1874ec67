"""Draws a figure definition as accessible SVG: in PDFs, in e-mails, on pages without JavaScript.

The definition is the same dict plotly.js draws. Only what the builders use is understood: bars (stacked,
from a base, of given thickness), dots with intervals, lines, heatmaps in discrete colours, boxes from five
numbers, straight lines and words. Everything else is refused, never dropped in silence.

Geometry and colour stand in attributes and classes, so a page may forbid inline styles; there are no
gradients (one renderer of PDFs loses them), no pattern elements and no scripts.
"""

import re
from html import escape

from figures import svg_marks, text_widths
from figures.palette import LIGHT
from figures.scales import Axis, AxisName, Plane, declared_axis
from figures.schema import Annotation, FigureDict, Line
from figures.svg_ink import Mode, Paint, number

# Plotly would read it as formatting, this renderer would print it.
_MARKUP = re.compile(r"<[^<>]*>")
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def render(figure: FigureDict, *, mode: Mode = "page") -> str:
    """Return the figure as one ``<svg>`` element.

    Args:
        figure: Data and layout in Plotly's schema; ``layout.meta`` names and describes it.
        mode: ``page`` takes its colours from the stylesheet and scales to its container; ``paper`` carries
            its own, with a pattern beside each gap colour.

    Raises:
        ValueError: A trace, a symbol or a colour that the renderer does not know.
    """
    shape, paint, plane = figure["layout"], Paint(mode), Plane.of(figure)
    about = shape["meta"]
    width, height = number(shape["width"]), number(shape["height"])
    name = escape(f"{about['title']}. {about['description']}")
    face = ' class="fig-svg"' if mode == "page" else ' font-family="Inter, DejaVu Sans, sans-serif"'
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" role="img" aria-label="{name}"{face}>'
            f"<title>{escape(about['title'])}</title><desc>{escape(about['description'])}</desc>"
        )
    ]
    parts += _rules(figure, plane, paint)
    parts += [_line(each, plane, paint) for each in shape["shapes"] if each.get("layer") == "below"]
    stack: svg_marks.Stack | None = {} if shape.get("barmode") == "stack" else None
    for trace in figure["data"]:
        parts += svg_marks.draw(trace, plane, paint, stack, shape.get("bargap", 0.2))
    parts += [_line(each, plane, paint) for each in shape["shapes"] if each.get("layer") != "below"]
    parts += _tick_words(figure, plane, paint)
    for each in shape["annotations"]:
        parts += _annotation(each, plane, paint)
    return "".join(parts) + "</svg>"


def _rules(figure: FigureDict, plane: Plane, paint: Paint) -> list[str]:
    """Return hairlines above rows, over the whole width: they tie the columns of words to the plot."""
    shape = figure["layout"]
    ink = paint(stroke=LIGHT["line"], width=0.5)
    return [
        f'<path d="M0 {number(plane.y(y))}H{number(shape["width"])}" {ink}/>'
        for y in shape["meta"].get("rules", ())
    ]


def _line(each: Line, plane: Plane, paint: Paint) -> str:
    if each["type"] != "line":
        raise ValueError(f"no drawing for shapes of type {each['type']}")
    x0, x1 = (plane.place("x", each["xref"], end) for end in (each["x0"], each["x1"]))
    y0, y1 = (plane.place("y", each["yref"], end) for end in (each["y0"], each["y1"]))
    ink = paint(stroke=each["line"]["color"], width=each["line"]["width"])
    return f'<path d="M{number(x0)} {number(y0)}L{number(x1)} {number(y1)}" {ink}/>'


def _tick_words(figure: FigureDict, plane: Plane, paint: Paint) -> list[str]:
    """Return the words along axes that name their own ticks (charts with two scales)."""
    out = []
    axes: tuple[tuple[AxisName, Axis], ...] = (("x", plane.x), ("y", plane.y))
    for name, axis in axes:
        declared = declared_axis(figure["layout"], name)
        font = declared.get("tickfont", {})
        shown = zip(declared.get("tickvals", ()), declared.get("ticktext", ()), strict=False)
        for value, label in shown:
            pixel, size = axis(value), font.get("size", 8)
            if name == "x":
                below = declared.get("side", "bottom") == "bottom"
                place = (pixel, plane.top + plane.height + size if below else plane.top - size)
                out.append(
                    svg_marks.words(label, *place, size, paint, colour=LIGHT["text-2"], anchor="middle")
                )
            else:
                place = (plane.left - size * 0.6, pixel)
                out.append(svg_marks.words(label, *place, size, paint, colour=LIGHT["text-2"], anchor="end"))
    return out


def _annotation(each: Annotation, plane: Plane, paint: Paint) -> list[str]:
    x = plane.place("x", each["xref"], each["x"]) + each.get("xshift", 0)
    y = plane.place("y", each["yref"], each["y"]) - each.get("yshift", 0)
    font, anchor, out = each["font"], _ANCHORS[each["xanchor"]], []
    weight = font.get("weight", 400)
    if _MARKUP.search(each["text"]):
        raise ValueError("words in figures carry no markup")
    if each.get("bgcolor") == LIGHT["bg"]:
        wide = text_widths.width(each["text"], font["size"], weight) + font["size"]
        start = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
        ground = paint(fill=LIGHT["bg"])
        out.append(svg_marks.rect(start, y - font["size"] * 0.65, wide, font["size"] * 1.3, ground))
    out.append(
        svg_marks.words(
            each["text"], x, y, font["size"], paint, colour=str(font["color"]), anchor=anchor, weight=weight
        )
    )
    return out
