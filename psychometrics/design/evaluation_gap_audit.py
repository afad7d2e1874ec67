"""Audit of the evaluation gap: how much of the role a loop's scores could predict at best.

The gap gives no credit across competencies, so that it can be split and explained. This is its
sensitivity check in the opposite direction, a multivariate generalizability model (Brennan 2001,
chapter 9) with latent abilities theta per competency c and realism k:

    corr(theta_ck, theta_dm) = transfer^(|k - m| / 2) x (1 if c = d else between)
    role Y = sum D_ck theta_ck;  observation X_i = sum_c a_ic theta_(c, level i) + error

with D the weighted demand, and error variance the observation's true variance over its
signal-to-noise ratio. ``R2 = c' S^-1 c / Var(Y)`` is the share of the role's variance the best weighting of
the observations reproduces; its root is a ceiling on validity for a perfect criterion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import column, finite, number
from psychometrics.design._plan import check_role, latent_correlations, plan_structure
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    from psychometrics.design.evidence import EvidenceModel, PlannedRatings

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LatentAudit:
    """``r_squared`` with its root ``ceiling``, and the ``best_weights`` of the observations, shape (n,)."""

    r_squared: float
    ceiling: float
    best_weights: Floats


def latent_r_squared(
    weights: ArrayLike,
    demand: ArrayLike,
    loadings: ArrayLike,
    level: ArrayLike,
    signal_to_noise: ArrayLike,
    *,
    transfer: float = 0.5,
    between: float = 0.3,
) -> LatentAudit:
    """Share of the role's latent variance that a plan's observations can reproduce.

    Args:
        weights: of the competencies, at least 0, shape (C,).
        demand: split of each competency over realism levels, shape (C, K).
        loadings: strength of each observation for each competency, 0..1, shape (n, C); every observation
            loads on something.
        level: realism of each observation, 0..K-1, shape (n,).
        signal_to_noise: of each observation, or one for all, above 0.
        transfer: squared correlation of one competency at adjacent levels, above 0 and at most 1.
        between: correlation of two competencies at the same level, at least 0 and below 1.

    Raises:
        NotEnoughData: no observation, or no demand.
        BadInput: shapes differ or values out of range.
    """
    w, q = finite(weights, "weights"), finite(demand, "demand")
    a = finite(loadings, "loadings")
    if w.ndim != 1 or q.ndim != 2 or len(q) != len(w):
        raise BadInput(f"weights (C,) and demand (C, K) do not match: {w.shape} and {q.shape}")
    if a.ndim != 2 or a.shape[1] != len(w):
        raise BadInput(f"loadings must have shape (n, {len(w)}), got {a.shape}")
    n, (C, K) = len(a), q.shape
    if n == 0:
        raise NotEnoughData("a loop without observations predicts nothing; there is nothing to audit")
    place = column(level, "level", n)
    if place.dtype.kind not in "iu" or place.min() < 0 or place.max() >= K:
        raise BadInput(f"level must be whole numbers from 0 to {K - 1}")
    s = finite(signal_to_noise, "signal_to_noise")
    if s.shape not in {(), (n,)}:
        raise BadInput(f"signal_to_noise must be one number or have shape ({n},), got {s.shape}")
    s = np.broadcast_to(s, (n,))
    transfer, between = number(transfer, "transfer"), number(between, "between")
    check_role(w, q, transfer, between)
    if np.any((a < 0) | (a > 1)) or np.any(a.sum(axis=1) <= 0):
        raise BadInput("loadings must lie between 0 and 1, and every observation must load on something")
    if np.any(s <= 0):
        raise BadInput("signal_to_noise must be above 0; leave out observations that carry nothing")
    # Its error is measured against its own truth, so only the direction of an observation's loadings matters.
    size = a.max(axis=1)
    a = a / size[:, None]
    latent = latent_correlations(C, K, transfer, between)
    role = (w[:, None] * q).ravel()
    variance = float(role @ latent @ role)
    if variance <= 0:
        raise NotEnoughData("the role demands nothing")
    cells = np.zeros((n, C, K))
    cells[np.arange(n), :, place.astype(np.intp)] = a
    load = cells.reshape(n, C * K)
    true = load @ latent @ load.T
    shared = load @ latent @ role
    best = np.asarray(np.linalg.solve(true + np.diag(np.diag(true) / s), shared), dtype=np.float64)
    r_squared = float(shared @ best / variance)
    return LatentAudit(r_squared, float(np.sqrt(r_squared)), best / size)


def decision_value(
    weights: ArrayLike,
    demand: ArrayLike,
    observations: PlannedRatings,
    *,
    model: EvidenceModel | None = None,
    transfer: float = 0.5,
    between: float = 0.3,
    halo_across: bool = False,
) -> float:
    """Share of the differences between candidates on the role's demand that a plan can tell at best, 0..1.

    The R squared of :func:`latent_r_squared` for the ratings of a plan, with the noise that they share by the same
    evidence model as the gap's (:mod:`psychometrics.design.evidence`). Its root bounds the validity of the loop's
    best score against a perfect criterion of the role. In contrast to the gap, a rating of one competency
    speaks for the others too, as far as they go together among candidates.

    Args:
        weights: of the competencies, at least 0, shape (C,).
        demand: split of each competency over realism levels, shape (C, K).
        observations: what the plan will rate; without any the value is 0.
        model: assumptions about a single rating.
        transfer: squared correlation of one competency at adjacent levels, above 0 and at most 1.
        between: correlation of two competencies at the same level, at least 0 and below 1.
        halo_across: whether an interviewer's halo colours all competencies of a session alike, as panels do,
            instead of each competency apart, as the evidence model has it. It lowers the value of starter
            loops by .04 to .06.

    Raises:
        NotEnoughData: no demand.
        BadInput: shapes differ or values out of range.
    """
    plan = plan_structure(weights, demand, observations, model=model, transfer=transfer, between=between)
    if not plan.strength.size:
        return 0.0
    seen, shared = plan.signal + plan.noise(halo_across=halo_across), plan.shared
    told = float(shared @ np.linalg.solve(seen, shared)) / plan.variance
    # Rounding of the solution may leave the range by a hair.
    return min(max(told, 0.0), 1.0)
