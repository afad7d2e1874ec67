"""Halo and candidates eliminated by NumPy, whole columns at once; what globals share is left to who assembles it.

The precision matrix of (halo, candidates, globals) has diagonal halo and candidate blocks. Halo is eliminated first,
which leaves the candidate block diagonal; then candidates. Nothing of size ratings x ratings or candidates x
candidates is ever formed.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.model.calibration.algebra import Reduced, Schur
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.parameters import Parameters, Variances
from psychometrics.model.calibration.priors import prior_gradient
from psychometrics.model.calibration.sparsity import Sparsity
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.derivatives import Moments

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Eliminated:
    """Everything of a reduced system but the Schur complement, and what that is assembled from."""

    gradient: Floats
    """``(p,)`` right-hand side."""
    candidate_gradient: Floats
    precision: Floats
    """``(candidates,)`` both; ``D_i`` after eliminating halo."""
    cells: Floats
    """``(nnz,)`` data of ``C``: what each candidate shares with the globals."""
    weights: Floats
    """``(nnz,)`` data of ``W = C / D``."""
    question_information: Floats
    """``(Q,)``"""
    unit_information: Floats | None
    unit_gradient: Floats | None
    unit_precision: Floats | None
    """``(units,)`` sums of rating information and of scores less the prior's pull, and ``D_v``; None without halo."""
    unit_cross: Floats
    """``(L, units)`` sums of what ratings share with each step."""
    coupling: sp.csr_matrix | None
    """``(units, Q)`` information shared by units and questions; None without halo."""
    kept_information: Floats
    """``(n,)`` rating information that halo leaves."""
    kept_inside: Floats
    kept_cross: Floats
    """``(units,)`` and ``(L, units)`` the same, summed by unit."""

    def complete(self, schur: Schur) -> Reduced:
        """The reduced system."""
        return Reduced(
            schur=schur,
            gradient=self.gradient,
            candidate_gradient=self.candidate_gradient,
            precision=self.precision,
            weights=self.weights,
            question_information=self.question_information,
            unit_information=self.unit_information,
            unit_gradient=self.unit_gradient,
            unit_cross=self.unit_cross,
        )


def eliminate(
    structure: Structure, sparsity: Sparsity, moments: Moments, values: Parameters, variances: Variances
) -> Eliminated:
    """Eliminate halo, then candidates."""
    r = structure.ratings
    people, top, units = len(r.candidates), r.top, len(r.unit_candidate)
    interviewers, questions = len(r.interviewers), len(r.questions)
    last = interviewers + questions + top
    information, cross = moments.information, moments.cross
    inside, pull = by_group(r.unit, information, units), by_group(r.unit, moments.score, units)
    unit_cross = np.stack([by_group(r.unit, row, units) for row in cross])
    gradient = prior_gradient(structure, moments, values, variances)
    gradient[interviewers : interviewers + questions] += by_group(r.question, moments.score, questions)
    unit_information = unit_gradient = unit_precision = coupling = None
    kept = np.ones(units)
    if variances.halo is not None and values.halo is not None:
        unit_information, unit_gradient = inside, pull - values.halo / variances.halo
        unit_precision = np.asarray(inside + 1.0 / variances.halo)
        kept = 1.0 - inside / unit_precision
        share = unit_gradient / unit_precision
        coupling = _question_coupling(sparsity, information)
        pull = pull - inside * share
        gradient[interviewers : interviewers + questions] -= coupling.T @ share
        gradient[interviewers + questions : last] -= unit_cross @ share
    gradient[:interviewers] += by_group(r.unit_interviewer, pull, interviewers)
    candidate_gradient = by_group(r.unit_candidate, pull, people)
    candidate_gradient -= values.deviation(structure) / variances.candidate

    kept_information, kept_inside, kept_cross = information * kept[r.unit], inside * kept, unit_cross * kept
    precision = by_group(r.unit_candidate, kept_inside, people) + 1.0 / variances.candidate
    cells = by_group(structure.unit_cell, kept_inside, len(structure.indices))
    cells += by_group(structure.question_cell, kept_information, len(structure.indices))
    for place, row in zip(structure.step_cells, kept_cross, strict=True):
        cells[place] = by_group(r.unit_candidate, row, people)
    if structure.group_cell is not None:
        cells[structure.group_cell] = -1.0 / variances.candidate
    weights = cells / np.repeat(precision, np.diff(structure.indptr))
    following = sp.csr_matrix((weights, structure.indices, structure.indptr), shape=(people, structure.size))
    gradient -= np.asarray(following.T @ candidate_gradient)
    return Eliminated(
        gradient=gradient,
        candidate_gradient=candidate_gradient,
        precision=precision,
        cells=cells,
        weights=weights,
        question_information=by_group(r.question, information, questions),
        unit_information=unit_information,
        unit_gradient=unit_gradient,
        unit_precision=unit_precision,
        unit_cross=unit_cross,
        coupling=coupling,
        kept_information=kept_information,
        kept_inside=kept_inside,
        kept_cross=kept_cross,
    )


def _question_coupling(sparsity: Sparsity, information: Floats) -> sp.csr_matrix:
    """Information shared by units and questions, ``(units, Q)``."""
    pattern = sparsity.unit_question
    data = by_group(sparsity.unit_question_of, information, pattern.nnz)
    return sp.csr_matrix((data, pattern.indices, pattern.indptr), shape=pattern.shape)
