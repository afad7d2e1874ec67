"""Conjugate gradients for many right-hand sides at once, preconditioned by the diagonal (Hestenes & Stiefel 1952)."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from psychometrics.errors import DidNotConverge

Floats = npt.NDArray[np.float64]

_MOST_STEPS = 2000
_COLUMNS = 32  # solved at once: what is walked over in a step stays near the processor


def solved(
    times: Callable[[Floats], Floats],
    diagonal: Floats,
    right: Floats,
    *,
    tolerance: float,
    start: Floats | None = None,
) -> Floats:
    """``x`` with ``A x = right``, ``(m, k)``, for a positive definite ``A`` known by what it does to ``(m, k)``.

    ``diagonal`` ``(m,)`` is that of ``A``. A column is done once its residual, in the norm of the inverse diagonal, is
    ``tolerance`` of its right-hand side's. ``start`` is a guess. Deterministic. Raises DidNotConverge.
    """
    found = np.zeros_like(right) if start is None else start.copy()
    for first in range(0, right.shape[1], _COLUMNS):
        part = slice(first, first + _COLUMNS)
        _solve(times, 1.0 / diagonal[:, None], right[:, part], found[:, part], tolerance, fresh=start is None)
    return found


def _solve(
    times: Callable[[Floats], Floats],
    inverse: Floats,
    right: Floats,
    found: Floats,
    tolerance: float,
    *,
    fresh: bool,
) -> None:
    """Solve a few columns; ``found`` is the guess, overwritten."""
    residual = right.copy() if fresh else right - times(found)
    goal = tolerance**2 * _products(right, inverse * right)
    scaled = inverse * residual
    direction = scaled.copy()
    length = _products(residual, scaled)
    for _ in range(_MOST_STEPS):
        if (length <= goal).all():
            return
        image = times(direction)
        # Columns that are done stay as they are.
        along = np.where(length > goal, length / np.maximum(_products(direction, image), _TINY), 0.0)
        found += along * direction
        residual -= along * image
        np.multiply(inverse, residual, out=scaled)
        last, length = length, _products(residual, scaled)
        direction *= length / np.maximum(last, _TINY)
        direction += scaled
    raise DidNotConverge("the equations could not be solved; look for interviewers with very few ratings")


_TINY = float(np.finfo(float).tiny)


def _products(one: Floats, other: Floats) -> Floats:
    """Inner products of the columns, ``(k,)``."""
    return np.asarray(np.einsum("ij,ij->j", one, other))
