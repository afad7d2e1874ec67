"""Agreement of several raters about one case: r_wg (James, Demaree & Wolf 1984).

``r_wg = 1 - s^2 / s^2_expected`` compares the variance of the ratings of one case with that of
raters who answer at random. Unlike an intraclass correlation it does not need cases to differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import above_zero, column, count, finite
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class WithinGroup:
    """``agreement`` is 1 at no variance, 0 at random answers, and below 0 where raters are split in camps."""

    agreement: float
    variance: float
    expected_variance: float
    raters: int


def within_group_agreement(
    ratings: ArrayLike, *, points: int, expected_variance: float | None = None
) -> WithinGroup:
    """r_wg of the ratings of one case.

    Args:
        ratings: shape (n,), at least two.
        points: number of scale points A, one unit apart.
        expected_variance: of random answers; by default uniform over the scale, ``(A^2 - 1) / 12``. Give a
            smaller one for raters who avoid the ends.

    Raises:
        NotEnoughData: fewer than two ratings.
        BadInput: fewer than two points, ratings wider apart than the scale, or a variance not above 0.
    """
    x = finite(column(ratings, "ratings"), "ratings")
    if len(x) < 2:
        raise NotEnoughData(f"agreement needs at least 2 ratings, got {len(x)}")
    points = count(points, "points", least=2)
    if x.max() - x.min() > points - 1:
        raise BadInput(f"the ratings are wider apart than a scale of {points} points")
    if expected_variance is None:
        expected = (points**2 - 1) / 12
    else:
        expected = above_zero(expected_variance, "expected_variance")
    variance = float(x.var(ddof=1))
    return WithinGroup(1 - variance / expected, variance, expected, len(x))


def within_group_agreement_of_many(ratings: ArrayLike, *, points: int) -> float | None:
    """r_wg(J) of a case rated on J criteria: ``J a / (J a + 1 - a)``, a the r_wg of the mean variance.

    Args:
        ratings: shape (raters, J).

    Returns:
        None where the mean variance is as large as that of random answers or larger: stepping up a value
        that is not above 0 says nothing.

    Raises:
        NotEnoughData: fewer than two raters, or no criterion.
        BadInput: wrong shape, fewer than two points, or ratings wider apart than the scale.
    """
    x = finite(ratings, "ratings")
    if x.ndim != 2:
        raise BadInput(f"ratings must have shape (raters, criteria), got {x.shape}")
    raters, criteria = x.shape
    if raters < 2 or criteria < 1:
        raise NotEnoughData(f"at least 2 raters and 1 criterion are needed, got {x.shape}")
    points = count(points, "points", least=2)
    if float(np.ptp(x)) > points - 1:
        raise BadInput(f"the ratings are wider apart than a scale of {points} points")
    single = 1 - float(x.var(axis=0, ddof=1).mean()) / ((points**2 - 1) / 12)
    if single <= 0:
        return None
    return float(criteria * single / (criteria * single + 1 - single))
