"""The Schur complement over the globals without forming it: a sparse part, and what candidates pass on.

The globals are split: *levels* (interviewers and questions) are many, *marks* (steps and means of groups) are few.
``S = [[S_ll, S_lm], [S_ml, S_mm]]`` with ``S_ll = G - C' D^-1 C``: ``G`` what interviewers and questions share
directly, ``C`` what candidates share with them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.linalg as sl
import scipy.sparse as sp

from psychometrics.errors import DidNotConverge
from psychometrics.model.calibration.iterative.conjugate import solved
from psychometrics.model.calibration.parameters import Variances

Floats = npt.NDArray[np.float64]

STEP_PRECISION = 1e-8  # of Newton steps and of what is reported: share of the right-hand side left


@dataclass(slots=True)
class Warm:
    """Solutions of the last pass, from which the next starts: a fit moves little from one to the other."""

    marks: Floats | None = None
    probes: Floats | None = None


@dataclass(frozen=True, slots=True)
class SparseSchur:
    """``Schur`` known by what it does to a vector."""

    own: sp.csr_matrix
    """``(l, l)`` ``G``."""
    shared: sp.csr_matrix
    """``(candidates, l)`` ``C``."""
    shared_turned: sp.csr_matrix
    """``C'``, by rows."""
    shared_marks: Floats
    """``(candidates, m)`` what candidates share with the marks."""
    precision: Floats
    """``(candidates,)`` ``D``."""
    mixed: Floats
    marks: Floats
    """``(l, m)`` ``S_lm`` and ``(m, m)`` ``S_mm``."""
    information: Floats
    """``(n,)`` of every rating."""
    variances: Variances
    warm: Warm

    def levels_times(self, vectors: Floats) -> Floats:
        """``S_ll`` times ``(l, k)``."""
        passed = self.shared @ vectors
        passed /= self.precision[:, None]
        return np.asarray(self.own @ vectors - self.shared_turned @ passed)

    def diagonal(self) -> Floats:
        """Of ``S_ll``, ``(l,)``."""
        square = self.shared_turned.copy()
        square.data = square.data**2
        return np.asarray(self.own.diagonal() - square @ (1.0 / self.precision))

    def factored(self) -> "IterativeFactor":
        """``Schur.factored``: the marks are eliminated directly."""
        diagonal = self.diagonal()
        followed = -solved(
            self.levels_times, diagonal, self.mixed, tolerance=STEP_PRECISION, start=self.warm.marks
        )
        self.warm.marks = -followed
        rest = self.marks + self.mixed.T @ followed
        try:
            factor = sl.cho_factor((rest + rest.T) / 2.0, lower=True)
        except np.linalg.LinAlgError as error:
            raise DidNotConverge("the ratings leave some step of the scale undetermined") from error
        return IterativeFactor(self, diagonal, followed, np.asarray(sl.cho_solve(factor, np.eye(len(rest)))))


@dataclass(frozen=True, slots=True)
class IterativeFactor:
    """``Factor`` by conjugate gradients over the levels."""

    schur: SparseSchur
    diagonal: Floats
    """``(l,)`` of ``S_ll``."""
    followed: Floats
    """``(l, m)`` ``M = -S_ll^-1 S_lm``: how levels follow the marks."""
    marks: Floats
    """``(m, m)`` posterior covariance of the marks: ``(S_mm - S_ml S_ll^-1 S_lm)^-1``."""

    def levels_solve(
        self, right: Floats, *, tolerance: float = STEP_PRECISION, start: Floats | None = None
    ) -> Floats:
        """``S_ll^-1`` times ``(l, k)``."""
        times: Callable[[Floats], Floats] = self.schur.levels_times
        return solved(times, self.diagonal, right, tolerance=tolerance, start=start)

    def solve(self, right: Floats) -> Floats:
        """``Factor.solve``; also of ``(p, k)``."""
        columns = right.reshape(len(right), -1)
        count = len(self.diagonal)
        levels = self.levels_solve(np.ascontiguousarray(columns[:count]))
        marks = self.marks @ (columns[count:] + self.followed.T @ columns[:count])
        found = np.concatenate([levels + self.followed @ marks, marks])
        return np.asarray(found.reshape(right.shape))
