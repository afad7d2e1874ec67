"""Gwet's AC1 and AC2: agreement that does not collapse when one category is common (Gwet 2008, 2014).

``AC = (p_a - p_e) / (1 - p_e)``. Observed agreement is averaged over pairs of raters within each
unit; chance agreement is ``T_w / (q (q - 1)) sum pi_k (1 - pi_k)`` with ``T_w`` the sum of all
weights and ``pi_k`` the mean share of category k. Any number of raters, missing ratings allowed;
AC1 weighs categories as equal or not, AC2 by their distance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._checks import column, finite, labels, numbers, open_unit
from psychometrics.agreement.weighted_kappa import Weights, agreement_weights
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]

# Points of a scale: agreement is weighed for every two of them.
MOST_POINTS = 2000
# Cells of the tables held at a time.
_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class GwetAgreement:
    """The coefficient with its standard error and interval over units.

    ``standard_error`` and the limits are None where only one unit was rated, and at perfect agreement, where the
    formula would give 0 for any number of units. ``units`` counts those with a
    rating, ``paired`` those with two or more.
    """

    coefficient: float
    standard_error: float | None
    lower: float | None
    upper: float | None
    observed: float
    expected: float
    units: int
    paired: int


def gwet_agreement(
    unit: ArrayLike,
    score: ArrayLike,
    *,
    weights: Weights = "quadratic",
    categories: ArrayLike | None = None,
    level: float = 0.95,
) -> GwetAgreement:
    """Gwet's coefficient from ratings in long form: AC1 with ``weights="identity"``, else AC2.

    Args:
        unit: what was rated (candidate x criterion), any labels, shape (n,).
        score: the rating, numbers, shape (n,); NaN rows are dropped.
        weights: ``identity``, ``linear`` or ``quadratic`` in the rating.
        categories: all points of the scale; by default those that occur. Chance agreement depends on them.

    Raises:
        NotEnoughData: nothing was rated twice, or the scale has fewer than two points.
        BadInput: lengths differ, a score that is no category, or more than 2,000 categories.
    """
    open_unit(level, "level")
    units = column(unit, "unit")
    scores = numbers(column(score, "score", len(units)), "score")
    rated = ~np.isnan(scores)
    place, scores = labels(units[rated], "unit"), scores[rated]
    scale = np.unique(scores if categories is None else finite(categories, "categories"))
    if len(scale) < 2:
        raise NotEnoughData("chance agreement needs a scale of at least two points; pass all its categories")
    if len(scale) > MOST_POINTS:
        raise BadInput(
            f"{len(scale)} different scores are more than {MOST_POINTS}: round them to points of a scale"
        )
    if not np.isin(scores, scale).all():
        raise BadInput("every score must be one of the categories")
    size, q = int(place.max()) + 1 if len(place) else 0, len(scale)
    w = agreement_weights(scale, weights)
    raters = np.bincount(place, minlength=size).astype(float)
    paired = raters >= 2
    if not paired.any():
        raise NotEnoughData("agreement needs at least one unit rated twice")
    counts = _table(place, np.searchsorted(scale, scores), size, q)
    pairs = np.empty(size)
    for start in range(0, size, max(1, _CELLS // q)):
        rows = counts[start : start + max(1, _CELLS // q)].toarray()
        pairs[start : start + len(rows)] = (rows * (rows @ w - 1)).sum(axis=1)
    within = np.divide(pairs, raters * (raters - 1), out=np.zeros(size), where=paired)
    observed = float(within[paired].mean())
    common = (counts.T @ (1 / raters)) / size
    factor = float(w.sum()) / (q * (q - 1))
    expected = factor * float((common * (1 - common)).sum())
    coefficient = (observed - expected) / (1 - expected)
    if size < 2 or observed >= 1 - 1e-12:
        return GwetAgreement(coefficient, None, None, None, observed, expected, size, int(paired.sum()))
    # Linearised over units (Gwet 2014, chapter 5): units rated once move chance agreement only.
    own = np.where(paired, (within - expected) / (1 - expected), 0.0) * size / paired.sum()
    chance = factor * (counts @ (1 - common)) / raters
    own = own - 2 * (1 - coefficient) * (chance - expected) / (1 - expected)
    error = math.sqrt(float(((own - coefficient) ** 2).sum()) / (size * (size - 1)))
    half = _t_quantile((1 + level) / 2, size - 1) * error
    return GwetAgreement(
        coefficient,
        error,
        coefficient - half,
        min(coefficient + half, 1.0),
        observed,
        expected,
        size,
        int(paired.sum()),
    )


def _table(place: NDArray[np.intp], code: NDArray[np.intp], units: int, points: int) -> Any:
    """Ratings per unit and category, sparse."""
    from scipy.sparse import csr_array

    return csr_array((np.ones(len(place)), (place, code)), shape=(units, points))


def _t_quantile(probability: float, df: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(df, probability))
