"""Selection compared across openings without pooling them: Mantel & Haenszel (1959).

Pooling counts of openings with different rates can create or hide a difference (Simpson's
paradox). The common odds ratio weighs each opening by what it can say; the test adds up observed
minus expected selections; Breslow & Day (1980), corrected by Tarone (1985), asks whether one
common ratio is a fair summary at all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import LARGEST_COUNT, finite, open_unit
from psychometrics._normal import quantile
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """Breslow-Day statistic, its degrees of freedom and p, without and with Tarone's correction."""

    statistic: float
    degrees: int
    p: float
    tarone: float
    tarone_p: float


@dataclass(frozen=True, slots=True)
class CommonOdds:
    """The common odds ratio of selection, first row against second.

    ``odds_ratio`` is None where the second row's selections or the first row's rejections never meet (the
    ratio is infinite or undefined); its limits are then None too, and where the ratio is 0.
    ``homogeneity`` is None with fewer than two informative openings or without a finite ratio above 0.
    ``openings`` counts those that say something: both groups present, and both outcomes.
    """

    odds_ratio: float | None
    lower: float | None
    upper: float | None
    chi2: float
    p: float
    chi2_uncorrected: float
    p_uncorrected: float
    homogeneity: Homogeneity | None
    openings: int


def mantel_haenszel(tables: ArrayLike, *, level: float = 0.95) -> CommonOdds:
    """Common odds ratio and tests over openings.

    Args:
        tables: counts, shape (openings, 2, 2): rows focal and reference group, columns selected and not.

    Raises:
        NotEnoughData: no opening has both groups and both outcomes.
        BadInput: wrong shape, negative or fractional counts.
    """
    counts = finite(tables, "tables")
    if counts.ndim != 3 or counts.shape[1:] != (2, 2):
        raise BadInput(f"tables must have shape (openings, 2, 2), got {counts.shape}")
    if np.any((counts < 0) | (counts != np.floor(counts)) | (counts > LARGEST_COUNT)):
        raise BadInput(
            "counts must be whole numbers of at least 0 that a floating-point number holds exactly"
        )
    open_unit(level, "level")
    rows, columns = counts.sum(axis=2), counts.sum(axis=1)
    informative = (rows > 0).all(axis=1) & (columns > 0).all(axis=1)
    if not informative.any():
        raise NotEnoughData("no opening has both groups with both outcomes")
    counts, rows, columns = counts[informative], rows[informative], columns[informative]
    n = counts.sum(axis=(1, 2))
    a, b, c, d = counts[:, 0, 0], counts[:, 0, 1], counts[:, 1, 0], counts[:, 1, 1]
    expected = rows[:, 0] * columns[:, 0] / n
    variance = rows.prod(axis=1) * columns.prod(axis=1) / (n**2 * (n - 1))
    apart = abs(float((a - expected).sum()))
    # A correction larger than the difference itself would turn agreement into evidence.
    corrected = (apart - min(0.5, apart)) ** 2 / float(variance.sum())
    plain = apart**2 / float(variance.sum())
    for_it, against = a * d / n, b * c / n
    R, S = float(for_it.sum()), float(against.sum())
    ratio = R / S if S > 0 else None
    lower = upper = None
    if ratio:
        # Robins, Breslow & Greenland 1986.
        P, Q = (a + d) / n, (b + c) / n
        spread = (
            float((P * for_it).sum()) / (2 * R * R)
            + float((P * against + Q * for_it).sum()) / (2 * R * S)
            + float((Q * against).sum()) / (2 * S * S)
        )
        half = quantile((1 + level) / 2) * math.sqrt(spread)
        lower, upper = ratio * math.exp(-half), ratio * math.exp(half)
    same = _homogeneity(a, rows, columns, ratio) if ratio and len(n) > 1 else None
    return CommonOdds(
        ratio, lower, upper, corrected, _chi2_tail(corrected, 1), plain, _chi2_tail(plain, 1), same, len(n)
    )


def _homogeneity(a: Floats, rows: Floats, columns: Floats, ratio: float) -> Homogeneity:
    m1, m0, k1 = rows[:, 0], rows[:, 1], columns[:, 0]
    # Selections of the first row expected under the common ratio: A (m0 - k1 + A) = ratio (m1 - A)(k1 - A).
    if abs(ratio - 1) < 1e-9:
        fitted = m1 * k1 / (m1 + m0)
    else:
        half = (m0 - k1 + ratio * (m1 + k1)) / 2
        root = np.sqrt(half**2 - (ratio - 1) * ratio * m1 * k1)
        # The root inside the margins, in the form without cancellation.
        fitted = ratio * m1 * k1 / (half + root)
    variance = 1 / (1 / fitted + 1 / (m1 - fitted) + 1 / (k1 - fitted) + 1 / (m0 - k1 + fitted))
    statistic = float(((a - fitted) ** 2 / variance).sum())
    tarone = statistic - float((a - fitted).sum()) ** 2 / float(variance.sum())
    degrees = len(a) - 1
    return Homogeneity(
        statistic, degrees, _chi2_tail(statistic, degrees), tarone, _chi2_tail(tarone, degrees)
    )


def _chi2_tail(value: float, degrees: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(degrees, value))
