"""Assembly by mixed-integer programming: the best choice of questions within time, proved best.

``assemble_loop`` chooses observations that leave the smallest evaluation gap, by the loop designer, which takes whole
sessions as well; ``assemble_test`` is the classical problem of most information at a point of the scale, solved
exactly by HiGHS through SciPy (van der Linden 2005, *Linear Models for Optimal Test Design*, chapters 4 and 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psychometrics._checks import above_zero, between, column, count, finite, number, open_unit
from psychometrics.design.designer import Problem, design_loop
from psychometrics.design.evaluation_gap import Sufficiency
from psychometrics.errors import BadInput

Floats: TypeAlias = NDArray[np.float64]
# Differences of gaps that the solver's own tolerance cannot tell from none.
_EXACT = 1e-6


@dataclass(frozen=True, slots=True)
class LoopAssembly:
    """Chosen observations with what they leave uncovered.

    ``bound`` is the smallest gap any choice could reach as far as the solver got; ``gap - bound``
    is 0 where ``optimal``.
    """

    chosen: tuple[int, ...]
    gap: float
    bound: float
    minutes: float
    optimal: bool


@dataclass(frozen=True, slots=True)
class TestAssembly:
    """Chosen items, the information they give, and the time they take."""

    chosen: tuple[int, ...]
    information: float
    time: float


def assemble_loop(
    weights: ArrayLike,
    demand: ArrayLike,
    loadings: ArrayLike,
    level: ArrayLike,
    minutes: ArrayLike,
    *,
    budget: float,
    snr: float = 0.44 / 0.56,
    target_reliability: float = 0.70,
    transfer: float = 0.5,
    sufficiency: Sufficiency = "evidence",
    seconds: float = 20.0,
) -> LoopAssembly:
    """Choose observations with the smallest evaluation gap in ``budget`` minutes; among equals the fewest minutes.

    It holds for evidence that adds up; where ratings of one session saturate, design from whole sessions
    (:mod:`psychometrics.design.designer`).

    Args:
        weights: Weight of each competency, shape (C,), summing to 1.
        demand: Shares of demand by realism, shape (C, K), rows summing to 1.
        loadings: Strength of each observation on each competency, shape (n, C), 0 to 1.
        level: Realism of each observation, shape (n,), whole numbers from 0 to K - 1.
        minutes: Cost of each observation, shape (n,).
        budget: Minutes there are.
        snr: Signal-to-noise ratio of one full observation.
        target_reliability: Reliability at which a competency counts as covered.
        transfer: Share of evidence that carries to the next realism.
        sufficiency: What counts as enough, as in ``evaluation_gap``.
        seconds: Time the solver may take.

    Raises:
        BadInput: Shapes do not fit, or a number is out of range.
    """
    w, q = finite(weights, "weights"), finite(demand, "demand")
    a, lv, m = (
        finite(loadings, "loadings"),
        finite(level, "level"),
        finite(column(minutes, "minutes"), "minutes"),
    )
    if q.ndim != 2 or w.shape != q.shape[:1] or a.shape != (len(m), len(w)) or lv.shape != m.shape:
        raise BadInput(
            "weights (C,), demand (C, K), loadings (n, C), level (n,) and minutes (n,) must fit together"
        )
    n, levels = len(m), q.shape[1]
    if n == 0 or np.any((lv < 0) | (lv >= levels) | (lv != np.floor(lv))) or np.any(m < 0):
        raise BadInput("there must be observations, with realism 0..K-1 and minutes from 0")
    if np.any(w < 0) or abs(w.sum() - 1) > 1e-6 or np.any(q < 0) or np.any(np.abs(q.sum(axis=1) - 1) > 1e-6):
        raise BadInput("weights, and each row of demand, must not be negative and must sum to 1")
    if np.any((a < 0) | (a > 1)):
        raise BadInput("loadings must lie between 0 and 1")
    target_reliability, transfer = (
        open_unit(target_reliability, "target_reliability"),
        between(transfer, "transfer", 0, 1),
    )
    budget, snr, seconds = number(budget, "budget"), above_zero(snr, "snr"), above_zero(seconds, "seconds")
    if budget < 0:
        raise BadInput(f"budget must not be negative, got {budget}")
    reaches = lv[:, None] >= np.arange(levels)
    problem = Problem(
        (a * snr)[:, :, None] * reaches[:, None, :], w, q, m, costs=m[:, None], limits=[budget], resources=["minutes"],
        target_reliability=target_reliability, transfer=transfer, sufficiency=sufficiency,
    )  # fmt: skip
    found = design_loop(problem, seconds=seconds, tolerance=_EXACT)
    return LoopAssembly(found.chosen, found.gap, found.bound or 0.0, found.minutes, found.proved)


def assemble_test(
    information: ArrayLike,
    time: ArrayLike,
    *,
    items: int,
    shortest: float,
    longest: float,
    seconds: float = 20.0,
) -> TestAssembly:
    """Choose exactly ``items`` items with most information, taking between ``shortest`` and ``longest``.

    Args:
        information: Information of each item at the point that matters, shape (n,).
        time: Time each item takes, shape (n,).
        items: How many to choose.
        shortest: Least time of the whole.
        longest: Most time of the whole.
        seconds: Time the solver may take.

    Raises:
        BadInput: Shapes differ, or no choice fits the limits.
    """
    info = finite(column(information, "information"), "information")
    t = finite(column(time, "time", len(info)), "time")
    items = count(items, "items")
    shortest, longest = number(shortest, "shortest"), number(longest, "longest")
    seconds = above_zero(seconds, "seconds")
    if not 0 < items <= len(info):
        raise BadInput(f"items must lie within 1 and the {len(info)} there are, got {items}")
    ones = np.ones(len(info))
    rows = np.stack([ones, -ones, t, -t])
    upper = np.array([items, -items, longest, -shortest], float)
    found = _solve(-info, rows, upper, len(info), seconds)
    picked = np.flatnonzero(found.x > 0.5)
    return TestAssembly(tuple(int(i) for i in picked), float(info[picked].sum()), float(t[picked].sum()))


def rasch_information(theta: float, difficulty: ArrayLike, *, scaling: float = 1.7) -> Floats:
    """Information of one-parameter items at ``theta``: ``D^2 p (1 - p)`` (Birnbaum 1968), shape of ``difficulty``.

    Raises:
        BadInput: an argument that is not a finite number, or scaling not above 0.
    """
    from scipy.special import expit

    D = above_zero(scaling, "scaling")
    p = expit(D * (number(theta, "theta") - finite(difficulty, "difficulty")))
    return np.asarray(D**2 * p * (1 - p))


def _solve(cost: Floats, rows: Floats, upper: Floats, binaries: int, seconds: float) -> Any:
    from scipy.optimize import Bounds, LinearConstraint, milp

    found = milp(
        cost,
        constraints=LinearConstraint(rows, -np.inf, upper),
        integrality=np.concatenate([np.ones(binaries), np.zeros(len(cost) - binaries)]),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise BadInput(f"no choice fits the limits: {found.message}")
    return found
