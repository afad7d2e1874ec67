"""The rating-scale likelihood shared by every calibration model.

A rating ``y`` in ``0..L`` has ``L`` steps ``tau_1..tau_L`` (logits), common to all questions:

* ``acl`` (adjacent categories, the many-facet Rasch rating scale; Andrich 1978, Linacre 1989):
  ``log P(y=l) / P(y=l-1) = eta - tau_l``;
* ``cl`` (cumulative logits, the proportional-odds model): ``logit P(y>=l) = eta - tau_l``.

``eta`` is proficiency minus severity minus difficulty (plus halo), in logits. Derivatives with
respect to steps are taken for ``-tau_l`` ("easiness of the step"), so that every information block
is positive. Arrays over steps come first, ``(L, n)``, so that each step is contiguous in memory.
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt

from psychometrics.model import _cumulative
from psychometrics.model.derivatives import Moments, empty_moments

Link = Literal["acl", "cl"]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer]

#: Three-point Gauss-Hermite rule: mean over N(m, h) is sum of weight * f(m + node * sqrt(h)).
NODES = (-np.sqrt(3.0), 0.0, np.sqrt(3.0))
NODE_WEIGHTS = (1 / 6, 2 / 3, 1 / 6)

_BLOCK = 8192  # ratings handled at once: keeps the (L, n) work arrays inside the processor's cache
_SAFE_EXPONENT = 600.0  # exp() overflows at 709; beyond this the slower shifted form is used


def probabilities(eta: npt.ArrayLike, steps: npt.ArrayLike, *, link: Link = "acl") -> Floats:
    """Probability of every category, shape ``(L+1, n)``; columns add up to one."""
    eta, steps = np.atleast_1d(np.asarray(eta, float)), np.asarray(steps, float)
    if link == "cl":
        return _cumulative.probabilities(eta, steps)
    weights = _category_weights(eta, steps)
    return np.asarray(weights / weights.sum(0))


def expected(eta: npt.ArrayLike, steps: npt.ArrayLike, *, link: Link = "acl") -> Floats:
    """Expected rating ``E[Y | eta]`` in ``0..L``, shape ``(n,)``; strictly increasing in eta."""
    return central_moments(eta, steps, link=link)[0]


def central_moments(
    eta: npt.ArrayLike, steps: npt.ArrayLike, *, link: Link = "acl"
) -> tuple[Floats, Floats, Floats]:
    """Mean, variance and fourth central moment of a rating, each ``(n,)``."""
    p = probabilities(eta, steps, link=link)
    k = np.arange(len(p), dtype=float)[:, None]
    mean = (k * p).sum(0)
    deviation = k - mean
    square = deviation * deviation
    return mean, (square * p).sum(0), (square * square * p).sum(0)


def expected_slopes(eta: npt.ArrayLike, steps: npt.ArrayLike, *, link: Link = "acl") -> Floats:
    """``d E[Y] / d(-tau_l)``, ``(L, n)``; their sum is ``d E[Y] / d eta``."""
    eta, steps = np.atleast_1d(np.asarray(eta, float)), np.asarray(steps, float)
    if link == "cl":
        return _cumulative.slopes(eta, steps)
    p = probabilities(eta, steps)
    points = np.arange(len(p))[:, None]
    mean = (points * p).sum(0)
    at_least = np.cumsum(p[::-1], axis=0)[::-1][1:]
    beyond = np.cumsum((points * p)[::-1], axis=0)[::-1][1:]
    return np.asarray(beyond - mean * at_least)


def step_scores(eta: Floats, steps: Floats, points: Integers, *, link: Link = "acl") -> Floats:
    """``d log P(points) / d(-tau_l)`` of every rating, ``(L, n)``; steps ``(L,)`` or ``(L, n)``."""
    if link == "cl":
        return _cumulative.step_scores(eta, steps, points)
    reached = np.arange(1, len(steps) + 1)[:, None]
    return np.asarray((points >= reached) - _at_least(eta, steps))


def step_information(eta: Floats, steps: Floats, *, link: Link = "acl") -> Iterator[tuple[int, int, Floats]]:
    """Expected information about each pair of steps ``low <= high`` (from 0), ``(n,)``; pairs left out have none."""
    if link == "cl":
        yield from _cumulative.step_information(eta, steps)
        return
    at_least = _at_least(eta, steps)
    for low in range(len(steps)):
        for high in range(low, len(steps)):
            yield low, high, at_least[high] * (1.0 - at_least[low])


def _at_least(eta: Floats, steps: Floats) -> Floats:
    """``P(Y >= l)`` of adjacent categories, ``(L, n)``."""
    return np.asarray(np.cumsum(probabilities(eta, steps)[::-1], axis=0)[::-1][1:])


def eta_at(expected_rating: npt.ArrayLike, steps: npt.ArrayLike, *, link: Link = "acl") -> Floats:
    """Invert the expectation: the eta at which ``E[Y] = expected_rating``, shape ``(n,)``.

    ``expected_rating`` lies strictly between 0 and L; the ends are reached only at infinity and
    give ``-inf`` and ``inf``. Bisection (monotone curve) polished by Newton, accurate to 1e-12.
    """
    target = np.atleast_1d(np.asarray(expected_rating, float))
    steps = np.asarray(steps, float)
    top = len(steps)
    if np.any((target < 0) | (target > top)):
        raise ValueError(f"an expected rating lies in [0, {top}], got {target}")
    low = np.full(target.shape, steps.min() - 40.0)
    high = np.full(target.shape, steps.max() + 40.0)
    for _ in range(60):
        middle = (low + high) / 2
        below = expected(middle, steps, link=link) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    result = (low + high) / 2
    return np.where(target <= 0, -np.inf, np.where(target >= top, np.inf, result))


def starting_steps(points: Integers, top: int, *, link: Link = "acl") -> Floats:
    """Steps reproducing the observed shares of categories ``0..top`` at ``eta = 0``, ``(top,)``.

    Every category must occur (collapse unused ones first).
    """
    share = np.bincount(points, minlength=top + 1) / len(points)
    if link == "acl":
        return np.asarray(np.log(share[:-1] / share[1:]))
    at_least = np.cumsum(share[::-1])[::-1][1:]
    return np.asarray(np.log((1 - at_least) / at_least))


def moments(
    eta: Floats,
    steps: Floats,
    points: Integers,
    *,
    spread: Floats | None = None,
    weight: Floats | None = None,
    slope: Floats | None = None,
    link: Link = "acl",
    out: Moments | None = None,
) -> Moments:
    """Score and information of every rating.

    eta ``(n,)`` logits, steps ``(L,)`` or ``(L, n)``, points ``(n,)`` in ``0..L``. ``spread`` ``(n,)`` is the
    posterior variance of eta: derivatives are then averaged over ``N(eta, spread)`` by three-point
    Gauss-Hermite quadrature, which turns the joint mode (attenuated: Breslow & Lin 1995) into a
    Gaussian variational fit (Ormerod & Wand 2012). ``weight`` ``(n,)`` multiplies a rating's
    likelihood. ``slope`` ``(n,)`` multiplies eta and steps alike (acl only); derivatives are for eta and steps before
    that. ``out`` are moments of the same shape, overwritten: a loop need not ask for fresh memory
    each time. Deterministic: blocks are summed in order.
    """
    n, top = len(eta), len(steps)
    result = empty_moments(n, top) if out is None else out
    for array in (result.score, result.information, result.cross, result.step_score, result.step_information):
        array[...] = 0.0
    for start in range(0, n, _BLOCK):
        part = slice(start, min(start + _BLOCK, n))
        root = None if spread is None else np.sqrt(spread[part])
        own = steps if steps.ndim == 1 else steps[:, part]
        for node, share in _nodes(spread):
            shifted = eta[part] if root is None or node == 0 else eta[part] + node * root
            rating_weight = share if weight is None else share * weight[part]
            if link == "acl":
                gain = None if slope is None else slope[part]
                _acl_block(result, part, shifted, own, points[part], rating_weight, gain)
            else:
                _cumulative.block(result, part, shifted, own, points[part], rating_weight)
    return result


def _nodes(spread: Floats | None) -> Iterator[tuple[float, float]]:
    """Quadrature nodes and weights; a single node without a spread."""
    return iter([(0.0, 1.0)] if spread is None else zip(NODES, NODE_WEIGHTS, strict=True))


def _category_weights(eta: Floats, steps: Floats) -> Floats:
    """Unnormalised adjacent-category probabilities ``exp(k eta - sum_{l<=k} tau_l)``, ``(L+1, n)``."""
    top = len(steps)
    weights = np.empty((top + 1, len(eta)))
    reach = top * float(np.abs(eta).max(initial=0.0))
    reach += float(np.abs(np.cumsum(steps, axis=0)).max(initial=0.0))
    if reach < _SAFE_EXPONENT:
        weights[0] = 1.0
        np.exp(eta, out=weights[1])
        odds = weights[1].copy() if top > 1 else weights[1]
        weights[1] *= np.exp(-steps[0])
        for k in range(2, top + 1):
            np.multiply(weights[k - 1], odds, out=weights[k])
            weights[k] *= np.exp(-steps[k - 1])
        return weights
    weights[0] = 0.0
    np.cumsum(eta[None, :] - (steps[:, None] if steps.ndim == 1 else steps), axis=0, out=weights[1:])
    weights -= weights.max(0)
    return np.exp(weights, out=weights)


def _acl_block(
    into: Moments,
    part: slice,
    eta: Floats,
    steps: Floats,
    points: Integers,
    weight: Floats | float,
    slope: Floats | None,
) -> None:
    """Add one node's adjacent-category moments of one block of ratings to ``into``."""
    top = len(steps)
    once = twice = weight  # weights of first and of second derivatives
    if slope is not None:
        once, twice = weight * slope, weight * slope * slope
        eta, steps = slope * eta, slope * (steps[:, None] if steps.ndim == 1 else steps)
    at_least = _category_weights(eta, steps)  # becomes P(Y >= l) in place
    total_beyond = at_least[1:] * np.arange(1, top + 1)[:, None]  # becomes E[Y 1[Y >= l]]
    square = np.arange(1, top + 1) @ total_beyond
    for k in range(top - 1, -1, -1):
        at_least[k] += at_least[k + 1]
        if k < top - 1:
            total_beyond[k] += total_beyond[k + 1]
    inverse = 1.0 / at_least[0]
    tail = at_least[1:]
    tail *= inverse
    total_beyond *= inverse
    mean = total_beyond[0].copy()
    variance = square * inverse - mean * mean
    total_beyond -= mean * tail
    into.score[part] += once * (points - mean)
    into.information[part] += twice * variance
    total_beyond *= twice
    into.cross[:, part] += total_beyond
    weighted_tail = tail * once
    sums = weighted_tail.sum(1)
    observed = np.bincount(
        points,
        weights=np.broadcast_to(np.asarray(once, float), points.shape),
        minlength=top + 1,
    )
    into.step_score[:] += np.cumsum(observed[::-1])[::-1][1:] - sums
    order = np.arange(top)
    if slope is not None:
        weighted_tail *= slope
        sums = weighted_tail.sum(1)
    into.step_information[:] += sums[np.maximum.outer(order, order)] - weighted_tail @ tail.T
