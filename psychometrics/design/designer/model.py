"""The linear model of a problem, or of the part of it that a base choice leaves free, as plain arrays.

Columns, in order: x of the free options (binary); E of each cell (what is shown, at least 0); y of each cell
(sufficiency, at most 1); z of each group (binary, the sum of its x); the number of options chosen (whole). Rows:
``E <= base + sum e x``; ``y <= A(p) + A'(p) (E - p)`` for tangents at points p; limits; groups; floors. Minimised is
``-sum v y`` with a touch of minutes. The z and the number add nothing to the model but something to branch on:
whether a question is asked at all decides more than whether one of its hundred sessions is held, and needs a
twentieth of the nodes. ``A`` is concave, so every tangent lies
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

    def __init__(self, arrays: Arrays, points: int = 5) -> None:
        self.arrays = arrays
        self.cell = np.zeros(0, dtype=np.int64)
        self.point = np.zeros(0)
        cells = np.arange(arrays.cells)
        if not arrays.bend[: arrays.cells].any():
            self.add(cells, np.zeros(arrays.cells))
            return
        # Spaced evenly in the root of the curvature's integral, (1 + E)^(-1/2), where the largest error is least.
        far = 1 / np.sqrt(1 + arrays.full[: arrays.cells])
        for step in np.linspace(0.0, 1.0, points):
            self.add(cells, (1 - step * (1 - far)) ** -2.0 - 1)

    def add(self, cell: Places, point: Floats) -> None:
        """Touch the curve of each cell (n,) at its point (n,), unless that has been done."""
        known = set(zip(self.cell.tolist(), np.round(self.point, 9).tolist(), strict=True))
        pairs = zip(cell.tolist(), np.round(point, 9).tolist(), strict=True)
        new = np.array([pair not in known for pair in pairs], dtype=bool)
        cell, point = cell[new], point[new]
        self.cell, self.point = np.concatenate([self.cell, cell]), np.concatenate([self.point, point])

    def sharpen(self, sums: Floats, reached: Floats, least: float) -> int:
        """Add a tangent in each cell whose y (M,) exceeds A at ``sums`` (M,) by more than ``least`` in worth."""
        arrays = self.arrays
        m = arrays.cells
        over = arrays.worth[:m] * (reached - arrays.sufficiency_of(sums))
        loose = np.flatnonzero((over > least) & (sums < arrays.full[:m]) & (arrays.bend[:m] > 0))
        before = len(self.cell)
        self.add(loose, sums[loose])
        return len(self.cell) - before

    def separate(self, free: Places, x: Floats, reached: Floats, least: float) -> int:
        """Add in each cell the lifted tangent that cuts off most of a fractional x (n,) with y (M,)."""
        arrays, added = self.arrays, 0
        support = np.flatnonzero(x > 1e-7)
        for c in range(arrays.cells):
            e, chosen = arrays.table[free[support], c], x[support]
            points = np.unique(
                np.concatenate([e[e < arrays.full[c]], [0.0, min(e @ chosen, arrays.full[c])]])
            )
            slope, intercept = _line(arrays.slope[c], arrays.bend[c], points)
            single = np.minimum(1.0, arrays.slope[c] * e / (1 + arrays.bend[c] * e))
            lifted = np.where(e >= points[:, None], single - intercept[:, None], slope[:, None] * e)
            top = intercept + lifted @ chosen
            lowest = int(np.argmin(top))
            if arrays.worth[c] * (reached[c] - top[lowest]) > least:
                self.add(np.array([c]), points[lowest : lowest + 1])
                added += 1
        return added

    def lines(self) -> tuple[Floats, Floats]:
        """Slope and intercept of each tangent."""
        return _line(self.arrays.slope[self.cell], self.arrays.bend[self.cell], self.point)


def _line(slope: Floats | float, bend: Floats | float, point: Floats) -> tuple[Floats, Floats]:
    """Slope and intercept of the tangent of ``slope E / (1 + bend E)`` at each point."""
    steep = slope / (1 + bend * point) ** 2
    return steep, slope * point / (1 + bend * point) - steep * point


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
    whole: NDArray[np.bool_]
    groups: list[Places]


class _Rows:
    """Rows gathered one block at a time."""

    def __init__(self) -> None:
        self.length: list[Places] = []
        self.index: list[Places] = []
        self.entry: list[Floats] = []
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []

    def row(self, index: Places, entry: Floats, lower: float, upper: float) -> None:
        """One row."""
        self.length.append(np.array([len(index)]))
        self.index.append(index)
        self.entry.append(entry)
        self.lower.append(np.array([lower]))
        self.upper.append(np.array([upper]))

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


def build(arrays: Arrays, tangents: Tangents, free: Places, base: Choice) -> Model:
    """The model over the ``free`` options beside the chosen ones of ``base``, which stay."""
    n, m = len(free), arrays.cells
    rows = _Rows()
    shown = arrays.table[free]
    rows.sparse(-shown[:, :m].T, np.array(-np.inf), base.sums[:m], n + np.arange(m))
    _touch(rows, arrays, tangents, shown, base, n)
    rows.sparse(arrays.costs[free].T, np.array(-np.inf), np.maximum(arrays.room - base.used, 0.0))
    inside = np.zeros(len(arrays.minutes), dtype=np.int64) - 1
    inside[free] = np.arange(n)
    groups = [found for group in arrays.groups if len(found := inside[group][inside[group] >= 0]) > 1]
    groups_and_all = [*groups, np.arange(n)]
    for place, found in enumerate(groups_and_all):
        rows.row(np.append(found, n + 2 * m + place), np.append(np.ones(len(found)), -1.0), 0.0, 0.0)
    # Floors were scaled to 1.
    rows.sparse(shown[:, m:].T, 1.0 - 1e-9 - base.sums[m:], np.array(np.inf))
    more = len(groups_and_all)
    cost = np.concatenate([arrays.tie * arrays.minutes[free], np.zeros(m), -arrays.worth[:m], np.zeros(more)])
    return Model(
        free=free,
        cost=cost,
        top=np.concatenate([np.ones(n), np.full(m, np.inf), np.ones(m + len(groups)), [float(n)]]),
        start=np.concatenate([[0], np.cumsum(np.concatenate(rows.length))]).astype(np.int64),
        index=np.concatenate(rows.index).astype(np.int64),
        entry=np.concatenate(rows.entry),
        lower=np.concatenate(rows.lower),
        upper=np.concatenate(rows.upper),
        whole=np.concatenate([np.ones(n, bool), np.zeros(2 * m, bool), np.ones(more, bool)]),
        groups=groups,
    )


def _touch(rows: _Rows, arrays: Arrays, tangents: Tangents, shown: Floats, base: Choice, n: int) -> None:
    """Rows of the tangents, lifted where one option alone reaches beyond the point of contact.

    Let L be the tangent at p. For an option with ``base + e >= p`` the coefficient ``A(base + e) - L(base)`` may
    stand in place of ``A'(p) e``: beyond p the curve is flatter than L, so that whatever joins such an option adds
    at most its own coefficient. With p = 0 this is ``y <= sum A(e) x``. It cuts off half and half of two sessions,
    which the plain tangents take for more than either.
    """
    m = arrays.cells
    slope, intercept = tangents.lines()
    line = intercept + slope * base.sums[tangents.cell]
    e = shown[:, tangents.cell]
    alone = arrays.sufficiency_of(base.sums[:m] + shown[:, :m])[:, tangents.cell]
    over = (base.sums[tangents.cell] + e >= tangents.point) & (e > 0)
    lifted = over.any(axis=0)
    plain = np.flatnonzero(~lifted)
    rows.length.append(np.full(len(plain), 2))
    rows.index.append(np.stack([n + tangents.cell[plain], n + m + tangents.cell[plain]], axis=1).ravel())
    rows.entry.append(np.stack([-slope[plain], np.ones(len(plain))], axis=1).ravel())
    rows.lower.append(np.full(len(plain), -np.inf))
    rows.upper.append(intercept[plain])
    coefficient = np.where(over, np.maximum(alone - line, 0.0), slope * e)[:, lifted]
    rows.sparse(-coefficient.T, np.array(-np.inf), line[lifted], n + m + tangents.cell[lifted])


def start_of(arrays: Arrays, model: Model, choice: Choice) -> Floats:
    """Values of all columns for a choice, from which a solver may begin."""
    x = np.isin(model.free, choice.chosen).astype(float)
    sums = choice.sums[: arrays.cells]
    taken = [float(x[group].sum()) for group in model.groups]
    return np.concatenate([x, sums, arrays.sufficiency_of(sums), taken, [x.sum()]])
