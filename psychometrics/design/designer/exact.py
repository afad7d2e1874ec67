"""The proof: an outer approximation whose bound holds, sharpened until it meets the best choice.

The linear programme first: its lifted tangents are sharpened where they are loose, and its bound with an option's
reduced cost says that the option is in no better choice (reduced-cost fixing), which leaves a tenth of the options
or so. Then branch and bound over what is left. A solution of it that the model takes for better than it is sharpens
the tangents there, and the rest is done again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.design.designer.arrays import Arrays, Choice
from psychometrics.design.designer.highs import solve
from psychometrics.design.designer.model import Tangents, build, start_of

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = NDArray[np.int64]

# A design is proved when gap and bound are this close.
CLOSE = 1e-4
_MET = 1.0 - 1e-6


@dataclass
class Standing:
    """The best choice so far and the best bound, shared by those who look for them."""

    arrays: Arrays
    best: Choice
    bound: float = 0.0
    deadline: float = math.inf
    close: float = CLOSE
    stopped: bool = False
    changed: int = 0
    impossible: bool = False
    lock: Lock = field(default_factory=Lock)

    def offer(self, choice: Choice) -> bool:
        """Take a choice that is better; whether it was."""
        with self.lock:
            if not choice.feasible() or choice.value <= self.best.value + 1e-10:
                return False
            self.best = choice
            self.changed += 1
            return True

    def raise_bound(self, bound: float) -> None:
        """Take a bound that is higher; ties by minutes never lift it above the best gap."""
        with self.lock:
            if bound > self.bound:
                self.bound = bound
                self.changed += 1

    @property
    def met(self) -> bool:
        """Whether the best choice meets every floor."""
        return bool((self.best.sums[self.arrays.cells :] >= _MET).all())

    @property
    def proved(self) -> bool:
        """Whether nothing better than by ``close`` exists."""
        return self.met and self.best.gap - self.bound <= self.close

    def over(self) -> bool:
        """Whether to end: stopped, out of time or proved."""
        return self.stopped or time.monotonic() > self.deadline or self.proved or self.impossible

    def left(self) -> float:
        """Seconds left."""
        return self.deadline - time.monotonic()


@dataclass(frozen=True, slots=True)
class Root:
    """What the linear programme says: its bound, fractional choice (N,) and reduced costs (N,)."""

    bound: float
    x: Floats
    reduced: Floats
    free: Places

    def within(self, gap: float) -> int:
        """How many options could be in a choice with less than this gap."""
        return int((self.bound + np.maximum(self.reduced[self.free], 0.0) < gap).sum())


def root(standing: Standing, tangents: Tangents, *, rounds: int = 8) -> Root | None:
    """Solve and sharpen the linear programme; None where it has no solution or the time is out."""
    arrays = standing.arrays
    free = np.flatnonzero(arrays.fits & (arrays.table > 0).any(axis=1))
    found, empty = None, Choice(arrays)
    for _ in range(rounds):
        model = build(arrays, tangents, free, empty)
        answer = solve(model, seconds=min(standing.left(), 3600.0), whole=False, stop=standing.over)
        if answer.infeasible:
            standing.impossible = True
        if answer.columns is None or answer.reduced is None:
            return found
        x, reduced = np.zeros(len(arrays.minutes)), np.zeros(len(arrays.minutes))
        x[free], reduced[free] = answer.columns[: len(free)], answer.reduced[: len(free)]
        found = Root(1.0 + answer.bound, x, reduced, free)
        standing.raise_bound(found.bound - _tie_of(standing))
        reached = answer.columns[len(free) + arrays.cells : len(free) + 2 * arrays.cells]
        if standing.over() or not tangents.separate(free, x[free], reached, standing.close / 3):
            break
    return found


def _tie_of(standing: Standing) -> float:
    """The most that minutes add to the model's objective beside the gap, which its bound must give back."""
    arrays = standing.arrays
    longest = float(arrays.minutes.sum())
    for r, limit in enumerate(arrays.limits):
        if np.array_equal(arrays.costs[:, r], arrays.minutes):
            longest = min(longest, float(limit))
    return arrays.tie * longest


def prove(
    standing: Standing, tangents: Tangents, top: Root, *, seed: int = 0, close: float = CLOSE / 2
) -> None:
    """Branch and bound until proved, stopped or out of time; better choices and bounds go to ``standing``."""
    arrays, empty = standing.arrays, Choice(standing.arrays)
    tie, close = _tie_of(standing), 0.9 * standing.close
    while not standing.over():
        # What could still be better than the best by more than ``close``; all, while a floor is not met.
        worst = standing.best.gap - close if standing.met else math.inf
        free = top.free[top.bound + np.maximum(top.reduced[top.free], 0.0) - tie < worst]
        if not len(free):
            standing.raise_bound(min(worst, standing.best.gap))
            return
        tangents.sharpen(standing.best.sums[: arrays.cells], np.full(arrays.cells, 2.0), 0.0)
        model = build(arrays, tangents, free, empty)
        answer = solve(
            model,
            seconds=min(standing.left(), 1e6),
            start=start_of(arrays, model, standing.best) if standing.met else None,
            close=0.8 * standing.close,
            seed=seed,
            stop=standing.over,
            on_solution=_taker(standing, free),
            on_bound=lambda bound, worst=worst: standing.raise_bound(min(1.0 + bound - tie, worst)),  # type: ignore[misc]
        )
        if answer.infeasible and worst == math.inf:
            standing.impossible = True
            return
        if answer.infeasible:
            standing.raise_bound(worst)
            return
        if math.isfinite(answer.bound):
            standing.raise_bound(min(1.0 + answer.bound - tie, worst))
        if answer.columns is None or not answer.finished:
            return
        _taker(standing, free)(answer.columns)
        n, m = len(free), arrays.cells
        sums = arrays.table[free[answer.columns[:n] > 0.5]].sum(axis=0)[:m]
        if (
            not tangents.sharpen(sums, answer.columns[n + m : n + 2 * m], standing.close / 20 / max(m, 1))
            and standing.met
        ):
            return


def _taker(standing: Standing, free: Places) -> Callable[[Floats], None]:
    """Takes a solver's solution for a choice."""

    def take(columns: Floats) -> None:
        standing.offer(Choice(standing.arrays, free[columns[: len(free)] > 0.5].tolist()))

    return take
