"""Marks of a gap in templates: the meter, and the cells of coverage.

Geometry is written in percent of the width, as SVG attributes: pages need no inline style and no script.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import template

from figures.palette import GAP_WHY
from roles.models import Realism
from web import numbers
from web.render import context_of

register = template.Library()


@dataclass(frozen=True, slots=True)
class Segment:
    """One of the three parts of a gap: its place in the meter, its number, and what it means."""

    part: str
    x: str
    width: str
    said: str
    why: str


@dataclass(frozen=True, slots=True)
class GapMeter:
    """A gap with its parts; the numbers are printed ones and add up."""

    gap: str
    covered: str
    covered_width: str
    segments: list[Segment]
    small: bool
    definition: str
    what: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A step of realism: its left edge, the left edge of its frame, and how far it is filled."""

    x: int
    inner: str
    width: str


@dataclass(frozen=True, slots=True)
class CoverageCells:
    """How far one competency is covered, from controlled to production realism."""

    label: str
    asked: bool
    cells: list[Cell]


def _parts(source: Any) -> dict[str, float]:
    """Read the three parts from an object or a mapping that has them, whatever computed it."""
    return {
        part: float(source[part] if isinstance(source, Mapping) else getattr(source, part))
        for part in GAP_WHY
    }


@register.inclusion_tag("components/gap_meter.html")
def gap_meter(
    source: Any, *, small: bool = False, definition: str = "", what: str = "of the job’s demand goes unscored"
) -> dict[str, object]:
    """Show a gap as a bar with its number and its parts; small, the bar alone."""
    parts = _parts(source)
    rounded = numbers.rounded_parts(list(parts.values()))
    gap = sum(parts.values())
    at, segments = 1 - gap, []
    for (part, share), said in zip(parts.items(), rounded, strict=True):
        segments.append(Segment(part, _pc(at), _pc(share), numbers.decimal(said), GAP_WHY[part]))
        at += share
    return context_of(
        GapMeter(
            gap=numbers.gap(gap),
            covered=numbers.decimal(100 - round(100 * gap, 1)),
            covered_width=_pc(1 - gap),
            segments=segments,
            small=small,
            definition=definition,
            what=what,
        )
    )


def _pc(share: float) -> str:
    return f"{100 * share:.2f}%"


@register.inclusion_tag("components/coverage.html")
def coverage_cells(coverage: Sequence[Any], *, asked: bool = True, label: str = "") -> dict[str, object]:
    """Show how far one competency is covered at controlled, constrained and production realism."""
    shares = [float(share) for share in coverage]
    at = ", ".join(
        f"{name} {numbers.percent(share)}" for name, share in zip(Realism.values, shares, strict=True)
    )
    words = f"covered at {at}" if asked else "not asked"
    return context_of(
        CoverageCells(
            label=f"{label}: {words}" if label else words.capitalize(),
            asked=asked,
            cells=[
                Cell(42 * i, f"{42 * i + 0.5}", f"{38 * min(max(share, 0), 1):.1f}")
                for i, share in enumerate(shares)
            ],
        )
    )
