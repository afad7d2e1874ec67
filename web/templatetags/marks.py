"""Inline marks in templates: what pages repeat row by row.

``{% load marks %}`` gives dot with interval and rating; marks of one thing alone stand with it: ``gaps`` with
loops, ``realisms`` with roles. Geometry is written in percent of the width, as SVG attributes: pages need no
inline style and no script.
"""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from web import numbers
from web.render import context_of

register = template.Library()

# Marks keep this share of the width free at either end, so that a dot on the edge is not cut.
_EDGE = 4.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of a dot's axis. Its words stand under each dot on a phone, where the table's head is out of sight."""

    x: str
    words: str


@dataclass(frozen=True, slots=True)
class Dot:
    """An estimate on its axis: places in percent of the width, empty where there is nothing to draw."""

    label: str
    grid: list[Tick]
    #: A value with its interval; an interval alone; one that includes the neutral line.
    known: bool
    alone: bool
    weak: bool
    value: str
    lower: str
    upper: str
    raw: str
    need: str
    neutral: str


@register.inclusion_tag("components/dot.html")
def dot(
    value: Any,
    lower: Any = None,
    upper: Any = None,
    *,
    low: float = 1,
    high: float = 5,
    raw: Any = None,
    need: Any = None,
    neutral: Any = None,
    label: str = "",
    digits: int = 1,
) -> dict[str, object]:
    """Show an estimate with its interval on an axis from ``low`` to ``high``.

    ``raw`` draws the hollow dot, ``need`` the upright tick of a required level, ``neutral`` a line (an
    interval that includes it turns the dot grey and hollow). An interval without a value is dashed.
    """

    def at(number: Any) -> str:
        place = (min(max(float(number), low), high) - low) / (high - low)
        return f"{_EDGE + (100 - 2 * _EDGE) * place:.2f}%"

    ticks = [low + i * (high - low) / 4 for i in range(5)]
    whole = all(float(tick).is_integer() for tick in ticks)
    known = value is not None and lower is not None and upper is not None
    alone = value is None and lower is not None and upper is not None
    weak = known and neutral is not None and float(lower) <= float(neutral) <= float(upper)
    said = [f"raw {numbers.decimal(float(raw), digits)}"] if raw is not None else []
    if known:
        interval = numbers.span(float(lower), float(upper), digits)
        said.append(f"calibrated {numbers.decimal(float(value), digits)}, 90 % interval {interval}")
    if alone:
        said.append(f"no level, indicative interval {numbers.span(float(lower), float(upper), digits)}")
    if need is not None:
        said.append(f"required {numbers.decimal(float(need), 0)}")
    words = ", ".join(said) or "not enough data"
    return context_of(
        Dot(
            label=f"{label}: {words}" if label else words[0].upper() + words[1:],
            grid=[Tick(at(tick), numbers.decimal(tick, 0 if whole else 1)) for tick in ticks],
            known=known,
            alone=alone,
            weak=weak,
            value=at(value) if known else "",
            lower=at(lower) if known or alone else "",
            upper=at(upper) if known or alone else "",
            raw=at(raw) if raw is not None else "",
            need=at(need) if need is not None else "",
            neutral=at(neutral) if neutral is not None else "",
        )
    )


@register.simple_tag
def dot_axis(*words: str) -> SafeString:
    """Write evenly spread words over or under dots drawn by ``dot``."""
    step = (100 - 2 * _EDGE) / max(len(words) - 1, 1)
    labels = format_html_join(
        "",
        '<text x="{}%" y="10">{}</text>',
        ((f"{_EDGE + step * i:.2f}", word) for i, word in enumerate(words)),
    )
    return format_html('<svg class="axis-svg" height="12" aria-hidden="true">{}</svg>', labels)


@register.simple_tag
def rating(value: Any, *, middle: float = 2.5, low: int = 1, high: int = 4) -> SafeString:
    """Show one rating as a square: warm below the bar, blue at or above it; a dash was not assessed."""
    if value is None or value == "":
        return format_html(
            '<span class="rate rate-na"><span aria-hidden="true">{}</span>'
            '<span class="sr">not assessed</span></span>',
            numbers.DASH,
        )
    point = float(value)
    if point < middle:
        shade = 1 if point <= low else 2
    else:
        shade = 4 if point >= high else 3
    return format_html('<span class="rate rate-{}">{}</span>', shade, f"{point:g}")
