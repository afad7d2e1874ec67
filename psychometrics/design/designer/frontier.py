"""The best gap for each of several limits of one resource: what another hour would buy."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import above_zero, column, count, finite
from psychometrics.design.designer.exact import CLOSE
from psychometrics.design.designer.problem import Problem
from psychometrics.design.designer.run import Design, design_loop
from psychometrics.errors import BadInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class LimitedDesign:
    """A limit and the best design within it."""

    limit: float
    design: Design


def frontier(
    problem: Problem,
    budgets: ArrayLike,
    *,
    resource: str | int = 0,
    seconds: float = 10.0,
    on_point: Callable[[LimitedDesign], bool | None] | None = None,
    stop: Callable[[], bool] | None = None,
    seed: int = 0,
    exact: bool = True,
) -> tuple[LimitedDesign, ...]:
    """Best designs for several limits of one resource, from the smallest limit to the largest.

    Each begins with its smaller neighbour's plan, and a larger limit's bound holds for a smaller one, so that gaps
    and bounds never rise with the limit.

    Args:
        problem: options and rules; its own limit of that resource is replaced.
        budgets: limits, in any order.
        resource: name or position of the resource.
        seconds: for all of them together, shared evenly among those still to come.
        on_point: told of every point once it is designed; returning False ends the run after it.
        stop: asked often; True ends the run, and the points designed by then are returned.
        seed, exact: as in ``design_loop``.

    Raises:
        BadInput: no budget, a negative one, or no such resource.
    """
    limits = np.unique(finite(column(budgets, "budgets"), "budgets"))
    if not len(limits) or limits[0] < 0:
        raise BadInput("budgets must hold at least one limit, and none below 0")
    place = _place(problem, resource)
    deadline = time.monotonic() + above_zero(seconds, "seconds")
    points: list[LimitedDesign] = []
    start: tuple[int, ...] = ()
    for number, limit in enumerate(limits.tolist()):
        if points and stop is not None and stop():
            break
        there = np.array(problem.limits, dtype=np.float64)
        there[place] = limit
        share = max((deadline - time.monotonic()) / (len(limits) - number), 0.05)
        found = design_loop(replace(problem, limits=there, groups=problem.members), seconds=share, stop=stop,
                            seed=seed, start=start, exact=exact)  # fmt: skip
        points.append(LimitedDesign(limit, found))
        start = found.chosen
        if on_point is not None and on_point(points[-1]) is False:
            break
    return _monotone(points)


def _monotone(points: list[LimitedDesign]) -> tuple[LimitedDesign, ...]:
    """Bounds of larger limits hold for smaller ones."""
    highest = 0.0
    settled: list[LimitedDesign] = []
    for point in reversed(points):
        found = point.design
        highest = max(highest, found.bound or 0.0)
        if found.bound is not None and found.feasible and found.bound < highest:
            bound = min(highest, found.gap)
            slack = found.gap - bound
            found = replace(found, bound=bound, optimality_gap=slack, proved=slack <= CLOSE)
        settled.append(LimitedDesign(point.limit, found))
    return tuple(reversed(settled))


def _place(problem: Problem, resource: str | int) -> int:
    if isinstance(resource, str):
        if resource not in problem.resources:
            raise BadInput(
                f"resource {resource!r} is none of {', '.join(problem.resources) or 'none at all'}"
            )
        return list(problem.resources).index(resource)
    return count(resource, "resource", most=len(problem.resources) - 1)
