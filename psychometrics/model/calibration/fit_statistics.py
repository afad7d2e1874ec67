"""Infit and outfit of interviewers and questions, with the expectation they really have.

Residuals are taken at the posterior mean without halo, ``r = y - E(theta - rho - beta)``. Their
variance is not the rating's variance ``V``: the estimates have been fitted to the same ratings
(``- V^2 h``, h the posterior variance of the predictor) and halo is still in them (``+ V^2 s_h^2``).
Dividing by the corrected variance makes the expectation 1. Mean squares become z by
Wilson-Hilferty. What is tested is the ratio to the panel: its median, among fewer than eight the median of the
others (a mean would make the others of one who misfits overfit).
A panel whose ratings all scatter less than the model expects says something about the model, and about nobody in it;
for the same reason one or two are compared with nobody.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.ratings import Codes
from psychometrics.model.fitted import FittedRatings
from psychometrics.model.flag_policy import DEFAULT_POLICY, FlagPolicy, beyond
from psychometrics.model.thresholds import NODE_WEIGHTS, NODES, Link, central_moments, moments

Floats = npt.NDArray[np.float64]

FALSE_DISCOVERY_RATE = 0.10
LEAST_LEVELS = 3  # of two that differ, nobody can say which one misfits
_MEDIAN_FROM = 8  # levels; the median of fewer would be one of them
_BLOCK = 8192  # ratings handled at once: keeps the work arrays inside the processor's cache
_LEAST_SHARE = 0.1  # of V: the corrected variance of a residual never falls below this


@dataclass(frozen=True, slots=True)
class FitStatistics:
    """Per level of a facet, each ``(levels,)``."""

    infit: Floats
    outfit: Floats
    z: Floats
    """Standardised infit against the panel: about N(0, 1) when the level rates as the others do; against 1 where there
    are fewer than three."""
    effect: Floats
    """Infit above that of the panel; NaN where there are fewer than three levels."""
    error: Floats
    """Standard error of the cube root of the ratio of infit to the panel's, as a share of it."""
    lower: Floats
    upper: Floats
    """The interval of the effect at the policy's level."""
    flagged: npt.NDArray[np.bool_]
    """Infit off at the false discovery rate, and its interval beyond the minimum that matters."""

    def interval(self, width: float) -> tuple[Floats, Floats]:
        """The effect's interval, ``width`` standard errors to either side, by Wilson & Hilferty (1931)."""
        return _interval(self.infit, self.effect, self.error, width)


def fit_statistics(
    fitted: FittedRatings, *, rate: float = FALSE_DISCOVERY_RATE, policy: FlagPolicy = DEFAULT_POLICY
) -> tuple[FitStatistics, FitStatistics]:
    """Infit and outfit of interviewers and of questions."""
    n, eta, width, left_out = len(fitted.points), fitted.eta, fitted.width, fitted.left_out
    square, left, shared, due, noise = (np.empty(n) for _ in range(5))
    for start in range(0, n, _BLOCK):
        part = slice(start, min(start + _BLOCK, n))
        own = fitted.rating_steps if fitted.rating_steps.ndim == 1 else fitted.rating_steps[:, part]
        mean, variance, fourth = _smoothed_moments(eta[part], width[part], own, fitted.link)
        square[part] = (fitted.points[part] - mean) ** 2
        # (dE/d eta)^2 in units of the rating; V^2 for acl.
        slope = variance * (variance if fitted.link == "acl" else _cumulative_information(fitted, part, own))
        # Halo and performance, less what the fit took up.
        left[part] = slope * (left_out[part] - fitted.uncertain[part])
        # Of that, what the ratings of one unit share is halo.
        shared[part] = np.maximum(left[part] - slope * fitted.performance[part], 0.0)
        due[part] = np.maximum(variance + left[part], _LEAST_SHARE * variance)
        noise[part] = fourth + 6.0 * variance * left[part] + 3.0 * left[part] ** 2 - due[part] ** 2
        noise[part] = np.maximum(noise[part], _LEAST_SHARE * variance**2)
    units, interviewers = len(fitted.unit_candidate), len(fitted.interviewers)
    # Ratings of one unit share their halo, so their squared residuals are correlated.
    together = by_group(fitted.unit, shared, units) ** 2 - by_group(fitted.unit, shared**2, units)
    extra = 2.0 * by_group(fitted.unit_interviewer, together, interviewers)
    none = np.zeros(len(fitted.questions))
    return (
        _statistics(fitted.interviewer, square, due, noise, extra, rate, policy.noise, policy.width),
        _statistics(fitted.question, square, due, noise, none, rate, policy.question_fit, policy.width),
    )


def _smoothed_moments(eta: Floats, width: Floats, steps: Floats, link: Link) -> tuple[Floats, Floats, Floats]:
    """Mean rating at the posterior mean; variance and fourth moment where the predictor may be."""
    mean = variance = fourth = np.zeros(len(eta))
    # Where the predictor really is differs from its posterior mean, and ratings vary less there.
    for node, share in zip(NODES, NODE_WEIGHTS, strict=True):
        here, second, higher = central_moments(eta + node * width, steps, link=link)
        if node == 0.0:  # residuals are taken at the posterior mean itself
            mean = here
        variance = variance + share * second
        fourth = fourth + share * higher
    return mean, variance, fourth


def _cumulative_information(fitted: FittedRatings, part: slice, steps: Floats) -> Floats:
    """Fisher information of some ratings under cumulative logits."""
    return moments(fitted.eta[part], steps, fitted.points[part], link=fitted.link).information


def _statistics(
    level: Codes,
    square: Floats,
    due: Floats,
    noise: Floats,
    extra: Floats,
    rate: float,
    minimum: float,
    width: float,
) -> FitStatistics:
    """Mean squares of each level, their z, effects and flags."""
    levels = len(extra)
    count = np.bincount(level, minlength=levels)
    expected = by_group(level, due, levels)
    infit = by_group(level, square, levels) / expected
    outfit = by_group(level, square / due, levels) / count
    scatter = by_group(level, noise, levels) + extra
    panel, doubt = _panel(infit, expected, scatter)
    error = np.sqrt(scatter / expected**2 + doubt) / 3.0  # of the cube root of the ratio
    z = (np.cbrt(infit / panel) - 1.0) / error + error
    if levels < LEAST_LEVELS:
        nothing = np.full(levels, np.nan)
        return FitStatistics(infit, outfit, z, nothing, error, nothing, nothing, np.zeros(levels, bool))
    effect = infit - panel
    lower, upper = _interval(infit, effect, error, width)
    found = false_discoveries(2.0 * ndtr(-np.abs(z)), rate)
    flagged = found & beyond(lower, upper, minimum)
    return FitStatistics(infit, outfit, z, effect, error, lower, upper, flagged)


def _interval(infit: Floats, effect: Floats, error: Floats, width: float) -> tuple[Floats, Floats]:
    """The cube root of a ratio r has the mean r^(1/3) (1 - e^2) and the error r^(1/3) e: solved for r at either end."""
    panel, root = infit - effect, np.cbrt(infit)
    middle = 1.0 - error**2
    high = middle - width * error
    upper = np.divide(root, high, out=np.full(len(root), np.inf), where=high > 0) ** 3
    return (root / (middle + width * error)) ** 3 - panel, upper - panel


def _panel(infit: Floats, expected: Floats, scatter: Floats) -> tuple[Floats, Floats]:
    """What each level is compared with, and the relative variance of that; ``(levels,)`` both."""
    levels = len(infit)
    if levels < LEAST_LEVELS:
        return np.ones(levels), np.zeros(levels)
    if levels >= _MEDIAN_FROM:
        return np.full(levels, np.median(infit)), np.zeros(levels)
    others = [np.delete(infit, place) for place in range(levels)]
    median = np.array([np.median(each) for each in others])
    left = expected.sum() - expected
    doubt = (scatter.sum() - scatter) / left**2  # of the others' mean; a median of two is one
    return median, doubt * (np.pi / 2.0 if levels > LEAST_LEVELS else 1.0)


def false_discoveries(p: Floats, rate: float = FALSE_DISCOVERY_RATE) -> npt.NDArray[np.bool_]:
    """Reject by Benjamini & Hochberg (1995) at the given false discovery rate."""
    order = np.argsort(p, kind="stable")
    passed = p[order] <= rate * np.arange(1, len(p) + 1) / len(p)
    rejected = np.zeros(len(p), bool)
    if passed.any():
        rejected[order[: np.flatnonzero(passed)[-1] + 1]] = True
    return rejected
