"""Impact ratios as New York City asks for them (Local Law 144 of 2021; 6 RCNY 5-300 to 5-304).

A tool that selects has a *selection rate* per category; a tool that scores has a *scoring rate*,
the share of a category strictly above the median of the full sample. The impact ratio divides by
the highest rate. Rates are computed for sex, for race or ethnicity, and for their intersections;
people of unknown category are counted and left out; a category under 2 % of the data may be left
out of the ratios, but its number and rate must be shown. The rule sets no threshold. This module
arranges the arithmetic; it is not legal advice, and what is an automated tool is for counsel.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import column, finite
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Under 2 %: fewer than one in fifty.
SMALL_ONE_IN = 50

Category = Hashable


@dataclass(frozen=True, slots=True)
class CategoryRate:
    """One category: people, people above the line, their rate, and the impact ratio.

    ``ratio`` is None where the category was left out as small, or where nobody in any category is above the
    line.
    """

    category: Category
    people: int
    above: int
    rate: float
    ratio: float | None
    small: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """Rates by category in order of first appearance; ``unknown`` people had no category.

    ``median`` is that of the full sample, unknown people included; None for a tool that selects.
    """

    rates: tuple[CategoryRate, ...]
    unknown: int
    median: float | None


def selection_rates(
    category: Sequence[Category | None], selected: ArrayLike, *, leave_out_small: bool = True
) -> Audit:
    """Selection rates and impact ratios.

    Args:
        category: of each person assessed, None or NaN where unknown, length n.
        selected: whether each was selected (or moved on), shape (n,).
        leave_out_small: leave categories under 2 % of the data out of the ratios.

    Raises:
        NotEnoughData: nobody with a known category.
        BadInput: lengths differ, or ``selected`` is neither true nor false.
    """
    category = _categories(category)
    chosen = column(selected, "selected", len(category))
    if chosen.dtype != np.bool_:
        chosen = finite(chosen, "selected")
        if np.any((chosen != 0) & (chosen != 1)):
            raise BadInput("selected must be true or false")
    return _audit(category, [bool(one) for one in chosen], None, leave_out_small)


def scoring_rates(
    category: Sequence[Category | None], scores: ArrayLike, *, leave_out_small: bool = True
) -> Audit:
    """Scoring rates (strictly above the median of all scores) and impact ratios.

    Args:
        scores: shape (n,); ties with the median count as not above it, as the rule says.

    Raises:
        NotEnoughData: nobody with a known category.
        BadInput: lengths differ, or a score that is not a finite number.
    """
    category = _categories(category)
    values = finite(column(scores, "scores", len(category)), "scores")
    if not len(values):
        raise NotEnoughData("no scores")
    median = float(np.median(values))
    return _audit(category, [bool(value > median) for value in values], median, leave_out_small)


def intersections(
    first: Sequence[Category | None], second: Sequence[Category | None]
) -> list[Category | None]:
    """Categories of both characteristics at once; unknown (None) where either is None or NaN.

    Raises:
        BadInput: lengths differ.
    """
    one_by_one, others = _categories(first), _categories(second)
    if len(one_by_one) != len(others):
        raise BadInput(f"both must have one length, got {len(one_by_one)} and {len(others)}")
    return [
        None if one is None or other is None else (one, other)
        for one, other in zip(one_by_one, others, strict=True)
    ]


def ratios_of_rates(
    rates: ArrayLike, people: ArrayLike, *, leave_out_small: bool = True
) -> tuple[float | None, ...]:
    """Impact ratios of published rates; None for categories under 2 % or without people, or if no rate is above 0.

    Args:
        rates: shape (k,), 0..1.
        people: per category, shape (k,).

    Raises:
        NotEnoughData: nobody at all.
        BadInput: shapes differ, or values out of range.
    """
    rate = finite(column(rates, "rates"), "rates")
    count = finite(column(people, "people", len(rate)), "people")
    if np.any((rate < 0) | (rate > 1)) or np.any(count < 0):
        raise BadInput("rates must lie between 0 and 1 and counts must not be negative")
    if count.sum() <= 0:
        raise NotEnoughData("nobody has a known category")
    # In whole numbers: 2 of 100 is not under 2 %.
    # Where every category is under 2 %, as in many small intersections, nothing is left to compare.
    kept = (count > 0) & (count * SMALL_ONE_IN >= count.sum() if leave_out_small else True)
    highest = float(rate[kept].max(initial=0.0))
    return tuple(
        float(one / highest) if keep and highest > 0 else None for one, keep in zip(rate, kept, strict=True)
    )


def _categories(names: Sequence[Category | None]) -> list[Category | None]:
    """The categories as a list, unknown ones None; NaN is what spreadsheets hold where nothing was written."""
    if isinstance(names, str) or not np.iterable(names):
        raise BadInput(f"category must be a list with one entry per person, got {names!r}")
    found: list[Category | None] = []
    for place, one in enumerate(names):
        if not isinstance(one, Hashable):
            raise BadInput(f"category must hold names, got {one!r} at position {place}")
        found.append(None if one != one else one)  # noqa: PLR0124 -- only NaN differs from itself
    return found


def _audit(
    category: Sequence[Category | None], above: list[bool], median: float | None, leave_out_small: bool
) -> Audit:
    people: dict[Category, int] = {}
    over: dict[Category, int] = {}
    for label, is_above in zip(category, above, strict=True):
        if label is not None:
            people[label] = people.get(label, 0) + 1
            over[label] = over.get(label, 0) + is_above
    if not people:
        raise NotEnoughData("nobody has a known category")
    known = sum(people.values())
    counts = list(people.values())
    rates = [over[label] / people[label] for label in people]
    ratios = ratios_of_rates(rates, counts, leave_out_small=leave_out_small)
    return Audit(
        tuple(
            CategoryRate(label, n, over[label], rate, ratio, n * SMALL_ONE_IN < known)
            for (label, n), rate, ratio in zip(people.items(), rates, ratios, strict=True)
        ),
        len(category) - known,
        median,
    )
