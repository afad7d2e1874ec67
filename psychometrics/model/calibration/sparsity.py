"""The sparsity pattern of the equations: index arrays by which NumPy adds whole columns at once.

Which ratings share a sum is worked out once; each iteration then needs no loop over candidates.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from psychometrics.model.calibration.group_sums import changes, distinct
from psychometrics.model.calibration.ratings import Codes, Ratings

_CELLS_PER_BATCH = 16_000  # size of the gathered blocks of the inverse: 130 kB stay in the processor's cache


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
class Sparsity:
    """Which ratings share a sum."""

    pair: Codes
    pair_of: Codes
    """Distinct interviewer x question pairs as ``j * Q + q``; ``(n,)`` the pair of each rating."""
    unit_question: sp.csr_matrix
    """``(units, Q)`` pattern of the questions asked in each unit."""
    unit_question_of: Codes
    """``(n,)`` position of each rating in the data of ``unit_question``."""
    batches: tuple[Batch, ...]


def sparsity_of(ratings: Ratings, indptr: Codes, indices: Codes, size: int) -> Sparsity:
    """Derive the arrays; ``indptr`` and ``indices`` are the pattern of the coupling matrix."""
    interviewers, questions = len(ratings.interviewers), len(ratings.questions)
    pair, pair_of = distinct(ratings.interviewer * questions + ratings.question, interviewers * questions)
    # Ratings are in the order of unit and question, so that equal ones are neighbours.
    unit, what = ratings.unit, ratings.question
    fresh = changes(unit, what)
    units = len(ratings.unit_candidate)
    asked = np.concatenate([[0], np.cumsum(np.bincount(unit[fresh], minlength=units))])
    return Sparsity(
        pair=pair.astype(np.intp),
        pair_of=pair_of.astype(np.intp),
        unit_question=sp.csr_matrix(
            (np.ones(int(fresh.sum())), what[fresh], asked), shape=(units, questions)
        ),
        unit_question_of=np.cumsum(fresh) - 1,
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
