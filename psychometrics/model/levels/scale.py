"""The rating scale as seen by the level model: default steps, "meets the bar", width of a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model import thresholds
from psychometrics.model.levels.policy import DEFAULT_STEP_DISTANCE, DEFAULT_STEPS_OF_FOUR_POINTS

Floats: TypeAlias = NDArray[np.float64]

_NEWTON_STEPS = 100


@dataclass(frozen=True, slots=True)
class BarPoint:
    """Where the expected rating is exactly "meets the bar".

    ``eta`` in logits, ``width`` the logits of one scale point there, ``pull`` ``(L,)`` how the
    expectation moves with each step's easiness relative to eta (``Cov(Y, 1[Y>=l]) / Var(Y)``).
    """

    eta: float
    width: float
    pull: Floats


def default_steps(top: int) -> Floats:
    """Steps assumed before any data, ``(top,)`` logits."""
    if top == len(DEFAULT_STEPS_OF_FOUR_POINTS):
        return np.array(DEFAULT_STEPS_OF_FOUR_POINTS)
    return np.asarray(DEFAULT_STEP_DISTANCE * (np.arange(top) - (top - 1) / 2), dtype=np.float64)


def meets_the_bar(steps: Floats, meets: int) -> BarPoint:
    """Locate "meets the bar" on the logit scale for the given steps."""
    reached = [meets - 1, meets] if meets >= 2 else [meets]
    eta = _crossings(np.array(reached, dtype=float), steps)
    p = thresholds.probabilities(eta[-1:], steps)[:, 0]
    points = np.arange(len(p))
    mean = points @ p
    variance = (points**2) @ p - mean**2
    at_least = np.cumsum(p[::-1])[::-1][1:]
    beyond = np.cumsum((points * p)[::-1])[::-1][1:]
    pull = (beyond - mean * at_least) / variance
    if meets >= 2:
        width = float(eta[1] - eta[0])
    else:
        # The point below is the end of the scale, at minus infinity: take the slope instead.
        width = float(1 / variance)
    return BarPoint(float(eta[-1]), width, pull)


def _crossings(targets: Floats, steps: Floats) -> Floats:
    """Predictors at which the expected rating is each target, strictly inside the scale.

    Newton with bounded steps; this runs at every iteration of a fit, where bisection is too slow.
    """
    eta = np.full(len(targets), float(steps.mean()))
    for _ in range(_NEWTON_STEPS):
        mean, variance, _fourth = thresholds.central_moments(eta, steps)
        step = np.clip((targets - mean) / variance, -1.0, 1.0)
        eta = eta + step
        if np.abs(step).max() < 1e-12:
            break
    return eta
