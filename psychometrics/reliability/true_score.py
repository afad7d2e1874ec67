"""True scores from observed ones: Kelley's estimate, the three standard errors, banding.

Kelley (1947): ``T = rho X + (1 - rho) mean``. The standard errors answer three questions (Dudek
1979): of measurement, ``s sqrt(1 - rho)``, the spread of observed scores around a true score; of
estimation, ``s sqrt(rho (1 - rho))``, of true scores around the estimate; of prediction,
``s sqrt(1 - rho^2)``, of a parallel observation around its prediction. Scores are never drawn
towards the mean of a demographic group: ``mean`` is that of all applicants.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics import _normal
from psychometrics._checks import above_zero, column, finite, number, open_unit
from psychometrics.errors import BadInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class TrueScore:
    """Kelley's estimate with its standard error of estimation and interval."""

    estimate: float
    standard_error: float
    lower: float
    upper: float

    def probability_above(self, cut: float) -> float:
        """P(true score at or above ``cut``) given the observed score."""
        return _normal.below((self.estimate - number(cut, "cut")) / self.standard_error)


@dataclass(frozen=True, slots=True)
class StandardErrors:
    """Of measurement, of estimation, of prediction; in the unit of the scores."""

    measurement: float
    estimation: float
    prediction: float


def standard_errors(sd: float, reliability: float) -> StandardErrors:
    """The three standard errors of scores with standard deviation ``sd``.

    Raises:
        BadInput: sd not above 0, or reliability not strictly between 0 and 1.
    """
    rho = open_unit(reliability, "reliability")
    sd = above_zero(sd, "sd")
    return StandardErrors(
        sd * math.sqrt(1 - rho), sd * math.sqrt(rho * (1 - rho)), sd * math.sqrt(1 - rho * rho)
    )


def kelley(observed: float, *, mean: float, sd: float, reliability: float, level: float = 0.95) -> TrueScore:
    """Estimate the true score behind ``observed``.

    Args:
        mean: of all applicants (of one population, not of a demographic group).
        sd: of observed scores.

    Raises:
        BadInput: sd not above 0, reliability or level not strictly between 0 and 1.
    """
    error = standard_errors(sd, reliability).estimation
    estimate = reliability * number(observed, "observed") + (1 - reliability) * number(mean, "mean")
    half = _normal.quantile((1 + open_unit(level, "level")) / 2) * error
    return TrueScore(estimate, error, estimate - half, estimate + half)


def band_width(sd: float, reliability: float, *, level: float = 0.95) -> float:
    """Observed difference that measurement error alone exceeds in 1 - level of pairs: ``z sqrt(2) SEM``."""
    z = _normal.quantile((1 + open_unit(level, "level")) / 2)
    return z * math.sqrt(2) * standard_errors(sd, reliability).measurement


def bands(scores: ArrayLike, width: float) -> tuple[int, ...]:
    """Fixed bands from the top: 0 for all within ``width`` of the best, 1 for the next band, and so on.

    Args:
        scores: shape (n,); ``width`` at least 0.

    Raises:
        BadInput: no scores, not finite, or a negative width.
    """
    values = finite(column(scores, "scores"), "scores")
    if not len(values):
        raise BadInput("scores must not be empty")
    if number(width, "width") < 0:
        raise BadInput(f"width must not be negative, got {width}")
    # A hair of tolerance: 3.2 - 0.62 and 2.58 are the same score.
    hair = 1e-9 * (float(np.abs(values).max()) + width)
    found = np.zeros(len(values), dtype=int)
    band, top = 0, float(values.max())
    for place in np.argsort(-values, kind="stable"):
        if values[place] < top - width - hair:
            band, top = band + 1, float(values[place])
        found[place] = band
    return tuple(int(one) for one in found)
