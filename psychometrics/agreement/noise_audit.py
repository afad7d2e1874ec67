"""Noise audit: how far judgements of the same cases scatter (Kahneman, Sibony & Sunstein 2021).

Several interviewers rate the same cases (recordings, transcripts) independently, fully crossed.
System noise, the variance of a case's ratings, is level noise (interviewers who are harsher
throughout) plus pattern noise (who are harsher on some cases). Where the right answer is known,
the mean squared error of a judgement is bias squared plus noise squared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import beyond_rounding, column, finite
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ErrorSplit:
    """Mean squared error of one judgement = bias squared + noise squared; ``bias`` keeps its sign.

    ``noise_squared = cases + level + pattern``, variances over these very judgements (not unbiased for a larger
    pool): errors all interviewers share about a case, interviewers who are harsher throughout, and who are
    harsher on some cases.
    """

    mean_squared_error: float
    bias: float
    noise_squared: float
    cases: float
    level: float
    pattern: float


@dataclass(frozen=True, slots=True)
class NoiseAudit:
    """Variances of judgements, in squared units of the rating.

    ``level`` and ``pattern`` are unbiased for a larger pool of interviewers (negative estimates of
    ``level`` set to 0); ``pattern`` includes occasion noise, which needs the same case rated twice.
    ``system = level + pattern``. ``typical_difference`` is the median absolute difference of two
    interviewers on one case; ``relative_difference`` the median of that difference over the pair's mean,
    None unless all ratings are above 0. ``error`` is None without known answers.
    """

    level: float
    pattern: float
    system: float
    typical_difference: float
    relative_difference: float | None
    error: ErrorSplit | None
    cases: int
    interviewers: int


def audit_noise(ratings: ArrayLike, truth: ArrayLike | None = None) -> NoiseAudit:
    """Measure the noise of judgements of the same cases.

    Args:
        ratings: shape (cases, interviewers), at least 2 x 2, no empty cells.
        truth: the right answer per case, shape (cases,), where there is one.

    Raises:
        NotEnoughData: fewer than two cases or interviewers.
        BadInput: empty cells, or ``truth`` of another length.
    """
    x = finite(ratings, "ratings")
    if x.ndim != 2:
        raise BadInput(f"ratings must have shape (cases, interviewers), got {x.shape}")
    if min(x.shape) < 2:
        raise NotEnoughData(f"an audit needs at least 2 cases and 2 interviewers, got {x.shape}")
    cases, interviewers = x.shape
    by_case, by_interviewer, grand = x.mean(axis=1), x.mean(axis=0), x.mean()
    residual = x - by_case[:, None] - by_interviewer[None, :] + grand
    pattern = beyond_rounding(float((residual**2).sum() / ((cases - 1) * (interviewers - 1))), x)
    level = max(beyond_rounding(float(by_interviewer.var(ddof=1)), x) - pattern / cases, 0.0)
    first, second = np.triu_indices(interviewers, 1)
    apart = np.abs(x[:, first] - x[:, second])
    relative = None
    if np.all(x > 0):
        relative = float(np.median(apart / ((x[:, first] + x[:, second]) / 2)))
    return NoiseAudit(
        level=level,
        pattern=pattern,
        system=level + pattern,
        typical_difference=float(np.median(apart)),
        relative_difference=relative,
        error=None if truth is None else _split(x, truth),
        cases=cases,
        interviewers=interviewers,
    )


def _split(x: Floats, truth: ArrayLike) -> ErrorSplit:
    right = finite(column(truth, "truth", len(x)), "truth")
    errors = x - right[:, None]
    by_case, by_interviewer = errors.mean(axis=1), errors.mean(axis=0)
    rest = errors - by_case[:, None] - by_interviewer[None, :] + errors.mean()
    return ErrorSplit(
        mean_squared_error=float((errors**2).mean()),
        bias=float(errors.mean()),
        noise_squared=float(errors.var()),
        cases=float(by_case.var()),
        level=float(by_interviewer.var()),
        pattern=float((rest**2).mean()),
    )
