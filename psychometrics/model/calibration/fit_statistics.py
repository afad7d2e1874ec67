"""Infit and outfit of interviewers and questions, with the expectation they really have.

Residuals are taken at the posterior mean without halo, ``r = y - E(theta - rho - beta)``. Their
variance is not the rating's variance ``V``: the estimates have been fitted to the same ratings
(``- V^2 h``, h the posterior variance of the predictor) and halo is still in them (``+ V^2 s_h^2``).
Dividing by the corrected variance makes the expectation 1. Mean squares become z by
Wilson-Hilferty; the panel's median is taken as the origin, for estimation leaves a common offset.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.ratings import Codes
from psychometrics.model.fitted import FittedRatings
from psychometrics.model.thresholds import NODE_WEIGHTS, NODES, Link, central_moments, moments

Floats = npt.NDArray[np.float64]

FALSE_DISCOVERY_RATE = 0.10
_CENTRE_FROM = 8  # levels; the median of fewer is too noisy to subtract
_BLOCK = 8192  # ratings handled at once: keeps the work arrays inside the processor's cache
_LEAST_SHARE = 0.1  # of V: the corrected variance of a residual never falls below this


@dataclass(frozen=True, slots=True)
class FitStatistics:
    """Per level of a facet, each ``(levels,)``."""

    infit: Floats
    outfit: Floats
    z: Floats
    """Standardised infit: about N(0, 1) when the level rates as the model says."""
    flagged: npt.NDArray[np.bool_]
    """Infit off at a false discovery rate of 10 %."""


def fit_statistics(fitted: FittedRatings) -> tuple[FitStatistics, FitStatistics]:
    """Infit and outfit of interviewers and of questions."""
    n, eta, width, left_out = len(fitted.points), fitted.eta, fitted.width, fitted.left_out
    square, left, shared, due, noise = (np.empty(n) for _ in range(5))
    for start in range(0, n, _BLOCK):
        part = slice(start, min(start + _BLOCK, n))
        own = fitted.rating_steps if fitted.rating_steps.ndim == 1 else fitted.rating_steps[:, part]
        mean, variance, fourth = _smoothed_moments(eta[part], width[part], own, fitted.link)
        square[part] = (fitted.points[part] - mean) ** 2
        # (dE/d eta)^2 in units of the rating; V^2 for acl.
        slope = variance * (variance if fitted.link == "acl" else _cumulative_information(fitted, part))
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
        _statistics(fitted.interviewer, square, due, noise, extra),
        _statistics(fitted.question, square, due, noise, none),
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


def _cumulative_information(fitted: FittedRatings, part: slice) -> Floats:
    """Fisher information of some ratings under cumulative logits."""
    return moments(fitted.eta[part], fitted.rating_steps, fitted.points[part], link=fitted.link).information


def _statistics(level: Codes, square: Floats, due: Floats, noise: Floats, extra: Floats) -> FitStatistics:
    """Mean squares of each level, their z and flags."""
    levels = len(extra)
    count = np.bincount(level, minlength=levels)
    expected = by_group(level, due, levels)
    infit = by_group(level, square, levels) / expected
    outfit = by_group(level, square / due, levels) / count
    q = np.sqrt(by_group(level, noise, levels) + extra) / expected
    z = (np.cbrt(infit) - 1.0) * 3.0 / q + q / 3.0
    if levels >= _CENTRE_FROM:
        z = z - np.median(z)
    return FitStatistics(infit, outfit, z, false_discoveries(2.0 * ndtr(-np.abs(z))))


def false_discoveries(p: Floats, rate: float = FALSE_DISCOVERY_RATE) -> npt.NDArray[np.bool_]:
    """Reject by Benjamini & Hochberg (1995) at the given false discovery rate."""
    order = np.argsort(p, kind="stable")
    passed = p[order] <= rate * np.arange(1, len(p) + 1) / len(p)
    rejected = np.zeros(len(p), bool)
    if passed.any():
        rejected[order[: np.flatnonzero(passed)[-1] + 1]] = True
    return rejected
