"""Designs by another score than the gap: a good choice, without a bound."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import above_zero, count, number
from psychometrics.design.designer.arrays import Arrays, Choice
from psychometrics.design.designer.floors import unmet
from psychometrics.design.designer.problem import Problem
from psychometrics.design.designer.run import Design, costs_of, given_choice
from psychometrics.design.designer.search import greedy, improve, prices

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]

_LOOKED_AT = 30  # additions scored at a step: those that lower the gap most per share of the limits
_ROUNDS = 10_000


def design_by_score(
    problem: Problem,
    score: Callable[[tuple[int, ...]], float],
    *,
    seconds: float = 10.0,
    stop: Callable[[], bool] | None = None,
    seed: int = 0,
    start: ArrayLike = (),
) -> Design:
    """Choose the options with the highest ``score`` within the limits, such as decision value.

    Greedy and local search from several first answers, the best by the gap among them; ``bound`` is None, since
    nothing is known about what no choice can exceed. Only the additions that lower the gap most are scored at each
    step, so the score should be a relative of the gap.

    Args:
        problem: options and rules; floors come before the score.
        score: of a choice, as ascending positions; higher is better. It must be finite.
        seconds, stop, seed, start: as in ``design_loop``.

    Raises:
        BadInput: arguments out of range, or a score that is no finite number.
    """
    begun = time.monotonic()
    deadline = begun + above_zero(seconds, "seconds")
    arrays, rng = Arrays(problem), np.random.default_rng(count(seed, "seed", most=2**31 - 1))
    search = _Search(arrays, score, deadline, stop)
    first = improve(greedy(arrays), rng, rounds=100, deadline=begun + 0.25 * seconds)
    starts = [search.climb(first), search.climb(given_choice(arrays, start))]
    best = max(starts, key=search.worth)
    for number_of_round in range(_ROUNDS):
        if search.over() or not best.chosen:
            break
        attempt = search.climb(_shaken(best, rng, 1 + number_of_round % 3))
        if search.worth(attempt) > search.worth(best):
            best = attempt
    chosen = tuple(sorted(best.chosen))
    return Design(
        chosen=chosen,
        gap=problem.gap(chosen),
        bound=None,
        optimality_gap=None,
        proved=False,
        minutes=float(arrays.minutes[list(chosen)].sum()),
        costs=costs_of(problem, chosen),
        unmet=unmet(problem, chosen, impossible=False),
        elapsed=time.monotonic() - begun,
        score=search.scored(chosen),
    )


class _Search:
    """Climbs by the caller's score, which is asked once per choice."""

    def __init__(
        self,
        arrays: Arrays,
        score: Callable[[tuple[int, ...]], float],
        deadline: float,
        stop: Callable[[], bool] | None,
    ) -> None:
        self.arrays, self.score, self.deadline, self.stop = arrays, score, deadline, stop
        self.known: dict[tuple[int, ...], float] = {}

    def over(self) -> bool:
        """Whether to end."""
        return time.monotonic() > self.deadline or (self.stop is not None and self.stop())

    def scored(self, plan: tuple[int, ...]) -> float:
        """The score of a choice."""
        if plan not in self.known:
            self.known[plan] = number(self.score(plan), "score")
        return self.known[plan]

    def worth(self, choice: Choice) -> tuple[float, float, float]:
        """Floors first, then the score, then fewer minutes."""
        plan = tuple(sorted(choice.chosen))
        met = float(np.minimum(choice.sums[self.arrays.cells :], 1.0).sum())
        return round(met, 9), round(self.scored(plan), 12), -float(self.arrays.minutes[list(plan)].sum())

    def climb(self, choice: Choice) -> Choice:
        """Add what raises the score most, until nothing does."""
        arrays, price = self.arrays, prices(self.arrays)[0]
        while not self.over():
            fitting = np.flatnonzero(choice.open())
            ratio = arrays.gains_of(choice.sums, fitting) / price[fitting]
            best = choice
            for i in fitting[np.argsort(-ratio, kind="stable")[:_LOOKED_AT]].tolist():
                more = choice.copy()
                more.add(i)
                if self.worth(more) > self.worth(best):
                    best = more
            if best is choice:
                break
            choice = best
        return choice


def _shaken(best: Choice, rng: np.random.Generator, size: int) -> Choice:
    """The choice without some of its options and with another one, drawn by what it would add."""
    choice = best.copy()
    for i in rng.choice(best.chosen, size=min(size, len(best.chosen)), replace=False).tolist():
        choice.drop(i)
    fitting = np.flatnonzero(choice.open())
    gains = np.maximum(choice.arrays.gains_of(choice.sums, fitting), 1e-9)
    choice.add(int(rng.choice(fitting, p=gains / gains.sum())))
    return choice
