"""What the kernels of the level fit are given: index arrays, the likelihood, room for results."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]
Places: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]


class Index(NamedTuple):
    """Joint rows of all ratings, sparse.

    A candidate's joint row holds ``r`` effects (general factor, ``c`` deviations, halos), the ``q`` shared
    parameters they touch (steps last) and the response. Entries of a rating ascend.
    """

    starts: Codes
    """``(N + 1,)`` of ratings."""
    entries: Places
    """``(n, 3 + E)`` places in the joint row, -1 for none: general, deviation, halo, shared parameters."""
    cell: Codes
    """``(n,)`` row of ``values``."""
    values: Floats
    """``(U, 3 + E)`` coefficients."""
    answer: Codes
    """``(n,)`` number of the performance, -1 for none."""
    competencies: Codes
    """``(N,)`` c."""
    effects: Codes
    """``(N,)`` r."""
    touched_starts: Codes
    touched: Codes
    """Shared parameters each candidate touches, steps last."""
    inverse_starts: Codes
    """``(N + 1,)`` of ``B^-1``, ``r * r`` each."""
    weight_starts: Codes
    """``(N + 1,)`` of ``W`` with a column for the response, ``r * (q + 1)`` each."""
    widest: tuple[int, int, int, int]
    """Most ratings, competencies and effects of a candidate, and their longest joint row."""


class Ratings(NamedTuple):
    """The working likelihood, ``psychometrics.model.levels.algebra.Working``."""

    information: Floats
    pull: Floats
    response: Floats


class Table(NamedTuple):
    """The arrays of ``psychometrics.model.levels.algebra.Rows``, to be filled."""

    theta: Floats
    level: Floats
    own: Floats
    gradient: Floats
    covariance: Floats
    logit_variance: Floats
    error: Floats
    borrowed: Floats


class Scale(NamedTuple):
    """How predictors become levels, and what kinds of shared parameters there are."""

    eta: float
    spacing: float
    place: int
    """Position of the spacing, -1 without levels."""
    pull: Floats
    is_mean: Flags
    """``(P,)``"""
    is_severity: Flags
    """``(P,)``"""
