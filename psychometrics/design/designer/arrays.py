"""A problem as flat arrays, and the state of a choice that is changed one option at a time.

Cells in which no option shows anything, or which are worth nothing, are left out; two cells in which every option
shows the same are one cell worth both (a competency whose questions are all of one realism has one cell, not K).
Floors are cells too: linear up to their least sum, and worth more than any gap, so that whatever raises the value
meets the floors first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics.design.designer.problem import TOLERANCE, Problem
from psychometrics.reliability.spearman_brown import signal_to_noise

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = NDArray[np.int64]

FLOOR_WORTH = 10.0
# A whole limit of minutes counts as much as this much of the gap: it orders equal choices, and no others.
TIE = 1e-6


class Arrays:
    """The problem's cells: ``worth`` (M,), sufficiency ``min(1, slope E / (1 + bend E))``, and who shows what.

    ``table`` (N, M) is dense; ``row``, ``cell``, ``shown`` are its entries above 0, ordered by option.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        n = len(problem)
        shown: Floats = np.asarray(problem.evidence).reshape(n, -1)
        worth = problem.values().ravel()
        kept = np.flatnonzero((worth > 0) & (shown > 0).any(axis=0))
        columns = np.ascontiguousarray(shown[:, kept].T)
        first: dict[bytes, int] = {}
        place = np.array(
            [first.setdefault(column.tobytes(), len(first)) for column in columns], dtype=np.int64
        )
        columns = columns[np.unique(place, return_index=True)[1]].T if len(place) else np.zeros((n, 0))
        worth = np.asarray(np.bincount(place, weights=worth[kept], minlength=len(first)), dtype=np.float64)
        self.cells = len(worth)
        floors, least = np.asarray(problem.floors), np.asarray(problem.least)
        asked = least > 0
        floors, least = floors[:, asked], least[asked]
        self.table = np.hstack([columns, floors / least if len(least) else floors])
        self.worth = np.concatenate([worth, np.full(len(least), FLOOR_WORTH)])
        linear = problem.sufficiency == "evidence"
        target = problem.target_reliability
        needed = float(signal_to_noise(target))
        self.slope = np.concatenate(
            [np.full(self.cells, 1 / needed if linear else 1 / target), np.ones(len(least))]
        )
        self.bend = np.concatenate([np.full(self.cells, 0.0 if linear else 1.0), np.zeros(len(least))])
        self.full = np.concatenate([np.full(self.cells, needed), np.ones(len(least))])
        row, cell = np.nonzero(self.table)
        self.row, self.cell = row.astype(np.int64), cell.astype(np.int64)
        self.shown = self.table[row, cell]
        self._lines = self.slope[cell], self.bend[cell], self.worth[cell]
        self.minutes = np.asarray(problem.minutes)
        self.costs, self.limits = np.asarray(problem.costs), np.asarray(problem.limits)
        self.room = self.limits + TOLERANCE * (1 + self.limits)
        self.fits = np.asarray((self.costs <= self.room).all(axis=1))
        groups = [members for members in problem.members if len(members) > 1]
        self.groups = groups
        self.in_groups: list[list[int]] = [[] for _ in range(n)]
        for number, members in enumerate(groups):
            for i in members.tolist():
                self.in_groups[i].append(number)
        self.tie = TIE / self._longest()

    def _longest(self) -> float:
        """The limit of minutes, where one of the resources is the minutes; else all of them."""
        for r, limit in enumerate(self.limits):
            if limit > 0 and np.array_equal(self.costs[:, r], self.minutes):
                return float(limit)
        return max(float(self.minutes.sum()), 1.0)

    def sufficiency(self, sums: Floats) -> Floats:
        """A of each cell at sums of shape (..., M)."""
        return np.asarray(np.minimum(1.0, self.slope * sums / (1.0 + self.bend * sums)))

    def sufficiency_of(self, sums: Floats) -> Floats:
        """A of the cells alone, without floors, at sums of shape (cells,)."""
        m = self.cells
        return np.asarray(np.minimum(1.0, self.slope[:m] * sums / (1.0 + self.bend[:m] * sums)))

    def value(self, sums: Floats) -> float:
        """What sums (M,) are worth, floors included."""
        return float(self.worth @ self.sufficiency(sums))

    def gains(self, sums: Floats) -> Floats:
        """What each option would add at ``sums``, ties by minutes included, shape (N,)."""
        new = self.shown + sums[self.cell]
        slope, bend, worth = self._lines
        reached = slope * new
        if self.bend.any():
            reached /= 1.0 + bend * new
        more = worth * (np.minimum(1.0, reached) - self.sufficiency(sums)[self.cell])
        return (
            np.asarray(np.bincount(self.row, weights=more, minlength=len(self.minutes)))
            - self.tie * self.minutes
        )

    def gains_of(self, sums: Floats, options: Places) -> Floats:
        """The same for some options (n,) alone, shape (n,)."""
        if len(options) * 8 > len(self.minutes) or len(options) * len(sums) > len(self.row):
            return np.asarray(self.gains(sums)[options])
        reached = self.sufficiency(self.table[options] + sums)
        more = (reached - self.sufficiency(sums)) @ self.worth
        return np.asarray(more - self.tie * self.minutes[options])

    def gap(self, sums: Floats) -> float:
        """The gap at ``sums``, without floors."""
        return 1.0 - float(self.worth[: self.cells] @ self.sufficiency(sums)[: self.cells])


class Choice:
    """Chosen options with their sums, used resources and blocked options, kept up to date."""

    def __init__(self, arrays: Arrays, chosen: Iterable[int] = ()) -> None:
        self.arrays = arrays
        self.chosen: list[int] = []
        self.sums = np.zeros(arrays.table.shape[1])
        self.used = np.zeros(len(arrays.limits))
        self.blocked = (~arrays.fits).astype(np.int64)
        for i in chosen:
            self.add(i)

    def copy(self) -> Choice:
        """The same choice, to be changed on its own."""
        new = Choice.__new__(Choice)
        new.arrays, new.chosen = self.arrays, list(self.chosen)
        new.sums, new.used, new.blocked = self.sums.copy(), self.used.copy(), self.blocked.copy()
        return new

    def add(self, i: int) -> None:
        """Take option ``i``; whether it fits is the caller's business."""
        self._change(i, 1)
        self.chosen.append(i)

    def drop(self, i: int) -> None:
        """Give option ``i`` back."""
        self.chosen.remove(i)
        self._change(i, -1)

    def _change(self, i: int, sign: int) -> None:
        arrays = self.arrays
        self.sums += sign * arrays.table[i]
        self.used += sign * arrays.costs[i]
        self.blocked[i] += sign
        for number in arrays.in_groups[i]:
            self.blocked[arrays.groups[number]] += sign
        if sign < 0:
            # Differences of sums leave dust behind, which would count as evidence.
            self.sums[np.abs(self.sums) < 1e-12] = 0.0

    def open(self) -> NDArray[np.bool_]:
        """Options that could be added, shape (N,)."""
        arrays = self.arrays
        left = arrays.room - self.used
        found = np.asarray(self.blocked == 0)
        for r in range(len(left)):
            found &= arrays.costs[:, r] <= left[r]
        return found

    def feasible(self) -> bool:
        """Whether limits and groups are kept; floors count in the value."""
        if np.any(self.used > self.arrays.room):
            return False
        taken = np.zeros(len(self.arrays.groups), dtype=np.int64)
        for i in self.chosen:
            taken[self.arrays.in_groups[i]] += 1
        return bool((taken <= 1).all()) and len(set(self.chosen)) == len(self.chosen)

    @property
    def value(self) -> float:
        """Worth of the sums, floors and ties included."""
        arrays = self.arrays
        return arrays.value(self.sums) - arrays.tie * float(arrays.minutes[self.chosen].sum())

    @property
    def gap(self) -> float:
        """The gap of the choice."""
        return self.arrays.gap(self.sums)
