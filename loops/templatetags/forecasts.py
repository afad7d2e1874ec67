"""Marks of a forecast in templates: a hundred people as an icon array, and ten who meet a second panel.

Geometry is written as SVG attributes: pages need no inline style and no script.
"""

from dataclasses import dataclass
from math import ceil

from django import template

from loops.forecast import Counts
from web.render import context_of

register = template.Library()

_PITCH, _ROWS, _GAP = 19.0, 10, 14.0


@dataclass(frozen=True, slots=True)
class Icon:
    """One person: where they stand, and what became of them."""

    kind: str
    x: str
    y: str

    @property
    def cross(self) -> str:
        """The path of a cross over them."""
        return f"M{float(self.x) - 3:g} {float(self.y) - 3:g}l6 6m0-6l-6 6"


@dataclass(frozen=True, slots=True)
class IconArray:
    """People in columns of ten: those hired left of the line, the others right of it."""

    icons: list[Icon]
    width: str
    height: str
    cut: str
    label: str


def _place(number: int) -> float:
    return _PITCH * number + _PITCH / 2


@register.inclusion_tag("loops/_icons.html")
def people(counts: Counts, label: str) -> dict[str, object]:
    """Show 100 who apply: hired and turned away, rightly and wrongly."""
    left = ceil(counts.hired / _ROWS) * _PITCH
    beyond = left + (_GAP if left else 0)
    hired = ["right"] * counts.hired_meets + ["wrong"] * counts.hired_short
    others = ["missed"] * counts.turned_away_meets + ["rest"] * counts.turned_away_short
    icons = [
        Icon(kind, f"{start + _place(number // _ROWS):g}", f"{_place(number % _ROWS):g}")
        for start, kinds in ((0.0, hired), (beyond, others))
        for number, kind in enumerate(kinds)
    ]
    width = beyond + ceil(len(others) / _ROWS) * _PITCH
    said = (
        f"{label}: of 100 who apply {counts.hired_meets} are hired and meet the role, {counts.hired_short} are hired "
        f"and do not, {counts.turned_away_meets} are turned away although they meet it, "
        f"{counts.turned_away_short} are rightly turned away."
    )
    cut = f"{left + _GAP / 2:g}" if hired and others else ""
    return context_of(IconArray(icons, f"{width:g}", f"{_ROWS * _PITCH:g}", cut, said))


@register.inclusion_tag("loops/_icons.html")
def ten(turned_away: int, label: str) -> dict[str, object]:
    """Show ten who were hired, and how many of them a second panel would turn away."""
    kinds = ["again"] * (10 - turned_away) + ["off"] * turned_away
    icons = [Icon(kind, f"{_place(number):g}", f"{_place(0):g}") for number, kind in enumerate(kinds)]
    said = f"{label}: of 10 people it hires, {10 - turned_away} would be hired by a second panel as well."
    return context_of(IconArray(icons, f"{10 * _PITCH:g}", f"{_PITCH:g}", "", said))
