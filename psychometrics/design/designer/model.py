"""The linear model of a problem, or of the part of it that a base choice leaves free, as plain arrays.

Columns, in order: x of the free options (binary); E of each cell (what is shown, at least 0); y of each cell
(sufficiency, at most 1). Rows: ``E <= base + sum e x``; ``y <= A(p) + A'(p) (E - p)`` for tangents at points p;
limits; groups; floors. Minimised is ``-sum v y`` with a touch of minutes. ``A`` is concave, so every tangent lies
above it: the model allows at least what is true, and its bound is one of the problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.design.designer.arrays import Arrays, Choice

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = NDArray[np.int64]


class Tangents:
    """Points of contact by cell, which grow where a solution shows the model to be loose."""

    def __init__(self, arrays: Arrays, points: int = 12) -> None:
        self.arrays = arrays
        self.cell = np.zeros(0, dtype=np.int64)
        self.point = np.zeros(0)
        if not arrays.bend[: arrays.cells].any():
            self.add(np.arange(arrays.cells), np.zeros(arrays.cells))
            return
        # Spaced evenly in the root of the curvature's integral, (1 + E)^(-1/2), where the largest error is least.
        for step in np.linspace(0.0, 1.0, points):
            far = 1 / np.sqrt(1 + arrays.full[: arrays.cells])
            self.add(np.arange(arrays.cells), (1 - step * (1 - far)) ** -2.0 - 1)

    def add(self, cell: Places, point: Floats) -> None:
        """Touch the curve of each cell (n,) at its point (n,)."""
        self.cell, self.point = np.concatenate([self.cell, cell]), np.concatenate([self.point, point])

    def sharpen(self, sums: Floats, reached: Floats, least: float) -> int:
        """Add a tangent in each cell whose y (M,) exceeds A at ``sums`` (M,) by more than ``least`` in worth."""
        arrays = self.arrays
        cells = slice(0, arrays.cells)
        over = arrays.worth[cells] * (reached - arrays.sufficiency_of(sums))
        loose = np.flatnonzero((over > least) & (sums < arrays.full[cells]) & (arrays.bend[cells] > 0))
        self.add(loose, sums[loose])
        return len(loose)

    def lines(self) -> tuple[Floats, Floats]:
        """Slope and intercept of each tangent."""
        a, b = self.arrays.slope[self.cell], self.arrays.bend[self.cell]
        slope = a / (1 + b * self.point) ** 2
        return slope, a * self.point / (1 + b * self.point) - slope * self.point


@dataclass(frozen=True, slots=True)
class Model:
    """A linear programme: minimise ``cost``, ``lower <= rows <= upper`` in compressed rows, columns 0..``top``."""

    free: Places
    cost: Floats
    top: Floats
    start: Places
    index: Places
    entry: Floats
    lower: Floats
    upper: Floats

    @property
    def binaries(self) -> int:
        """How many of the columns are choices."""
        return len(self.free)


class _Rows:
    """Rows gathered one block at a time."""

    def __init__(self) -> None:
        self.length: list[Places] = []
        self.index: list[Places] = []
        self.entry: list[Floats] = []
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []

    def sparse(self, matrix: Floats, lower: Floats, upper: Floats, more: Places | None = None) -> None:
        """Rows of a dense matrix over the free options; ``more`` names one further column each, with entry 1."""
        row, column = np.nonzero(matrix)
        entry = matrix[row, column]
        if more is not None:
            row = np.concatenate([row, np.arange(len(matrix))])
            column, entry = np.concatenate([column, more]), np.concatenate([entry, np.ones(len(matrix))])
            order = np.argsort(row, kind="stable")
            row, column, entry = row[order], column[order], entry[order]
        self.length.append(np.bincount(row, minlength=len(matrix)))
        self.index.append(column)
        self.entry.append(entry)
        self.lower.append(np.broadcast_to(lower, len(matrix)).astype(float))
        self.upper.append(np.broadcast_to(upper, len(matrix)).astype(float))


def build(arrays: Arrays, tangents: Tangents, free: Places, base: Choice, *, least: float = -np.inf) -> Model:
    """The model over the ``free`` options beside the chosen ones of ``base``, which stay.

    ``least`` is a value that must be reached: with it an infeasible model says that nothing better exists.
    """
    n, m = len(free), arrays.cells
    rows = _Rows()
    shown = arrays.table[free]
    rows.sparse(-shown[:, :m].T, np.array(-np.inf), base.sums[:m], n + np.arange(m))
    slope, intercept = tangents.lines()
    count = len(slope)
    rows.length.append(np.full(count, 2))
    rows.index.append(np.stack([n + tangents.cell, n + m + tangents.cell], axis=1).ravel())
    rows.entry.append(np.stack([-slope, np.ones(count)], axis=1).ravel())
    rows.lower.append(np.full(count, -np.inf))
    rows.upper.append(intercept)
    rows.sparse(arrays.costs[free].T, np.array(-np.inf), np.maximum(arrays.room - base.used, 0.0))
    inside = np.zeros(len(arrays.minutes), dtype=np.int64) - 1
    inside[free] = np.arange(n)
    members = [found for group in arrays.groups if len(found := inside[group][inside[group] >= 0]) > 1]
    if members:
        rows.length.append(np.array([len(found) for found in members]))
        rows.index.append(np.concatenate(members))
        rows.entry.append(np.ones(sum(len(found) for found in members)))
        rows.lower.append(np.full(len(members), -np.inf))
        rows.upper.append(np.ones(len(members)))
    # Floors were scaled to 1.
    rows.sparse(shown[:, m:].T, 1.0 - 1e-9 - base.sums[m:], np.array(np.inf))
    cost = np.concatenate([arrays.tie * arrays.minutes[free], np.zeros(m), -arrays.worth[:m]])
    if np.isfinite(least):
        rows.length.append(np.array([m]))
        rows.index.append(n + m + np.arange(m))
        rows.entry.append(arrays.worth[:m])
        rows.lower.append(np.array([least]))
        rows.upper.append(np.array([np.inf]))
    return Model(
        free=free,
        cost=cost,
        top=np.concatenate([np.ones(n), np.full(m, np.inf), np.ones(m)]),
        start=np.concatenate([[0], np.cumsum(np.concatenate(rows.length))]).astype(np.int64),
        index=np.concatenate(rows.index).astype(np.int64),
        entry=np.concatenate(rows.entry),
        lower=np.concatenate(rows.lower),
        upper=np.concatenate(rows.upper),
    )


def start_of(arrays: Arrays, model: Model, choice: Choice) -> Floats:
    """Values of all columns for a choice, from which a solver may begin."""
    x = np.isin(model.free, choice.chosen).astype(float)
    sums = choice.sums[: arrays.cells]
    return np.concatenate([x, sums, arrays.sufficiency_of(sums)])
