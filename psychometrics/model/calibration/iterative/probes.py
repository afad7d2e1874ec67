"""Draws from the posterior: random scores of the right variance, and the equations solved for them.

With ``H`` the precision matrix, ``r = X' I^1/2 e + P^1/2 d`` for random signs ``e`` and ``d`` has covariance ``H``, so
that ``u = H^-1 r`` has covariance ``H^-1`` (Papandreou & Yuille 2010). Steps and means of groups are held: what they
add is known exactly. The signs are the same in every pass, so that a fit settles.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.model.calibration.algebra import System
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.iterative.schur import IterativeFactor, SparseSchur

Floats = npt.NDArray[np.float64]

SEED = 20260101
TOLERANCE = 1e-3  # share of the right-hand side left: far below what few draws scatter


@dataclass(frozen=True, slots=True)
class Draws:
    """``k`` draws: right-hand sides and solutions."""

    levels: Floats
    """``(l, k)`` right-hand sides of interviewers and questions before candidates are eliminated."""
    candidate: Floats
    """``(candidates, k)`` those of candidates."""
    reduced: Floats
    """``(l, k)`` those of levels, candidates eliminated."""
    solution: Floats
    """``(l, k)`` levels."""
    standing: Floats
    """``(candidates, k)`` candidates."""


def draw(system: System, factor: IterativeFactor, count: int) -> Draws:
    """``count`` draws."""
    schur = factor.schur
    right_levels = np.empty((len(factor.diagonal), count))
    right_candidate = np.empty((len(system.precision), count))
    root = np.sqrt(schur.information)
    rng = np.random.default_rng(SEED)
    for column in range(count):
        _right_side(system, schur, root, rng, right_levels[:, column], right_candidate[:, column])
    held = right_candidate / schur.precision[:, None]
    reduced = right_levels - schur.shared_turned @ held
    start = schur.warm.probes
    if start is not None and start.shape[1] < count:
        start = np.concatenate([start, np.zeros((len(start), count - start.shape[1]))], axis=1)
    solution = factor.levels_solve(reduced, tolerance=TOLERANCE, start=start)
    schur.warm.probes = solution
    standing = held - (schur.shared @ solution) / schur.precision[:, None]
    return Draws(right_levels, right_candidate, reduced, solution, np.asarray(standing))


def _right_side(
    system: System,
    schur: SparseSchur,
    root: Floats,
    rng: np.random.Generator,
    levels: Floats,
    candidate: Floats,
) -> None:
    """One random right-hand side, halo eliminated, into the last two arrays."""
    r, variances = system.structure.ratings, schur.variances
    interviewers, questions = len(r.interviewers), len(r.questions)
    each = root * _signs(rng, len(root))
    pull = by_group(r.unit, each, len(r.unit_candidate))
    if (
        system.unit_precision is not None
        and system.unit_information is not None
        and variances.halo is not None
    ):
        lean = pull + _signs(rng, len(pull)) / np.sqrt(variances.halo)
        lean /= system.unit_precision
        pull -= system.unit_information * lean
        each -= schur.information * lean[r.unit]
    levels[:interviewers] = by_group(r.unit_interviewer, pull, interviewers)
    levels[:interviewers] += _signs(rng, interviewers) / np.sqrt(variances.interviewer)
    levels[interviewers:] = by_group(r.question, each, questions)
    levels[interviewers:] += _signs(rng, questions) / np.sqrt(variances.question)
    candidate[:] = by_group(r.unit_candidate, pull, len(candidate))
    candidate += _signs(rng, len(candidate)) / np.sqrt(variances.candidate)


def _signs(rng: np.random.Generator, count: int) -> Floats:
    """Random signs."""
    bits = np.unpackbits(np.frombuffer(rng.bytes(-(-count // 8)), np.uint8), count=count)
    return np.asarray(bits * 2.0 - 1.0, np.float64)
