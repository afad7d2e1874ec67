"""One Newton step for the shared parameters, candidates integrated out (``psychometrics.model.levels.algebra``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from psychometrics.errors import DidNotConverge
from psychometrics.model.derivatives import Moments
from psychometrics.model.levels.algebra import Eliminated, Working
from psychometrics.model.levels.layout import Layout

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Equations:
    """Normal equations of the shared parameters, candidates integrated out."""

    dense: Floats
    """``(P, P)`` information with its prior; the lower triangle alone counts."""
    right: Floats
    """``(P,)``"""
    spacing: int
    """Place of the logits per level, -1 without."""


@dataclass(frozen=True, slots=True)
class Solution:
    """New values of the shared parameters and their posterior covariance."""

    shared: Floats
    """``(P,)``"""
    covariance: Floats
    """``(P, P)``"""


def equations(
    parts: Eliminated,
    layout: Layout,
    moments: Moments,
    working: Working,
    shared: Floats,
    prior: tuple[Floats, Floats],
) -> Equations:
    """Add the prior, and what step columns leave over of the steps' information."""
    steps = layout.steps
    mean, precision = prior
    dense, right = parts.dense.copy(), parts.right + precision * mean
    left_over = moments.step_information - moments.cross @ working.pull.T
    dense[np.ix_(steps, steps)] += left_over
    dense[np.diag_indices(layout.size)] += precision
    right[steps] += moments.step_score - working.pull @ moments.score + left_over @ shared[steps]
    return Equations(dense, right, layout.spacing)


def solve(equations: Equations, *, held: tuple[float, float] | None, lowest: float = 0.0) -> Solution:
    """Solve for the shared parameters.

    ``held`` is the value and variance of the spacing when the data may not estimate it: the value is
    kept and its variance carried through. An estimated spacing below ``lowest`` is held there, and
    everything else follows; else a fit would never come to rest beside its bound.
    """
    at = equations.spacing
    solution = _invert(equations, held)
    if at >= 0 and held is None and solution.shared[at] < lowest:
        return _invert(equations, (lowest, float(solution.covariance[at, at])))
    return solution


def _invert(equations: Equations, held: tuple[float, float] | None) -> Solution:
    """Posterior covariance and solution, with the spacing kept at its value where it is held."""
    dense, right, spacing = equations.dense, equations.right, equations.spacing
    if held is None:
        covariance = _inverse(dense)
        return Solution(covariance @ right, covariance)
    value, variance = held
    free = np.delete(np.arange(len(dense)), spacing)
    inner = _inverse(dense[np.ix_(free, free)])
    across = np.concatenate([dense[spacing, :spacing], dense[spacing + 1 :, spacing]])
    follow = -inner @ across
    values = np.empty(len(dense))
    values[spacing] = value
    values[free] = inner @ right[free] + follow * value
    covariance = np.empty_like(dense)
    covariance[np.ix_(free, free)] = inner + variance * np.outer(follow, follow)
    covariance[free, spacing] = covariance[spacing, free] = variance * follow
    covariance[spacing, spacing] = variance
    return Solution(values, covariance)


def _inverse(matrix: Floats) -> Floats:
    """Inverse of a symmetric matrix from its lower triangle, by Cholesky."""
    # LAPACK counts columns first: what is the lower triangle here is the upper one there.
    factor, failed = lapack.dpotrf(matrix.T, lower=0, clean=0)
    if not failed:
        inverse, failed = lapack.dpotri(factor, lower=0, overwrite_c=1)
    if failed:
        raise DidNotConverge("the fit left the range in which it can be computed")
    lower = np.tril(inverse.T)
    return np.asarray(lower + np.tril(lower, -1).T)
