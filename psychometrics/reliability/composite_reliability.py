"""Reliability of a weighted composite of competencies (Brennan 2001, chapter 9; Mosier 1943).

Each competency has its own interviewers or questions; candidates are common to all. Universe
scores covary over competencies, errors do not where each has conditions of its own (``linked=False``)
and do where the same interviewers rate all (``linked=True``). With weights w,

    universe = w' S_p w,  relative error = w' S_delta w,  absolute error = w' S_Delta w.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import above_zero, column, count, finite
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CompositeReliability:
    """Variances of the composite, its coefficients, and the matrices behind them, shapes (C, C).

    ``relative`` and ``absolute`` are None where the composite has no variance, or a negative estimate of it.
    The covariances of universe scores are as estimated; variances are set to 0 where negative.
    """

    universe: float
    relative_error: float
    absolute_error: float
    relative: float | None
    absolute: float | None
    universe_covariances: Floats
    relative_covariances: Floats
    absolute_covariances: Floats


def composite_reliability(
    tables: Sequence[ArrayLike],
    weights: ArrayLike,
    *,
    conditions: Sequence[int] | None = None,
    linked: bool = False,
) -> CompositeReliability:
    """Generalizability of a composite from one candidates x conditions table per competency.

    Args:
        tables: ratings per competency, shape (candidates, n_c), the same candidates in every table.
        weights: of the competencies' mean scores, shape (C,), not all 0.
        conditions: planned conditions per competency; by default as many as in the tables.
        linked: the same conditions (interviewers) stand in the same column of every table.

    Raises:
        BadInput: shapes differ, empty cells, or conditions under 1.
        NotEnoughData: fewer than two candidates, or than two conditions of a competency.
    """
    x = [finite(table, f"table {place}") for place, table in enumerate(_listed(tables))]
    w = finite(column(weights, "weights", len(x)), "weights")
    if not x or not w.any():
        raise BadInput("at least one competency with a weight other than 0 is needed")
    if any(one.ndim != 2 or one.shape[:1] != x[0].shape[:1] for one in x):
        raise BadInput("every table must have shape (candidates, conditions) with the same candidates")
    if len(x[0]) < 2 or any(one.shape[1] < 2 for one in x):
        raise NotEnoughData("at least 2 candidates and 2 conditions per competency are needed")
    if linked and len({one.shape[1] for one in x}) > 1:
        raise BadInput("linked tables need the same conditions in every table")
    if conditions is None:
        planned = np.array([one.shape[1] for one in x])
    else:
        wanted = column(conditions, "conditions", len(w)).tolist()
        planned = np.array([count(one, "conditions", least=1) for one in wanted])
    C = len(x)
    universe, residual, facet = np.zeros((C, C)), np.zeros((C, C)), np.zeros((C, C))
    for i in range(C):
        for j in range(i, C):
            parts = _products(x[i], x[j]) if i == j or linked else (_between(x[i], x[j]), 0.0, 0.0)
            if i == j:
                parts = (max(parts[0], 0.0), max(parts[1], 0.0), max(parts[2], 0.0))
            for matrix, part in zip((universe, residual, facet), parts, strict=True):
                matrix[i, j] = matrix[j, i] = part
    # Linked errors are shared condition by condition, so they average out over the smaller number.
    over = np.maximum.outer(planned, planned)
    relative, absolute = residual / over, (residual + facet) / over
    total, delta, big = (float(w @ matrix @ w) for matrix in (universe, relative, absolute))
    return CompositeReliability(
        total, delta, big, _share(total, delta), _share(total, big), universe, relative, absolute
    )


def mosier(weights: ArrayLike, sds: ArrayLike, reliabilities: ArrayLike, composite_sd: float) -> float:
    """Reliability of a composite from its parts: ``1 - sum w^2 s^2 (1 - rho) / s_C^2``.

    Args:
        weights, sds, reliabilities: of the parts, shape (C,).
        composite_sd: observed standard deviation of the weighted sum.

    Raises:
        BadInput: shapes differ, a reliability outside 0..1, a negative sd, or a composite_sd that is not above 0 or
            cannot be that of these parts.
    """
    w = finite(column(weights, "weights"), "weights")
    s = finite(column(sds, "sds", len(w)), "sds")
    rho = finite(column(reliabilities, "reliabilities", len(w)), "reliabilities")
    if np.any((rho < 0) | (rho > 1)):
        raise BadInput("reliabilities must lie between 0 and 1")
    if np.any(s < 0):
        raise BadInput("sds must not be negative")
    parts = w * s / above_zero(composite_sd, "composite_sd")
    if np.abs(parts).sum() < 1 - 1e-9:
        raise BadInput("composite_sd is larger than the parts add up to: give that of the weighted sum")
    errors = float((parts**2 * (1 - rho)).sum())
    if errors > 1 + 1e-9:
        raise BadInput(
            "the errors of the parts vary more than the composite: sds, reliabilities and composite_sd clash"
        )
    return max(1 - errors, 0.0)


def _listed(tables: Sequence[ArrayLike]) -> list[ArrayLike]:
    if isinstance(tables, str) or not np.iterable(tables):
        raise BadInput(f"tables must be a list of tables, one per competency, got {tables!r}")
    return list(tables)


def _products(x: Floats, y: Floats) -> tuple[float, float, float]:
    """(Co)variance components of two p x r tables: candidate, residual, condition."""
    people, conditions = x.shape

    def taken_apart(z: Floats) -> tuple[Floats, Floats, Floats]:
        rows, columns = z.mean(axis=1) - z.mean(), z.mean(axis=0) - z.mean()
        return rows, columns, z - z.mean() - rows[:, None] - columns[None, :]

    (rows, columns, rest), (rows_y, columns_y, rest_y) = taken_apart(x), taken_apart(y)
    residual = float((rest * rest_y).sum() / ((people - 1) * (conditions - 1)))
    candidate = float(rows @ rows_y / (people - 1)) - residual / conditions
    return candidate, residual, float(columns @ columns_y / (conditions - 1)) - residual / people


def _between(x: Floats, y: Floats) -> float:
    return float(np.cov(x.mean(axis=1), y.mean(axis=1))[0, 1])


def _share(universe: float, error: float) -> float | None:
    return universe / (universe + error) if universe + error > 0 and universe >= 0 else None
