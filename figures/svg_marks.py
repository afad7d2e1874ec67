"""The marks of the SVG renderer: one function per Plotly trace type that the figures use."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import TypeAlias

from figures import text_widths
from figures.palette import LIGHT
from figures.scales import Plane
from figures.schema import Bars, Boxes, Dots, Each, Heat, Place, Stroke, Trace
from figures.svg_ink import Paint, dots, hatch, number

#: Bars already stacked, by category, so that the next trace of a stack starts where the last one ended.
Stack: TypeAlias = dict[Place, float]


def words(
    content: str,
    x: float,
    y: float,
    size: float,
    paint: Paint,
    *,
    colour: str,
    anchor: str = "start",
    weight: int = 400,
) -> str:
    """Return a text element whose middle lies at ``y``."""
    ink = paint(fill=colour)
    if paint.mode == "page" and not any(map(str.isalpha, content)):
        ink = ink.replace('class="', 'class="tn ', 1)
    heavy = f' font-weight="{weight}"' if weight != 400 else ""
    aligned = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return (
        f'<text x="{number(x)}" y="{number(y + size * 0.355)}" font-size="{number(size)}"{aligned}{heavy} '
        f"{ink}>{escape(content, quote=False)}</text>"
    )


def rect(x: float, y: float, w: float, h: float, attributes: str) -> str:
    """Return a rectangle element."""
    return f'<rect x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}" {attributes}/>'


def _numbers(value: Each[float], count: int) -> list[float]:
    """Spread one number over all marks, as Plotly does."""
    return list(value) if isinstance(value, Sequence) else [value] * count


def _strings(value: Each[str], count: int) -> list[str]:
    """Spread one colour or word over all marks, as Plotly does."""
    return [value] * count if isinstance(value, str) else list(value)


def filled(
    x: float, y: float, w: float, h: float, colour: str | None, edge: Stroke, paint: Paint
) -> Iterator[str]:
    """Yield a filled rectangle and, on paper, the pattern that repeats its colour."""
    yield rect(x, y, w, h, paint(fill=colour, stroke=edge.get("color"), width=edge.get("width", 0)))
    pattern = paint.pattern(colour)
    if pattern == "/" and w > 1:
        yield f'<path d="{hatch(x, y, w, h)}" {paint(stroke=LIGHT["bg"], width=0.7)}/>'
    elif pattern == "." and (path := dots(x, y, w, h)):
        yield f'<path d="{path}" stroke-linecap="round" {paint(stroke=LIGHT["bg"], width=1.1)}/>'


def bars(trace: Bars, plane: Plane, paint: Paint, stack: Stack | None, gap: float) -> Iterator[str]:
    """Yield bars, upright or lying, stacked, from a base or from zero, with their labels."""
    lying = trace.get("orientation") == "h"
    along, across = (plane.x, plane.y) if lying else (plane.y, plane.x)
    places, values = (trace["y"], trace["x"]) if lying else (trace["x"], trace["y"])
    count = len(values)
    thick, bases = _numbers(trace.get("width", 1 - gap), count), trace.get("base", [0.0] * count)
    marker = trace.get("marker", {})
    colours, edge = _strings(marker.get("color", "none"), count), marker.get("line", {})
    labels = _strings(trace.get("text", ""), count)
    label_colours = _strings(trace.get("textfont", {}).get("color", LIGHT["text"]), count)
    for i, value in enumerate(values):
        base = bases[i] + (stack.get(places[i], 0.0) if stack is not None else 0.0)
        if stack is not None:
            stack[places[i]] = base + value
        start, end = sorted((along(base), along(base + value)))
        middle, depth = across(places[i]), thick[i] * across.unit()
        box = (start, middle - depth / 2, end - start, depth)
        x, y, w, h = box if lying else (box[1], box[0], box[3], box[2])
        if w > 0 and h > 0:
            yield from filled(x, y, w, h, colours[i], edge, paint)
        if labels[i]:
            yield from _bar_label(str(labels[i]), (x, y, w, h), trace, label_colours[i], colours[i], paint)


def _bar_label(
    label: str,
    box: tuple[float, float, float, float],
    trace: Bars,
    ink: str,
    ground: str | None,
    paint: Paint,
) -> Iterator[str]:
    """Yield a bar's label inside it where it fits, else nothing."""
    x, y, w, h = box
    size, weight = trace["textfont"]["size"], trace["textfont"].get("weight", 400)
    wide = text_widths.width(label, size, weight)
    patterned = paint.pattern(ground)
    if wide + size * (1.6 if patterned else 0.5) > w or size > h:
        return
    if patterned:
        # Over hatch or dots a label needs quiet ground, and something of the pattern has to stay in sight.
        pad = size * 0.25
        yield rect(
            x + w / 2 - wide / 2 - pad,
            y + h / 2 - size * 0.62,
            wide + 2 * pad,
            size * 1.24,
            paint(fill=LIGHT["bg"]),
        )
        ink = LIGHT["text"]
    yield words(label, x + w / 2, y + h / 2, size, paint, colour=ink, anchor="middle", weight=weight)


def scatter(trace: Dots, plane: Plane, paint: Paint) -> Iterator[str]:
    """Yield lines, intervals and dots."""
    points = [
        (plane.x(x), plane.y(y)) if x is not None and y is not None else None
        for x, y in zip(trace["x"], trace["y"], strict=True)
    ]
    modes = trace.get("mode", "lines").split("+")
    if "lines" in modes:
        yield from _lines(points, trace.get("line", {}), paint)
    if "error_x" in trace:
        yield from _intervals(trace, plane, paint)
    if "markers" in modes:
        marker = trace["marker"]
        count = len(points)
        symbols, sizes = _strings(marker.get("symbol", "circle"), count), _numbers(marker["size"], count)
        colours, line = _strings(marker["color"], count), marker.get("line", {})
        edge = (line.get("color"), line.get("width", 0.0))
        for i, point in enumerate(points):
            if point:
                yield symbol(symbols[i], *point, sizes[i], colours[i], edge, paint)


def _lines(points: list[tuple[float, float] | None], style: Stroke, paint: Paint) -> Iterator[str]:
    dash = {"dot": ' stroke-dasharray="1.5 3"', "dash": ' stroke-dasharray="4 3"'}.get(
        style.get("dash", ""), ""
    )
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    for run in runs:
        if len(run) > 1:
            path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in run)
            yield f'<path d="{path}"{dash} {paint(stroke=style["color"], width=style.get("width", 1.5))}/>'


def _intervals(trace: Dots, plane: Plane, paint: Paint) -> Iterator[str]:
    bars_x = trace["error_x"]
    for i, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        up, down = bars_x["array"][i], bars_x["arrayminus"][i]
        if x is None or y is None:
            continue
        low, high, at, cap = plane.x(x - down), plane.x(x + up), plane.y(y), bars_x.get("width", 0)
        path = f"M{number(low)} {number(at)}H{number(high)}"
        if cap:
            path += "".join(f"M{number(end)} {number(at - cap)}v{number(2 * cap)}" for end in (low, high))
        yield f'<path d="{path}" {paint(stroke=bars_x["color"], width=bars_x["thickness"])}/>'


def symbol(
    name: str, x: float, y: float, size: float, colour: str, edge: tuple[str | None, float], paint: Paint
) -> str:
    """Return one marker; an open one is filled with the ground, so that lines do not show through."""
    r = size / 2
    fill, stroke = (LIGHT["bg"], colour) if name.endswith("-open") else (colour, edge[0])
    attributes = paint(fill=fill, stroke=stroke, width=edge[1] or 1)
    shape = name.removesuffix("-open")
    if shape == "line-ns":
        ink = paint(stroke=colour, width=edge[1] or 2)
        return f'<path d="M{number(x)} {number(y - r)}v{number(size)}" {ink}/>'
    if shape == "triangle-down":
        top, half = y - 0.42 * size, 0.56 * size
        sides = f"M{number(x - half)} {number(top)}h{number(2 * half)}L{number(x)} {number(top + size)}z"
        return f'<path d="{sides}" {attributes}/>'
    if shape == "square":
        return rect(x - r, y - r, size, size, attributes)
    if shape == "circle":
        return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(r)}" {attributes}/>'
    raise ValueError(f"no drawing for the symbol {name}")


def heatmap(trace: Heat, plane: Plane, paint: Paint) -> Iterator[str]:
    """Yield cells in discrete colours: ``z`` counts the steps of the scale, None leaves the cell blank."""
    steps = trace["colorscale"]
    colours = [steps[i][1] for i in range(0, len(steps), 2)]
    gaps = (trace.get("xgap", 0), trace.get("ygap", 0))
    w, h = plane.x.unit() - gaps[0], plane.y.unit() - gaps[1]
    labels, font = trace.get("text"), trace.get("textfont", {})
    for i, row in enumerate(trace["z"]):
        for j, step in enumerate(row):
            x, y = plane.x(trace["x"][j]), plane.y(trace["y"][i])
            if step is not None:
                yield rect(x - w / 2, y - h / 2, w, h, paint(fill=colours[int(step)]))
            if labels and labels[i][j]:
                dark = step is not None and int(step) >= 3
                ink = LIGHT["heat-paper" if dark else "heat-ink"] if step is not None else LIGHT["text-3"]
                yield words(labels[i][j], x, y, font["size"], paint, colour=ink, anchor="middle")


def box(trace: Boxes, plane: Plane, paint: Paint) -> Iterator[str]:
    """Yield lying boxes from their five numbers, whiskers to the fences."""
    depth = trace.get("width", 0.5) * plane.y.unit()
    edge = paint(stroke=trace["line"]["color"], width=trace["line"]["width"])
    for i, y in enumerate(trace["y"]):
        at = plane.y(y)
        low, q1, mid, q3, high = (
            plane.x(trace[key][i]) for key in ("lowerfence", "q1", "median", "q3", "upperfence")
        )
        whiskers = f"M{number(low)} {number(at)}H{number(q1)}M{number(q3)} {number(at)}H{number(high)}"
        yield f'<path d="{whiskers}" {edge}/>'
        both = paint(fill=trace["fillcolor"], stroke=trace["line"]["color"], width=trace["line"]["width"])
        yield rect(q1, at - depth / 2, max(q3 - q1, 0.5), depth, both)
        thick = paint(stroke=trace["line"]["color"], width=2 * trace["line"]["width"])
        yield f'<path d="M{number(mid)} {number(at - depth / 2)}v{number(depth)}" {thick}/>'


def draw(trace: Trace, plane: Plane, paint: Paint, stack: Stack | None, gap: float) -> Iterator[str]:
    """Yield the marks of a trace. Raises ValueError for a type that no figure uses."""
    if trace["type"] == "bar":
        yield from bars(trace, plane, paint, stack, gap)
    elif trace["type"] == "scatter":
        yield from scatter(trace, plane, paint)
    elif trace["type"] == "heatmap":
        yield from heatmap(trace, plane, paint)
    elif trace["type"] == "box":
        yield from box(trace, plane, paint)
    else:
        raise ValueError(f"no drawing for traces of type {trace['type']}")
