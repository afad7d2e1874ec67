"""Numbers in templates, written by the rules of web.numbers."""

from typing import Any

from django import template

from web import numbers

register = template.Library()


def _number(value: Any) -> float | None:
    """Take what a template has: a number, a decimal, nothing."""
    return None if value is None or value == "" else float(value)


@register.filter
def percent(value: Any, digits: int = 0) -> str:
    """Write a share as percent."""
    return numbers.percent(_number(value), digits)


@register.filter
def gap(value: Any) -> str:
    """Write a gap as percent with one decimal."""
    return numbers.gap(_number(value))


@register.filter
def level(value: Any) -> str:
    """Write a level."""
    return numbers.level(_number(value))


@register.filter
def severity(value: Any) -> str:
    """Write a severity, signed."""
    return numbers.severity(_number(value))


@register.filter
def reliability(value: Any) -> str:
    """Write a reliability or ratio."""
    return numbers.reliability(_number(value))


@register.filter
def chance(value: Any) -> str:
    """Write a probability."""
    return numbers.chance(_number(value))


@register.filter
def points(value: Any) -> str:
    """Write a change between shares in points, signed."""
    return numbers.points(_number(value))


@register.filter
def counted(value: int) -> str:
    """Write a count as running text does."""
    return numbers.counted(value)


@register.simple_tag
def span(lower: Any, upper: Any, digits: int = 1) -> str:
    """Write an interval."""
    return numbers.span(_number(lower), _number(upper), digits)


@register.filter
def fall(value: Any) -> str:
    """Write how far a gap falls, in points with a minus."""
    return numbers.points(-float(value))


@register.filter
def inpoints(value: Any) -> str:
    """Write a share in points, unsigned."""
    return numbers.decimal(100 * float(value))


@register.filter
def percentage(value: Any, digits: int = 1) -> str:
    """Write what is in percent already, such as a part of a printed split."""
    return f"{numbers.decimal(float(value), digits)}{numbers.NARROW_SPACE}%"


@register.filter
def within(name: str) -> str:
    """Write a name inside a sentence."""
    return numbers.within(name)


@register.filter
def hours(minutes: int) -> str:
    """Write minutes as hours and minutes."""
    return numbers.hours(minutes)
