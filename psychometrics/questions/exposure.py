"""Keeping questions secret: exposure control, overlap and the discount for leaks.

Sympson & Hetter (1985) give each question a probability of being administered once selected,
so that none is seen by more than ``r_max`` of candidates; the randomesque rule (Kingsbury & Zara
1989) draws among the n best; Chen, Ankenmann & Spray (2003) give the mean overlap of two loops.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import above_zero, column, count, finite, number, open_unit
from psychometrics.errors import BadInput, DidNotConverge, NotEnoughData

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]

RETIRE_ABOVE = 0.5


@dataclass(frozen=True, slots=True)
class ExposureControl:
    """Administration probabilities K per question, and the exposure rates they lead to; shapes (n,)."""

    administer: Floats
    exposure: Floats
    rounds: int


def sympson_hetter(selected: ArrayLike, r_max: float) -> Floats:
    """One round: ``K = r_max / P(S)`` where ``P(S) > r_max``, else 1.

    Args:
        selected: share of candidates for whom each question was selected, shape (n,), 0..1.

    Raises:
        BadInput: shares outside 0..1, or r_max not strictly between 0 and 1.
    """
    share = _shares(selected)
    limit = open_unit(r_max, "r_max")
    return np.where(share > limit, limit / np.maximum(share, limit), 1.0)


def tuned_exposure(
    select: Callable[[Floats], ArrayLike],
    questions: int,
    r_max: float,
    *,
    length: float = 1.0,
    tolerance: float = 0.01,
    rounds: int = 100,
) -> ExposureControl:
    """Repeat Sympson-Hetter until no question is exposed above ``r_max`` by more than ``tolerance``.

    Args:
        select: takes K, shape (n,), and returns P(S), shape (n,): how often each question is then
            selected, from a simulation with a fixed seed or from a calculation.
        questions: n, at least 1.
        length: questions per loop; n questions at ``r_max`` fill loops of at most ``n r_max``.

    Raises:
        BadInput: arguments out of range, or ``select`` returning another shape.
        NotEnoughData: too few questions for loops of this length under this limit.
        DidNotConverge: still above after ``rounds`` (``select`` is noisier than ``tolerance``).
    """
    open_unit(r_max, "r_max")
    questions, rounds = count(questions, "questions"), count(rounds, "rounds", least=1)
    length, tolerance = above_zero(length, "length"), number(tolerance, "tolerance")
    if questions < 1:
        raise BadInput(f"at least one question is needed, got {questions}")
    if tolerance < 0:
        raise BadInput(f"tolerance must not be negative, got {tolerance}")
    if questions * r_max < length:
        raise NotEnoughData(
            f"{questions} questions seen by at most {r_max:.0%} of candidates fill loops of "
            f"{questions * r_max:.1f} questions, not {length:g}; add questions or raise the limit"
        )
    administer = np.ones(questions)
    for step in range(1, rounds + 1):
        share = _shares(select(administer))
        if share.shape != administer.shape:
            raise BadInput(f"select must return {questions} shares, got shape {share.shape}")
        exposure = share * administer
        if np.all(exposure <= r_max + tolerance):
            return ExposureControl(administer, exposure, step)
        administer = sympson_hetter(share, r_max)
    raise DidNotConverge(
        f"after {rounds} rounds a question is still seen by {exposure.max():.0%} of candidates; "
        "simulate more candidates or allow a wider tolerance"
    )


def randomesque(values: ArrayLike, best: int, rng: np.random.Generator) -> int:
    """Position of a question drawn evenly from the ``best`` most valuable ones; ties go to the first.

    Raises:
        BadInput: ``best`` outside 1..n.
    """
    worth = finite(column(values, "values"), "values")
    best = count(best, "best")
    if not 1 <= best <= len(worth):
        raise BadInput(f"best must lie between 1 and {len(worth)}, got {best}")
    return int(rng.choice(np.argsort(-worth, kind="stable")[:best]))


def mean_overlap(rates: ArrayLike) -> float:
    """Expected share of questions two candidates have in common, for loops of one length.

    ``T = N/L Var(r) + L/N`` with N questions, loops of ``L = sum r`` questions and the population variance of
    the exposure rates: ``L/N`` if all are used evenly, 1 if everybody gets the same ones.

    Args:
        rates: share of candidates who saw each question, shape (N,).

    Raises:
        NotEnoughData: no question, or none was ever asked.
        BadInput: rates outside 0..1.
    """
    share = _shares(rates)
    length = float(share.sum())
    if length <= 0:
        raise NotEnoughData("overlap needs at least one question that was asked")
    return len(share) / length * float(share.var()) + length / len(share)


def leak_discount(exposures: float, rate: float) -> float:
    """Share of a question's evidence that leaks have cost: ``1 - exp(-rate exposures)``.

    A policy, not an estimate: ``rate`` is the chance that one exposure leaks. A question is to be retired above
    ``RETIRE_ABOVE``; what remains of its signal-to-noise is ``1 - discount``.

    Args:
        exposures: candidates who saw it since it was last rotated.

    Raises:
        BadInput: a negative argument.
    """
    seen, leaks = number(exposures, "exposures"), number(rate, "rate")
    if seen < 0 or leaks < 0:
        raise BadInput(f"exposures and rate must not be negative, got {exposures} and {rate}")
    return -math.expm1(-leaks * seen)


def _shares(values: ArrayLike) -> Floats:
    share = finite(column(values, "shares"), "shares")
    if np.any((share < 0) | (share > 1)):
        raise BadInput("shares must lie between 0 and 1")
    return share
