"""The mark of a realism in templates."""

from dataclasses import dataclass

from django import template

from roles.models import Realism
from web.render import context_of

register = template.Library()


@dataclass(frozen=True, slots=True)
class Square:
    """One of the three squares: where it stands, and whether it is filled."""

    x: int
    on: bool


@dataclass(frozen=True, slots=True)
class RealismMark:
    """A realism by name, with a square filled for each step up to it."""

    name: str
    squares: list[Square]


@register.inclusion_tag("components/realism.html")
def realism(name: str) -> dict[str, object]:
    """Show a realism as three squares and its word."""
    if name not in Realism.values:
        raise ValueError(f"{name!r} is not a realism; use one of {', '.join(Realism.values)}")
    step = Realism.values.index(name)
    return context_of(RealismMark(name, [Square(6 * i, on=i <= step) for i in range(3)]))
