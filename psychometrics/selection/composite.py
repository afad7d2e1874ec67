"""Composites of several predictors: validity, subgroup difference, best weights, shrinkage.

For standardised predictors with intercorrelations ``R``, validities ``v`` and subgroup differences
``d``, weights ``w`` give a composite of validity ``w'v / sqrt(w'Rw)`` and subgroup difference
``w'd / sqrt(w'Rw)`` (Sackett & Ellingson 1997). Least-squares weights are ``R^-1 v``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import between, column, count, finite
from psychometrics._normal import correlation
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OptimalBattery:
    """Least-squares weights of standardised predictors, shape (p,), and the multiple correlation."""

    weights: Floats
    validity: float


@dataclass(frozen=True, slots=True)
class Increment:
    """What predictors add: multiple correlations without and with them, and their differences."""

    base: float
    full: float
    gain: float
    gain_squared: float


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """A squared multiple correlation in the population and in new samples.

    ``adjusted`` estimates the population's (Wherry 1931; negative estimates are kept, they say "nothing
    there"); ``cross_validated`` what the sample's weights achieve in new data (Browne 1975; Cattin 1980),
    None where ``adjusted`` is not above 0.
    """

    adjusted: float
    cross_validated: float | None


def composite_validity(weights: ArrayLike, validities: ArrayLike, intercorrelations: ArrayLike) -> float:
    """Correlation of the weighted sum of standardised predictors with the criterion.

    Args:
        weights: shape (p,), not all 0; only their ratios matter.
        validities: correlations with the criterion, shape (p,).
        intercorrelations: of the predictors, shape (p, p), positive definite.

    Raises:
        BadInput: shapes differ, or the matrix is not a correlation matrix.
    """
    return _weighted(weights, _validities(validities), intercorrelations)


def composite_difference(weights: ArrayLike, differences: ArrayLike, intercorrelations: ArrayLike) -> float:
    """Standardised subgroup difference of the composite; arguments as in :func:`composite_validity`.

    ``differences`` are the predictors' own standardised differences d, shape (p,).
    """
    return _weighted(weights, finite(column(differences, "differences"), "differences"), intercorrelations)


def optimal_weights(validities: ArrayLike, intercorrelations: ArrayLike) -> OptimalBattery:
    """Weights with the highest validity in the population the correlations describe.

    Raises:
        BadInput: shapes differ, the matrix is not a correlation matrix, or the correlations
            contradict each other (multiple correlation above 1).
    """
    v = _validities(validities)
    R = correlations(intercorrelations, len(v))
    weights = np.asarray(np.linalg.solve(R, v), dtype=np.float64)
    explained = float(v @ weights)
    if explained > 1 + 1e-9:
        raise BadInput("validities and intercorrelations contradict each other: they explain more than all")
    return OptimalBattery(weights, float(np.sqrt(min(explained, 1.0))))


def incremental_validity(
    validities: ArrayLike, intercorrelations: ArrayLike, base: Sequence[int]
) -> Increment:
    """What the other predictors add to those at positions ``base``.

    Raises:
        BadInput: as :func:`optimal_weights`; ``base`` empty, repeated or out of range.
    """
    v = _validities(validities)
    R = correlations(intercorrelations, len(v))
    chosen = column(base, "base").tolist()
    if any(not isinstance(one, int) for one in chosen):
        raise BadInput(f"base must name positions, whole numbers from 0 to {len(v) - 1}, got {chosen}")
    if not chosen or len(set(chosen)) != len(chosen) or not set(chosen) <= set(range(len(v))):
        raise BadInput(f"base must name different positions from 0 to {len(v) - 1}, got {chosen}")
    before = optimal_weights(v[chosen], R[np.ix_(chosen, chosen)]).validity
    after = optimal_weights(v, R).validity
    return Increment(before, after, after - before, after**2 - before**2)


def shrinkage(r_squared: float, n: int, predictors: int) -> Shrinkage:
    """Correct a squared multiple correlation for fitting ``predictors`` weights to ``n`` people.

    ``adjusted = 1 - (n - 1)/(n - p - 1) (1 - R2)``;
    ``cross_validated = ((n - p - 3) a^2 + a) / ((n - 2p - 2) a + p)`` with ``a = adjusted``.

    Raises:
        BadInput: R squared outside 0..1, or no predictor.
        NotEnoughData: fewer than 2p + 3 people.
    """
    r_squared = between(r_squared, "R squared", 0, 1)
    n, p = count(n, "n"), count(predictors, "predictors")
    if p < 1:
        raise BadInput(f"at least one predictor is needed, got {p}")
    if n < 2 * p + 3:
        raise NotEnoughData(f"{p} weights need at least {2 * p + 3} people, got {n}")
    adjusted = 1 - (n - 1) / (n - p - 1) * (1 - r_squared)
    if adjusted <= 0:
        return Shrinkage(adjusted, None)
    return Shrinkage(adjusted, ((n - p - 3) * adjusted**2 + adjusted) / ((n - 2 * p - 2) * adjusted + p))


def correlations(matrix: ArrayLike, size: int) -> Floats:
    """Return a checked correlation matrix of shape (size, size): symmetric, unit diagonal, positive definite."""
    R = finite(matrix, "intercorrelations")
    if R.shape != (size, size):
        raise BadInput(f"intercorrelations must have shape {(size, size)}, got {R.shape}")
    if not (np.allclose(R, R.T, atol=1e-8) and np.allclose(np.diag(R), 1, atol=1e-8)):
        raise BadInput("intercorrelations must be symmetric with ones on the diagonal")
    if np.linalg.eigvalsh(R)[0] <= 1e-10:
        raise BadInput("intercorrelations must be positive definite: some predictor repeats the others")
    return R


def _validities(values: ArrayLike) -> Floats:
    v = finite(values, "validities")
    if v.ndim != 1 or len(v) == 0:
        raise BadInput(f"validities must have shape (p,), got {v.shape}")
    for value in v:
        correlation(float(value), "a validity")
    return v


def _weighted(weights: ArrayLike, values: Floats, intercorrelations: ArrayLike) -> float:
    w = finite(weights, "weights")
    if w.ndim != 1 or w.shape != values.shape:
        raise BadInput(f"weights must have shape {values.shape}, got {w.shape}")
    if not w.any():
        raise BadInput("weights must not all be 0")
    R = correlations(intercorrelations, len(w))
    # Only ratios of weights matter: scaled, so that their squares neither vanish nor overflow.
    w = w / np.abs(w).max()
    return float(w @ values / np.sqrt(w @ R @ w))
