"""Large neighbourhoods: a part of the best choice is opened and chosen anew, exactly or by local search.

On instances that branch and bound cannot finish, its solutions come late; solving parts of them exactly finds better
choices sooner (Shaw 1998; Danna, Rothberg & Le Pape 2005 for the options that the linear programme favours).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics.design.designer.arrays import Arrays
from psychometrics.design.designer.highs import solve
from psychometrics.design.designer.model import Tangents, build, start_of
from psychometrics.design.designer.search import improve, prices

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    from psychometrics.design.designer.exact import Root, Standing

    Floats: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = NDArray[np.int64]


class Neighbourhoods:
    """Opens parts of the best choice in turn, larger ones after a part was solved quickly and in vain."""

    def __init__(self, standing: Standing, rng: np.random.Generator) -> None:
        self.standing, self.rng = standing, rng
        self.arrays: Arrays = standing.arrays
        self.opened, self.options = 8, 250
        self.number = 0

    def once(self, top: Root | None, seconds: float) -> bool:
        """One attempt; whether it was better. ``top`` is the linear programme's answer, once there is one."""
        self.number += 1
        if top is None or self.number % 4 == 0:
            return self._locally(top)
        return self._exactly(top, seconds)

    def _locally(self, top: Root | None) -> bool:
        price = prices(self.arrays)[0]
        if top is not None:
            # What an option would have to show to be worth its place: dual prices of everything it uses.
            shown = (self.arrays.table[:, : self.arrays.cells] * self.arrays.worth[: self.arrays.cells]).sum(
                axis=1
            )
            price = np.maximum(top.reduced + shown, 1e-6)
        best = self.standing.best
        better = improve(best, self.rng, rounds=150, price=price, deadline=self.standing.deadline,
                         stop=self.standing.over)  # fmt: skip
        return self.standing.offer(better)

    def _exactly(self, top: Root, seconds: float) -> bool:
        arrays, rng, best = self.arrays, self.rng, self.standing.best
        chosen = np.array(best.chosen, dtype=np.int64)
        if not len(chosen):
            return False
        dropped = self._part(chosen, min(self.opened, len(chosen)))
        base = best.copy()
        for i in dropped.tolist():
            base.drop(i)
        free = np.flatnonzero(base.open())
        if len(free) > self.options:
            # The linear programme's favourites, a little disturbed, so that each attempt sees others.
            worth = np.maximum(top.reduced[free], 0.0)
            order = np.argsort(worth * rng.uniform(0.3, 1.7, len(free)), kind="stable")
            free = np.union1d(free[order[: self.options]], dropped)
        tangents = Tangents(arrays)
        tangents.add(np.arange(arrays.cells), np.minimum(best.sums, arrays.full)[: arrays.cells])
        model = build(arrays, tangents, free, base)
        start = start_of(arrays, model, best)
        start[len(free) : len(free) + 2 * arrays.cells] = np.concatenate(
            [best.sums[: arrays.cells], arrays.sufficiency_of(best.sums[: arrays.cells])]
        )
        answer = solve(model, seconds=min(seconds, self.standing.left()), start=start, effort=0.1,
                       seed=int(rng.integers(2**30)), stop=self.standing.over)  # fmt: skip
        if answer.columns is None:
            return False
        for i in free[answer.columns[: len(free)] > 0.5].tolist():
            base.add(i)
        better = self.standing.offer(base)
        if answer.finished and not better:
            self.opened, self.options = self.opened + 1, min(self.options + 25, 2000)
        elif not answer.finished:
            self.opened, self.options = max(self.opened - 1, 3), max(self.options - 25, 60)
        return better

    def _part(self, chosen: Places, count: int) -> Places:
        """Chosen options to open: at random, or those most akin to one of them in cells and resources."""
        arrays, rng = self.arrays, self.rng
        if rng.random() < 0.4:
            return np.asarray(rng.choice(chosen, size=count, replace=False))
        first = int(rng.choice(chosen))
        limits = np.where(arrays.limits > 0, arrays.limits, 1.0)
        by_cells = np.minimum(arrays.table[chosen], arrays.table[first]).sum(axis=1)
        by_costs = np.minimum(arrays.costs[chosen] / limits, arrays.costs[first] / limits).sum(axis=1)
        weight = rng.random()
        akin = weight * by_cells / max(by_cells.max(), 1e-12) + (1 - weight) * by_costs / max(
            by_costs.max(), 1e-12
        )
        order = np.argsort(-akin - 0.3 * rng.random(len(chosen)), kind="stable")
        return np.asarray(chosen[order[:count]])
