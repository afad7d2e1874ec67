"""The rating scale as seen by the level model: default steps, "meets the bar", width of a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics import thresholds
from psychometrics.levels.policy import DEFAULT_STEP_DISTANCE, DEFAULT_STEPS_OF_FOUR_POINTS

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScalePoint:
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
    return DEFAULT_STEP_DISTANCE * (np.arange(top) - (top - 1) / 2)


def meets_the_bar(steps: Floats, meets: int) -> ScalePoint:
    """Locate "meets the bar" on the logit scale for the given steps."""
    eta = thresholds.eta_at([meets], steps)
    p = thresholds.probabilities(eta, steps)[:, 0]
    points = np.arange(len(p))
    mean = points @ p
    variance = (points**2) @ p - mean**2
    at_least = np.cumsum(p[::-1])[::-1][1:]
    beyond = np.cumsum((points * p)[::-1])[::-1][1:]
    pull = (beyond - mean * at_least) / variance
    if meets >= 2:
        width = float(eta[0] - thresholds.eta_at([meets - 1], steps)[0])
    else:
        # The point below is the end of the scale, at minus infinity: take the slope instead.
        width = float(1 / variance)
    return ScalePoint(float(eta[0]), width, pull)
