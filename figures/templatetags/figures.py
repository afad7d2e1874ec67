"""Charts in templates; the small marks that pages repeat row by row are in ``{% load marks %}``."""

from dataclasses import dataclass

from django import template
from django.utils.safestring import SafeString, mark_safe

from figures import svg
from figures.page import PageFigure
from figures.palette import LIGHT
from figures.types import FigureDict
from web.render import context_of

register = template.Library()


@register.inclusion_tag("components/figure.html")
def figure(chart: PageFigure, *, interactive: bool = False) -> dict[str, object]:
    """Show a figure; ``interactive`` adds plotly.js on demand (the view must allow inline styles)."""
    return context_of(Shown(chart, interactive=interactive and chart.wide is not None))


@dataclass(frozen=True)
class Shown:
    """A figure as its component shows it: two drawings, and what plotly.js draws it from."""

    chart: PageFigure
    interactive: bool

    @property
    def wide(self) -> str:
        return mark_safe(svg.render(self.chart.wide)) if self.chart.wide else ""  # noqa: S308 -- it escapes

    @property
    def phone(self) -> str:
        return mark_safe(svg.render(self.chart.phone)) if self.chart.phone else ""  # noqa: S308 -- it escapes

    @property
    def data(self) -> dict[str, object]:
        """The definition, and the role behind each of its colours."""
        return {"figure": self.chart.wide, "roles": {colour: role for role, colour in LIGHT.items()}}

    @property
    def data_id(self) -> str:
        """Id of the element that holds them."""
        return f"fig-{self.chart.key}-data"


@register.filter
def paper(drawing: FigureDict) -> SafeString:
    """Draw a figure for a PDF or an e-mail: its own colours, a pattern beside each gap colour."""
    return mark_safe(svg.render(drawing, mode="paper"))  # noqa: S308 -- the renderer escapes
