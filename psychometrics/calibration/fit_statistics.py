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

from psychometrics.calibration.fit import Fit
from psychometrics.calibration.ratings import Codes
from psychometrics.calibration.sums import by_group
from psychometrics.thresholds import NODE_WEIGHTS, NODES, central_moments, moments

Floats = npt.NDArray[np.float64]

FALSE_DISCOVERY_RATE = 0.10
_CENTRE_FROM = 8  # levels; the median of fewer is too noisy to subtract
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


def fit_statistics(fit: Fit) -> tuple[FitStatistics, FitStatistics]:
    """Infit and outfit of interviewers and of questions."""
    r = fit.structure.ratings
    values = fit.values
    eta = values.candidate[r.candidate] + values.interviewer[r.interviewer]
    eta += values.question[r.question]
    halo = fit.variances.halo or 0.0
    steps = fit.rating_steps
    mean = np.zeros_like(eta)
    # Where the predictor really is differs from its posterior mean, and ratings vary less there.
    width = np.sqrt(fit.post.without_halo + halo)
    variance, fourth = np.zeros_like(eta), np.zeros_like(eta)
    for node, share in zip(NODES, NODE_WEIGHTS, strict=True):
        here, second, higher = central_moments(eta + node * width, steps, link=fit.link)
        if node == 0.0:  # residuals are taken at the posterior mean itself
            mean = here
        variance += share * second
        fourth += share * higher
    square = (r.points - mean) ** 2
    information = variance if fit.link == "acl" else _cumulative_information(fit, eta)
    slope = np.sqrt(variance * information)  # dE/d eta in units of the rating; V for acl
    left = slope**2 * (halo - fit.post.without_halo)  # halo, less what the fit took up
    due = np.maximum(variance + left, _LEAST_SHARE * variance)
    noise = fourth + 6.0 * variance * left + 3.0 * left**2 - due**2
    noise = np.maximum(noise, _LEAST_SHARE * variance**2)
    units = len(r.unit_candidate)
    # Ratings of one unit share their halo, so their squared residuals are correlated.
    shared = np.maximum(left, 0.0)
    together = by_group(r.unit, shared, units) ** 2 - by_group(r.unit, shared**2, units)
    extra = 2.0 * by_group(r.unit_interviewer, together, len(r.interviewers))
    none = np.zeros(len(r.questions))
    return (
        _statistics(r.interviewer, square, due, noise, extra),
        _statistics(r.question, square, due, noise, none),
    )


def _cumulative_information(fit: Fit, eta: Floats) -> Floats:
    """Fisher information of a rating under cumulative logits."""
    return moments(eta, fit.rating_steps, fit.structure.ratings.points, link=fit.link).information


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
