"""A good choice at once: greedy by what a minute buys, then dropping a few and filling up again.

Gains are not kept from step to step: they shrink as cells fill, and are computed afresh for the options that still
fit. Nothing here proves anything; :mod:`psychometrics.design.designer.exact` does. The same seed and the same number
of rounds give the same choice; a deadline, where one is given, only cuts rounds off.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.design.designer.arrays import Arrays, Choice

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

# A difference of values that counts as one; smaller ones are rounding, and would be chased for ever.
LEAST = 1e-10


def fill(choice: Choice, price: Floats, rng: np.random.Generator | None = None, spread: float = 0.0) -> None:
    """Add the option with the largest gain per ``price`` (N,) until none fits or none adds; in place.

    ``spread`` disturbs the ratios by a log-normal factor of that width, so that repeated fillings differ.
    """
    arrays = choice.arrays
    fitting = np.flatnonzero(choice.open())
    while len(fitting):
        gains = arrays.gains_of(choice.sums, fitting)
        good = gains > LEAST
        if not good.any():
            return
        fitting, gains = fitting[good], gains[good]
        ratio = gains / price[fitting]
        if rng is not None and spread:
            ratio = ratio * np.exp(spread * rng.standard_normal(len(ratio)))
        choice.add(int(fitting[np.argmax(ratio)]))
        # What did not fit or add before does not now, but for gains of cells, which only shrink.
        fitting = fitting[choice.open()[fitting]]


def prices(arrays: Arrays) -> list[Floats]:
    """Ways to price options, each (N,): by the sum of their shares of all limits, the largest share, and none."""
    limits = np.where(arrays.limits > 0, arrays.limits, 1.0)
    shares = arrays.costs / limits
    if not shares.shape[1]:
        return [np.ones(len(arrays.minutes))]
    flat = np.ones(len(arrays.minutes))
    found = [shares.sum(axis=1), shares.max(axis=1), np.sqrt(shares.max(axis=1)), flat]
    return [np.maximum(price, 1e-6) for price in found]


def greedy(arrays: Arrays) -> Choice:
    """The best of one filling per way of pricing; where that takes long, the first way's alone."""
    best: Choice | None = None
    ways = prices(arrays)
    for price in ways if len(arrays.row) < 10_000 else ways[:1]:
        choice = Choice(arrays)
        fill(choice, price)
        if best is None or choice.value > best.value:
            best = choice
    assert best is not None  # noqa: S101 -- there is always a way
    return best


def improve(
    best: Choice,
    rng: np.random.Generator,
    *,
    rounds: int,
    price: Floats | None = None,
    deadline: float = np.inf,
    stop: Callable[[], bool] | None = None,
) -> Choice:
    """Drop one to a few options, fill up otherwise, keep what is better; at most ``rounds`` attempts.

    One to four options go: single ones in turn first (a swap of one for one or two), then two to four at random,
    half of the time ones that share a resource or cell with the first (two for one, two for two). What fills up is
    chosen with disturbed ratios. A choice slightly worse is followed for a while, so that the search leaves
    the hills it climbs.
    """
    arrays = best.arrays
    ways = [price, *prices(arrays)[:2]] if price is not None else prices(arrays)
    flat = np.ones(len(arrays.minutes))
    best = swap_once(best, ways[0], deadline)
    current, since = best.copy(), 0
    for number in range(rounds):
        if time.monotonic() > deadline or (stop is not None and stop()):
            break
        attempt = current.copy()
        for i in _ruin(attempt, rng):
            attempt.drop(i)
        way = flat if number % 5 == 4 else ways[int(rng.integers(len(ways)))]
        fill(attempt, way, rng, spread=float(rng.choice([0.0, 0.15, 0.4])))
        value, before = attempt.value, current.value
        if value > before + LEAST or value > best.value - 0.002 * rng.random():
            current = attempt
        if value > best.value + LEAST:
            best, since = attempt.copy(), 0
        else:
            since += 1
            if since % 60 == 59:
                current = best.copy()
    return swap_once(best, ways[0], deadline)


def swap_once(best: Choice, price: Floats, deadline: float) -> Choice:
    """Each chosen option in turn exchanged for whatever fills its place best, until no exchange helps."""
    flat = np.ones(len(price))
    better = True
    while better:
        better = False
        for i in list(best.chosen):
            if i not in best.chosen or time.monotonic() > deadline:
                continue
            for way in (flat, price):
                attempt = best.copy()
                attempt.drop(i)
                fill(attempt, way)
                if attempt.value > best.value + LEAST:
                    best, better = attempt, True
                    break
    return best


def _ruin(choice: Choice, rng: np.random.Generator) -> list[int]:
    """The options to drop: one at random, and one to three more, at random or akin to it."""
    chosen = np.array(choice.chosen, dtype=np.int64)
    count = min(len(chosen), int(rng.integers(1, 5)))
    if not count:
        return []
    if rng.random() < 0.5:
        return [int(i) for i in rng.choice(chosen, size=count, replace=False)]
    arrays, first = choice.arrays, int(rng.choice(chosen))
    limits = np.where(arrays.limits > 0, arrays.limits, 1.0)
    akin = np.minimum(arrays.table[chosen], arrays.table[first]).sum(axis=1)
    akin += np.minimum(arrays.costs[chosen] / limits, arrays.costs[first] / limits).sum(axis=1)
    order = np.argsort(-akin * rng.uniform(0.5, 1.5, len(chosen)), kind="stable")
    return [int(i) for i in chosen[order[:count]]]
