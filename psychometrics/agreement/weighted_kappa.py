"""Weighted kappa of two raters (Cohen 1960, 1968), with the standard error of Fleiss, Cohen & Everitt (1969).

``kappa = (p_o - p_e) / (1 - p_e)`` with agreement weighted by how far two categories are apart:
nobody agrees on 1 and 4 as much as on 3 and 4. Depends on how common the categories are; for more
raters or missing ratings use Krippendorff's alpha or Gwet's AC2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from psychometrics._checks import choice, column, finite, numbers, open_unit
from psychometrics._normal import quantile
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]

Weights = Literal["identity", "linear", "quadratic"]
WEIGHTS: tuple[Weights, ...] = ("identity", "linear", "quadratic")


# Points of a scale: agreement is weighed for every two of them.
MOST_POINTS = 2000


@dataclass(frozen=True, slots=True)
class Kappa:
    """Kappa with its standard error and interval.

    ``kappa`` is None where chance agreement is complete. The standard error and limits are None there, and at
    perfect agreement, where the formula would give 0 for any n.
    """

    kappa: float | None
    standard_error: float | None
    lower: float | None
    upper: float | None
    observed: float
    expected: float
    n: int


def weighted_kappa(
    first: ArrayLike,
    second: ArrayLike,
    *,
    weights: Weights = "quadratic",
    categories: ArrayLike | None = None,
    level: float = 0.95,
) -> Kappa:
    """Agreement of two raters on the same n cases.

    Args:
        first, second: ratings, numbers, shape (n,); cases with a NaN are left out.
        weights: ``identity`` (unordered), ``linear`` or ``quadratic`` in the rating.
        categories: all points of the scale; by default the ratings that occur.

    Raises:
        NotEnoughData: no case rated by both.
        BadInput: lengths differ, a rating that is no category, or more than 2,000 categories.
    """
    x = numbers(column(first, "first"), "first")
    y = numbers(column(second, "second", len(x)), "second")
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = x[both], y[both]
    if not len(x):
        raise NotEnoughData("no case was rated by both")
    scale = np.unique(np.concatenate([x, y]) if categories is None else finite(categories, "categories"))
    if len(scale) > MOST_POINTS:
        raise BadInput(
            f"{len(scale)} different ratings are more than {MOST_POINTS}: round them to points of a scale"
        )
    if not (np.isin(x, scale).all() and np.isin(y, scale).all()):
        raise BadInput("every rating must be one of the categories")
    size = len(scale)
    flat = np.bincount(np.searchsorted(scale, x) * size + np.searchsorted(scale, y), minlength=size * size)
    return kappa_of_table(flat.reshape(size, size), agreement_weights(scale, weights), level=level)


def kappa_of_table(table: ArrayLike, weights: ArrayLike, *, level: float = 0.95) -> Kappa:
    """Weighted kappa of a table of counts with agreement weights of one's own.

    Args:
        table: counts, shape (q, q), rows the first rater.
        weights: agreement 0..1 of each pair of categories, 1 on the diagonal, shape (q, q).

    Raises:
        NotEnoughData: an empty table.
        BadInput: shapes, negative counts, or weights out of range.
    """
    open_unit(level, "level")
    counts, w = finite(table, "table"), finite(weights, "weights")
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or w.shape != counts.shape:
        raise BadInput(f"table and weights must be square and alike, got {counts.shape} and {w.shape}")
    if np.any(counts < 0):
        raise BadInput("counts must not be negative")
    if np.any(np.diag(w) != 1) or np.any((w < 0) | (w > 1)):
        raise BadInput("weights must lie between 0 and 1, with 1 on the diagonal")
    n = float(counts.sum())
    if n <= 0:
        raise NotEnoughData("the table is empty")
    p = counts / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, expected = float((w * p).sum()), float(rows @ w @ columns)
    if expected >= 1 - 1e-12:
        return Kappa(None, None, None, None, observed, expected, round(n))
    kappa = (observed - expected) / (1 - expected)
    if observed >= 1 - 1e-12:
        return Kappa(kappa, None, None, None, observed, expected, round(n))
    # Fleiss, Cohen & Everitt 1969, equation 13.
    mean_row, mean_column = w @ columns, rows @ w
    inner = w - (mean_row[:, None] + mean_column[None, :]) * (1 - kappa)
    spread = float((p * inner**2).sum()) - (kappa - expected * (1 - kappa)) ** 2
    error = math.sqrt(max(spread, 0.0) / n) / (1 - expected)
    half = quantile((1 + level) / 2) * error
    return Kappa(kappa, error, kappa - half, min(kappa + half, 1.0), observed, expected, round(n))


def agreement_weights(scale: Floats, weights: str) -> Floats:
    """Agreement 0..1 of each pair of scale points, shape (q, q)."""
    choice(weights, WEIGHTS, "weights")
    apart = np.abs(scale[:, None] - scale[None, :])
    if weights == "identity" or len(scale) < 2:
        return np.asarray(apart == 0, dtype=np.float64)
    relative = apart / (scale[-1] - scale[0])
    return np.asarray(1 - (relative if weights == "linear" else relative**2))
