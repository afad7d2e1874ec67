"""The evaluation gap: the share of weighted demand a loop cannot score reliably at its realism.

A role demands C competencies, each with a weight and a split of that weight over K realism
levels (0 = most controlled, K-1 = production). A loop carries evidence, in signal-to-noise
units, per competency and level. From these:

* sufficiency ``A[c, l]`` of the evidence E at level l or above, in one of two forms, for the target
  reliability ``r*``: *reliability* ``min(1, rho(E) / r*)`` with ``rho(E) = E / (1 + E)``, the share of the
  needed reliability; or *evidence* ``min(1, E / S*)`` with ``S* = r* / (1 - r*)``, the share of the needed
  evidence (Spearman-Brown in its additive form). Both reach 1 at the same E. A decision gains reliability,
  which is concave in evidence: the first rating of a competency is worth more than the third, and the
  evidence form, in which they are worth the same, rewards loops that leave competencies out;
* evidence at level l speaks for demand at a higher level k by ``transfer ** (k - l)`` (1 if l >= k);
* coverage ``cov[c, k] = sum over l <= k of (t[l, k] - t[l - 1, k]) * A[c, l]``;
* ``gap = sum of w[c] * q[c, k] * (1 - cov[c, k])``.

The gap splits exactly into *content* (no evidence at all), *precision* (evidence, but too little
of it at any realism) and *realism* (enough of it, but too far from the work).

The index is this project's own composition of test-information targets (reliability), Webb's
"at or above" depth rule and typical-versus-maximum performance; it measures what a plan can
support with scores, not predictive validity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psychometrics._checks import between, finite, open_unit
from psychometrics.design.evidence import (
    EvidenceModel,
    MadeRatings,
    PlannedRatings,
    plan_evidence,
    rating_evidence,
)
from psychometrics.errors import BadInput
from psychometrics.reliability.spearman_brown import signal_to_noise

if TYPE_CHECKING:
    Floats: TypeAlias = NDArray[np.float64]

Sufficiency: TypeAlias = Literal["evidence", "reliability"]
TARGET_RELIABILITY = 0.70
TRANSFER = 0.5

# Weights are typed by people or read from rounded files; anything further off is a mistake.
_SUM_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class CompetencyGaps:
    """The gap of each competency; arrays of shape (C,) unless said.

    ``gap = content + precision + realism`` holds per competency, and each column sums to its
    total. ``local`` is the gap as a share of the competency's own demand (gap / weight).
    ``sufficiency`` and ``coverage`` have shape (C, K), both in 0..1.
    """

    gap: Floats
    content: Floats
    precision: Floats
    realism: Floats
    local: Floats
    sufficiency: Floats
    coverage: Floats


@dataclass(frozen=True, slots=True)
class EvaluationGap:
    """The gap of a whole loop, its exact three-way split and the competencies behind it."""

    gap: float
    content: float
    precision: float
    realism: float
    competencies: CompetencyGaps
    target_reliability: float
    transfer: float
    sufficiency: Sufficiency = "evidence"


def evaluation_gap(
    weights: ArrayLike,
    demand: ArrayLike,
    evidence: ArrayLike,
    *,
    target_reliability: float = TARGET_RELIABILITY,
    transfer: float = TRANSFER,
    sufficiency: Sufficiency = "evidence",
) -> EvaluationGap:
    """Measure what a loop leaves untested.

    Args:
        weights: importance of each competency, shape (C,), non-negative, summing to 1.
        demand: share of each competency needed at each realism level, shape (C, K); rows sum to 1.
        evidence: signal-to-noise carried per competency and realism level, shape (C, K), >= 0.
        target_reliability: reliability a competency score should reach, in (0, 1).
        transfer: credit per step of realism a piece of evidence falls short, in 0..1.
        sufficiency: what counts as enough, ``"evidence"`` or ``"reliability"``.

    Raises:
        BadInput: shapes do not match, a value is out of range, or shares do not sum to 1.

    >>> result = evaluation_gap(
    ...     [0.6, 0.4],
    ...     [[0, 0.5, 0.5], [1, 0, 0]],
    ...     [[2, 0, 0], [0, 0, 4]],
    ...     target_reliability=0.80,
    ... )
    >>> round(result.gap, 4), round(result.precision, 4), round(result.realism, 4)
    (0.4875, 0.3, 0.1875)

    One full rating at the default reliability, of the evidence and of the reliability that is needed:

    >>> one = [[0.44 / 0.56]]
    >>> forms = (evaluation_gap([1], [[1]], one, sufficiency=form) for form in ("evidence", "reliability"))
    >>> [round(1 - each.gap, 3) for each in forms]
    [0.337, 0.629]
    """
    w, q = checked_demand(weights, demand)
    e = finite(evidence, "evidence")
    if e.shape != q.shape:
        raise BadInput(f"evidence has shape {e.shape}, demand has {q.shape}; they must match")
    if np.any(e < 0):
        raise BadInput("evidence must be finite and not negative")
    steps = _transfer_steps(q.shape[1], transfer)
    return _gap(
        w, q, e, steps, target_reliability=target_reliability, transfer=transfer, sufficiency=sufficiency
    )


def evaluation_gaps(
    weights: ArrayLike,
    demand: ArrayLike,
    evidence: ArrayLike,
    *,
    target_reliability: float = TARGET_RELIABILITY,
    transfer: float = TRANSFER,
    sufficiency: Sufficiency = "evidence",
) -> Floats:
    """The gap alone of many plans for one role, shape (P,): ``evidence`` has shape (P, C, K).

    Raises:
        BadInput: as :func:`evaluation_gap`.
    """
    w, q = checked_demand(weights, demand)
    e = finite(evidence, "evidence")
    if e.ndim != q.ndim + 1 or e.shape[1:] != q.shape:
        raise BadInput(f"evidence has shape {e.shape}, expected (plans, {q.shape[0]}, {q.shape[1]})")
    if np.any(e < 0):
        raise BadInput("evidence must be finite and not negative")
    steps = _transfer_steps(q.shape[1], transfer)
    parts = _parts(w, q, e, steps, open_unit(target_reliability, "target_reliability"), sufficiency)
    gaps: Floats = parts.gap.sum(axis=-1)
    return gaps


def evidence_gap(
    weights: ArrayLike,
    demand: ArrayLike,
    ratings: MadeRatings,
    *,
    model: EvidenceModel | None = None,
    target_reliability: float = TARGET_RELIABILITY,
    transfer: float = TRANSFER,
    sufficiency: Sufficiency = "evidence",
) -> EvaluationGap:
    """The gap of the ratings one candidate received: the evidence layer of the same number.

    Leave out ratings not assessed, skipped or never submitted. With everything planned rated by people
    who met the candidate once, this is the gap of the plan.

    >>> once = MadeRatings([0], [7], [0], [1.0], [2])
    >>> round(evidence_gap([1.0], [[0, 0, 1]], once).gap, 3)
    0.663
    """
    w, q = checked_demand(weights, demand)
    carried = rating_evidence(ratings, len(w), model=model, levels=q.shape[1])
    return evaluation_gap(
        w, q, carried, target_reliability=target_reliability, transfer=transfer, sufficiency=sufficiency
    )


def marginal_gaps(
    weights: ArrayLike,
    demand: ArrayLike,
    observations: PlannedRatings,
    additions: Sequence[PlannedRatings],
    *,
    model: EvidenceModel | None = None,
    target_reliability: float = TARGET_RELIABILITY,
    transfer: float = TRANSFER,
    sufficiency: Sufficiency = "evidence",
) -> Floats:
    """The gap after each candidate addition, shape (len(additions),).

    Every value is computed afresh from the enlarged plan: within a session evidence saturates,
    and weak ratings gain when a strong one arrives, so gains neither add up nor shrink
    predictably and cannot be kept from an earlier step.

    An addition that uses the session code of an existing session joins that session and must
    name the same number of interviewers.
    """
    w, q = checked_demand(weights, demand)
    steps = _transfer_steps(q.shape[1], transfer)
    gaps = np.empty(len(additions))
    for number, addition in enumerate(additions):
        enlarged = observations.joined(addition)
        e = plan_evidence(enlarged, len(w), model=model, levels=q.shape[1])
        gaps[number] = _gap(
            w, q, e, steps, target_reliability=target_reliability, transfer=transfer, sufficiency=sufficiency
        ).gap
    return gaps


def _gap(
    w: Floats,
    q: Floats,
    e: Floats,
    steps: Floats,
    target_reliability: float,
    transfer: float,
    sufficiency: Sufficiency,
) -> EvaluationGap:
    target_reliability = open_unit(target_reliability, "target_reliability")
    parts = _parts(w, q, e, steps, target_reliability, sufficiency)
    return EvaluationGap(
        gap=float(parts.gap.sum()),
        content=float(parts.content.sum()),
        precision=float(parts.precision.sum()),
        realism=float(parts.realism.sum()),
        competencies=parts,
        target_reliability=target_reliability,
        transfer=transfer,
        sufficiency=sufficiency,
    )


def _parts(
    w: Floats, q: Floats, e: Floats, steps: Floats, target_reliability: float, sufficiency: Sufficiency
) -> CompetencyGaps:
    """The parts by competency of evidence of shape (..., C, K)."""
    at_or_above = np.cumsum(e[..., ::-1], axis=-1)[..., ::-1]
    share = sufficient(at_or_above, target_reliability, sufficiency)
    coverage = share @ steps
    # Rounding may leave coverage a hair above sufficiency; the parts must not go negative.
    coverage = np.minimum(coverage, share[..., :1])
    tested = at_or_above[..., 0] > 0
    stakes = w * q.sum(axis=1)
    content = np.where(tested, 0.0, stakes)
    precision = np.where(tested, stakes * (1 - share[..., 0]), 0.0)
    realism = w * (q * (share[..., :1] - coverage)).sum(axis=-1)
    return CompetencyGaps(
        gap=content + precision + realism,
        content=content,
        precision=precision,
        realism=realism,
        local=(q * (1 - coverage)).sum(axis=-1),
        sufficiency=share,
        coverage=coverage,
    )


def sufficient(evidence: Floats, target_reliability: float, form: Sufficiency) -> Floats:
    """How far ``evidence`` (any shape) is enough for ``target_reliability``, 0..1, in the form asked for.

    Raises:
        BadInput: ``form`` is neither "evidence" nor "reliability".
    """
    if form not in get_args(Sufficiency):
        raise BadInput(f"sufficiency must be 'evidence' or 'reliability', got {form!r}")
    if form == "evidence":
        return np.minimum(1.0, evidence / signal_to_noise(target_reliability))
    return np.minimum(1.0, evidence / (1 + evidence) / target_reliability)


def checked_demand(weights: ArrayLike, demand: ArrayLike) -> tuple[Floats, Floats]:
    w, q = finite(weights, "weights"), finite(demand, "demand")
    if w.ndim != 1 or q.ndim != 2 or len(w) != len(q) or not len(w) or not q.shape[1]:
        raise BadInput(f"weights must have shape (C,) and demand (C, K); got {w.shape} and {q.shape}")
    if np.any(w < 0) or abs(w.sum() - 1) > _SUM_TOLERANCE:
        raise BadInput("weights must not be negative and must sum to 1")
    sums = q.sum(axis=1)
    if np.any(q < 0) or np.any(abs(sums - 1) > _SUM_TOLERANCE):
        raise BadInput("each row of demand must not be negative and must sum to 1")
    return w, q


def _transfer_steps(levels: int, transfer: float) -> Floats:
    """Matrix (K, K): weight of sufficiency at level l in the coverage of demand at level k."""
    transfer = between(transfer, "transfer", 0, 1)
    distance = np.arange(levels)[None, :] - np.arange(levels)[:, None]
    credit = np.where(distance > 0, float(transfer) ** np.maximum(distance, 0), 1.0)
    steps = np.diff(credit, axis=0, prepend=0.0)
    return np.where(distance >= 0, steps, 0.0)
