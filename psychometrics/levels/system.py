"""One Newton step of the level model: candidates integrated out, shared parameters solved densely.

For one candidate, let ``K`` be the prior covariance of the linear predictors of their ratings,
``V`` the information of each rating and ``X`` the rows of the shared parameters. With

    A = V^(1/2) (I + V^(1/2) K V^(1/2))^-1 V^(1/2) = (V^-1 + K)^-1

the shared parameters ``b`` solve ``S b = sum X' A z + prior`` with ``S = sum X' A X + prior``,
where ``z`` is the working response; the candidate's own part of the predictor is ``K a`` with
``a = A (z - X b)``. Everything else (variances of any candidate's terms, of predictors, of levels)
is read from ``A``, ``X`` and ``S^-1``. Steps enter as pseudo-columns ``Cov(Y, 1[Y>=l]) / V``; what
these columns leave over of the steps' information is added to ``S``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import scipy.linalg as sl
from numpy.typing import NDArray

from psychometrics.errors import DidNotConverge
from psychometrics.levels.batches import Batch
from psychometrics.levels.layout import Layout
from psychometrics.levels.policy import LOCAL_TERMS
from psychometrics.thresholds import Moments

Floats: TypeAlias = NDArray[np.float64]

#: ``(16, terms)`` 1 where the bit of a term is set in a pattern of ``Batch.shared``.
_BITS = np.array([[pattern >> t & 1 for t in range(len(LOCAL_TERMS))] for pattern in range(16)], np.float64)


@dataclass(frozen=True, slots=True)
class LocalVariances:
    """Variances of the four terms of a candidate, logits squared."""

    general: float
    competency: float
    halo: float
    performance: float

    def covariance(self, batch: Batch) -> Floats:
        """Prior covariance of the predictors of each candidate's ratings, ``(b, n, n)``."""
        each = np.array([self.general, self.competency, self.halo, self.performance])
        return np.asarray((_BITS @ each)[batch.shared])


@dataclass(frozen=True, slots=True)
class Block:
    """One batch at the current values: ``A``, ``F = A X``, and the filled design."""

    batch: Batch
    covariance: Floats
    """``(b, n, n)`` K."""
    precision: Floats
    """``(b, n, n)`` A."""
    design: Floats
    """``(b, n, q)`` X with step columns."""
    weighted: Floats
    """``(b, n, q)`` F."""


@dataclass(frozen=True, slots=True)
class Solution:
    """New values of everything, and the posterior covariance of the shared parameters."""

    shared: Floats
    """``(P,)``"""
    covariance: Floats
    """``(P + 1, P + 1)`` posterior covariance, with a row and column of zeros for pads."""
    dual: Floats
    """``(n,)`` a: a candidate's own predictor is ``K a``."""
    own: Floats
    """``(n,)`` ``K a``."""


def blocks(
    batches: Sequence[Batch], layout: Layout, moments: Moments, variances: LocalVariances
) -> list[Block]:
    """Invert every candidate's covariance at the current information."""
    top = len(layout.steps)
    pull = moments.cross / moments.information
    result = []
    for batch in batches:
        covariance = variances.covariance(batch)
        root = np.sqrt(np.where(batch.present, moments.information[batch.ratings], 0.0))
        scaled = root[:, :, None] * covariance * root[:, None, :]
        diagonal = np.arange(scaled.shape[1])
        scaled[:, diagonal, diagonal] += 1.0
        precision = root[:, :, None] * np.linalg.inv(scaled) * root[:, None, :]
        design = batch.design.copy()
        columns = np.where(batch.present[:, :, None], pull.T[batch.ratings], 0.0)
        design[:, :, design.shape[2] - top :] = columns
        result.append(Block(batch, covariance, precision, design, precision @ design))
    return result


@dataclass(frozen=True, slots=True)
class Equations:
    """Normal equations of the shared parameters, candidates integrated out."""

    dense: Floats
    """``(P, P)`` information with its prior."""
    right: Floats
    """``(P,)``"""
    spacing: int
    """Place of the logits per level, -1 without."""


def assemble(
    parts: Sequence[Block],
    layout: Layout,
    moments: Moments,
    response: Floats,
    shared: Floats,
    prior: tuple[Floats, Floats],
) -> Equations:
    """Sum the equations over candidates; ``response`` ``(n,)`` is the working response z."""
    size, steps = layout.size, layout.steps
    mean, precision = prior
    flat = np.zeros((size + 1) ** 2)
    right = np.zeros(size + 1)
    for part in parts:
        columns = part.batch.columns
        information = np.swapaxes(part.design, 1, 2) @ part.weighted
        cells = columns[:, :, None] * (size + 1) + columns[:, None, :]
        flat += np.bincount(cells.ravel(), information.ravel(), len(flat))
        z = response[part.batch.ratings][:, None, :]
        right += np.bincount(columns.ravel(), (z @ part.weighted).ravel(), size + 1)
    dense = flat.reshape(size + 1, size + 1)[:size, :size]
    pull = moments.cross / moments.information
    left_over = moments.step_information - moments.cross @ pull.T
    dense[np.ix_(steps, steps)] += left_over
    dense[np.diag_indices(size)] += precision
    right = right[:size] + precision * mean
    right[steps] += moments.step_score - pull @ moments.score + left_over @ shared[steps]
    return Equations(dense, right, layout.spacing)


def solve(
    parts: Sequence[Block],
    equations: Equations,
    response: Floats,
    *,
    held: tuple[float, float] | None,
    lowest: float = 0.0,
) -> Solution:
    """Solve for the shared parameters, then for every candidate.

    ``held`` is the value and variance of the spacing when the data may not estimate it: the value is
    kept and its variance carried through. An estimated spacing below ``lowest`` is held there, and
    everything else follows; else a fit would never come to rest beside its bound.
    """
    at = equations.spacing
    covariance, values = _invert(equations, held)
    if at >= 0 and held is None and values[at] < lowest:
        covariance, values = _invert(equations, (lowest, float(covariance[at, at])))
    padded = np.zeros((len(values) + 1, len(values) + 1))
    padded[:-1, :-1] = covariance
    dual, own = given_shared(parts, response, values)
    return Solution(values, padded, dual, own)


def given_shared(parts: Sequence[Block], response: Floats, shared: Floats) -> tuple[Floats, Floats]:
    """Every candidate's dual weights and own predictor, with the shared parameters as given."""
    dual, own = np.zeros(len(response)), np.zeros(len(response))
    extended = np.append(shared, 0.0)
    for part in parts:
        batch = part.batch
        residual = np.where(batch.present, response[batch.ratings], 0.0)
        residual = residual - (part.design @ extended[batch.columns][:, :, None])[:, :, 0]
        a = (part.precision @ residual[:, :, None])[:, :, 0]
        dual[batch.ratings[batch.present]] = a[batch.present]
        own[batch.ratings[batch.present]] = (part.covariance @ a[:, :, None])[:, :, 0][batch.present]
    return dual, own


def _invert(equations: Equations, held: tuple[float, float] | None) -> tuple[Floats, Floats]:
    """Posterior covariance and solution, with the spacing kept at its value where it is held."""
    dense, right, spacing = equations.dense, equations.right, equations.spacing
    if held is None:
        covariance = _inverse(dense)
        return covariance, covariance @ right
    value, variance = held
    free = np.delete(np.arange(len(dense)), spacing)
    inner = _inverse(dense[np.ix_(free, free)])
    follow = -inner @ dense[free, spacing]
    values = np.empty(len(dense))
    values[spacing] = value
    values[free] = inner @ right[free] + follow * value
    covariance = np.empty_like(dense)
    covariance[np.ix_(free, free)] = inner + variance * np.outer(follow, follow)
    covariance[free, spacing] = covariance[spacing, free] = variance * follow
    covariance[spacing, spacing] = variance
    return covariance, values


def _inverse(matrix: Floats) -> Floats:
    try:
        factor = sl.cho_factor(matrix, lower=True, check_finite=False)
    except np.linalg.LinAlgError as error:
        raise DidNotConverge("the fit left the range in which it can be computed") from error
    inverse = sl.cho_solve(factor, np.eye(len(matrix)), check_finite=False)
    return np.asarray((inverse + inverse.T) / 2)


def gathered(covariance: Floats, batch: Batch) -> Floats:
    """Posterior covariance of the parameters each candidate touches, ``(b, q, q)``."""
    return covariance[batch.columns[:, :, None], batch.columns[:, None, :]]


def spreads_and_gains(
    parts: Sequence[Block], layout: Layout, solution: Solution
) -> tuple[Floats, Floats, Floats]:
    """What the next iteration needs.

    Returns the posterior variance of every predictor without its steps ``(n,)``, and for each of
    ``LOCAL_TERMS`` the squared effects over variance squared (``a' M a``) and the information used
    (``tr(P M)``), M marking ratings that share the term.
    """
    top = len(layout.steps)
    spread = np.zeros(len(solution.dual))
    squares, used = np.zeros(len(LOCAL_TERMS)), np.zeros(len(LOCAL_TERMS))
    for part in parts:
        batch = part.batch
        inverse = gathered(solution.covariance, batch)
        follow = part.covariance @ part.weighted
        rest = part.design - follow
        rest[:, :, part.design.shape[2] - top :] = -follow[:, :, part.design.shape[2] - top :]
        known = np.einsum("bnm,bnm->bn", part.covariance @ part.precision, part.covariance)
        variance = np.einsum("bnn->bn", part.covariance) - known
        variance = variance + np.einsum("bnq,bnq->bn", rest @ inverse, rest)
        spread[batch.ratings[batch.present]] = variance[batch.present]
        a = np.where(batch.present, solution.dual[batch.ratings], 0.0)
        outer = a[:, :, None] * a[:, None, :]
        projection = part.precision - part.weighted @ inverse @ np.swapaxes(part.weighted, 1, 2)
        patterns = batch.shared.ravel()
        squares += np.bincount(patterns, outer.ravel(), len(_BITS)) @ _BITS
        used += np.bincount(patterns, projection.ravel(), len(_BITS)) @ _BITS
    return np.maximum(spread, 1e-6), squares, used
