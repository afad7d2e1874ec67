"""The Newton system with halo and candidates eliminated, by NumPy: whole columns at once.

The precision matrix of (halo, candidates, globals) has diagonal halo and candidate blocks. Halo is
eliminated first, which leaves the candidate block diagonal; then candidates, which leaves a dense
``p x p`` matrix over interviewers, questions and steps. Nothing of size ratings x ratings or
candidates x candidates is ever formed.
"""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.model.calibration.algebra import Reduced
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.parameters import Parameters, Variances
from psychometrics.model.calibration.sparsity import Sparsity
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.derivatives import Moments

Floats = npt.NDArray[np.float64]

_DENSE_COLUMNS = 120
_DENSE_ROWS = 500
#: Prior variance of every step around zero (5 logits, squared): nothing where a step is seen, but it
#: keeps the scale finite where a handful of ratings order everybody perfectly.
STEP_VARIANCE = 25.0
#: Prior variance of a group's mean (3 logits, squared): wide, so that groups are hardly drawn together.
GROUP_VARIANCE = 9.0


def reduce(
    structure: Structure, sparsity: Sparsity, moments: Moments, values: Parameters, variances: Variances
) -> Reduced:
    """Assemble the system and eliminate halo, then candidates."""
    r = structure.ratings
    people, top, units = len(r.candidates), r.top, len(r.unit_candidate)
    interviewers, questions = len(r.interviewers), len(r.questions)
    last = interviewers + questions + top
    information, cross = moments.information, moments.cross
    question_information = by_group(r.question, information, questions)
    inside = by_group(r.unit, information, units)
    pull = by_group(r.unit, moments.score, units)
    unit_cross = np.stack([by_group(r.unit, row, units) for row in cross])
    dense, gradient = priors(structure, moments, values, variances)
    gradient[interviewers : interviewers + questions] += by_group(r.question, moments.score, questions)
    unit_information = unit_gradient = None
    kept = np.ones(units)
    if variances.halo is not None and values.halo is not None:
        unit_information, unit_gradient = inside, pull - values.halo / variances.halo
        unit_precision = np.asarray(inside + 1.0 / variances.halo)
        kept = 1.0 - inside / unit_precision
        share = unit_gradient / unit_precision
        coupling = _question_coupling(sparsity, information)
        _eliminate_halo(dense, structure, coupling, unit_cross, unit_precision)
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
    own = by_group(r.unit_interviewer, kept_inside, interviewers)
    dense[np.arange(interviewers), np.arange(interviewers)] += own
    _add_globals(dense, structure, sparsity, question_information, cross, kept_information, kept_cross)
    weights = cells / np.repeat(precision, np.diff(structure.indptr))
    pattern = (structure.indices, structure.indptr)
    coupling_rows = sp.csr_matrix((cells, *pattern), shape=(people, structure.size))
    following = sp.csr_matrix((weights, *pattern), shape=(people, structure.size))
    dense -= _product(coupling_rows, following)
    gradient -= np.asarray(following.T @ candidate_gradient)
    return Reduced(
        dense=dense,
        gradient=gradient,
        candidate_gradient=candidate_gradient,
        precision=precision,
        weights=weights,
        question_information=question_information,
        unit_information=unit_information,
        unit_gradient=unit_gradient,
        unit_cross=unit_cross,
    )


def priors(
    structure: Structure, moments: Moments, values: Parameters, variances: Variances
) -> tuple[Floats, Floats]:
    """What no rating has to be asked for: ``(p, p)`` and ``(p,)`` of priors, steps and groups."""
    r = structure.ratings
    interviewers, questions = len(r.interviewers), len(r.questions)
    steps = slice(interviewers + questions, interviewers + questions + r.top)
    dense, gradient = np.zeros((structure.size, structure.size)), np.empty(structure.size)
    precision = np.empty(structure.size)
    precision[:interviewers] = 1.0 / variances.interviewer
    precision[interviewers : steps.start] = 1.0 / variances.question
    precision[steps] = 1.0 / STEP_VARIANCE
    gradient[:interviewers] = -values.interviewer / variances.interviewer
    gradient[interviewers : steps.start] = -values.question / variances.question
    gradient[steps] = moments.step_score - values.easiness / STEP_VARIANCE
    if r.group is not None and values.group is not None:
        groups = len(values.group)
        pull = by_group(r.group, values.deviation(structure) / variances.candidate, groups)
        gradient[steps.stop :] = pull - values.group / GROUP_VARIANCE
        precision[steps.stop :] = np.bincount(r.group, minlength=groups) / variances.candidate
        precision[steps.stop :] += 1.0 / GROUP_VARIANCE
    dense[steps, steps] = moments.step_information
    dense.ravel()[:: structure.size + 1] += precision
    return dense, gradient


def substitute(
    structure: Structure, moments: Moments, reduced: Reduced, step: Floats, halo_variance: float | None
) -> tuple[Floats, Floats | None]:
    """How candidates ``(candidates,)`` and halo ``(units,)`` follow a step ``(p,)`` of the globals."""
    r = structure.ratings
    first, last = len(r.interviewers), len(r.interviewers) + len(r.questions)
    shape = (len(r.candidates), structure.size)
    following = sp.csr_matrix((reduced.weights, structure.indices, structure.indptr), shape=shape)
    candidate = reduced.candidate_gradient / reduced.precision - following @ step
    if reduced.unit_information is None or reduced.unit_gradient is None or halo_variance is None:
        return candidate, None
    lean = candidate[r.unit_candidate] + step[r.unit_interviewer]
    asked = moments.information * step[first:last][r.question]
    explained = reduced.unit_information * lean + by_group(r.unit, asked, len(lean))
    explained += step[last : last + r.top] @ reduced.unit_cross
    return candidate, (reduced.unit_gradient - explained) / (reduced.unit_information + 1.0 / halo_variance)


def _product(left: sp.csr_matrix, right: sp.csr_matrix) -> Floats:
    """``left' right``, dense: by dense arithmetic where the columns are few, which then is faster."""
    rows, columns = left.shape
    if columns <= _DENSE_COLUMNS:
        total = np.zeros((columns, columns))
        for start in range(0, rows, _DENSE_ROWS):  # blocks that stay in the processor's cache
            part = slice(start, start + _DENSE_ROWS)
            total += left[part].toarray().T @ right[part].toarray()
        return total
    return np.asarray((left.T.tocsr() @ right).toarray())


def _question_coupling(sparsity: Sparsity, information: Floats) -> sp.csr_matrix:
    """Information shared by units and questions, ``(units, Q)``."""
    pattern = sparsity.unit_question
    data = by_group(sparsity.unit_question_of, information, pattern.nnz)
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
    dense[first:last, last:end] -= scaled.T @ unit_cross.T
    dense[last:end, last:end] -= (unit_cross / unit_precision) @ unit_cross.T


def _add_globals(
    dense: Floats,
    structure: Structure,
    sparsity: Sparsity,
    question_information: Floats,
    cross: Floats,
    kept_information: Floats,
    kept_cross: Floats,
) -> None:
    """Add the information of questions, and what globals of different kinds share, above the diagonal."""
    r = structure.ratings
    interviewers, questions = len(r.interviewers), len(r.questions)
    what = interviewers + np.arange(questions)
    dense[what, what] += question_information
    together = by_group(sparsity.pair_of, kept_information, len(sparsity.pair))
    dense[sparsity.pair // questions, interviewers + sparsity.pair % questions] += together
    for step in range(r.top):
        column = interviewers + questions + step
        dense[:interviewers, column] += by_group(r.unit_interviewer, kept_cross[step], interviewers)
        dense[what, column] += by_group(r.question, cross[step], questions)
