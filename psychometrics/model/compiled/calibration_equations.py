"""Kernels of the Newton system: one walk over the candidates, who each own a slice of the ratings.

A candidate's part of the system lies in a small block over the globals the candidate meets. It is built there,
halo and candidate are eliminated there, and it is added to the large matrix once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from psychometrics.model.compiled.jit import kernel

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


class Index(NamedTuple):
    """Slices and cells, as in ``psychometrics.model.calibration.structure``."""

    candidate_units: Codes
    unit_ratings: Codes
    unit_cell: Codes
    question_cell: Codes
    indptr: Codes
    indices: Codes


class Likelihood(NamedTuple):
    """Derivatives of the ratings' likelihood, as in ``psychometrics.model.derivatives.Moments``."""

    score: Floats
    information: Floats
    cross: Floats


class Prior(NamedTuple):
    """What effects are drawn to. ``halo_precision`` 0 leaves halo out; arrays of units are empty then."""

    halo: Floats
    halo_precision: float
    candidate_precision: float
    pull: Floats
    """``(candidates,)`` gradient of the candidates' prior, negative."""
    grouped: bool


class Equations(NamedTuple):
    """The arrays of ``psychometrics.model.calibration.reduction.Reduced``; all but the first two overwritten."""

    dense: Floats
    gradient: Floats
    candidate_gradient: Floats
    precision: Floats
    weights: Floats
    question_information: Floats
    unit_information: Floats
    unit_gradient: Floats
    unit_cross: Floats


class Work(NamedTuple):
    """Room for one candidate's part of the system, and for one unit's questions."""

    block: Floats
    row: Floats
    cross: Floats
    asked: npt.NDArray[np.int64]
    heard: Floats


@kernel
def predictor(
    unit_ratings: Codes,
    unit_candidate: Codes,
    unit_interviewer: Codes,
    asked: Codes,
    candidate: Floats,
    interviewer: Floats,
    question: Floats,
    halo: Floats,
) -> Floats:
    """Linear predictor of every rating; ``halo`` may be empty."""
    eta = np.empty(len(asked))
    for v in range(len(unit_candidate)):
        shared = candidate[unit_candidate[v]] + interviewer[unit_interviewer[v]]
        if len(halo):
            shared += halo[v]
        for n in range(unit_ratings[v], unit_ratings[v + 1]):
            eta[n] = shared + question[asked[n]]
    return eta


@kernel
def eliminate(
    index: Index, likelihood: Likelihood, prior: Prior, first_question: int, equations: Equations
) -> None:
    """Add all ratings to ``dense`` (upper triangle) and ``gradient``, halo and candidates eliminated."""
    top = len(likelihood.cross)
    widest = 0
    for i in range(len(equations.precision)):
        widest = max(widest, index.indptr[i + 1] - index.indptr[i])
    work = Work(
        block=np.zeros((widest, widest)),
        row=np.empty(widest),
        cross=np.empty(top),
        asked=np.empty(widest, np.int64),
        heard=np.empty(widest),
    )
    block, row = work.block, work.row
    equations.question_information[:] = 0.0
    for i in range(len(equations.precision)):
        first = index.indptr[i]
        m = index.indptr[i + 1] - first
        steps = m - top - (1 if prior.grouped else 0)
        for a in range(m):
            row[a] = 0.0
            for b in range(a, m):
                block[a, b] = 0.0
        left, kept = fill(index, likelihood, prior, first_question, equations, i, steps, work)
        gradient, precision = left - prior.pull[i], kept + prior.candidate_precision
        if prior.grouped:
            row[m - 1] = -prior.candidate_precision
        equations.candidate_gradient[i], equations.precision[i] = gradient, precision
        for a in range(m):
            weight = row[a] / precision
            equations.weights[first + a] = weight
            equations.gradient[index.indices[first + a]] -= weight * gradient
            line, own = equations.dense[index.indices[first + a]], block[a]
            for b in range(a, m):
                line[index.indices[first + b]] += own[b] - weight * row[b]


@kernel
def fill(  # noqa: C901 -- the sums over one unit belong together
    index: Index,
    likelihood: Likelihood,
    prior: Prior,
    first_question: int,
    equations: Equations,
    i: int,
    steps: int,
    work: Work,
) -> tuple[float, float]:
    """Add a candidate's ratings to the candidate's block and row, unit by unit, halo eliminated.

    Returns the candidate's gradient and information.
    """
    first, gradient, precision = index.indptr[i], 0.0, 0.0
    asked, heard = work.asked, work.heard
    cross, block, row = work.cross, work.block, work.row
    for v in range(index.candidate_units[i], index.candidate_units[i + 1]):
        begin, end = index.unit_ratings[v], index.unit_ratings[v + 1]
        inside, pulled, inverse, taken = 0.0, 0.0, 0.0, 0.0
        for step in range(len(cross)):
            cross[step] = 0.0
            for n in range(begin, end):
                cross[step] += likelihood.cross[step, n]
            equations.unit_cross[step, v] = cross[step]
        for n in range(begin, end):
            inside += likelihood.information[n]
            pulled += likelihood.score[n]
        if prior.halo_precision > 0.0:
            inverse = 1.0 / (inside + prior.halo_precision)
            equations.unit_information[v] = inside
            equations.unit_gradient[v] = pulled - prior.halo[v] * prior.halo_precision
            taken = equations.unit_gradient[v] * inverse
        kept = 1.0 - inside * inverse
        left = pulled - inside * taken
        j, runs = index.unit_cell[v] - first, 0
        equations.gradient[index.indices[first + j]] += left
        row[j] += kept * inside
        block[j, j] += kept * inside
        for n in range(begin, end):
            q, own = index.question_cell[n] - first, likelihood.information[n]
            question = index.indices[first + q]
            equations.gradient[question] += likelihood.score[n] - own * taken
            equations.question_information[question - first_question] += own
            row[q] += kept * own
            block[j, q] += kept * own
            block[q, q] += own
            for step in range(len(cross)):
                block[q, steps + step] += likelihood.cross[step, n] - cross[step] * own * inverse
            # Ratings of a unit are in the order of questions: those of one question are added up first.
            if n == begin or asked[runs - 1] != q:
                asked[runs], heard[runs] = q, 0.0
                runs += 1
            heard[runs - 1] += own
        for a in range(runs):
            for b in range(a + 1):
                block[asked[b], asked[a]] -= heard[a] * heard[b] * inverse
        for step in range(len(cross)):
            row[steps + step] += kept * cross[step]
            block[j, steps + step] += kept * cross[step]
            equations.gradient[index.indices[first + steps + step]] -= cross[step] * taken
            for other in range(step, len(cross)):
                block[steps + step, steps + other] -= cross[step] * cross[other] * inverse
        gradient += left
        precision += kept * inside
    return gradient, precision


@kernel
def follow(
    index: Index,
    asked: Codes,
    first_question: int,
    first_step: int,
    information: Floats,
    reduced: Equations,
    halo_precision: float,
    step: Floats,
    candidate: Floats,
    halo: Floats,
) -> None:
    """How candidates and halo follow a step of the globals; the last two arrays are overwritten."""
    for i in range(len(candidate)):
        moved = reduced.candidate_gradient[i] / reduced.precision[i]
        for cell in range(index.indptr[i], index.indptr[i + 1]):
            moved -= reduced.weights[cell] * step[index.indices[cell]]
        candidate[i] = moved
        if len(halo):
            for v in range(index.candidate_units[i], index.candidate_units[i + 1]):
                lean = moved + step[index.indices[index.unit_cell[v]]]
                left = reduced.unit_gradient[v] - reduced.unit_information[v] * lean
                for n in range(index.unit_ratings[v], index.unit_ratings[v + 1]):
                    left -= information[n] * step[first_question + asked[n]]
                for k in range(len(reduced.unit_cross)):
                    left -= reduced.unit_cross[k, v] * step[first_step + k]
                halo[v] = left / (reduced.unit_information[v] + halo_precision)
