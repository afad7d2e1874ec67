"""The Schur complement as one dense matrix: exact, at the cube of the number of globals."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.linalg as sl
import scipy.sparse as sp

from psychometrics.errors import DidNotConverge
from psychometrics.model.calibration.algebra import System
from psychometrics.model.calibration.group_sums import membership
from psychometrics.model.calibration.ratings import Codes

Floats = npt.NDArray[np.float64]

_TILE = 64
_COLUMNS = 512  # of quadratic forms computed at once


@dataclass(frozen=True, slots=True)
class DenseSchur:
    """``Schur`` whose matrix is formed."""

    matrix: Floats
    """``(p, p)``; its upper triangle counts."""

    def factored(self) -> "DenseFactor":
        """``Schur.factored``, in place."""
        # Seen from Fortran the upper triangle is the lower one.
        factor, failed = sl.lapack.dpotrf(self.matrix.T, lower=1, clean=1, overwrite_a=1)
        if failed:
            raise DidNotConverge("the ratings leave some step of the scale undetermined")
        return DenseFactor(np.asarray(factor))


@dataclass(frozen=True, slots=True)
class DenseFactor:
    """``Factor`` by Cholesky's."""

    lower: Floats
    """``(p, p)``"""

    def solve(self, right: Floats) -> Floats:
        """``Factor.solve``."""
        return np.asarray(sl.cho_solve((self.lower, True), right, check_finite=False))

    def inverse(self) -> Floats:
        """``S^-1``, ``(p, p)``."""
        inverse, failed = sl.lapack.dpotri(self.lower, lower=1)
        if failed:
            raise np.linalg.LinAlgError("the Schur complement could not be inverted")
        return _mirrored(np.asarray(inverse.T))  # seen from C its lower triangle is the upper one


@dataclass(frozen=True, slots=True)
class DenseCovariance:
    """``Covariance`` whose matrix is formed."""

    matrix: Floats
    """``(p, p)``"""

    @property
    def diagonal(self) -> Floats:
        """``Covariance.diagonal``."""
        return np.diag(self.matrix)

    def contrasts(self, first: int, groups: Codes) -> Floats:
        """``Covariance.contrasts``."""
        block = self.matrix[first : first + len(groups), first : first + len(groups)]
        mean = membership(groups)
        with_group = mean @ block  # (groups, levels)
        group_variance = (with_group * mean.toarray()).sum(1)
        here = np.arange(len(groups))
        return np.asarray(np.diag(block) - 2.0 * with_group[groups, here] + group_variance[groups])

    def times(self, vectors: Floats) -> Floats:
        """``Covariance.times``."""
        return np.asarray(self.matrix @ vectors)

    def forms(self, left: sp.csr_matrix, right: sp.csr_matrix) -> Floats:
        """``Covariance.forms``."""
        found = np.empty(left.shape[1])
        for start in range(0, len(found), _COLUMNS):
            part = slice(start, start + _COLUMNS)
            answer = self.matrix @ right[:, part].toarray()
            found[part] = np.asarray(left[:, part].multiply(answer).sum(0)).ravel()
        return found


def inverse_of(system: System) -> Floats:
    """``S^-1`` of a system that was solved by a dense factor, ``(p, p)``."""
    if not isinstance(system.factor, DenseFactor):
        raise TypeError("the system was not solved by a dense factor")
    return system.factor.inverse()


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
