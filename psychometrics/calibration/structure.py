"""Where the non-zeros of the Newton system are: computed once per data set.

The parameters left after eliminating halo and candidates are called *globals*: interviewers
``0..R-1``, questions ``R..R+Q-1``, steps ``R+Q..R+Q+L-1``, then the means of groups of candidates,
where there are any. Row ``i`` of the coupling matrix ``C`` holds
the globals candidate ``i`` meets: about 40 of them, whatever the size of the panel.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.calibration.ratings import Codes, Ratings
from psychometrics.calibration.sums import distinct

Floats = npt.NDArray[np.float64]
_CELLS_PER_BATCH = 400_000  # size of the gathered blocks of the inverse: 3 MB


@dataclass(frozen=True, slots=True)
class Batch:
    """Candidates of similar row length, padded to ``m`` cells; pads point one past the end."""

    rows: Codes
    """``(b,)`` candidates."""
    cells: Codes
    """``(b, m)`` positions in the data of ``C``."""
    columns: Codes
    """``(b, m)`` globals."""


@dataclass(frozen=True, slots=True)
class Structure:
    """Index arrays of one data set; ``nnz`` cells in ``C``."""

    ratings: Ratings
    size: int
    """``p``: number of globals."""
    indptr: Codes
    indices: Codes
    """CSR pattern of ``C``: ``(candidates + 1,)`` and ``(nnz,)``."""
    interviewer_cell: Codes
    question_cell: Codes
    """``(n,)`` the cell of ``C`` each rating adds to, for its interviewer and its question."""
    step_cells: Codes
    """``(L, candidates)`` the cells of the steps."""
    group_cell: Codes | None
    """``(candidates,)`` the cell of the mean of each candidate's group."""
    unit_cell: Codes
    """``(units,)`` the cell of ``C`` of a unit's candidate and interviewer."""
    pair: Codes
    pair_of: Codes
    """Distinct interviewer x question pairs as ``j * Q + q``; ``(n,)`` the pair of each rating."""
    unit_question: sp.csr_matrix
    """``(units, Q)`` pattern of the questions asked in each unit."""
    unit_question_of: Codes
    """``(n,)`` position of each rating in the data of ``unit_question``."""
    batches: tuple[Batch, ...]


def build(ratings: Ratings) -> Structure:
    """Derive the index arrays from coded ratings."""
    interviewers, questions = len(ratings.interviewers), len(ratings.questions)
    people, top = len(ratings.candidates), ratings.top
    size = interviewers + questions + top + (0 if ratings.groups is None else len(ratings.groups))
    who = ratings.candidate.astype(np.int64)
    keys = [
        who * size + ratings.interviewer,
        who * size + interviewers + ratings.question,
        (np.arange(people)[None, :] * size + interviewers + questions + np.arange(top)[:, None]).ravel(),
    ]
    if ratings.group is not None:
        keys.append(np.arange(people) * size + interviewers + questions + top + ratings.group)
    cells, cell_of = np.unique(np.concatenate(keys), return_inverse=True)
    n, stepped = ratings.n, 2 * ratings.n + top * people
    indptr = np.searchsorted(cells // size, np.arange(people + 1)).astype(np.intp)
    indices = (cells % size).astype(np.intp)
    pair, pair_of = distinct(ratings.interviewer * questions + ratings.question, interviewers * questions)
    asked, asked_of = np.unique(
        ratings.unit.astype(np.int64) * questions + ratings.question, return_inverse=True
    )
    units = len(ratings.unit_candidate)
    unit_question = sp.csr_matrix(
        (
            np.ones(len(asked)),
            asked % questions,
            np.searchsorted(asked // questions, np.arange(units + 1)),
        ),
        shape=(units, questions),
    )
    unit_cell = np.empty(units, np.intp)
    unit_cell[ratings.unit] = cell_of[:n]
    return Structure(
        ratings=ratings,
        size=size,
        indptr=indptr,
        indices=indices,
        interviewer_cell=cell_of[:n].astype(np.intp),
        question_cell=cell_of[n : 2 * n].astype(np.intp),
        step_cells=cell_of[2 * n : stepped].reshape(top, people).astype(np.intp),
        group_cell=None if ratings.group is None else cell_of[stepped:].astype(np.intp),
        unit_cell=unit_cell,
        pair=pair.astype(np.intp),
        pair_of=pair_of.astype(np.intp),
        unit_question=unit_question,
        unit_question_of=asked_of.astype(np.intp),
        batches=_batches(indptr, indices, size),
    )


def _batches(indptr: Codes, indices: Codes, size: int) -> tuple[Batch, ...]:
    """Group candidates by row length, so that gathered blocks are dense and small."""
    lengths = np.diff(indptr)
    order = np.argsort(lengths, kind="stable")
    padded_indices = np.append(indices, size)
    batches = []
    start = 0
    while start < len(order):
        widest = int(lengths[order[start]])
        stop = start + 1
        while stop < len(order):
            widest = int(lengths[order[stop]])
            if (stop + 1 - start) * widest * widest > _CELLS_PER_BATCH:
                break
            stop += 1
        rows = order[start:stop]
        offsets = np.arange(lengths[rows].max())
        cells = indptr[rows][:, None] + offsets
        cells = np.where(offsets < lengths[rows][:, None], cells, len(indices))
        batches.append(Batch(rows=rows, cells=cells, columns=padded_indices[cells]))
        start = stop
    return tuple(batches)
