"""How near one rater is to a reference: the mean deviation, and the correlation, each with its interval.

The two that frame-of-reference training certifies by. A rater who is harsh throughout has a mean deviation and may
correlate perfectly; one who answers the same to everything has none and no correlation: both are needed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import beyond_rounding, column, finite, open_unit
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class ReferenceAgreement:
    """Bounds and correlation are None where the data cannot tell them, never 0."""

    mean: float
    """Mean of rating less reference: above 0 more generous."""
    mean_lower: float | None
    mean_upper: float | None
    correlation: float | None
    """Pearson's; None where ratings or references are all the same."""
    correlation_lower: float | None
    correlation_upper: float | None
    same: int
    """Ratings that equal their reference."""
    within_one: int
    """Ratings at most one point off, the same included."""
    ratings: int


def reference_agreement(
    ratings: ArrayLike, references: ArrayLike, *, level: float = 0.90
) -> ReferenceAgreement:
    """Compare one rater's ratings with the reference for each.

    Args:
        ratings: shape (n,), at least one.
        references: shape (n,), what each rating should have been.
        level: coverage of both intervals: Student's t for the mean from two ratings on, Fisher's z for the
            correlation from four on.

    Raises:
        NotEnoughData: no rating.
        BadInput: lengths that differ, or values that are no finite numbers.
    """
    open_unit(level, "level")
    x = finite(column(ratings, "ratings"), "ratings")
    y = finite(column(references, "references"), "references")
    if len(x) != len(y):
        raise BadInput(f"every rating needs its reference: {len(x)} ratings, {len(y)} references")
    if len(x) == 0:
        raise NotEnoughData("there is no rating to compare")
    off = x - y
    lower, upper = _mean_interval(off, level)
    r = _correlation(x, y)
    r_lower, r_upper = (None, None) if r is None else _fisher(r, len(x), level)
    return ReferenceAgreement(
        mean=float(off.mean()),
        mean_lower=lower,
        mean_upper=upper,
        correlation=r,
        correlation_lower=r_lower,
        correlation_upper=r_upper,
        same=int((off == 0).sum()),
        within_one=int((np.abs(off) <= 1).sum()),
        ratings=len(x),
    )


def _mean_interval(values: np.ndarray, level: float) -> tuple[float | None, float | None]:
    n = len(values)
    if n < 2:
        return None, None
    from scipy.special import stdtrit

    half = float(stdtrit(n - 1, (1 + level) / 2)) * float(values.std(ddof=1)) / math.sqrt(n)
    return float(values.mean()) - half, float(values.mean()) + half


def _correlation(x: np.ndarray, y: np.ndarray) -> float | None:
    dx, dy = x - x.mean(), y - y.mean()
    spread = beyond_rounding(float(dx @ dx), x), beyond_rounding(float(dy @ dy), y)
    if min(spread) <= 0:
        return None
    return max(-1.0, min(1.0, float(dx @ dy) / math.sqrt(spread[0] * spread[1])))


def _fisher(r: float, n: int, level: float) -> tuple[float | None, float | None]:
    if n < 4:
        return None, None
    if abs(r) >= 1:
        return r, r
    from scipy.special import ndtri

    half = float(ndtri((1 + level) / 2)) / math.sqrt(n - 3)
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)
