"""Candidates of similar size side by side: padded index arrays for batched linear algebra."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.levels.layout import Layout
from psychometrics.model.levels.structure import Structure

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]
Places: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]

_PADDING = 1.12  # a batch may hold candidates whose ratings differ by this factor
_CELLS = 200_000  # numbers in the largest work array of a batch: 1.6 MB, which stays in the cache


@dataclass(frozen=True, slots=True)
class Runs:
    """Rows of a batch that belong to one answer; a row without a performance is a run by itself."""

    starts: Codes
    """``(k,)`` rows of ``b * n`` where each run begins."""
    of: Codes
    """``(b * n,)`` run of each row."""
    shared: Flags
    """``(k,)`` whether it is a performance."""
    place: Codes
    """``(b, g)`` the runs of each candidate that are performances; pads point one past the last."""


@dataclass(frozen=True, slots=True)
class Batch:
    """``b`` candidates padded to ``n`` ratings, ``r`` effects and ``q`` shared parameters.

    The joint row of a rating holds ``r`` effects (general, ``c`` competencies, halos), ``q`` shared
    parameters (the steps last), the response, and one more column that pads point to.
    """

    rows: Codes
    """``(b,)`` candidates."""
    ratings: Codes
    """``(b, n)`` positions of the ratings; pads point one past the last."""
    places: Places
    """``(b, n, 3 + E)`` columns of the joint row that a rating fills."""
    columns: Codes
    """``(b, q)`` shared parameters touched, steps last; pads point one past the last."""
    effects: int
    competencies: int
    runs: Runs | None
    """None where no answer of these candidates was watched by two."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """``(b, n, r + q + 1)``, the joint rows without the column of pads."""
        b, n = self.ratings.shape
        return b, n, self.effects + self.columns.shape[1] + 1


def build(structure: Structure, layout: Layout) -> tuple[Batch, ...]:
    """Group candidates by number of ratings."""
    lengths = np.diff(structure.starts)
    order = np.argsort(lengths, kind="stable")
    sizes = lengths[order]
    wide = int(structure.effects.max() + np.diff(structure.column_starts).max()) + len(layout.steps) + 2
    batches = []
    begin = 0
    while begin < len(order):
        longest = int(_PADDING * sizes[begin]) + 1
        end = min(int(np.searchsorted(sizes, longest, "right")), begin + _CELLS // (longest * wide))
        end = max(end, begin + 1)
        batches.append(_batch(structure, layout, order[begin:end]))
        begin = end
    return tuple(batches)


def _batch(structure: Structure, layout: Layout, rows: Codes) -> Batch:
    ratings, present = _padded(structure.starts, rows, int(structure.starts[-1]))
    at, _ = _padded(structure.column_starts, rows, len(structure.columns))
    c = int(np.diff(structure.competency_starts)[rows].max())
    r = 1 + c + int(structure.interviewers[rows].max())
    touched = np.append(structure.columns, layout.size)[at]
    columns = np.concatenate([touched, np.broadcast_to(layout.steps, (len(rows), len(layout.steps)))], axis=1)
    pad = r + columns.shape[1] + 1
    known = np.where(present, ratings, 0)
    shared = structure.place[known]
    own = np.stack(
        [np.zeros_like(known), 1 + structure.competency[known], 1 + c + structure.interviewer[known]], axis=2
    )
    places = np.concatenate([own, np.where(shared >= 0, r + shared, pad)], axis=2)
    places[~present] = pad
    answer = np.where(present, structure.answer[known], -1).ravel()
    return Batch(
        rows=rows,
        ratings=ratings,
        places=places.astype(np.int32),
        columns=columns,
        effects=r,
        competencies=c,
        runs=_runs(answer, len(rows)) if (answer >= 0).any() else None,
    )


def _padded(starts: Codes, rows: Codes, pad: int) -> tuple[Codes, Flags]:
    """Positions from each row's start, padded to the longest row, and which are none of them pads."""
    lengths = np.diff(starts)[rows]
    steps = np.arange(int(lengths.max()))
    present = steps < lengths[:, None]
    return np.where(present, starts[rows][:, None] + steps, pad), present


def _runs(answer: Codes, candidates: int) -> Runs:
    begins = np.append(True, (answer[1:] != answer[:-1]) | (answer[1:] < 0))
    starts = np.flatnonzero(begins)
    shared = answer[starts] >= 0
    owner = starts[shared] // (len(answer) // candidates)
    each = np.append(0, np.cumsum(np.bincount(owner, minlength=candidates)))
    at, _ = _padded(each, np.arange(candidates), int(shared.sum()))
    return Runs(starts, np.cumsum(begins) - 1, shared, np.append(np.flatnonzero(shared), len(starts))[at])
