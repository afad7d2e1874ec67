"""A second opinion on the evaluation gap: how much of the role a loop's scores could predict at best.

The gap counts what a loop leaves untested and credits nothing across competencies. Here all of it is
one linear model. Proficiency ``theta`` on every competency at every realism level is a variable with
variance 1; levels k and m of one competency correlate ``transfer ** (|k - m| / 2)`` (so that
``transfer`` is the squared correlation of neighbouring levels), different competencies ``between``
times that. The role is the demand-weighted sum ``Y = D' theta``; an observation is
``x = loadings' theta + noise`` with a given signal-to-noise ratio. The share of ``Var(Y)`` that the
best linear combination of the observations explains is the latent R squared,

    R2 = c' Cov(x)^-1 c / Var(Y),    c = Cov(x, Y);

its root bounds the correlation of any scoring rule with a perfectly measured criterion, if the
assumptions hold. Use it as a sensitivity check beside the gap, which stays the reported index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psychometrics.errors import BadInput
from psychometrics.evaluation_gap import TRANSFER, checked_demand

Floats: TypeAlias = NDArray[np.float64]

BETWEEN = 0.3


@dataclass(frozen=True, slots=True)
class LatentRSquared:
    """Share of the role's variance that the observations could explain, and its root.

    ``ceiling`` bounds the correlation with a perfectly measured criterion *under the assumptions*;
    it is no estimate of validity.
    """

    r_squared: float
    ceiling: float
    transfer: float
    between: float


def latent_r_squared(
    weights: ArrayLike,
    demand: ArrayLike,
    loadings: ArrayLike,
    realism: ArrayLike,
    signal_to_noise: ArrayLike,
    *,
    transfer: float = TRANSFER,
    between: float = BETWEEN,
) -> LatentRSquared:
    """Audit a gap with the latent model above.

    Args:
        weights: importance of each competency, ``(C,)``, summing to 1.
        demand: share of each competency needed at each realism level, ``(C, K)``; rows sum to 1.
        loadings: how each of n observations loads on the competencies, ``(n, C)``, >= 0; only
            proportions within a row matter. Several loadings in a row make one mixed score.
        realism: level 0..K-1 of each observation, ``(n,)``.
        signal_to_noise: of each observation, ``(n,)`` or one number, >= 0; 0 carries nothing.
        transfer: squared correlation of neighbouring realism levels, in 0..1.
        between: correlation of different competencies at one level, in 0..1.

    Raises:
        BadInput: shapes do not match or a value is out of range.

    >>> found = latent_r_squared([0.5, 0.5], [[1.0], [1.0]], [[1, 0]], [0], 1.0, between=0.0)
    >>> found.r_squared  # half of the role is observed, with reliability one half
    0.25
    """
    w, q = checked_demand(weights, demand)
    competencies, levels = q.shape
    rows, level, snr = _checked(loadings, realism, signal_to_noise, competencies, levels)
    if not 0 <= transfer <= 1 or not 0 <= between <= 1:
        raise BadInput("transfer and between must lie between 0 and 1")
    steps = np.abs(np.arange(levels)[:, None] - np.arange(levels)[None, :])
    among = np.where(np.eye(competencies, dtype=bool), 1.0, between)
    covariance = np.kron(among, float(transfer) ** (steps / 2))
    wanted = (w[:, None] * q).ravel()
    total = float(wanted @ covariance @ wanted)
    spread = (rows[:, :, None] * (level[:, None, None] == np.arange(levels))).reshape(len(rows), -1)
    signal = spread @ covariance @ spread.T
    telling = (snr > 0) & (np.diag(signal) > 0)
    explained = 0.0
    if telling.any():
        inner = signal[np.ix_(telling, telling)]
        towards = (spread @ covariance @ wanted)[telling]
        scores = inner + np.diag(np.diag(inner) / snr[telling])
        explained = float(towards @ np.linalg.solve(scores, towards))
    share = float(np.clip(explained / total, 0.0, 1.0))
    return LatentRSquared(share, share**0.5, float(transfer), float(between))


def _checked(
    loadings: ArrayLike, realism: ArrayLike, signal_to_noise: ArrayLike, competencies: int, levels: int
) -> tuple[Floats, NDArray[np.int64], Floats]:
    rows = np.asarray(loadings, dtype=float)
    if rows.size == 0:
        rows = np.zeros((0, competencies))
    level = np.asarray(realism)
    if rows.ndim != 2 or rows.shape[1] != competencies or level.shape != (len(rows),):
        raise BadInput("loadings must have shape (n, C) and realism (n,)")
    if not np.all(np.isfinite(rows)) or np.any(rows < 0):
        raise BadInput("loadings must be finite and not negative")
    codes = level.astype(np.int64)
    if np.any(codes != level) or np.any((codes < 0) | (codes >= levels)):
        raise BadInput(f"realism must hold levels 0..{levels - 1}")
    snr = np.asarray(signal_to_noise, dtype=float)
    if snr.shape not in {(), (len(rows),)} or not np.all(np.isfinite(snr)) or np.any(snr < 0):
        raise BadInput("signal_to_noise must be one number or (n,), finite and not negative")
    return rows, codes, np.broadcast_to(snr, (len(rows),))
