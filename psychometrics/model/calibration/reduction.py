"""The Schur complement as a dense matrix, by NumPy, and what follows from a step of the globals."""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.model.calibration.algebra import Reduced
from psychometrics.model.calibration.dense import DenseSchur
from psychometrics.model.calibration.elimination import Eliminated, eliminate
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.parameters import Parameters, Variances
from psychometrics.model.calibration.priors import prior_matrix
from psychometrics.model.calibration.sparsity import Sparsity
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.derivatives import Moments

Floats = npt.NDArray[np.float64]

_DENSE_COLUMNS = 120
_DENSE_ROWS = 500


def reduce(
    structure: Structure, sparsity: Sparsity, moments: Moments, values: Parameters, variances: Variances
) -> Reduced:
    """Assemble the system: halo and candidates eliminated."""
    found = eliminate(structure, sparsity, moments, values, variances)
    dense = prior_matrix(structure, moments, variances)
    _eliminate_halo(dense, structure, found)
    _add_globals(dense, structure, sparsity, moments.cross, found)
    shape, pattern = (len(found.precision), structure.size), (structure.indices, structure.indptr)
    dense -= _product(
        sp.csr_matrix((found.cells, *pattern), shape=shape),
        sp.csr_matrix((found.weights, *pattern), shape=shape),
    )
    return found.complete(DenseSchur(dense))


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


def _eliminate_halo(dense: Floats, structure: Structure, found: Eliminated) -> None:
    """Subtract ``B' D_v^-1 B`` from the question and step blocks (interviewers come by what halo leaves)."""
    coupling, precision, cross = found.coupling, found.unit_precision, found.unit_cross
    if coupling is None or precision is None:
        return
    first = len(structure.ratings.interviewers)
    last = first + len(structure.ratings.questions)
    end = last + structure.ratings.top
    weights = np.repeat(1.0 / precision, np.diff(coupling.indptr)) * coupling.data
    scaled = sp.csr_matrix((weights, coupling.indices, coupling.indptr), shape=coupling.shape)
    dense[first:last, first:last] -= _product(coupling, scaled)
    dense[first:last, last:end] -= scaled.T @ cross.T
    dense[last:end, last:end] -= (cross / precision) @ cross.T


def _add_globals(
    dense: Floats, structure: Structure, sparsity: Sparsity, cross: Floats, found: Eliminated
) -> None:
    """Add what interviewers and questions know, and what globals of different kinds share, above the diagonal."""
    r = structure.ratings
    interviewers, questions = len(r.interviewers), len(r.questions)
    who, what = np.arange(interviewers), interviewers + np.arange(questions)
    dense[who, who] += by_group(r.unit_interviewer, found.kept_inside, interviewers)
    dense[what, what] += found.question_information
    together = by_group(sparsity.pair_of, found.kept_information, len(sparsity.pair))
    dense[sparsity.pair // questions, interviewers + sparsity.pair % questions] += together
    for step in range(r.top):
        column = interviewers + questions + step
        dense[:interviewers, column] += by_group(r.unit_interviewer, found.kept_cross[step], interviewers)
        dense[what, column] += by_group(r.question, cross[step], questions)
