"""Control charts for an interviewer's drift: EWMA (Roberts 1959) and CUSUM (Page 1954).

Both watch a series of deviations in order of time (an interviewer's residual, or the deviation
from a vignette's reference). EWMA smooths, ``z_t = lam x_t + (1 - lam) z_(t-1)``; CUSUM adds up what
exceeds an allowance. Either finds small lasting shifts that no single value shows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import column, finite
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EwmaChart:
    """Smoothed values with limits, all shape (n,); ``signals`` are the positions beyond them."""

    values: Floats
    lower: Floats
    upper: Floats
    signals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CusumChart:
    """Sums above and below the target, shape (n,), in units of the series; ``signals`` beyond the interval."""

    above: Floats
    below: Floats
    interval: float
    signals: tuple[int, ...]


def ewma_chart(
    series: ArrayLike,
    *,
    target: float,
    sd: float,
    weight: float = 0.3,
    width: float = 3.0,
    settled: bool = False,
) -> EwmaChart:
    """EWMA with limits ``target -+ L s sqrt(lam/(2 - lam) (1 - (1 - lam)^(2t)))``.

    Args:
        series: shape (n,), oldest first.
        target, sd: mean and standard deviation of one value in control.
        weight: lambda, above 0 and at most 1; small values find small shifts.
        width: L.
        settled: use the limits of a long series throughout, as printed in handbooks.

    Raises:
        NotEnoughData: an empty series.
        BadInput: an argument out of range.
    """
    x = _series(series, sd)
    if not 0 < weight <= 1:
        raise BadInput(f"weight must lie above 0 and at most at 1, got {weight}")
    if not width > 0:
        raise BadInput(f"width must be above 0, got {width}")
    values, last = np.empty(len(x)), target
    for place, value in enumerate(x):
        last = weight * value + (1 - weight) * last
        values[place] = last
    past = np.zeros(len(x)) if settled else (1 - weight) ** (2.0 * np.arange(1, len(x) + 1))
    half = width * sd * np.sqrt(weight / (2 - weight) * (1 - past))
    beyond = np.flatnonzero(np.abs(values - target) > half)
    return EwmaChart(values, target - half, target + half, tuple(int(place) for place in beyond))


def cusum_chart(
    series: ArrayLike, *, target: float, sd: float, allowance: float = 0.5, interval: float = 4.0
) -> CusumChart:
    """Two-sided tabular CUSUM: ``above = max(0, above + x - target - k s)``, ``below`` mirrored.

    Args:
        series: shape (n,), oldest first.
        target, sd: mean and standard deviation of one value in control.
        allowance: k in standard deviations, half the shift worth finding.
        interval: h in standard deviations; with k = .5, h = 4 a false alarm comes about every 168 values.

    Raises:
        NotEnoughData: an empty series.
        BadInput: an argument out of range.
    """
    x = _series(series, sd)
    if not allowance >= 0 or not interval > 0:
        raise BadInput(f"allowance must not be negative and interval above 0, got {allowance}, {interval}")
    above, below = np.empty(len(x)), np.empty(len(x))
    high = low = 0.0
    for place, value in enumerate(x):
        high = max(0.0, high + float(value) - target - allowance * sd)
        low = max(0.0, low - float(value) + target - allowance * sd)
        above[place], below[place] = high, low
    limit = interval * sd
    beyond = np.flatnonzero((above > limit) | (below > limit))
    return CusumChart(above, below, limit, tuple(int(place) for place in beyond))


def _series(series: ArrayLike, sd: float) -> Floats:
    x = finite(column(series, "series"), "series")
    if not len(x):
        raise NotEnoughData("a chart needs at least one value")
    if not (sd > 0 and math.isfinite(sd)):
        raise BadInput(f"sd must be above 0, got {sd}")
    return x
