"""Which floors a choice misses, and why: not offered, out of reach within the limits, or at odds with others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from psychometrics.design.designer.arrays import Arrays, Choice
from psychometrics.design.designer.problem import Problem
from psychometrics.design.designer.search import greedy

# Time for finding out why one floor cannot be met.
_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Unmet:
    """A floor that a plan misses: its name, what the plan reaches of the least sum, and the reason in words."""

    floor: str
    reached: float
    least: float
    reason: str


def unmet(problem: Problem, chosen: Iterable[int], *, impossible: bool) -> tuple[Unmet, ...]:
    """The floors that a choice misses. ``impossible`` says that it is proved that no choice meets all."""
    floors, least = np.asarray(problem.floors), np.asarray(problem.least)
    reached = floors[list(chosen)].sum(axis=0)
    missed = np.flatnonzero(reached < least * (1 - 1e-6)).tolist()
    return tuple(
        Unmet(
            problem.floor_names[f],
            float(reached[f]),
            float(least[f]),
            _reason(problem, f, impossible=impossible),
        )
        for f in missed
    )


def _reason(problem: Problem, f: int, *, impossible: bool) -> str:
    floors, least, name = np.asarray(problem.floors), np.asarray(problem.least), problem.floor_names[f]
    costs, limits = np.asarray(problem.costs), np.asarray(problem.limits)
    offering = floors[:, f] > 0
    if not offering.any():
        return f"no option counts towards {name}"
    too_much = costs > limits * (1 + 1e-9) + 1e-9
    if too_much[offering].any(axis=1).all():
        names = [problem.resources[r] for r in np.flatnonzero(too_much[offering].any(axis=0)).tolist()]
        return f"every option that counts towards {name} alone exceeds the limit of {' or '.join(names)}"
    most = _most_alone(problem, f)
    if most < least[f] * (1 - 1e-6):
        return f"the limits and groups allow at most {most:g} of {least[f]:g} for {name}, whatever else is left out"
    if impossible:
        return f"{name} can be met by itself, and not together with the other floors within the limits"
    return f"no choice that meets {name} and the other floors was found in the time there was"


def _most_alone(problem: Problem, f: int) -> float:
    """The most that one floor can reach within limits and groups; exact where a solver finishes in time."""
    from psychometrics.design.designer.highs import solve
    from psychometrics.design.designer.model import Tangents, build

    floors = np.asarray(problem.floors)[:, [f]]
    alone = replace(problem, floors=floors, least=np.asarray(problem.least)[[f]],
                    floor_names=(problem.floor_names[f],))  # fmt: skip
    arrays = Arrays(alone)
    first = greedy(arrays)
    found = float(floors[first.chosen].sum())
    free = np.flatnonzero(arrays.fits & (floors[:, 0] > 0))
    model = build(arrays, Tangents(arrays), free, Choice(arrays))
    # Without its floor's row and without worth: as much of the floor as there can be.
    m = arrays.cells
    cost = np.zeros_like(model.cost)
    cost[: len(free)] = -floors[free, 0]
    lower = model.lower.copy()
    lower[np.isfinite(model.lower) & ~np.isfinite(model.upper)] = -np.inf
    answer = solve(replace(model, cost=cost, lower=lower), seconds=_SECONDS)
    if answer.columns is not None and m >= 0:
        found = max(found, float(floors[free[answer.columns[: len(free)] > 0.5]].sum()))
    return found
