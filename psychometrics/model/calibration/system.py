"""One Newton system of the calibration model, solved by two Schur complements.

Halo and candidates are eliminated in ``reduction`` (NumPy) or by compiled kernels; what is solved here is the
dense system over interviewers, questions, steps and group means that either leaves.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.linalg as sl
import scipy.sparse as sp

from psychometrics.errors import DidNotConverge
from psychometrics.model.calibration import reduction
from psychometrics.model.calibration.parameters import Parameters, Variances
from psychometrics.model.calibration.reduction import Reduced
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.thresholds import Moments

Floats = npt.NDArray[np.float64]

_TILE = 64


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


def solve(
    structure: Structure, moments: Moments, values: Parameters, variances: Variances
) -> tuple[System, Parameters]:
    """Assemble and factor the system; return it and the full Newton step."""
    r = structure.ratings
    interviewers, questions = len(r.interviewers), len(r.questions)
    reduced = _reduced(structure, moments, values, variances)
    factor = _factored(reduced.dense)
    unit_information = reduced.unit_information
    system = System(
        structure,
        unit_information,
        None
        if unit_information is None or variances.halo is None
        else unit_information + 1.0 / variances.halo,
        reduced.precision,
        reduced.weights,
        factor,
        *_shares(structure, moments, reduced.question_information),
    )
    step = np.asarray(sl.cho_solve((factor, True), reduced.gradient, check_finite=False))
    candidate, halo = _substituted(structure, moments, reduced, step, variances.halo)
    last = interviewers + questions + r.top
    interviewer, question, easiness, group = np.split(step, [interviewers, interviewers + questions, last])
    full = Parameters(candidate, interviewer, question, easiness, halo)
    return system, full if values.group is None else replace(full, group=group)


def _reduced(structure: Structure, moments: Moments, values: Parameters, variances: Variances) -> Reduced:
    """The system over the globals, by the engine of the data set."""
    if structure.sparsity is not None:
        return reduction.reduce(structure, structure.sparsity, moments, values, variances)
    from psychometrics.model.compiled import calibration

    return calibration.reduce(structure, moments, values, variances)


def _substituted(
    structure: Structure, moments: Moments, reduced: Reduced, step: Floats, halo_variance: float | None
) -> tuple[Floats, Floats | None]:
    """How candidates and halo follow, by the engine of the data set."""
    if structure.sparsity is not None:
        return reduction.substitute(structure, moments, reduced, step, halo_variance)
    from psychometrics.model.compiled import calibration

    return calibration.substitute(structure, moments, reduced, step, halo_variance)


def _factored(dense: Floats) -> Floats:
    """Lower Cholesky factor, in place; DidNotConverge where the matrix has none."""
    # Seen from Fortran the upper triangle is the lower one.
    factor, failed = sl.lapack.dpotrf(dense.T, lower=1, clean=1, overwrite_a=1)
    if failed:
        raise DidNotConverge("the ratings leave some step of the scale undetermined")
    return np.asarray(factor)


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


def _shares(structure: Structure, moments: Moments, question_information: Floats) -> tuple[Floats, Floats]:
    """Weights of the typical question and the typical step over the globals."""
    r = structure.ratings
    first, last = len(r.interviewers), len(r.interviewers) + len(r.questions)
    question, step = np.zeros(structure.size), np.zeros(structure.size)
    question[first:last] = question_information
    step[last : last + r.top] = moments.cross.sum(1)
    return question / question.sum(), step / step.sum()
