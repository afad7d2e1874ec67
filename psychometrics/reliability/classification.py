"""How often a cut on an imprecise score sorts people right, and twice the same way.

* *accuracy*: the observed side of the cut is the side of the true score;
* *consistency*: two parallel observations fall on the same side;
* *kappa*: consistency beyond what two unrelated cuts of the same rates would reach.

Three routes: the bivariate normal from a reliability and a selection ratio, Rudner (2001) from
each person's own standard error, Livingston & Lewis (1995) from a distribution of bounded scores.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics import _normal
from psychometrics._checks import column, finite, number, open_unit
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]


# Beyond these the quadrature loses digits, and a normal distribution says the same.
_MOST_ITEMS = 10_000
_NODES = 500
_SMALLEST_SHAPE, _LARGEST_SHAPE = 1e-3, 1e6


@dataclass(frozen=True, slots=True)
class NormalClassification:
    """Accuracy, consistency and kappa of a cut on a normal score."""

    accuracy: float
    consistency: float
    kappa: float


@dataclass(frozen=True, slots=True)
class RudnerClassification:
    """P(at or above the cut) per person, shape (n,), with expected accuracy and consistency."""

    above: Floats
    accuracy: float
    consistency: float


@dataclass(frozen=True, slots=True)
class BetaClassification:
    """Shares of people by true and observed side of the cut, and what follows from them.

    ``kappa`` is None where chance agreement is complete (everybody on one side).
    """

    true_positive: float
    false_negative: float
    false_positive: float
    true_negative: float
    accuracy: float
    consistency: float
    chance_consistency: float
    kappa: float | None


@dataclass(frozen=True, slots=True)
class TrueScoreBeta:
    """Four-parameter beta distribution of true proportions: limits and shapes."""

    lower: float
    upper: float
    alpha: float
    beta: float


def normal_classification(reliability: float, selection_ratio: float) -> NormalClassification:
    """Classify normal scores at the cut that selects ``selection_ratio``.

    ``consistency = 1 - 2 (SR - Phi2(c, c; rho))``; accuracy the same with ``sqrt(rho)``, the
    correlation of observed with true scores.

    Raises:
        BadInput: either argument not strictly between 0 and 1.
    """
    rho = open_unit(reliability, "reliability")
    cut = _normal.cut_for(selection_ratio)

    def same_side(r: float) -> float:
        return 1 - 2 * (selection_ratio - _normal.both_above(cut, cut, r))

    chance = selection_ratio**2 + (1 - selection_ratio) ** 2
    consistency = same_side(rho)
    return NormalClassification(
        accuracy=same_side(math.sqrt(rho)),
        consistency=consistency,
        kappa=(consistency - chance) / (1 - chance),
    )


def rudner(estimates: ArrayLike, standard_errors: ArrayLike, cut: float) -> RudnerClassification:
    """Expected accuracy and consistency from estimates with their own standard errors (Rudner 2001).

    ``P = Phi((estimate - cut) / se)``; accuracy is the mean of ``max(P, 1 - P)``, consistency of
    ``P^2 + (1 - P)^2``.

    Args:
        estimates: shape (n,).
        standard_errors: shape (n,), all above 0.

    Raises:
        BadInput: shapes differ, nobody given, or a standard error not above 0.
    """
    from scipy.special import ndtr

    centre = finite(column(estimates, "estimates"), "estimates")
    error = finite(column(standard_errors, "standard_errors", len(centre)), "standard_errors")
    if not len(centre):
        raise BadInput("estimates must not be empty")
    if np.any(error <= 0):
        raise BadInput("standard errors must be above 0")
    above = np.asarray(ndtr((centre - number(cut, "cut")) / error), dtype=np.float64)
    return RudnerClassification(
        above,
        float(np.maximum(above, 1 - above).mean()),
        float((above**2 + (1 - above) ** 2).mean()),
    )


def effective_length(
    mean: float, variance: float, reliability: float, *, minimum: float, maximum: float
) -> float:
    """Number of independent right-or-wrong items as precise as the score (Livingston & Lewis 1995).

    ``((mean - min)(max - mean) - rho variance) / (variance (1 - rho))``.

    Raises:
        BadInput: mean not inside the limits, variance not above 0, or no positive length.
    """
    rho = open_unit(reliability, "reliability")
    mean, variance = number(mean, "mean"), number(variance, "variance")
    minimum, maximum = number(minimum, "minimum"), number(maximum, "maximum")
    if not minimum < mean < maximum:
        raise BadInput(f"the mean {mean} must lie between the limits {minimum} and {maximum}")
    if not variance > 0:
        raise BadInput(f"variance must be above 0, got {variance}")
    length = ((mean - minimum) * (maximum - mean) - rho * variance) / (variance * (1 - rho))
    if length <= 0:
        raise BadInput("mean and variance cannot belong to scores within these limits")
    return length


def livingston_lewis(truth: TrueScoreBeta, length: float, cut: float) -> BetaClassification:
    """Classify binomial scores over a beta distribution of true proportions.

    Args:
        truth: distribution of the true proportion, limits within 0..1.
        length: effective length; rounded to a whole number of items, 1 to 10,000.
        cut: as a proportion of the scale, strictly between 0 and 1; at the cut counts as above.

    Raises:
        BadInput: limits, shapes, length or cut out of range, or ``truth`` is something else.
    """
    from scipy.special import bdtrc, betainc

    if not isinstance(truth, TrueScoreBeta):
        raise BadInput(
            f"truth must be a TrueScoreBeta, got {type(truth).__name__}; fitted_beta makes one from scores"
        )
    lower, upper = number(truth.lower, "lower"), number(truth.upper, "upper")
    shapes = (number(truth.alpha, "alpha"), number(truth.beta, "beta"))
    if not 0 <= lower < upper <= 1 or not _SMALLEST_SHAPE <= min(shapes) <= max(shapes) <= _LARGEST_SHAPE:
        raise BadInput(
            f"true proportions need 0 ≤ lower < upper ≤ 1 and shapes from {_SMALLEST_SHAPE:g} to {_LARGEST_SHAPE:g}"
        )
    items = round(number(length, "length"))
    if not 1 <= items <= _MOST_ITEMS:
        raise BadInput(f"length must lie between 1 and {_MOST_ITEMS}, got {length}")
    open_unit(cut, "cut")
    # The least whole score at or above the cut; the tolerance keeps 0.55 x 60 at 33.
    needed = math.ceil(cut * items - 1e-9)
    span = upper - lower

    def passing(proportion: Floats) -> Floats:
        return np.asarray(bdtrc(needed - 1, items, proportion), dtype=np.float64)

    # Over quantiles of the true proportion, apart below and above the cut: the chance to pass climbs there, and
    # the rule's points are densest at the ends.
    split = min(max((cut - lower) / span, 0.0), 1.0)
    below = float(betainc(shapes[0], shapes[1], split))
    rate = twice = true_positive = 0.0
    for start, end in ((0.0, below), (below, 1.0)):
        nodes, weights = _quantiles(shapes, start, end)
        chance = passing(lower + span * nodes)
        rate, twice = rate + float(weights @ chance), twice + float(weights @ chance**2)
        true_positive = float(weights @ chance)
    above = 1 - below
    # Rounding of two rules may leave an empty cell a hair under 0.
    missed, false = max(above - true_positive, 0.0), max(rate - true_positive, 0.0)
    return _from_shares(true_positive, missed, false, rate, twice)


def fitted_beta(
    scores: ArrayLike, *, minimum: float, maximum: float, reliability: float
) -> tuple[TrueScoreBeta, float]:
    """Distribution of true proportions behind observed scores, and their effective length.

    The first four moments of the true proportion follow from those of the scores (Lord 1965); a
    four-parameter beta is fitted to them (Hanson 1991), or a two-parameter one on 0..1 where the
    four have no solution within these limits.

    Args:
        scores: shape (n,), within ``minimum`` and ``maximum``.

    Raises:
        NotEnoughData: fewer than ten scores.
        BadInput: a score outside the limits, or no variance of true scores left.
    """
    x = finite(column(scores, "scores"), "scores")
    minimum, maximum = number(minimum, "minimum"), number(maximum, "maximum")
    if len(x) < 10:
        raise NotEnoughData(f"a distribution of true scores needs at least 10 scores, got {len(x)}")
    if np.any((x < minimum) | (x > maximum)):
        raise BadInput(f"scores must lie between {minimum:g} and {maximum:g}")
    length = effective_length(float(x.mean()), float(x.var()), reliability, minimum=minimum, maximum=maximum)
    items = max(round(length), 4)
    hits = items * (x - minimum) / (maximum - minimum)
    falling, moments = np.ones_like(hits), []
    for k in range(4):
        falling = falling * (hits - k) / (items - k)
        moments.append(float(falling.mean()))
    return beta_from_moments(*moments), length


def beta_from_moments(m1: float, m2: float, m3: float, m4: float) -> TrueScoreBeta:
    """Beta distribution with these first four raw moments, or on 0..1 with the first two.

    Raises:
        BadInput: moments of no distribution on 0..1 (variance not above 0, or too large).
    """
    m1, m2, m3, m4 = (number(m, f"moment {k}") for k, m in enumerate((m1, m2, m3, m4), start=1))
    variance = m2 - m1 * m1
    if variance <= 0 or variance >= m1 * (1 - m1):
        raise BadInput("no variance of true scores is left: reliability is too low for these scores")
    skew = (m3 - 3 * m1 * m2 + 2 * m1**3) / variance**1.5
    kurtosis = (m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1**4) / variance**2
    total = 6 * (kurtosis - skew**2 - 1) / (6 + 3 * skew**2 - 2 * kurtosis)
    if total > 0:
        uneven = (total + 2) * abs(skew) / math.sqrt((total + 2) ** 2 * skew**2 + 16 * (total + 1))
        uneven = math.copysign(uneven, -skew)
        alpha, beta = total / 2 * (1 + uneven), total / 2 * (1 - uneven)
        step = math.sqrt(variance * (total + 1) / (alpha * beta))
        lower, upper = m1 - alpha * step, m1 + beta * step
        if lower >= 0 and upper <= 1:
            return TrueScoreBeta(lower, upper, alpha, beta)
    total = m1 * (1 - m1) / variance - 1
    return TrueScoreBeta(0.0, 1.0, m1 * total, (1 - m1) * total)


def _quantiles(shapes: tuple[float, float], start: float, end: float) -> tuple[Floats, Floats]:
    """Points of a beta distribution between two of its levels with weights that integrate over them."""
    from scipy.special import betaincinv, roots_legendre

    nodes, weights = roots_legendre(_NODES)
    level = start + (end - start) * (nodes + 1) / 2
    return np.asarray(betaincinv(*shapes, level), dtype=np.float64), np.asarray(weights * (end - start) / 2)


def _from_shares(tp: float, fn: float, fp: float, rate: float, twice: float) -> BetaClassification:
    tn = 1 - tp - fn - fp
    consistency = 1 - 2 * (rate - twice)
    chance = rate**2 + (1 - rate) ** 2
    kappa = (consistency - chance) / (1 - chance) if chance < 1 else None
    return BetaClassification(tp, fn, fp, tn, tp + tn, consistency, chance, kappa)
