"""Which competencies move a verdict: Johnson's (2000) relative weights.

Correlated predictors have no unique shares of R squared; regression weights of one steal from
another. Relative weights regress on the closest set of uncorrelated variables and carry the shares
back: ``eps = (Lambda^2)(beta^2)`` with ``Lambda = R^(1/2)`` and ``beta = Lambda^-1 v``. They are never negative
and add up to R squared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import MOST_REPLICATES, column, count, finite, generator, numbers, open_unit
from psychometrics.errors import BadInput, NotEnoughData, NoVariation
from psychometrics.selection.composite import correlations

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RelativeImportance:
    """``weights`` add up to ``r_squared``; ``shares`` to 1 (None where R squared is 0); shapes (p,)."""

    weights: Floats
    shares: Floats | None
    r_squared: float


@dataclass(frozen=True, slots=True)
class ImportanceFromData:
    """Importance with percentile bootstrap limits of the shares, shape (p,); ``n`` complete rows."""

    importance: RelativeImportance
    lower: Floats
    upper: Floats
    n: int


def relative_weights(validities: ArrayLike, intercorrelations: ArrayLike) -> RelativeImportance:
    """Johnson's weights from correlations.

    Args:
        validities: correlations of each predictor with the verdict, shape (p,).
        intercorrelations: of the predictors, shape (p, p), positive definite.

    Raises:
        BadInput: shapes differ, no correlation matrix, or correlations that contradict each other.
    """
    v = finite(column(validities, "validities"), "validities")
    return johnson(v, correlations(intercorrelations, len(v)))


def johnson(v: Floats, R: Floats) -> RelativeImportance:
    """``relative_weights`` of correlations that are known to be sound, as those of data with a touch of ridge are."""
    values, vectors = np.linalg.eigh(R)
    half = (vectors * np.sqrt(values)) @ vectors.T
    beta = np.linalg.solve(half, v)
    weights = (half**2) @ (beta**2)
    r_squared = float(weights.sum())
    if r_squared > 1 + 1e-9:
        raise BadInput("validities and intercorrelations contradict each other: they explain more than all")
    return RelativeImportance(weights, weights / r_squared if r_squared > 0 else None, r_squared)


def importance_from_data(
    scores: ArrayLike, verdict: ArrayLike, *, level: float = 0.90, replicates: int = 500, seed: int = 0
) -> ImportanceFromData:
    """Relative weights of competency scores for a verdict, with bootstrap limits over candidates.

    Args:
        scores: shape (candidates, p); rows with a NaN are left out.
        verdict: hired (1) or not (0), or a graded verdict, shape (candidates,).

    Raises:
        NotEnoughData: fewer than 5 complete rows per competency, or than 20.
        NoVariation: a competency or the verdict is the same for all.
        BadInput: shapes differ, or level or replicates out of range.
    """
    x = numbers(scores, "scores")
    if x.ndim != 2:
        raise BadInput(f"scores must have shape (candidates, competencies), got {x.shape}")
    y = numbers(column(verdict, "verdict", len(x)), "verdict")
    open_unit(level, "level")
    replicates = count(replicates, "replicates", least=100, most=MOST_REPLICATES)
    whole = np.isfinite(x).all(axis=1) & np.isfinite(y)
    data = np.column_stack([x[whole], y[whole]])
    n, p = len(data), x.shape[1]
    needed = max(20, 5 * p)
    if n < needed:
        raise NotEnoughData(f"the weights of {p} competencies need at least {needed} verdicts, got {n}")
    if np.any(np.ptp(data, axis=0) == 0):
        raise NoVariation("a competency or the verdict is the same for everybody")
    # Correlations do not change by this, and small numbers keep their digits.
    data = data / np.ptp(data, axis=0)
    point = _of(data)
    rng = generator(seed)
    drawn = []
    for _ in range(replicates):
        sample = data[rng.integers(n, size=n)]
        try:
            again = _of(sample).shares if np.all(np.ptp(sample, axis=0) > 0) else None
        except BadInput:  # a sample in which one competency repeats another
            continue
        if again is not None:
            drawn.append(again)
    if len(drawn) < replicates / 2:
        raise NotEnoughData("most resampled panels leave the weights undefined: too few different verdicts")
    tail = (1 - level) / 2
    lower, upper = np.quantile(np.array(drawn), [tail, 1 - tail], axis=0)
    return ImportanceFromData(point, lower, upper, n)


def _of(data: Floats) -> RelativeImportance:
    R = np.asarray(np.corrcoef(data, rowvar=False), dtype=np.float64)
    return relative_weights(R[:-1, -1], R[:-1, :-1])
