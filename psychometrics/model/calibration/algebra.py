"""What a fit asks of the linear algebra, whichever way it is computed, and what it is handed.

Three implementations keep to the protocol: ``columnwise`` works on whole columns with NumPy, ``compiled.calibration``
walks over the candidates with kernels that numba compiles, and ``iterative.algebra`` takes the place of either where
interviewers are thousands. ``engines`` chooses.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.model.calibration.parameters import Parameters, Variances
from psychometrics.model.calibration.ratings import Codes
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.derivatives import Moments, SlopeMoments
from psychometrics.model.thresholds import Link

Floats = npt.NDArray[np.float64]

FLOOR = 1e-9  # logits squared; variances below this are rounding
SMOOTHING_FLOOR = 1e-6


class Covariance(Protocol):
    """``S^-1``, the posterior covariance of the globals ``(p, p)``, by what may be asked of it."""

    @property
    def diagonal(self) -> Floats:
        """``(p,)`` marginal variances."""

    def contrasts(self, first: int, groups: Codes) -> Floats:
        """Variances of the globals from ``first`` on, each less the mean of its group, ``(levels,)``."""

    def times(self, vectors: Floats) -> Floats:
        """``S^-1`` times ``(p,)`` or ``(p, k)``, of the same shape."""

    def forms(self, left: sp.csr_matrix, right: sp.csr_matrix) -> Floats:
        """``l_k' S^-1 r_k`` of the columns of two ``(p, k)`` matrices, ``(k,)``."""


class Factor(Protocol):
    """A Schur complement made ready to be solved."""

    def solve(self, right: Floats) -> Floats:
        """``x`` with ``S x = right``, ``(p,)``."""


class Schur(Protocol):
    """The Schur complement ``S`` over the globals."""

    def factored(self) -> Factor:
        """Ready to be solved; DidNotConverge where it is not positive definite."""


@dataclass(frozen=True, slots=True)
class Reduced:
    """What is left to solve over the globals, and what the eliminated parts need to follow."""

    schur: Schur
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
    factor: Factor
    question_share: Floats
    step_share: Floats
    """``(p,)`` share of the information each question, each step has in all ratings; sum to 1."""

    def matrix(self) -> sp.csr_matrix:
        """``W`` as a sparse matrix, ``(candidates, p)``."""
        s = self.structure
        shape = (len(s.ratings.candidates), s.size)
        return sp.csr_matrix((self.weights, s.indices, s.indptr), shape=shape)


@dataclass(frozen=True, slots=True)
class Spread:
    """Marginal posterior variances (logits squared) and what contrasts need."""

    covariance: Covariance
    """Of the globals: ``S^-1``."""
    candidate: Floats
    """``(candidates,)`` ``1/D_i + w_i' S^-1 w_i``."""
    with_group: Floats | None
    """``(candidates,)`` covariance of each candidate with the mean of its group; None without groups."""
    halo: Floats | None
    """``(units,)``"""
    eta: Floats
    """``(n,)`` variance of every rating's linear predictor: the smoothing width."""
    without_halo: Floats
    """``(n,)`` the same before halo is added: what residuals are judged against."""

    @property
    def globals(self) -> Floats:
        """``(p,)`` marginal variances of interviewers, questions, steps."""
        return self.covariance.diagonal


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
        """Posterior variances, as a fit needs them to go on."""

    def reported(self, system: System, post: Spread) -> Spread:
        """Posterior variances of a settled fit, whose last ones were ``post``: what is handed out."""
