"""Krippendorff's alpha: agreement of any number of raters, any metric, missing ratings allowed.

``alpha = 1 - D_o / D_e``: observed disagreement within units over the disagreement expected if
ratings were shuffled between units (Krippendorff 2011, "Computing Krippendorff's alpha-
reliability"). Ratings are counted per unit and distinct value from the long form; sums of squared differences
follow from sums and sums of squares, so that time and memory grow with the number of ratings and no
raters x units and no value x value matrix is built (the ratio metric, which has no such form, excepted).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from psychometrics._checks import (
    MOST_REPLICATES,
    choice,
    column,
    count,
    generator,
    labels,
    numbers,
    open_unit,
)
from psychometrics.errors import BadInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]

Metric: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]

METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval", "ratio")
# The ratio metric compares every two distinct scores.
MOST_RATIO_VALUES = 2000
# Cells of the matrices a bootstrap holds at a time.
_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha with a bootstrap interval over units.

    ``alpha`` is 1 at perfect agreement, 0 at chance, and None when it is undefined: no unit was
    rated twice, or every rating is the same value (then nothing could have disagreed). The limits
    are None where alpha is, with fewer than two units, or when no bootstrap was asked for.
    ``units`` and ``ratings`` count what entered: units with at least two ratings.
    """

    alpha: float | None
    lower: float | None
    upper: float | None
    level: float
    metric: Metric
    units: int
    ratings: int


@dataclass(frozen=True, slots=True)
class _Counts:
    """Distinct values (K,); ratings per kind of unit and value, sparse (P, K); per kind of unit its number of
    ratings and how many units are of this kind, (P,).
    """

    values: Floats
    table: Any
    ratings: Floats
    repeats: NDArray[np.int64]


def krippendorff_alpha(
    unit: ArrayLike,
    score: ArrayLike,
    *,
    metric: Metric = "ordinal",
    level: float = 0.90,
    replicates: int = 1000,
    seed: int = 0,
) -> Agreement:
    """Measure agreement from ratings in long form.

    Args:
        unit: what was rated (candidate x criterion), any labels, shape (n,).
        score: the rating, numbers, shape (n,); NaN rows are dropped. ``ratio`` needs scores >= 0, at most 2,000
            different ones.
        metric: how far two ratings are apart: ``nominal``, ``ordinal``, ``interval``, ``ratio``.
        level: coverage of the percentile interval.
        replicates: bootstrap samples of whole units; 0 for none. The same seed gives the same limits.

    Raises:
        BadInput: shapes differ, or an argument is out of range.

    >>> krippendorff_alpha([1, 1, 2, 2, 3, 3], [1, 1, 2, 2, 3, 3], replicates=0).alpha
    1.0
    """
    choice(metric, METRICS, "metric")
    open_unit(level, "level")
    replicates = count(replicates, "replicates", most=MOST_REPLICATES)
    units_given, scores = column(unit, "unit"), numbers(column(score, "score"), "score")
    if units_given.shape != scores.shape:
        raise BadInput(f"unit and score must have one shape (n,), got {units_given.shape} and {scores.shape}")
    rated = ~np.isnan(scores)
    place, scores = labels(units_given[rated], "unit"), scores[rated]
    if metric == "ratio" and np.any(scores < 0):
        raise BadInput("the ratio metric needs scores that are not negative")
    counts = _count(place, scores)
    if metric == "ratio" and len(counts.values) > MOST_RATIO_VALUES:
        raise BadInput(
            f"the ratio metric takes at most {MOST_RATIO_VALUES} different scores, got {len(counts.values)}; "
            "round them, or use the interval metric"
        )
    units, ratings = int(counts.repeats.sum()), int(counts.repeats @ counts.ratings)
    alpha = _alphas(counts, counts.repeats[None, :].astype(float), metric)[0] if units else np.nan
    if np.isnan(alpha):
        return Agreement(None, None, None, level, metric, units, ratings)
    lower = upper = None
    if replicates > 0 and units > 1:
        resampled = _resampled(counts, metric, replicates, generator(seed))
        # A sample in which every rating is equal has no disagreement to explain: it agrees fully.
        tail = (1 - level) / 2
        lower, upper = (
            float(limit) for limit in np.quantile(np.nan_to_num(resampled, nan=1.0), [tail, 1 - tail])
        )
    return Agreement(float(alpha), lower, upper, level, metric, units, ratings)


def _count(place: NDArray[np.intp], scores: Floats) -> _Counts:
    """Count the ratings of units with at least two; units with the same ratings are of one kind."""
    from scipy.sparse import csr_array

    pairable = np.bincount(place, minlength=1)[place] >= 2
    place = np.unique(place[pairable], return_inverse=True)[1]
    values, code = np.unique(scores[pairable], return_inverse=True)
    size, points = int(place.max()) + 1 if len(place) else 0, len(values)
    # Summed up by the constructor: one cell per unit and value.
    table = csr_array((np.ones(len(place)), (place, code)), shape=(size, points))
    ratings = np.bincount(place, minlength=size).astype(float)
    repeats = np.ones(size, dtype=np.int64)
    base = float(ratings.max()) + 1 if size else 1.0
    if size and points * np.log2(base) < 53:
        # Scales of a few points leave a few dozen patterns: one number, exact in floating point, names each.
        names = table @ base ** np.arange(points)[::-1]
        _, first, repeats = np.unique(names, return_index=True, return_counts=True)
        table, ratings = table[first], ratings[first]
    return _Counts(values, table, ratings, repeats)


def _resampled(counts: _Counts, metric: Metric, replicates: int, rng: np.random.Generator) -> Floats:
    """Alpha of samples of whole units, NaN where undefined, shape (replicates,)."""
    units = int(counts.repeats.sum())
    rows = max(1, _CELLS // max(len(counts.repeats), len(counts.values)))
    found = np.empty(replicates)
    for start in range(0, replicates, rows):
        some = min(rows, replicates - start)
        if len(counts.repeats) < units:
            draws = rng.multinomial(units, counts.repeats / units, size=some).astype(float)
        else:
            # No two units alike: counting drawn units is quicker than a binomial for each.
            draws = np.stack(
                [np.bincount(rng.integers(units, size=units), minlength=units) for _ in range(some)]
            ).astype(float)
        found[start : start + some] = _alphas(counts, draws, metric)
    return found


def _alphas(counts: _Counts, repeats: Floats, metric: Metric) -> Floats:
    """Alpha of panels with ``repeats`` (S, P) units of each kind, NaN where undefined, shape (S,)."""
    table, m = counts.table, counts.ratings
    per_pair = repeats / (m - 1)
    totals = (table.T @ repeats.T).T  # (S, K)
    n = totals.sum(axis=1)
    several = table.indptr[1:] - table.indptr[:-1] > 1
    if metric == "nominal":
        within = m * m - np.asarray(table.multiply(table).sum(axis=1)).ravel()
        observed, expected = per_pair @ within, n * n - (totals**2).sum(axis=1)
    elif metric == "ratio":
        distance = _ratio_distance(counts.values)
        within = np.asarray(table.multiply(table @ distance).sum(axis=1)).ravel()
        observed, expected = per_pair @ within, ((totals @ distance) * totals).sum(axis=1)
    else:
        if metric == "interval":
            # One unit of spread, around 0: squares keep their digits whatever the scale.
            middle = counts.values - counts.values.mean()
            position = np.broadcast_to(middle / max(np.abs(middle).max(), 1e-300), totals.shape)
        else:
            # Ratings lying between two values, half of each end counted: the difference of their mid-ranks.
            position = (np.cumsum(totals, axis=1) - totals / 2) / n[:, None] - 0.5
        once = position[:1] if metric == "interval" else position
        # Sum over pairs of (x - y)^2 = 2 (m sum x^2 - (sum x)^2).
        first, second = (table @ once.T).T, (table @ (once**2).T).T
        within = np.where(several, 2 * np.maximum(m * second - first**2, 0.0), 0.0)
        observed = (per_pair * within).sum(axis=1)
        expected = 2 * (n * (totals * position**2).sum(axis=1) - (totals * position).sum(axis=1) ** 2)
    expected = np.where((totals > 0).sum(axis=1) > 1, expected / (n - 1), 0.0)
    return np.asarray(1 - np.divide(observed, expected, out=np.full(len(n), np.nan), where=expected > 0))


def _ratio_distance(values: Floats) -> Floats:
    """Squared relative difference of every two values, shape (K, K)."""
    total = values[:, None] + values[None, :]
    apart = values[:, None] - values[None, :]
    return np.asarray(np.divide(apart, total, out=np.zeros_like(total), where=total > 0) ** 2)
