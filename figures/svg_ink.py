"""Colour for the SVG renderer: classes on a page, so that themes apply; plain attributes on paper."""

from typing import Literal

from figures.palette import PAPER_PATTERNS, role_of

Mode = Literal["page", "paper"]


def _clear(colour: str | None) -> bool:
    """Say whether nothing is to be painted; Plotly writes that as a colour with no opacity."""
    return not colour or colour == "none" or colour.replace(" ", "").endswith(",0)")


class Paint:
    """Turns a figure's colours into attributes of SVG elements."""

    def __init__(self, mode: Mode) -> None:
        """Set where the drawing will stand."""
        self.mode = mode

    def __call__(self, fill: str | None = None, stroke: str | None = None, width: float = 0) -> str:
        """Return the attributes for a filled and stroked shape; no style attribute, ever."""
        classes, attributes = [], []
        for name, prefix, colour in (("fill", "ff", fill), ("stroke", "fs", stroke)):
            if colour is None or _clear(colour):
                if name == "fill":
                    attributes.append('fill="none"')
                continue
            role = role_of(colour)
            if self.mode == "page":
                classes.append(f"{prefix}-{role}")
            else:
                attributes.append(f'{name}="{colour}"')
        if width and not _clear(stroke):
            attributes.append(f'stroke-width="{number(width)}"')
        if classes:
            attributes.insert(0, f'class="{" ".join(classes)}"')
        return " ".join(attributes)

    def pattern(self, colour: str | None) -> str:
        """Return the pattern that repeats a gap colour on paper: ``/``, ``.`` or nothing."""
        if self.mode == "page" or colour is None or _clear(colour):
            return ""
        return PAPER_PATTERNS.get(role_of(colour), "")


def hatch(x: float, y: float, w: float, h: float, gap: float = 3.8) -> str:
    """Return the path data of diagonals that fill a rectangle exactly, without a clip or a pattern."""
    parts, offset = [], gap / 2
    while offset < w + h:
        # The diagonal from the left or lower edge up to the top or right edge.
        x0, y0 = (x, y + offset) if offset <= h else (x + offset - h, y + h)
        x1, y1 = (x + offset, y) if offset <= w else (x + w, y + offset - w)
        parts.append(f"M{number(x0)} {number(y0)}L{number(x1)} {number(y1)}")
        offset += gap
    return "".join(parts)


def dots(x: float, y: float, w: float, h: float, gap: float = 3.8) -> str:
    """Return the path data of dots that fill a rectangle, as strokes of no length with round ends."""
    columns, rows = max(int(w / gap), 1), max(int(h / gap), 1)
    if w < 1.2 or h < 1.2:
        return ""
    left, top = x + (w - (columns - 1) * gap) / 2, y + (h - (rows - 1) * gap) / 2
    return "".join(
        f"M{number(left + i * gap)} {number(top + j * gap)}h.01" for j in range(rows) for i in range(columns)
    )


def number(value: float) -> str:
    """Write a coordinate shortly: two decimals, no trailing zeros."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".") or "0"
