"""The rating scale as seen by the level model: default steps, "meets the bar", width of a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model import thresholds
from psychometrics.model.levels.policy import DEFAULT_STEP_DISTANCE, DEFAULT_STEPS_OF_FOUR_POINTS
from psychometrics.model.thresholds import Link

Floats: TypeAlias = NDArray[np.float64]

_NEWTON_STEPS = 100


@dataclass(frozen=True, slots=True)
class BarPoint:
    """Where the expected rating is exactly "meets the bar".

    ``eta`` in logits, ``width`` the logits of one scale point there, ``pull`` ``(L,)`` how the
    expectation moves with each step's easiness relative to eta.
    """

    eta: float
    width: float
    pull: Floats


def default_steps(top: int, link: Link = "acl") -> Floats:
    """Steps assumed before any data, ``(top,)`` logits; either link gives the points the same shares at 0."""
    if top == len(DEFAULT_STEPS_OF_FOUR_POINTS):
        steps = np.array(DEFAULT_STEPS_OF_FOUR_POINTS)
    else:
        steps = DEFAULT_STEP_DISTANCE * (np.arange(top) - (top - 1) / 2)
    if link == "cl":
        at_least = np.cumsum(thresholds.probabilities(0.0, steps)[::-1, 0])[::-1][1:]
        steps = np.log((1 - at_least) / at_least)
    return np.asarray(steps, dtype=np.float64)


def meets_the_bar(steps: Floats, meets: int, link: Link = "acl") -> BarPoint:
    """Locate "meets the bar" on the logit scale for the given steps.

    Where it is the highest point, on a scale of two, that is where either is as likely.
    """
    bar = meets if meets < len(steps) else meets - 0.5
    reached = [meets - 1, bar] if meets >= 2 else [bar]
    eta = _crossings(np.array(reached, dtype=float), steps, link)
    slopes = thresholds.expected_slopes(eta[-1:], steps, link=link)[:, 0]
    if meets >= 2:
        width = float(eta[1] - eta[0])
    else:
        # The point below is the end of the scale, at minus infinity: take the slope instead.
        width = float(1 / slopes.sum())
    return BarPoint(float(eta[-1]), width, slopes / slopes.sum())


def _crossings(targets: Floats, steps: Floats, link: Link) -> Floats:
    """Predictors at which the expected rating is each target, strictly inside the scale.

    Newton with bounded steps; this runs at every iteration of a fit, where bisection is too slow.
    """
    eta = np.full(len(targets), float(steps.mean()))
    for _ in range(_NEWTON_STEPS):
        mean = thresholds.expected(eta, steps, link=link)
        slope = thresholds.expected_slopes(eta, steps, link=link).sum(0)
        step = np.clip((targets - mean) / slope, -1.0, 1.0)
        eta = eta + step
        if np.abs(step).max() < 1e-12:
            break
    return eta
