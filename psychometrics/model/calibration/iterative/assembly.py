"""The parts of the sparse Schur complement, from what elimination leaves."""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.model.calibration.elimination import Eliminated
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.iterative.schur import SparseSchur, Warm
from psychometrics.model.calibration.parameters import Variances
from psychometrics.model.calibration.priors import prior_precision
from psychometrics.model.calibration.sparsity import Sparsity
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.derivatives import Moments

Floats = npt.NDArray[np.float64]


def sparse_schur(
    structure: Structure,
    sparsity: Sparsity,
    moments: Moments,
    variances: Variances,
    found: Eliminated,
    warm: Warm,
) -> SparseSchur:
    """The Schur complement over the globals, not formed."""
    r = structure.ratings
    levels = len(r.interviewers) + len(r.questions)
    prior = prior_precision(structure, variances)
    rows = sp.csr_matrix(
        (found.cells, structure.indices, structure.indptr), shape=(len(found.precision), structure.size)
    )
    shared = sp.csr_matrix(rows[:, :levels])
    shared_marks = np.asarray(rows[:, levels:].toarray())
    mixed, marks = np.zeros((levels, len(prior) - levels)), np.diag(prior[levels:])
    _add_steps(mixed, marks, structure, moments, found)
    passed = shared_marks / found.precision[:, None]
    mixed -= np.asarray(shared.T @ passed)
    marks -= shared_marks.T @ passed
    own = _own(structure, sparsity, found, prior[:levels])
    turned = sp.csr_matrix(shared.T)
    return SparseSchur(
        own=own,
        shared=shared,
        shared_turned=turned,
        shared_marks=shared_marks,
        precision=found.precision,
        mixed=mixed,
        marks=marks,
        information=moments.information,
        variances=variances,
        warm=warm,
    )


def _own(structure: Structure, sparsity: Sparsity, found: Eliminated, prior: Floats) -> sp.csr_matrix:
    """What interviewers and questions share directly, priors included, ``(l, l)``."""
    r = structure.ratings
    interviewers, questions = len(r.interviewers), len(r.questions)
    diagonal = prior + np.concatenate([
        by_group(r.unit_interviewer, found.kept_inside, interviewers),
        found.question_information,
    ])  # fmt: skip
    together = by_group(sparsity.pair_of, found.kept_information, len(sparsity.pair))
    place = (sparsity.pair // questions, sparsity.pair % questions)
    pairs = sp.csr_matrix((together, place), shape=(interviewers, questions))
    asked = sp.csr_matrix((questions, questions))
    if found.coupling is not None and found.unit_precision is not None:
        scaled = sp.csr_matrix(sp.diags(1.0 / found.unit_precision) @ found.coupling)
        asked = sp.csr_matrix(-found.coupling.T @ scaled)
    above = sp.hstack([sp.csr_matrix((interviewers, interviewers)), pairs])
    below = sp.hstack([sp.csr_matrix(pairs.T), asked])
    return sp.csr_matrix(sp.csr_matrix(sp.vstack([above, below])) + sp.diags(diagonal, format="csr"))


def _add_steps(
    mixed: Floats, marks: Floats, structure: Structure, moments: Moments, found: Eliminated
) -> None:
    """Add what steps share with interviewers, with questions and with one another."""
    r, top = structure.ratings, structure.ratings.top
    interviewers, questions = len(r.interviewers), len(r.questions)
    marks[:top, :top] += moments.step_information
    for step in range(top):
        mixed[:interviewers, step] = by_group(r.unit_interviewer, found.kept_cross[step], interviewers)
        mixed[interviewers:, step] = by_group(r.question, moments.cross[step], questions)
    if found.coupling is not None and found.unit_precision is not None:
        scaled = found.unit_cross / found.unit_precision
        mixed[interviewers:, :top] -= found.coupling.T @ scaled.T
        marks[:top, :top] -= scaled @ found.unit_cross.T
