"""What a fit asks of the linear algebra, whichever way it is computed, and what it is handed.

Two implementations keep to the protocol: ``columnwise`` works on whole columns with NumPy, ``compiled.calibration``
walks over the candidates with kernels that numba compiles. ``engines`` chooses.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import scipy.linalg as sl
import scipy.sparse as sp

from psychometrics.model.calibration.parameters import Parameters, Variances
from psychometrics.model.calibration.ratings import Codes
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.derivatives import Moments, SlopeMoments
from psychometrics.model.thresholds import Link

Floats = npt.NDArray[np.float64]

FLOOR = 1e-9  # logits squared; variances below this are rounding
SMOOTHING_FLOOR = 1e-6
_TILE = 64


@dataclass(frozen=True, slots=True)
class Reduced:
    """What is left to solve over the globals, and what the eliminated parts need to follow."""

    dense: Floats
    """``(p, p)`` Schur complement ``S``; its upper triangle counts."""
    gradient: Floats
    """``(p,)`` right-hand side."""
    candidate_gradient: Floats
    """``(candidates,)`` after eliminating halo."""
    precision: Floats
    """``(candidates,)`` ``D_i`` after eliminating halo."""
    weights: Floats
    """``(nnz,)`` data of ``W = C / D``: how a candidate follows the globals."""
    question_information: Floats
    """``(Q,)`` information of the ratings of each question."""
    unit_information: Floats | None
    """``(units,)`` sum of rating information; None without halo."""
    unit_gradient: Floats | None
    """``(units,)``; None without halo."""
    unit_cross: Floats
    """``(L, units)`` sums of what ratings share with each step."""


@dataclass(frozen=True, slots=True)
class System:
    """A factored Newton system and what is needed to read variances from it."""

    structure: Structure
    unit_information: Floats | None
    """``(units,)`` sum of rating information; None without halo."""
    unit_precision: Floats | None
    """``(units,)`` ``D_v``: that plus the prior precision of halo."""
    precision: Floats
    """``(candidates,)`` ``D_i`` after eliminating halo."""
    weights: Floats
    """``(nnz,)`` data of ``W = C / D``: how a candidate follows the globals."""
    factor: Floats
    """``(p, p)`` lower Cholesky factor of the Schur complement ``S``."""
    question_share: Floats
    step_share: Floats
    """``(p,)`` share of the information each question, each step has in all ratings; sum to 1."""

    def matrix(self) -> sp.csr_matrix:
        """``W`` as a sparse matrix, ``(candidates, p)``."""
        s = self.structure
        shape = (len(s.ratings.candidates), s.size)
        return sp.csr_matrix((self.weights, s.indices, s.indptr), shape=shape)

    def inverse(self) -> Floats:
        """``S^-1``, the posterior covariance of the globals, ``(p, p)``."""
        inverse, failed = sl.lapack.dpotri(self.factor, lower=1)
        if failed:
            raise np.linalg.LinAlgError("the Schur complement could not be inverted")
        return _mirrored(np.asarray(inverse.T))  # seen from C its lower triangle is the upper one


@dataclass(frozen=True, slots=True)
class Spread:
    """Marginal posterior variances (logits squared) and what contrasts need."""

    covariance: Floats
    """``(p, p)`` of the globals: ``S^-1``."""
    candidate: Floats
    """``(candidates,)`` ``1/D_i + w_i' S^-1 w_i``."""
    followed: Floats
    """``(nnz,)`` entries of ``W S^-1`` at the cells of ``W``: minus Cov(candidate, global)."""
    halo: Floats | None
    """``(units,)``"""
    eta: Floats
    """``(n,)`` variance of every rating's linear predictor: the smoothing width."""
    without_halo: Floats
    """``(n,)`` the same before halo is added: what residuals are judged against."""

    @property
    def globals(self) -> Floats:
        """``(p,)`` marginal variances of interviewers, questions, steps."""
        return np.diag(self.covariance)


class Algebra(Protocol):
    """One data set's passes over its ratings."""

    def predictor(self, values: Parameters) -> Floats:
        """Linear predictor of every rating, ``(n,)`` logits."""

    def moments(
        self,
        eta: Floats,
        steps: Floats,
        points: Codes,
        *,
        spread: Floats | None = None,
        slope: Floats | None = None,
        link: Link = "acl",
        out: Moments | None = None,
    ) -> Moments:
        """Derivatives of the smoothed log-likelihood, as ``thresholds.moments``."""

    def slope_moments(
        self, eta: Floats, steps: Floats, points: Codes, gain: Floats, spread: Floats | None
    ) -> SlopeMoments:
        """Derivatives for the log slopes, as ``slopes.slope_moments``."""

    def reduce(self, moments: Moments, values: Parameters, variances: Variances) -> Reduced:
        """The system over the globals: halo and candidates eliminated."""

    def substitute(
        self, moments: Moments, reduced: Reduced, step: Floats, halo_variance: float | None
    ) -> tuple[Floats, Floats | None]:
        """How candidates ``(candidates,)`` and halo ``(units,)`` follow a step ``(p,)`` of the globals."""

    def spread(self, system: System) -> Spread:
        """Posterior variances, in closed form from ``S^-1``."""


def _mirrored(matrix: Floats) -> Floats:
    """Copy the upper triangle to the lower one, in place, tile by tile: what is transposed stays in cache."""
    size = len(matrix)
    for top in range(0, size, _TILE):
        rows = slice(top, top + _TILE)
        corner = np.triu(matrix[rows, rows])
        matrix[rows, rows] = corner + np.triu(corner, 1).T
        for left in range(top + _TILE, size, _TILE):
            matrix[left : left + _TILE, rows] = matrix[rows, left : left + _TILE].T
    return matrix
