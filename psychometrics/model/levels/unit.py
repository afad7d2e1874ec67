"""What not knowing the unit exactly adds: variances of levels where the logits per level are uncertain.

A level is a distance in logits over the logits per level, ``Delta``. Given ``Delta`` the distance is
normal with mean ``a + b Delta``, ``b = Cov(distance, Delta) / s^2``, so that

    Cov(level) = C E[1 / Delta^2] + a a' Var(1 / Delta)

with ``C`` the covariance of the distances given ``Delta``, ``s`` the posterior sd of ``Delta``, and the
moments of a normal cut off at the lowest value the fit allows. The first order, ``C / Delta^2 + a a' s^2 /
Delta^4``, is too small by a factor of about ``1 + 3 (s / Delta)^2`` and more: with fifteen criteria, however
many candidates, intervals meant to cover .90 cover .88 where ``Delta`` is drawn from its prior, and where it is
held at the prior's mean and worth a fifth less, .82. Levels themselves stay where they are, at about the median.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.levels import posterior
from psychometrics.model.levels.fit import Fit
from psychometrics.model.levels.posterior import Posterior

Floats: TypeAlias = NDArray[np.float64]

_REACH = 6.0  # sds integrated over
_POINTS = 801


def inverse_moments(mean: float, sd: float, lowest: float) -> tuple[float, float]:
    """Mean and mean square of 1 / x for a normal x cut off below ``lowest`` (positive).

    >>> [round(value, 3) for value in inverse_moments(1.0, 0.1, 0.35)]
    [1.01, 1.032]
    """
    x = np.linspace(max(lowest, mean - _REACH * sd), mean + _REACH * sd, _POINTS)
    weight = np.exp(-0.5 * ((x - mean) / sd) ** 2)
    weight /= weight.sum()
    return float(weight @ (1 / x)), float(weight @ x**-2)


def widened(fit: Fit, found: Posterior) -> Posterior:
    """Add what the first order leaves out, for a fit with levels, its unit learned or assumed.

    ``C`` is what the first order holds beside ``Delta``, so its whole is stretched by ``E[1 / Delta^2]
    Delta^2`` and the rest of ``Var(1 / Delta)`` stands beside it as a source of error of its own, with
    its sign: it cancels between candidates of one level.
    """
    at, spacing = fit.problem.layout.spacing, fit.spacing
    covariance = fit.solution.covariance
    variance = float(covariance[at, at])
    lowest = fit.problem.settings.priors.lowest_spacing * fit.bar.width
    first, second = inverse_moments(spacing, variance**0.5, lowest)
    stretch = max(second * spacing**2, 1.0)
    left_over = max(second - first**2 - stretch * variance / spacing**4, 0.0)
    together = posterior.gradients(found, len(covariance)) @ covariance[:, at]  # Cov(level, Delta)
    moved = -np.sqrt(left_over) * spacing**2 / variance * together
    wider = posterior.widened(found, moved[None, :], own=stretch, shared=stretch)
    logits = replace(wider.rows, logit_variance=found.rows.logit_variance)  # know nothing of the unit
    return replace(wider, rows=logits)
