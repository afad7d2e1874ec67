"""Where the non-zeros of the Newton system are: computed once per data set.

The parameters left after eliminating halo and candidates are called *globals*: interviewers
``0..R-1``, questions ``R..R+Q-1``, steps ``R+Q..R+Q+L-1``, then the means of groups of candidates,
where there are any. Row ``i`` of the coupling matrix ``C`` holds
the globals candidate ``i`` meets, ascending: about 40 of them, whatever the size of the panel.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.model.calibration.group_sums import changes
from psychometrics.model.calibration.ratings import Codes, Ratings
from psychometrics.model.calibration.sparsity import Sparsity, sparsity_of

Floats = npt.NDArray[np.float64]

#: Globals up to which their matrix is formed. Beyond, factor and inverse cost more than a second and a half a pass.
LARGEST_DENSE = 2_500


@dataclass(frozen=True, slots=True)
class Slices:
    """Where each candidate's and each unit's ratings begin: what compiled loops go by.

    Ratings are ordered by candidate and unit, so that both are slices.
    """

    candidate_ratings: Codes
    """``(candidates + 1,)``"""
    candidate_units: Codes
    """``(candidates + 1,)``"""
    unit_ratings: Codes
    """``(units + 1,)``"""


@dataclass(frozen=True, slots=True)
class Structure:
    """Index arrays of one data set; ``nnz`` cells in ``C``."""

    ratings: Ratings
    size: int
    """``p``: number of globals."""
    indptr: Codes
    indices: Codes
    """CSR pattern of ``C``: ``(candidates + 1,)`` and ``(nnz,)``."""
    unit_cell: Codes
    """``(units,)`` the cell of ``C`` of a unit's candidate and interviewer."""
    question_cell: Codes
    """``(n,)`` the cell of ``C`` of a rating's candidate and question."""
    slices: Slices | None
    """Set where compiled kernels serve this data set."""
    sparsity: Sparsity | None
    """Set where NumPy assembles the equations."""
    iterative: bool = False
    """Whether the globals are too many for a dense matrix."""

    @property
    def compiled(self) -> bool:
        """Whether compiled kernels serve this data set."""
        return self.slices is not None

    @property
    def group_cell(self) -> Codes | None:
        """``(candidates,)`` the cell of the mean of each candidate's group: the last of its row."""
        return None if self.ratings.group is None else self.indptr[1:] - 1

    @property
    def step_cells(self) -> Codes:
        """``(L, candidates)`` the cells of the steps: every candidate meets all, after its questions."""
        top = self.ratings.top
        first = self.indptr[1:] - top - (self.ratings.group is not None)
        return np.asarray(first + np.arange(top)[:, None])


def build(ratings: Ratings, *, compiled: bool = False) -> Structure:
    """Derive the index arrays from coded ratings."""
    groups = 0 if ratings.groups is None else len(ratings.groups)
    size = len(ratings.interviewers) + len(ratings.questions) + ratings.top + groups
    iterative = size > LARGEST_DENSE
    indptr, indices, unit_cell, question_cell = _pattern(ratings)
    return Structure(
        ratings=ratings,
        size=size,
        indptr=indptr,
        indices=indices,
        unit_cell=unit_cell,
        question_cell=question_cell,
        slices=_slices(ratings) if compiled else None,
        sparsity=sparsity_of(ratings, indptr, indices, size) if iterative or not compiled else None,
        iterative=iterative,
    )


def _pattern(ratings: Ratings) -> tuple[Codes, Codes, Codes, Codes]:
    """``indptr`` and ``indices`` of ``C``, the cells of units' interviewers and of ratings' questions."""
    interviewers, questions = len(ratings.interviewers), len(ratings.questions)
    people, top = len(ratings.candidates), ratings.top
    met_who, met_by = np.divmod(ratings.met(), interviewers)
    pair = ratings.unit_candidate * interviewers + ratings.unit_interviewer
    met_of = np.cumsum(changes(pair)) - 1  # units are in this order
    asked, asked_of = np.unique(ratings.candidate * questions + ratings.question, return_inverse=True)
    asked_who, asked_what = np.divmod(asked, questions)
    met, heard = np.bincount(met_who, minlength=people), np.bincount(asked_who, minlength=people)
    tail = top + (ratings.group is not None)
    indptr = _starts(met + heard + tail)
    met_cell = (indptr[:-1] - _starts(met)[:-1])[met_who] + np.arange(len(met_who))
    asked_cell = (indptr[:-1] + met - _starts(heard)[:-1])[asked_who] + np.arange(len(asked))
    indices = np.empty(int(indptr[-1]), np.intp)
    indices[met_cell] = met_by
    indices[asked_cell] = interviewers + asked_what
    for step in range(top):
        indices[indptr[1:] - tail + step] = interviewers + questions + step
    if ratings.group is not None:
        indices[indptr[1:] - 1] = interviewers + questions + top + ratings.group
    return indptr, indices, met_cell[met_of], asked_cell[asked_of]


def _slices(ratings: Ratings) -> Slices:
    """Offsets of candidates and units."""
    return Slices(
        candidate_ratings=_starts(np.bincount(ratings.candidate)),
        candidate_units=_starts(np.bincount(ratings.unit_candidate)),
        unit_ratings=_starts(np.bincount(ratings.unit)),
    )


def _starts(counts: Codes) -> Codes:
    """Where each of consecutive slices of these lengths begins, and the end."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.intp, copy=False)
