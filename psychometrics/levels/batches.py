"""Candidates of similar size side by side: padded arrays for batched linear algebra.

A candidate's ratings are correlated through terms only they have: the general factor, competency
deviations, halo and performances. All of these are Gaussian, so they are integrated out in the
space of the candidate's ratings: one small covariance matrix per candidate, whatever the design.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.levels.data import Coded
from psychometrics.levels.layout import Layout

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Bits: TypeAlias = NDArray[np.uint8]

_PADDING = 1.12  # a batch may hold candidates whose ratings differ by this factor
_CELLS = 1_500_000  # numbers in the largest work array of a batch: 12 MB


@dataclass(frozen=True, slots=True)
class Batch:
    """``b`` candidates padded to ``n`` ratings, ``q`` shared parameters and ``c`` competencies.

    Padded ratings have no information and pads of ``columns`` point one past the last parameter.
    """

    rows: Codes
    """``(b,)`` candidates, as positions in ``Coded.candidates``."""
    ratings: Codes
    """``(b, n)`` positions of the ratings; pads repeat position 0."""
    present: Flags
    """``(b, n)``"""
    shared: Bits
    """``(b, n, n)`` which terms two ratings share: bit t for term t of ``LOCAL_TERMS``, 0 with a pad."""
    columns: Codes
    """``(b, q)`` shared parameters touched, steps last."""
    design: Floats
    """``(b, n, q)`` coefficients; the step columns are filled in anew at every iteration."""
    competencies: Codes
    """``(b, c)`` competencies rated, -1 for pads."""
    rated: Floats
    """``(b, c, n)`` 1 where the rating is of the competency."""
    means: Floats
    """``(b, c, q)`` coefficients of each competency's pool means."""


def build(data: Coded, layout: Layout) -> tuple[Batch, ...]:
    """Group candidates by number of ratings."""
    lengths = np.diff(data.starts)
    order = np.argsort(lengths, kind="stable")
    batches = []
    begin = 0
    while begin < len(order):
        smallest = int(lengths[order[begin]])
        end = begin + 1
        while end < len(order):
            largest = int(lengths[order[end]])
            if largest > _PADDING * smallest + 1 or (end + 1 - begin) * largest * (largest + 60) > _CELLS:
                break
            end += 1
        batches.append(_batch(data, layout, order[begin:end]))
        begin = end
    return tuple(batches)


def _batch(data: Coded, layout: Layout, rows: Codes) -> Batch:
    spans = [np.arange(data.starts[i], data.starts[i + 1]) for i in rows]
    touched = [np.unique(layout.columns[span]) for span in spans]
    touched = [columns[columns >= 0] for columns in touched]
    rated = [np.unique(data.competency[span]) for span in spans]
    b, n = len(rows), max(map(len, spans))
    top = len(layout.steps)
    wide = max(map(len, touched))
    c = max(map(len, rated))
    ratings = np.zeros((b, n), np.int64)
    present = np.zeros((b, n), bool)
    columns = np.full((b, wide + top), layout.size)
    columns[:, wide:] = layout.steps
    design = np.zeros((b, n, wide + top))
    competencies = np.full((b, c), -1)
    shown = np.zeros((b, c, n))
    means = np.zeros((b, c, wide + top))
    mean_columns = np.concatenate([[layout.mean], layout.pool, layout.profile])
    for i, span in enumerate(spans):
        m, q = len(span), len(touched[i])
        ratings[i, :m], present[i, :m] = span, True
        columns[i, :q] = touched[i]
        for entry in range(layout.columns.shape[1]):
            at = layout.columns[span, entry]
            held = at >= 0
            spot = np.searchsorted(touched[i], at[held])
            design[i, np.flatnonzero(held), spot] += layout.values[span, entry][held]
        competencies[i, : len(rated[i])] = rated[i]
        shown[i, : len(rated[i]), :m] = data.competency[span] == rated[i][:, None]
        of_mean = np.isin(touched[i], mean_columns)
        average = shown[i] @ design[i] / np.maximum(shown[i].sum(axis=1, keepdims=True), 1)
        means[i, :, :q] = np.where(of_mean, average[:, :q], 0.0)
    at = np.where(present, ratings, 0)
    both = present[:, :, None] & present[:, None, :]

    def same(codes: Codes) -> Flags:
        return np.asarray((codes[:, :, None] == codes[:, None, :]) & both)

    same_session = same(data.session[at])
    same_interviewer = same(data.interviewer[at])
    # A performance is told from the watching interviewer's halo only if somebody else watched too.
    watched = np.asarray((same_session & ~same_interviewer).any(axis=2))
    same_performance = same_session & same(data.criterion[at]) & watched[:, :, None]
    terms = (both, same(data.competency[at]), same_interviewer, same_performance)
    return Batch(
        rows=rows,
        ratings=ratings,
        present=present,
        shared=np.asarray(sum(term.astype(np.uint8) << t for t, term in enumerate(terms)), np.uint8),
        columns=columns,
        design=design,
        competencies=competencies,
        rated=shown,
        means=means,
    )
