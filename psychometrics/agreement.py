"""Krippendorff's alpha: agreement of any number of raters, any metric, missing ratings allowed.

``alpha = 1 - D_o / D_e``: observed disagreement within units over the disagreement expected if
ratings were shuffled between units (Krippendorff 2011, "Computing Krippendorff's alpha-
reliability"). Coincidences are counted per distinct value from the long form, so the cost is
linear in the number of ratings and no raters x units matrix is built.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psychometrics.errors import BadInput

Floats: TypeAlias = NDArray[np.float64]
Metric: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]

METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval", "ratio")


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
        score: the rating, numbers, shape (n,); NaN rows are dropped. ``ratio`` needs scores >= 0.
        metric: how far two ratings are apart: ``nominal``, ``ordinal``, ``interval``, ``ratio``.
        level: coverage of the percentile interval.
        replicates: bootstrap samples of whole units; 0 for none. The same seed gives the same limits.

    Raises:
        BadInput: shapes differ, or an argument is out of range.

    >>> krippendorff_alpha([1, 1, 2, 2, 3, 3], [1, 1, 2, 2, 3, 3], replicates=0).alpha
    1.0
    """
    if metric not in METRICS:
        raise BadInput(f"metric must be one of {', '.join(METRICS)}, got {metric!r}")
    if not 0 < level < 1:
        raise BadInput(f"level must lie between 0 and 1, got {level}")
    labels, scores = np.asarray(unit), np.asarray(score, dtype=float)
    if labels.ndim != 1 or labels.shape != scores.shape:
        raise BadInput(f"unit and score must have one shape (n,), got {labels.shape} and {scores.shape}")
    rated = ~np.isnan(scores)
    labels, scores = labels[rated], scores[rated]
    if metric == "ratio" and np.any(scores < 0):
        raise BadInput("the ratio metric needs scores that are not negative")
    values, counts, ratings = _pairable_counts(labels, scores)
    units = len(counts)
    # Units with the same ratings are interchangeable: 1-4 scales leave a few dozen patterns.
    patterns, repeats = np.unique(counts, axis=0, return_counts=True)
    alpha = _alpha(patterns, repeats.astype(float), values, metric) if units else None
    lower = upper = None
    if alpha is not None and replicates > 0 and units > 1:
        draws = np.random.default_rng(seed).multinomial(units, repeats / units, size=replicates)
        resampled = [_alpha(patterns, draw.astype(float), values, metric) for draw in draws]
        # A sample in which every rating is equal has no disagreement to explain: it agrees fully.
        filled = [1.0 if value is None else value for value in resampled]
        tail = (1 - level) / 2
        lower, upper = (float(limit) for limit in np.quantile(filled, [tail, 1 - tail]))
    return Agreement(alpha, lower, upper, level, metric, units, ratings)


def _pairable_counts(labels: NDArray[np.generic], scores: Floats) -> tuple[Floats, Floats, int]:
    """Distinct values, how often each unit received each (units x values), and their total."""
    _, place = np.unique(labels, return_inverse=True)
    pairable = np.bincount(place, minlength=1)[place] >= 2
    _, place = np.unique(place[pairable], return_inverse=True)
    values, code = np.unique(scores[pairable], return_inverse=True)
    size = int(place.max()) + 1 if len(place) else 0
    flat = np.bincount(place * len(values) + code, minlength=size * len(values))
    return values, flat.reshape(size, len(values)).astype(float), len(place)


def _alpha(patterns: Floats, repeats: Floats, values: Floats, metric: Metric) -> float | None:
    """Alpha of ``repeats`` units of each pattern of counts (patterns x values)."""
    per_pair = repeats / (patterns.sum(axis=1) - 1)
    coincidences = (patterns.T * per_pair) @ patterns
    coincidences[np.diag_indices_from(coincidences)] -= per_pair @ patterns
    totals = repeats @ patterns
    distance = _squared_distance(values, totals, metric)
    expected = totals @ distance @ totals / (totals.sum() - 1)
    if expected <= 0:
        return None
    return float(1 - (coincidences * distance).sum() / expected)


def _squared_distance(values: Floats, totals: Floats, metric: Metric) -> Floats:
    """Squared distance between every two values under the metric."""
    first, second = values[:, None], values[None, :]
    if metric == "nominal":
        return np.asarray(first != second, dtype=np.float64)
    if metric == "interval":
        return np.asarray((first - second) ** 2)
    if metric == "ratio":
        total = first + second
        return np.asarray(np.divide(first - second, total, out=np.zeros_like(total), where=total > 0) ** 2)
    # Ordinal: ratings lying between the two values, half of each end counted.
    middle = np.cumsum(totals) - totals / 2
    return np.asarray((middle[:, None] - middle[None, :]) ** 2)
