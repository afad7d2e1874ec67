"""One Newton system of the calibration model, solved by two Schur complements.

The precision matrix of (halo, candidates, globals) has diagonal halo and candidate blocks. Halo is
eliminated first, which leaves the candidate block diagonal; then candidates, which leaves a dense
``p x p`` matrix over interviewers, questions and steps. Nothing of size ratings x ratings or
candidates x candidates is ever formed.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.linalg as sl
import scipy.sparse as sp

from psychometrics.calibration.ratings import Ratings
from psychometrics.calibration.structure import Structure
from psychometrics.calibration.sums import by_group
from psychometrics.errors import DidNotConverge
from psychometrics.thresholds import Moments

Floats = npt.NDArray[np.float64]

_DENSE_COLUMNS = 120
#: Prior variance of every step around zero (5 logits, squared): nothing where a step is seen, but it
#: keeps the scale finite where a handful of ratings order everybody perfectly.
STEP_VARIANCE = 25.0
#: Prior variance of a group's mean (3 logits, squared): wide, so that groups are hardly drawn together.
GROUP_VARIANCE = 9.0


@dataclass(frozen=True, slots=True)
class Variances:
    """Variances of the random effects, logits squared; ``halo`` is None without the term."""

    candidate: float
    interviewer: float
    question: float
    halo: float | None


@dataclass(slots=True)
class Parameters:
    """Current values, logits. Globals are signed so that a larger value raises the rating."""

    candidate: Floats
    interviewer: Floats
    """``(R,)`` leniency: minus severity."""
    question: Floats
    """``(Q,)`` easiness: minus difficulty."""
    easiness: Floats
    """``(L,)`` minus the steps."""
    halo: Floats | None
    """``(units,)``"""
    group: Floats | None = None
    """``(groups,)`` mean proficiency of each group; candidates are drawn towards their group's."""

    def deviation(self, structure: Structure) -> Floats:
        """Candidates less the mean they are drawn towards, ``(candidates,)``."""
        group = structure.ratings.group
        return self.candidate if self.group is None or group is None else self.candidate - self.group[group]

    def eta(self, structure: Structure) -> Floats:
        """Linear predictor of every rating, ``(n,)``."""
        ratings = structure.ratings
        eta = self.candidate[ratings.candidate] + self.interviewer[ratings.interviewer]
        eta += self.question[ratings.question]
        return eta if self.halo is None else eta + self.halo[ratings.unit]


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
        lower = np.tril(inverse)
        return np.asarray(lower + np.tril(lower, -1).T)


def solve(
    structure: Structure, moments: Moments, values: Parameters, variances: Variances
) -> tuple[System, Parameters]:
    """Assemble and factor the system; return it and the full Newton step."""
    r = structure.ratings
    people, top = len(r.candidates), r.top
    interviewers, questions = len(r.interviewers), len(r.questions)
    information, cross = moments.information, moments.cross

    candidate_gradient, gradient = _gradients(structure, moments, values, variances)
    last = interviewers + questions + top
    dense = np.zeros((structure.size, structure.size))
    unit_information = unit_precision = unit_gradient = None
    if variances.halo is not None and values.halo is not None:
        units = len(r.unit_candidate)
        unit_information = by_group(r.unit, information, units)
        unit_precision = np.asarray(unit_information + 1.0 / variances.halo)
        unit_gradient = by_group(r.unit, moments.score, units) - values.halo / variances.halo
        unit_cross = np.stack([by_group(r.unit, cross[step], units) for step in range(top)])
        coupling = _question_coupling(structure, information)
        kept = 1.0 - (unit_information / unit_precision)[r.unit]
        _eliminate_halo(dense, structure, coupling, unit_cross, unit_precision)
        share = unit_gradient / unit_precision
        candidate_gradient -= by_group(r.unit_candidate, unit_information * share, people)
        gradient[:interviewers] -= by_group(r.unit_interviewer, unit_information * share, interviewers)
        gradient[interviewers : interviewers + questions] -= coupling.T @ share
        gradient[interviewers + questions : last] -= unit_cross @ share
        kept_information, kept_cross = information * kept, cross * kept
    else:
        kept_information, kept_cross = information, cross

    precision = by_group(r.candidate, kept_information, people) + 1.0 / variances.candidate
    cells = by_group(structure.interviewer_cell, kept_information, len(structure.indices))
    cells += by_group(structure.question_cell, kept_information, len(structure.indices))
    for step in range(top):
        cells[structure.step_cells[step]] = by_group(r.candidate, kept_cross[step], people)
    if structure.group_cell is not None:
        cells[structure.group_cell] = -1.0 / variances.candidate
    _add_globals(dense, structure, moments, kept_information, kept_cross, variances)
    weights = cells / np.repeat(precision, np.diff(structure.indptr))
    pattern = (structure.indices, structure.indptr)
    coupling_rows = sp.csr_matrix((cells, *pattern), shape=(people, structure.size))
    following = sp.csr_matrix((weights, *pattern), shape=(people, structure.size))
    dense -= _product(coupling_rows, following)
    factor = _factored(dense)
    system = System(
        structure,
        unit_information,
        unit_precision,
        precision,
        weights,
        factor,
        *_shares(structure, moments),
    )

    step_globals = sl.cho_solve(
        (factor, True), gradient - following.T @ candidate_gradient, check_finite=False
    )
    step_candidate = candidate_gradient / precision - following @ step_globals
    interviewer, question, easiness, group = np.split(
        step_globals, [interviewers, interviewers + questions, last]
    )
    halo = None
    if unit_gradient is not None and unit_information is not None:
        lean = step_candidate[r.unit_candidate] + interviewer[r.unit_interviewer]
        explained = unit_information * lean + coupling @ question + easiness @ unit_cross
        halo = (unit_gradient - explained) / unit_precision
    full = Parameters(step_candidate, interviewer, question, easiness, halo)
    return system, full if values.group is None else replace(full, group=group)


def _factored(dense: Floats) -> Floats:
    """Lower Cholesky factor; DidNotConverge where the matrix has none."""
    try:
        return np.asarray(sl.cholesky(dense, lower=True, check_finite=False))
    except np.linalg.LinAlgError as error:
        raise DidNotConverge("the ratings leave some step of the scale undetermined") from error


def _gradients(
    structure: Structure, moments: Moments, values: Parameters, variances: Variances
) -> tuple[Floats, Floats]:
    """Gradients of the candidates, ``(candidates,)``, and of the globals, ``(p,)``, halo held."""
    r = structure.ratings
    pull = values.deviation(structure) / variances.candidate
    return by_group(r.candidate, moments.score, len(r.candidates)) - pull, np.concatenate([
        by_group(r.interviewer, moments.score, len(r.interviewers))
        - values.interviewer / variances.interviewer,
        by_group(r.question, moments.score, len(r.questions)) - values.question / variances.question,
        moments.step_score - values.easiness / STEP_VARIANCE,
        _group_gradient(r, pull, values),
    ])  # fmt: skip


def _group_gradient(ratings: Ratings, pull: Floats, values: Parameters) -> Floats:
    """Gradient of the groups' means, ``(groups,)``; nothing without groups."""
    if ratings.group is None or values.group is None:
        return np.zeros(0)
    return np.asarray(by_group(ratings.group, pull, len(values.group)) - values.group / GROUP_VARIANCE)


def _product(left: sp.csr_matrix, right: sp.csr_matrix) -> Floats:
    """``left' right``, dense: by dense arithmetic where the columns are few, which then is faster."""
    if left.shape[1] <= _DENSE_COLUMNS:
        return np.asarray(left.toarray().T @ right.toarray())
    return np.asarray((left.T.tocsr() @ right).toarray())


def _shares(structure: Structure, moments: Moments) -> tuple[Floats, Floats]:
    """Weights of the typical question and the typical step over the globals."""
    r = structure.ratings
    first, last = len(r.interviewers), len(r.interviewers) + len(r.questions)
    question, step = np.zeros(structure.size), np.zeros(structure.size)
    question[first:last] = by_group(r.question, moments.information, len(r.questions))
    step[last : last + r.top] = moments.cross.sum(1)
    return question / question.sum(), step / step.sum()


def _question_coupling(structure: Structure, information: Floats) -> sp.csr_matrix:
    """Information shared by units and questions, ``(units, Q)``."""
    pattern = structure.unit_question
    data = by_group(structure.unit_question_of, information, pattern.nnz)
    return sp.csr_matrix((data, pattern.indices, pattern.indptr), shape=pattern.shape)


def _eliminate_halo(
    dense: Floats,
    structure: Structure,
    coupling: sp.csr_matrix,
    unit_cross: Floats,
    unit_precision: Floats,
) -> None:
    """Subtract ``B' D_v^-1 B`` from the question and step blocks (interviewers come by ``kept``)."""
    first = len(structure.ratings.interviewers)
    last = first + len(structure.ratings.questions)
    end = last + structure.ratings.top
    weights = np.repeat(1.0 / unit_precision, np.diff(coupling.indptr)) * coupling.data
    scaled = sp.csr_matrix((weights, coupling.indices, coupling.indptr), shape=coupling.shape)
    dense[first:last, first:last] -= _product(coupling, scaled)
    between = scaled.T @ unit_cross.T
    dense[first:last, last:end] -= between
    dense[last:end, first:last] -= between.T
    dense[last:end, last:end] -= (unit_cross / unit_precision) @ unit_cross.T


def _add_globals(
    dense: Floats,
    structure: Structure,
    moments: Moments,
    kept_information: Floats,
    kept_cross: Floats,
    variances: Variances,
) -> None:
    """Add the information among globals and their prior precisions."""
    r = structure.ratings
    interviewers, questions = len(r.interviewers), len(r.questions)
    by, what = np.arange(interviewers), interviewers + np.arange(questions)
    steps = interviewers + questions + np.arange(r.top)
    dense[by, by] += by_group(r.interviewer, kept_information, interviewers)
    dense[by, by] += 1.0 / variances.interviewer
    dense[what, what] += by_group(r.question, moments.information, questions)
    dense[what, what] += 1.0 / variances.question
    together = by_group(structure.pair_of, kept_information, len(structure.pair))
    row, column = structure.pair // questions, interviewers + structure.pair % questions
    dense[row, column] += together
    dense[column, row] += together
    for step, position in enumerate(steps):
        severity = by_group(r.interviewer, kept_cross[step], interviewers)
        dense[by, position] += severity
        dense[position, by] += severity
        difficulty = by_group(r.question, moments.cross[step], questions)
        dense[what, position] += difficulty
        dense[position, what] += difficulty
    dense[np.ix_(steps, steps)] += moments.step_information
    dense[steps, steps] += 1.0 / STEP_VARIANCE
    if r.group is not None:
        means = np.arange(interviewers + questions + r.top, structure.size)
        dense[means, means] += np.bincount(r.group, minlength=len(means)) / variances.candidate
        dense[means, means] += 1.0 / GROUP_VARIANCE
