"""How the variance of every random term is moved: Fellner-Schall steps and their extrapolation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.levels.algebra import Followed
from psychometrics.model.levels.layout import Layout
from psychometrics.model.levels.policy import GLOBAL_TERMS, LOCAL_TERMS, TERMS, Priors
from psychometrics.model.levels.system import Solution

Floats: TypeAlias = NDArray[np.float64]

_LARGEST_VARIANCE_CHANGE = 3.0  # factor per iteration
LEAP_EVERY = 4  # iterations between extrapolations of the variances
_LARGEST_RATE = 0.95  # slowest geometric convergence an extrapolation assumes


Effects = Mapping[str, tuple[float, float]]
"""Per term: the sum of squared effects, and how many effects the data speak for."""


def effects_of(
    variances: Mapping[str, float], solution: Solution, layout: Layout, followed: Followed
) -> Effects:
    """What a step found of every term; the number is ``sum(1 - Var(u) / s^2)``."""
    effects: dict[str, tuple[float, float]] = {}
    for t, term in enumerate(LOCAL_TERMS):
        effects[term] = (float(followed.totals[t]), float(followed.known[t]))
    posterior = np.diag(solution.covariance)
    for t, term in enumerate(GLOBAL_TERMS):
        mine = layout.term == t
        scaled = solution.shared[mine] ** 2 / layout.share[mine]
        known = (1 - posterior[mine] / (layout.share[mine] * variances[term])).sum()
        effects[term] = (float(scaled.sum()), float(known))
    return effects


def updated(
    variances: Mapping[str, float], effects: Effects, priors: Priors
) -> tuple[dict[str, float], dict[str, float]]:
    """Fellner-Schall step for every variance, towards its prior.

    Also returns the effective number of effects the data speak for, per term.
    """
    new = {}
    for term, (total, known) in effects.items():
        old = variances[term]
        target = (total + priors.weight * priors.variance(term)) / max(known + priors.weight, 0.5)
        bounded = np.clip(target, old / _LARGEST_VARIANCE_CHANGE, old * _LARGEST_VARIANCE_CHANGE)
        new[term] = float(bounded)
    return new, {term: max(known, 0.0) for term, (_, known) in effects.items()}


def slope(variance: float, effect: tuple[float, float], prior: float, weight: float) -> float:
    """Derivative of the log posterior in a term's log variance; 0 where ``updated`` comes to rest."""
    total, known = effect
    return 0.5 * ((total + weight * prior) / variance - known - weight)


def leap(variances: Mapping[str, float], before: Floats, last: Floats) -> dict[str, float]:
    """Extrapolate variances that creep (Aitken): halo and performance trade places slowly.

    ``before`` and ``last`` are the last two changes of the log variances; if the second is ``rate``
    times the first, the changes still to come add up to ``last * rate / (1 - rate)``.
    """
    size = max(float(before @ before), 1e-300)
    rate = float(np.clip(float(before @ last) / size, 0.0, _LARGEST_RATE))
    ahead = np.clip(last * rate / (1 - rate), -1.0, 1.0)
    return {term: variances[term] * float(np.exp(ahead[t])) for t, term in enumerate(TERMS)}
