"""Cumulative-logit arithmetic behind :mod:`psychometrics.model.thresholds` (``link="cl"``).

``T_l = P(Y >= l) = 1 / (1 + exp(-(eta - tau_l)))``; steps must increase. Uses expected (Fisher)
information throughout, so that every block stays positive definite. Steps are ``(L,)``, or ``(L, n)`` where
every rating has its own.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from psychometrics.model.derivatives import Moments

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer]
_TINY = 1e-300


def _tails(eta: Floats, steps: Floats) -> Floats:
    """``P(Y >= l)`` for ``l = 0..L+1``, shape ``(L+2, n)``: ones first, zeros last."""
    tails = np.zeros((len(steps) + 2, len(eta)))
    tails[0] = 1.0
    own = steps[:, None] if steps.ndim == 1 else steps
    tails[1:-1] = 0.5 * (1.0 + np.tanh(0.5 * (eta[None, :] - own)))
    return tails


def slopes(eta: Floats, steps: Floats) -> Floats:
    """``d E[Y] / d(-tau_l) = T_l (1 - T_l)``, ``(L, n)``."""
    tails = _tails(eta, steps)[1:-1]
    return np.asarray(tails * (1.0 - tails))


def step_scores(eta: Floats, steps: Floats, points: Integers) -> Floats:
    """``d log p / d(-tau_l)`` of every rating, ``(L, n)``."""
    tails = _tails(eta, steps)
    slope = np.zeros_like(tails)
    slope[1:-1] = tails[1:-1] * (1.0 - tails[1:-1])
    here = np.arange(len(eta))
    observed = np.maximum((tails[:-1] - tails[1:])[points, here], _TINY)
    reached = np.arange(1, len(steps) + 1)[:, None]
    gained = (points == reached) * (slope[points, here] / observed)
    return np.asarray(gained - (points == reached - 1) * (slope[points + 1, here] / observed))


def step_information(eta: Floats, steps: Floats) -> Iterator[tuple[int, int, Floats]]:
    """Expected information about the pair of steps ``low <= high`` (from 0), ``(n,)``; pairs left out have none."""
    tails = _tails(eta, steps)
    p = np.maximum(tails[:-1] - tails[1:], _TINY)
    slope = tails[1:-1] * (1.0 - tails[1:-1])
    for low in range(len(steps)):
        yield low, low, slope[low] ** 2 * (1 / p[low + 1] + 1 / p[low])
        if low + 1 < len(steps):
            yield low, low + 1, -slope[low] * slope[low + 1] / p[low + 1]


def probabilities(eta: Floats, steps: Floats) -> Floats:
    """Probability of every category, ``(L+1, n)``."""
    tails = _tails(eta, steps)
    return np.maximum(tails[:-1] - tails[1:], 0.0)


def block(
    into: Moments,
    part: slice,
    eta: Floats,
    steps: Floats,
    points: Integers,
    weight: Floats | float,
) -> None:
    """Add one node's cumulative-logit moments of one block of ratings to ``into``."""
    top, n = len(steps), len(eta)
    tails = _tails(eta, steps)
    p = np.maximum(tails[:-1] - tails[1:], _TINY)
    slope = np.zeros_like(tails)
    slope[1:-1] = tails[1:-1] * (1.0 - tails[1:-1])
    change = slope[:-1] - slope[1:]  # dp_k / d eta
    here = np.arange(n)
    observed = p[points, here]
    lower, upper = slope[points, here] / observed, slope[points + 1, here] / observed
    into.score[part] += weight * (lower - upper)
    into.information[part] += weight * (change * change / p).sum(0)
    ratio = change / p
    into.cross[:, part] += weight * slope[1:-1] * (ratio[1:] - ratio[:-1])
    for step in range(1, top + 1):
        gain = np.where(points == step, lower, 0.0) - np.where(points == step - 1, upper, 0.0)
        into.step_score[step - 1] += (weight * gain).sum()
        own = weight * slope[step] ** 2 * (1 / p[step] + 1 / p[step - 1])
        into.step_information[step - 1, step - 1] += own.sum()
        if step < top:
            shared = (weight * slope[step] * slope[step + 1] / p[step]).sum()
            into.step_information[step - 1, step] -= shared
            into.step_information[step, step - 1] -= shared
