"""Kernel of the posterior variances: ``psychometrics.model.calibration.posterior.spread`` as one walk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from psychometrics.model.compiled.calibration_equations import Index
from psychometrics.model.compiled.jit import kernel

Floats = npt.NDArray[np.float64]


class Factored(NamedTuple):
    """What is read from a solved system; arrays of units are empty without halo."""

    covariance: Floats
    weights: Floats
    precision: Floats
    unit_information: Floats
    unit_precision: Floats


class Means(NamedTuple):
    """The mean step and the mean question: covariance with every global ``(p,)``, own variance."""

    step_with: Floats
    step: float
    question_with: Floats
    question: float
    between: float
    """Covariance of the two."""


class Variances(NamedTuple):
    """The arrays of ``psychometrics.model.calibration.posterior.Spread``; ``halo`` and ``eta`` may be empty."""

    candidate: Floats
    followed: Floats
    halo: Floats
    eta: Floats
    without_halo: Floats


@kernel
def spread(
    index: Index, system: Factored, means: Means, floor: float, least_width: float, variances: Variances
) -> None:
    """Variances of candidates, halo and predictors; ``variances`` is overwritten."""
    widest = 0
    for i in range(len(variances.candidate)):
        widest = max(widest, index.indptr[i + 1] - index.indptr[i])
    own, place = np.empty(widest), np.empty(widest, np.int64)
    for i in range(len(variances.candidate)):
        first = index.indptr[i]
        m = index.indptr[i + 1] - first
        with_step, with_question = 0.0, 0.0
        for a in range(m):
            place[a], own[a] = index.indices[first + a], system.weights[first + a]
            with_step -= own[a] * means.step_with[place[a]]
            with_question -= own[a] * means.question_with[place[a]]
        quadratic = follow(system.covariance, own[:m], place[:m], variances.followed[first : first + m])
        variances.candidate[i] = max(quadratic + 1.0 / system.precision[i], floor)
        for v in range(index.candidate_units[i], index.candidate_units[i + 1]):
            add_unit(
                index, system, means, least_width, variances, v, variances.candidate[i], with_step, with_question
            )  # fmt: skip


@kernel
def follow(covariance: Floats, own: Floats, place: npt.NDArray[np.int64], followed: Floats) -> float:
    """``S^-1 w`` at the cells of ``w`` into ``followed``; returns ``w' S^-1 w``.

    Every cell right of the diagonal is fetched once and serves two rows.
    """
    followed[:] = 0.0
    quadratic = 0.0
    for a in range(len(own)):
        line, mine, total = covariance[place[a]], own[a], 0.0
        for b in range(a + 1, len(own)):
            cell = line[place[b]]
            total += cell * own[b]
            followed[b] += cell * mine
        followed[a] += total + line[place[a]] * mine
    for a in range(len(own)):
        quadratic += own[a] * followed[a]
    return quadratic


@kernel
def add_unit(
    index: Index,
    system: Factored,
    means: Means,
    least_width: float,
    variances: Variances,
    v: int,
    candidate: float,
    with_step: float,
    with_question: float,
) -> None:
    """Variances of one unit's halo and predictors; ``with_*`` are its candidate's covariances."""
    cell = index.unit_cell[v]
    j = index.indices[cell]
    row = system.covariance[j]
    shared = with_question + means.question_with[j]
    located = candidate + row[j] - 2.0 * variances.followed[cell] + means.step + means.question
    located += 2.0 * (means.between + with_step + means.step_with[j] + shared)
    located = max(located, 0.0)
    kept, base = 1.0, 0.0
    if len(variances.halo):
        share = system.unit_information[v] / system.unit_precision[v]
        kept = 1.0 - share
        variances.halo[v] = 1.0 / system.unit_precision[v] + share * share * located
        base = 1.0 / system.unit_precision[v] + kept * kept * located
    for n in range(index.unit_ratings[v], index.unit_ratings[v + 1]):
        q = index.indices[index.question_cell[n]]
        differs = system.covariance[q, q] - 2.0 * means.question_with[q] + means.question
        together = row[q] - variances.followed[index.question_cell[n]] + means.step_with[q]
        together += means.question_with[q] - shared - means.between - means.question
        variances.without_halo[n] = max(located + differs + 2.0 * together, least_width)
        if len(variances.halo):
            variances.eta[n] = max(base + differs + 2.0 * kept * together, least_width)
