"""From a fit to levels: values, joint covariance per candidate, contrasts, what was borrowed.

``theta = pool means + general factor + deviation`` and ``level = 3 + (theta - e) / spacing`` with
``e`` the predictor at which the expected rating is "meets the bar". For one candidate,

    Cov(level) = own + T S^-1 T'

``own`` is what their ratings leave open if all shared parameters were known, ``T`` the gradient of
the levels with respect to the shared parameters (``S^-1`` their covariance).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.levels.fit import Fit
from psychometrics.levels.policy import LOCAL_TERMS, MIDDLE_TARGET, TERMS
from psychometrics.levels.system import Block, LocalVariances, gathered

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]


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
    """``(terms, c)`` how far each level moves with a standard error of each log variance; zeros where
    the variances are taken as known."""


def candidates(fit: Fit, *, borrowing: bool = True) -> list[CandidatePosterior]:
    """Posterior of every candidate, in the order of ``Coded.candidates``.

    Without ``borrowing`` the share borrowed is left at 1, which saves an inversion per competency.
    """
    found: dict[int, CandidatePosterior] = {}
    for part in fit.parts:
        found.update(_batch(fit, part, borrowing=borrowing))
    return [found[row] for row in range(len(found))]


def _batch(fit: Fit, part: Block, *, borrowing: bool) -> dict[int, CandidatePosterior]:
    batch, data = part.batch, fit.problem.data
    local = LocalVariances(**{term: fit.state.variances[term] for term in LOCAL_TERMS})
    among = _among(batch.competencies, local)
    towards = _towards(batch.rated, batch.present, local)
    dual = np.where(batch.present, fit.solution.dual[batch.ratings], 0.0)
    shared = np.append(fit.solution.shared, 0.0)[batch.columns]
    theta = (batch.means @ shared[:, :, None])[:, :, 0] + (towards @ dual[:, :, None])[:, :, 0]
    level = MIDDLE_TARGET + (theta - fit.bar.eta) / fit.spacing
    inverse = gathered(fit.solution.covariance, batch)
    own, flat = _split(fit, part.precision, part.weighted, towards, among, batch.means)
    gradient = flat / fit.spacing
    if fit.problem.layout.spacing >= 0:
        # The spacing enters the level twice: through theta and as the unit of measurement.
        b, q = np.nonzero(batch.columns == fit.problem.layout.spacing)
        gradient[b, :, q] -= (level[b] - MIDDLE_TARGET) / fit.spacing
    covariance = own / fit.spacing**2 + gradient @ inverse @ np.swapaxes(gradient, 1, 2)
    logit_variance = np.einsum("bcc->bc", own) + np.einsum("bcq,bcq->bc", flat @ inverse, flat)
    borrowed = np.ones(batch.competencies.shape)
    if borrowing:
        borrowed = _borrowed(fit, part, towards, among, covariance)
    result = {}
    for i, row in enumerate(batch.rows):
        c = int((batch.competencies[i] >= 0).sum())
        kept = batch.columns[i] < fit.problem.layout.size
        result[int(row)] = CandidatePosterior(
            candidate=int(data.candidates[row]),
            competencies=batch.competencies[i, :c],
            logit=theta[i, :c],
            level=level[i, :c],
            covariance=covariance[i, :c, :c],
            logit_variance=logit_variance[i, :c],
            own=own[i, :c, :c] / fit.spacing**2,
            columns=batch.columns[i, kept],
            gradient=gradient[i, :c][:, kept],
            borrowed=borrowed[i, :c],
            moved=np.zeros((len(TERMS), c)),
        )
    return result


def _among(competencies: Codes, local: LocalVariances) -> Floats:
    """Prior covariance of a candidate's deviations from the pool means, ``(b, c, c)``."""
    same = competencies[:, :, None] == competencies[:, None, :]
    return np.asarray(local.general + local.competency * same)


def _towards(rated: Floats, present: NDArray[np.bool_], local: LocalVariances) -> Floats:
    """Prior covariance of those deviations with each rating's predictor, ``(b, c, n)``."""
    return np.asarray(local.general * present[:, None, :] + local.competency * rated)


def _split(
    fit: Fit, precision: Floats, weighted: Floats, towards: Floats, among: Floats, means: Floats
) -> tuple[Floats, Floats]:
    """Own covariance of ``theta - e`` and its gradient towards the shared parameters."""
    own = among - towards @ precision @ np.swapaxes(towards, 1, 2)
    gradient = means - towards @ weighted
    top = len(fit.problem.layout.steps)
    gradient[:, :, gradient.shape[2] - top :] += fit.bar.pull
    return own, gradient


def _borrowed(fit: Fit, part: Block, towards: Floats, among: Floats, covariance: Floats) -> Floats:
    """Posterior variance over the variance had this competency not been rated for this candidate.

    Shared parameters are held where they are: one candidate's ratings hardly move them.
    """
    batch = part.batch
    borrowed = np.ones(batch.competencies.shape)
    inverse = gathered(fit.solution.covariance, batch)
    information = np.where(batch.present, fit.moments.information[batch.ratings], 0.0)
    for c in range(batch.competencies.shape[1]):
        root = np.sqrt(np.where(batch.rated[:, c] > 0, 0.0, information))
        scaled = root[:, :, None] * part.covariance * root[:, None, :]
        diagonal = np.arange(scaled.shape[1])
        scaled[:, diagonal, diagonal] += 1.0
        precision = root[:, :, None] * np.linalg.inv(scaled) * root[:, None, :]
        own, gradient = _split(
            fit,
            precision,
            precision @ part.design,
            towards[:, [c]],
            among[:, [c]][:, :, [c]],
            batch.means[:, [c]],
        )
        gradient = gradient / fit.spacing
        without = own[:, 0, 0] / fit.spacing**2
        without += np.einsum("bq,bq->b", (gradient @ inverse)[:, 0], gradient[:, 0])
        borrowed[:, c] = np.minimum(covariance[:, c, c] / without, 1.0)
    return borrowed


def contrast_variances(fit: Fit, people: Sequence[CandidatePosterior], opening: Codes) -> list[Floats]:
    """Variance of each level's difference from the mean of its opening, ``(c,)`` per candidate.

    ``opening`` ``(N,)`` groups the candidates. For one competency of one opening with ``m`` members,
    ``own_i (1 - 2/m) + mean(own)/m + (T_i - mean T) S^-1 (T_i - mean T)'``.
    NaN for a candidate alone in the opening.
    """
    size = fit.problem.layout.size
    covariance = fit.solution.covariance[:size, :size]
    result = [np.zeros(len(person.competencies)) for person in people]
    members: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for i, person in enumerate(people):
        for at, competency in enumerate(person.competencies):
            members.setdefault((int(opening[i]), int(competency)), []).append((i, at))
    for places in members.values():
        if len(places) == 1:
            result[places[0][0]][places[0][1]] = np.nan
            continue
        gradient = np.zeros((len(places), size))
        own = np.zeros(len(places))
        for row, (i, at) in enumerate(places):
            gradient[row, people[i].columns] = people[i].gradient[at]
            own[row] = people[i].own[at, at]
        apart = gradient - gradient.mean(axis=0)
        m = len(places)
        variance = own * (1 - 2 / m) + own.mean() / m
        variance += np.einsum("rp,rp->r", apart @ covariance, apart)
        for row, (i, at) in enumerate(places):
            result[i][at] = max(variance[row], 0.0)
    return result


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
