"""What a fit asks of the linear algebra, whichever way it is computed.

For one candidate, let ``u`` be their effects (general factor, deviations, halos) with prior precision
``Q``, ``Z`` which rating holds which, ``X`` the rows of the shared parameters ``b`` and ``V`` the
information of the ratings. The performance of an answer ``g``, common to the ratings of it, is integrated
out first: it turns ``V`` into

    V~ = V - sum over answers of k_g v_g v_g',   k_g = s_p^2 / (1 + s_p^2 sum(v_g)).

Then the effects are, with ``B = Z' V~ Z + Q`` and ``W = B^-1 Z' V~ X``. What is left are the normal
equations of the shared parameters, ``S = sum (X' V~ X - X' V~ Z W) + prior``, and with their posterior
covariance ``S^-1`` everything else is read off a small matrix per candidate:

    Cov(b) = S^-1,   Cov(u, b) = -W S^-1,   Cov(u) = B^-1 + W S^-1 W'.

Steps of the scale enter as pseudo-columns ``Cov(Y, 1[Y>=l]) / V`` of ``X``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.levels.policy import LOCAL_TERMS
from psychometrics.model.levels.structure import Structure
from psychometrics.model.thresholds import Link

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


LEAST_INFORMATION = 1e-8  # of a rating: predictors far outside the scale must not divide by zero
LEAST_SPREAD = 1e-6  # posterior variance of a predictor, logits squared
MODE_STEPS = 30  # Newton steps towards a candidate's own mode, at most
LARGEST_STEP = 1.5  # logits: the quadratic model is not trusted further


@dataclass(frozen=True, slots=True)
class LocalVariances:
    """Variances of the four terms of a candidate, logits squared."""

    general: float
    competency: float
    halo: float
    performance: float

    @classmethod
    def of(cls, variances: Mapping[str, float]) -> LocalVariances:
        """The terms of a candidate out of all variances."""
        return cls(**{term: variances[term] for term in LOCAL_TERMS})


@dataclass(frozen=True, slots=True)
class Working:
    """The likelihood at the current values, as a weighted least-squares problem."""

    information: Floats
    """``(n,)`` V."""
    pull: Floats
    """``(L, n)`` the step columns of ``X``."""
    response: Floats
    """``(n,)`` predictor, with its step columns, plus score over information."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Ratings at given shared parameters; ``(n,)`` arrays."""

    predictor: Floats
    """Shared part of the predictor, steps left out."""
    spread: Floats
    steps: Floats
    """``(L,)``, or ``(L, n)`` where criteria have steps of their own."""
    score: Codes
    weight: Floats
    link: Link


@dataclass(frozen=True, slots=True)
class Eliminated:
    """Normal equations of the ``P`` shared parameters, and what leads back to the candidates."""

    dense: Floats
    """``(P, P)`` information, without prior; the lower triangle alone counts."""
    right: Floats
    """``(P,)``"""
    pieces: Any
    """``B^-1``, ``W`` and ``B^-1 Z' V~ z`` of every candidate, as the algebra keeps them."""
    working: Working
    local: LocalVariances


@dataclass(frozen=True, slots=True)
class Followed:
    """Candidates given the shared parameters: what the next iteration needs."""

    own: Floats
    """``(n,)`` a candidate's own part of the predictor."""
    spread: Floats
    """``(n,)`` posterior variance of the predictor, steps left out."""
    totals: Floats
    """``(4,)`` sum of squared effects, per local term."""
    known: Floats
    """``(4,)`` effective number of effects the data speak for: ``sum(1 - Var(u) / s^2)``."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """How predictors become levels: ``level = 3 + (theta - e) / spacing``."""

    eta: float
    """e, where the expected rating is "meets the bar"."""
    pull: Floats
    """``(L,)`` how e moves with each step's easiness, sign turned."""
    spacing: float
    """Logits per level."""
    place: int
    """Position of the spacing among the shared parameters, -1 without levels."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Levels, one entry per candidate and competency rated, ``R`` in all.

    A candidate with ``c`` competencies and ``q`` shared parameters (steps included) has ``c * c`` entries
    in matrices, ``c * q`` in the gradient, candidate after candidate.
    """

    theta: Floats
    """``(R,)`` predictor on the pool means: general factor and deviation included."""
    level: Floats
    """``(R,)`` not clamped."""
    own: Floats
    """``(sum c^2,)`` covariance of levels a candidate's ratings leave open, shared parameters known."""
    gradient: Floats
    """``(sum c q,)`` of the levels with respect to the shared parameters the candidate touches."""
    covariance: Floats
    """``(sum c^2,)`` marginal covariance of the levels."""
    logit_variance: Floats
    """``(R,)`` marginal variance of ``theta - e``."""
    error: Floats
    """``(R,)`` the part of it that is the candidate's own or comes from severities, logits squared."""
    borrowed: Floats
    """``(R,)`` variance of the level as a share of that without the competency's own ratings, shared
    parameters held where they are: one candidate's ratings hardly move them. Ones if not asked for."""

    @classmethod
    def empty(cls, structure: Structure, steps: int) -> Rows:
        """Room for all candidates."""
        rows, pairs = len(structure.competencies), int(structure.pair_starts[-1])
        wide = int(structure.gradient_starts(steps)[-1])
        one = [np.empty(rows) for _ in range(5)]
        return cls(one[0], one[1], np.empty(pairs), np.empty(wide), np.empty(pairs), *one[2:])


class Algebra(Protocol):
    """One way to compute these things; both ways give the same numbers to 1e-8."""

    def eliminate(self, working: Working, local: LocalVariances) -> Eliminated:
        """Integrate the candidates out."""
        ...

    def follow(self, parts: Eliminated, shared: Floats, covariance: Floats) -> Followed:
        """Bring the candidates up to the shared parameters ``(P,)`` and their covariance ``(P, P)``."""
        ...

    def rows(
        self, parts: Eliminated, shared: Floats, covariance: Floats, yardstick: Yardstick, *, borrowing: bool
    ) -> Rows:
        """Levels of all candidates."""
        ...

    def modes(
        self,
        likelihood: Likelihood,
        local: LocalVariances,
        own: Floats,
        tolerance: float,
        chosen: Flags | None = None,
    ) -> Floats:
        """Candidates' own parts of the predictor at their modes, shared parameters held, ``(n,)``.

        Newton from ``own``; a candidate rests after the first step shorter than ``tolerance``, and those not
        ``chosen`` ``(N,)`` rest from the beginning.
        """
        ...
