"""Derivatives of the likelihood of ratings: what one pass over them hands to the equations of a fit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moments:
    """Derivatives of the (smoothed, weighted) log-likelihood of ``n`` ratings."""

    score: Floats
    """``(n,)`` d loglik / d eta; for acl the rating minus its expectation."""
    information: Floats
    """``(n,)`` expected information about eta; for acl the variance of the rating."""
    cross: Floats
    """``(L, n)`` information shared by eta and each step; for acl ``Cov(Y, 1[Y>=l])``."""
    step_score: Floats
    """``(L,)`` d loglik / d(-tau), summed over ratings."""
    step_information: Floats
    """``(L, L)`` information about the steps, summed over ratings."""


def empty_moments(n: int, top: int) -> Moments:
    """Room for the moments of ``n`` ratings on ``top`` steps; what is in it means nothing yet."""
    return Moments(np.empty(n), np.empty(n), np.empty((top, n)), np.empty(top), np.empty((top, top)))


@dataclass(frozen=True, slots=True)
class SlopeMoments:
    """Derivatives of each rating's smoothed log-likelihood for the log of its slope."""

    score: Floats
    information: Floats
    """``(n,)``"""
    cross: Floats
    """``(n,)`` shared with eta."""
    step_cross: Floats
    """``(L, n)`` shared with the easiness of each step."""


def empty_slope_moments(n: int, top: int) -> SlopeMoments:
    """Room for those of ``n`` ratings on ``top`` steps; what is in it means nothing yet."""
    return SlopeMoments(np.empty(n), np.empty(n), np.empty(n), np.empty((top, n)))
