"""Designs by another score than the gap: a good choice, without a bound."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import above_zero, count, number
from psychometrics.design.designer.arrays import Arrays, Choice
from psychometrics.design.designer.floors import unmet
from psychometrics.design.designer.problem import Problem
from psychometrics.design.designer.run import Design, costs_of
from psychometrics.design.designer.search import greedy, improve, prices

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

_LOOKED_AT = 30  # additions scored at a step: those that lower the gap most per share of the limits


def design_by_score(
    problem: Problem,
    score: Callable[[tuple[int, ...]], float],
    *,
    seconds: float = 10.0,
    stop: Callable[[], bool] | None = None,
    seed: int = 0,
    start: Sequence[int] = (),
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
    known: dict[tuple[int, ...], float] = {}

    def worth(choice: Choice) -> tuple[float, float, float]:
        """Floors first, then the score, then fewer minutes."""
        plan = tuple(sorted(choice.chosen))
        if plan not in known:
            known[plan] = number(score(plan), "score")
        met = float(np.minimum(choice.sums[arrays.cells :], 1.0).sum())
        return round(met, 9), round(known[plan], 12), -float(arrays.minutes[list(plan)].sum())

    def over() -> bool:
        return time.monotonic() > deadline or (stop is not None and stop())

    def climb(choice: Choice) -> Choice:
        """Add what raises the score most, until nothing does."""
        price = prices(arrays)[0]
        while not over():
            open_ = np.flatnonzero(choice.open())
            ratio = arrays.gains_of(choice.sums, open_) / price[open_]
            best: Choice | None = None
            for i in open_[np.argsort(-ratio, kind="stable")[:_LOOKED_AT]].tolist():
                more = choice.copy()
                more.add(i)
                if worth(more) > worth(best or choice):
                    best = more
            if best is None:
                break
            choice = best
        return choice

    first = improve(greedy(arrays), rng, rounds=100, deadline=begun + 0.25 * seconds)
    starts = [climb(first), climb(Choice(arrays))]
    given = Choice(arrays, [int(i) for i in start])
    if start and given.feasible():
        starts.append(climb(given))
    best = max(starts, key=worth)
    for round_ in range(10_000):
        if over() or not best.chosen:
            break
        dropped = best.copy()
        size = min(len(best.chosen), 1 + round_ % 3)
        for i in rng.choice(best.chosen, size=size, replace=False).tolist():
            dropped.drop(i)
        for i in _disturbed(dropped, rng):
            if dropped.open()[i]:
                dropped.add(i)
                break
        attempt = climb(dropped)
        if worth(attempt) > worth(best):
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
        score=known[chosen] if chosen in known else number(score(chosen), "score"),
    )


def _disturbed(choice: Choice, rng: np.random.Generator) -> list[int]:
    """A few options to go on with, drawn by what they would add."""
    open_ = np.flatnonzero(choice.open())
    if not len(open_):
        return []
    gains = np.maximum(choice.arrays.gains_of(choice.sums, open_), 1e-9)
    return [int(i) for i in rng.choice(open_, size=min(5, len(open_)), replace=False, p=gains / gains.sum())]
