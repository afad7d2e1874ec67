"""Charts in templates; the small marks that pages repeat row by row are in ``{% load marks %}``."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from figures import svg
from figures.page import PageFigure
from figures.palette import LIGHT
from figures.types import FigureDict

register = template.Library()


@register.inclusion_tag("components/figure.html")
def figure(chart: PageFigure, *, interactive: bool = False) -> dict[str, Any]:
    """Show a figure; ``interactive`` adds plotly.js on demand (the view must allow inline styles)."""
    drawn = chart.wide is not None and chart.phone is not None
    return {
        "chart": chart,
        "wide": mark_safe(svg.render(chart.wide)) if chart.wide else "",  # noqa: S308 -- the renderer escapes
        "phone": mark_safe(svg.render(chart.phone)) if chart.phone else "",  # noqa: S308 -- the renderer escapes
        "data": {"figure": chart.wide, "roles": {colour: role for role, colour in LIGHT.items()}},
        "data_id": f"fig-{chart.key}-data",
        "interactive": interactive and drawn,
    }


@register.filter
def paper(drawing: FigureDict) -> SafeString:
    """Draw a figure for a PDF or an e-mail: its own colours, a pattern beside each gap colour."""
    return mark_safe(svg.render(drawing, mode="paper"))  # noqa: S308 -- the renderer escapes
