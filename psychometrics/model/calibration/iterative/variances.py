"""Posterior variances from draws: of candidates, halo and predictors.

A predictor is read with the mean step and the mean question included, as in the exact computation: the arbitrary
location of the scale cancels in every draw. What a candidate and those who met the candidate answer by themselves,
everybody else held, is known in closed form (an arrow matrix); draws are asked for the rest alone.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.model.calibration.algebra import FLOOR, SMOOTHING_FLOOR, Spread, System
from psychometrics.model.calibration.iterative.covariance import DrawnCovariance
from psychometrics.model.calibration.iterative.probes import Draws
from psychometrics.model.calibration.iterative.schur import IterativeFactor

Floats = npt.NDArray[np.float64]

_UNITS = 4096  # units looked at together: their draws stay near the processor


@dataclass(frozen=True, slots=True)
class _Parts:
    """What predictors are put together from; ``k`` draws, ``m`` marks."""

    own: Floats
    """``(R,)`` precision of interviewers, everybody else held."""
    sharp: Floats
    """``(candidates,)`` precision of candidates, those who met them eliminated, all others held."""
    answer: Floats
    """``(candidates, k)`` what candidates answer to a draw by themselves."""
    apart: Floats
    lean: Floats
    differs: Floats
    """``(candidates, k)``, ``(R, k)``, ``(Q, k)`` draws less that answer; questions less the typical one."""
    typical: Floats
    """``(k,)`` the typical question."""
    marks: Floats
    """``(m, m)`` covariance of the marks, and how all else follows them:"""
    people_follow: Floats
    levels_follow: Floats
    question_follow: Floats
    """``(candidates, m)``, ``(l, m)``, ``(Q, m)``; the last less the typical one."""
    typical_follow: Floats
    """``(m,)`` the typical question on the typical step."""


def drawn_spread(system: System, factor: IterativeFactor, draws: Draws) -> Spread:
    """``Algebra.spread`` from draws."""
    structure, r = system.structure, system.structure.ratings
    parts = _parts(system, factor, draws)
    candidate = 1.0 / parts.sharp + (parts.apart**2).mean(1)
    candidate += _quadratic(parts.people_follow, parts.marks)
    located, together = _predictors(system, parts)
    differs = _question_variances(system, factor, draws, parts)[r.question]
    without_halo = np.maximum(located[r.unit] + differs + 2.0 * together, SMOOTHING_FLOOR)
    covariance = DrawnCovariance(factor, draws.reduced, draws.solution, len(r.interviewers))
    with_group = None
    if structure.group_cell is not None and r.group is not None:
        reached = parts.people_follow @ parts.marks
        with_group = reached[np.arange(len(candidate)), r.top + r.group]
    halo, eta = None, without_halo
    if system.unit_precision is not None and system.unit_information is not None:
        # Given the rest, halo takes up the share s/D of its unit's other terms.
        share, alone = system.unit_information / system.unit_precision, 1.0 / system.unit_precision
        halo, kept = alone + share**2 * located, 1.0 - share
        eta = (alone + kept**2 * located)[r.unit] + differs + 2.0 * kept[r.unit] * together
        eta = np.maximum(eta, SMOOTHING_FLOOR)
    return Spread(covariance, np.maximum(candidate, FLOOR), with_group, halo, eta, without_halo)


def _parts(system: System, factor: IterativeFactor, draws: Draws) -> _Parts:
    """What every predictor shares."""
    r, schur = system.structure.ratings, factor.schur
    interviewers, levels = len(r.interviewers), len(factor.diagonal)
    own = schur.own.diagonal()[:interviewers]
    met = sp.csr_matrix(schur.shared[:, :interviewers])
    square = met.copy()
    square.data = square.data**2
    sharp = schur.precision - square @ (1.0 / own)
    held = draws.levels[:interviewers] / own[:, None]
    answer = (draws.candidate - met @ held) / sharp[:, None]
    share, step = system.question_share[:levels], system.step_share[levels:]
    typical, typical_follow = share @ draws.solution, share @ factor.followed
    return _Parts(
        own=own,
        sharp=sharp,
        answer=answer,
        apart=draws.standing - answer,
        lean=draws.solution[:interviewers] - held,
        differs=draws.solution[interviewers:] - typical,
        typical=typical,
        marks=factor.marks,
        people_follow=-(schur.shared @ factor.followed + schur.shared_marks) / schur.precision[:, None],
        levels_follow=factor.followed,
        question_follow=factor.followed[interviewers:] - typical_follow,
        typical_follow=typical_follow + step,
    )


def _predictors(system: System, parts: _Parts) -> tuple[Floats, Floats]:
    """Variances of units asked the typical question, ``(units,)``, and how each rating's question goes with them."""
    structure, r = system.structure, system.structure.ratings
    cell = system.weights[structure.unit_cell] * system.precision[r.unit_candidate]
    share = cell / parts.own[r.unit_interviewer]
    located = 1.0 / parts.own[r.unit_interviewer] + (1.0 - share) ** 2 / parts.sharp[r.unit_candidate]
    together = np.empty(r.n)
    starts = np.searchsorted(r.unit, np.arange(0, len(located) + _UNITS, _UNITS))
    for place, start in enumerate(range(0, len(located), _UNITS)):
        part = slice(start, start + _UNITS)
        who, by = r.unit_candidate[part], r.unit_interviewer[part]
        drawn = parts.answer[who]
        drawn *= share[part, None]
        drawn += parts.apart[who]
        drawn += parts.lean[by]
        drawn += parts.typical
        located[part] += np.einsum("vk,vk->v", drawn, drawn) / drawn.shape[1]
        follow = parts.people_follow[who] + parts.levels_follow[by] + parts.typical_follow
        located[part] += _quadratic(follow, parts.marks)
        follow = follow @ parts.marks
        rows = slice(int(starts[place]), int(starts[place + 1]))
        unit, asked = r.unit[rows] - start, r.question[rows]
        together[rows] = np.einsum("nk,nk->n", drawn[unit], parts.differs[asked]) / drawn.shape[1]
        together[rows] += np.einsum("nm,nm->n", follow[unit], parts.question_follow[asked])
    return located, together


def _question_variances(system: System, factor: IterativeFactor, draws: Draws, parts: _Parts) -> Floats:
    """Variances of questions less the typical one, ``(Q,)``."""
    interviewers, levels = len(parts.own), len(factor.diagonal)
    whole = 1.0 - system.question_share[interviewers:levels]
    near = whole / factor.schur.own.diagonal()[interviewers:]
    apart = parts.differs - draws.levels[interviewers:] * near[:, None]
    drawn = (apart**2).mean(1) + _quadratic(parts.question_follow, parts.marks)
    return np.asarray(whole * near + drawn)


def _quadratic(rows: Floats, matrix: Floats) -> Floats:
    """``x' A x`` of every row."""
    return np.asarray(np.einsum("im,mn,in->i", rows, matrix, rows, optimize=True))
