"""From a fit to levels: values, joint covariance per candidate, contrasts, what was borrowed.

``theta = pool means + general factor + deviation`` and ``level = 3 + (theta - e) / spacing`` with
``e`` the predictor at which the expected rating is "meets the bar". For one candidate,

    Cov(level) = own + T S^-1 T'

``own`` is what their ratings leave open if all shared parameters were known, ``T`` the gradient of
the levels with respect to the shared parameters (``S^-1`` their covariance).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from psychometrics.model.levels import keys
from psychometrics.model.levels.algebra import Rows, Yardstick
from psychometrics.model.levels.fit import Fit
from psychometrics.model.levels.structure import Structure

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]

_GROUPS = 256  # openings x competencies whose mean gradients are handled at once


@dataclass(frozen=True, slots=True)
class CandidatePosterior:
    """One candidate's levels with their joint uncertainty; ``c`` competencies were rated."""

    candidate: int
    competencies: Codes
    """``(c,)`` competency codes, ascending."""
    logit: Floats
    """``(c,)`` theta."""
    level: Floats
    """``(c,)`` lambda, not clamped."""
    covariance: Floats
    """``(c, c)`` marginal covariance of the levels."""
    logit_variance: Floats
    """``(c,)`` marginal variance of ``theta - e``."""
    own: Floats
    """``(c, c)`` part of the covariance that is this candidate's alone."""
    columns: Codes
    """``(q,)`` shared parameters the levels depend on."""
    gradient: Floats
    """``(c, q)`` T."""
    borrowed: Floats
    """``(c,)`` variance as a share of the variance without the competency's own ratings."""
    moved: Floats
    """``(sources, c)`` further sources of error, in levels: what the unit adds beyond the first order, and in
    a small panel where each variance may stand; no rows where there are none."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """All candidates side by side: flat arrays as in ``algebra.Rows``."""

    structure: Structure
    rows: Rows
    columns: Codes
    """``(sum q,)`` shared parameters each candidate touches, steps included."""
    column_starts: Codes
    moved: Floats
    """``(sources, R)``"""

    @property
    def candidate(self) -> Codes:
        """``(R,)`` candidate of each row, counted from 0."""
        counts = np.diff(self.structure.competency_starts)
        return np.repeat(np.arange(len(counts)), counts)

    @property
    def variance(self) -> Floats:
        """``(R,)`` marginal variance of each level."""
        return self.rows.covariance[diagonal(self.structure)]

    def people(self, candidates: Codes) -> tuple[CandidatePosterior, ...]:
        """The same candidate by candidate; arrays are views."""
        rows, s = self.rows, self.structure
        first, pair = s.competency_starts.tolist(), s.pair_starts.tolist()
        wide, slope = self.column_starts.tolist(), 0
        result = []
        for i, code in enumerate(candidates.tolist()):
            a, b = first[i], first[i + 1]
            c, q = b - a, wide[i + 1] - wide[i]
            result.append(
                CandidatePosterior(
                    candidate=code,
                    competencies=s.competencies[a:b],
                    logit=rows.theta[a:b],
                    level=rows.level[a:b],
                    covariance=rows.covariance[pair[i] : pair[i + 1]].reshape(c, c),
                    logit_variance=rows.logit_variance[a:b],
                    own=rows.own[pair[i] : pair[i + 1]].reshape(c, c),
                    columns=self.columns[wide[i] : wide[i + 1]],
                    gradient=rows.gradient[slope : slope + c * q].reshape(c, q),
                    borrowed=rows.borrowed[a:b],
                    moved=self.moved[:, a:b],
                )
            )
            slope += c * q
        return tuple(result)


def posterior(fit: Fit, *, borrowing: bool = True) -> Posterior:
    """Posterior of every candidate.

    Without ``borrowing`` the share borrowed is left at 1, which saves work.
    """
    problem = fit.problem
    structure, layout = problem.structure, problem.layout
    yardstick = Yardstick(fit.bar.eta, fit.bar.pull, fit.spacing, layout.spacing)
    solution = fit.solution
    rows = problem.algebra.rows(
        fit.parts, solution.shared, solution.covariance, yardstick, borrowing=borrowing
    )
    people, top = len(structure.starts) - 1, len(layout.steps)
    starts = structure.column_starts + top * np.arange(people + 1)
    columns = np.empty(starts[-1], np.int64)
    steps = starts[1:, None] - top + np.arange(top)
    columns[steps] = layout.steps
    own = np.ones(len(columns), bool)
    own[steps] = False
    columns[own] = structure.columns
    return Posterior(structure, rows, columns, starts, np.zeros((0, len(rows.theta))))


def diagonal(structure: Structure) -> Codes:
    """``(R,)`` where in flat matrices over competencies the diagonals stand."""
    counts = np.diff(structure.competency_starts)
    first = np.repeat(structure.pair_starts[:-1], counts)
    place = np.arange(len(first)) - np.repeat(structure.competency_starts[:-1], counts)
    return np.asarray(first + place * (np.repeat(counts, counts) + 1))


def contrast_variances(fit: Fit, found: Posterior, opening: Codes) -> Floats:
    """Variance of each level's difference from the mean of its opening, ``(R,)``.

    ``opening`` ``(N,)`` groups the candidates. For one competency of one opening with ``m`` members,
    ``own_i (1 - 2/m) + mean(own)/m + (T_i - mean T) S^-1 (T_i - mean T)'``, and what ``moved``
    adds beside the mean of the opening. NaN for a candidate alone in the opening.
    """
    rows, structure = found.rows, found.structure
    places = diagonal(structure)
    own = rows.own[places]
    group, m = grouped(found, opening)
    slopes = gradients(found, fit.problem.layout.size)
    inside = sp.csr_array((1 / m[group], (group, np.arange(len(group)))), (len(m), len(group)))
    means = sp.csr_array(inside @ slopes)
    shared = rows.covariance[places] - own - (found.moved**2).sum(axis=0)
    for begin in range(0, len(m), _GROUPS):
        some = slice(begin, begin + _GROUPS)
        mine = np.flatnonzero((group >= begin) & (group < begin + _GROUPS))
        mean = means[some].toarray()
        towards = mean @ fit.solution.covariance
        counts = np.diff(slopes.indptr)[mine]
        at = np.repeat(slopes.indptr[mine] - np.append(0, np.cumsum(counts))[:-1], counts) + np.arange(
            counts.sum()
        )
        across = slopes.data[at] * towards[np.repeat(group[mine] - begin, counts), slopes.indices[at]]
        crossed = np.add.reduceat(across, np.append(0, np.cumsum(counts))[:-1])
        level = (mean * towards).sum(axis=1)
        shared[mine] += level[group[mine] - begin] - 2 * crossed
    mean_own = np.bincount(group, own, len(m)) / m
    variance = own * (1 - 2 / m[group]) + mean_own[group] / m[group] + shared
    for moved in found.moved:
        centre = np.bincount(group, moved, len(m)) / m
        variance += (moved - centre[group]) ** 2
    return np.where(m[group] > 1, np.maximum(variance, 0.0), np.nan)


def grouped(found: Posterior, opening: Codes) -> tuple[Codes, Codes]:
    """Group of each row, opening x competency, ``(R,)``, and the size of every group."""
    _, group, size = np.unique(
        keys.joint(opening[found.candidate], found.structure.competencies),
        return_inverse=True,
        return_counts=True,
    )
    return group, size


def gradients(found: Posterior, size: int) -> sp.csr_array:
    """Gradients of all rows as a sparse matrix ``(R, P)``."""
    counts = np.diff(found.structure.competency_starts)
    wide = np.repeat(np.diff(found.column_starts), counts)
    starts = np.append(0, np.cumsum(wide))
    at = np.arange(starts[-1]) + np.repeat(np.repeat(found.column_starts[:-1], counts) - starts[:-1], wide)
    return sp.csr_array((found.rows.gradient, found.columns[at], starts), (len(wide), size))


def widened(
    found: Posterior, moved: Floats, *, own: Floats | float = 1.0, shared: Floats | float = 1.0
) -> Posterior:
    """The same posterior with more uncertainty in it.

    ``moved`` ``(sources, R)`` are further sources of error; ``own`` and ``shared``, ``(R,)`` or one number, say
    how many times as large the two parts of each level's variance are. Correlations within either part stay.
    """
    structure, rows = found.structure, found.rows
    one, other = structure.pairs()
    inside, across = (np.sqrt(np.broadcast_to(part, len(rows.level))) for part in (own, shared))
    before = sum((source[one] * source[other] for source in found.moved), np.zeros(len(one)))
    between = (rows.covariance - rows.own - before) * across[one] * across[other]
    mine = rows.own * inside[one] * inside[other]
    covariance = mine + between + before
    for source in moved:
        covariance += source[one] * source[other]
    counts = np.diff(structure.competency_starts)
    wide = np.repeat(np.diff(found.column_starts), counts)
    at = diagonal(structure)
    share = covariance[at] / rows.covariance[at]
    wider = replace(
        rows,
        own=mine,
        gradient=rows.gradient * np.repeat(across, wide),
        covariance=covariance,
        logit_variance=rows.logit_variance * share,
    )
    return replace(found, rows=wider, moved=np.vstack([found.moved, moved]))


def difference_variance(
    fit_covariance: Floats, first: CandidatePosterior, second: CandidatePosterior, at: tuple[int, int]
) -> float:
    """Variance of the difference between two candidates' levels on one competency."""
    size = len(fit_covariance)
    apart = np.zeros(size)
    apart[first.columns] += first.gradient[at[0]]
    apart[second.columns] -= second.gradient[at[1]]
    own = first.own[at[0], at[0]] + second.own[at[1], at[1]]
    own += ((first.moved[:, at[0]] - second.moved[:, at[1]]) ** 2).sum()
    return float(own + apart @ fit_covariance @ apart)
