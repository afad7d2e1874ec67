"""How well groups of interviewers can be compared, and which shared interview would help most.

Two openings can be compared as far as the severities of their panels are known *against each other*. That error is a
contrast of the severities' joint covariance. An interviewer of one panel who sits in on an interview of the other
rates the same performance as somebody there, which tells the difference of the two severities with variance ``v``;
one such interview lowers the contrast ``c`` by ``(c'S d)^2 / (v + d'S d)``, ``d`` the difference of the two.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics import _checks
from psychometrics.errors import BadInput

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Loan:
    """``interviewer`` takes one interview of ``group`` beside ``partner``."""

    interviewer: int
    partner: int
    group: int
    before: float
    after: float
    """Standard error of the difference between the two groups, now and after the loan."""


def group_errors(covariance: npt.ArrayLike, shares: npt.ArrayLike) -> Floats:
    """Standard error of the difference in severity of every two groups, ``(groups, groups)``.

    Args:
        covariance: of interviewers' severities, shape (interviewers, interviewers).
        shares: how much of each group's ratings each interviewer gave, shape (groups, interviewers); rows sum to 1.
    """
    known, parts = _given(covariance, shares)
    between = parts @ known @ parts.T
    own = np.diag(between)
    return np.sqrt(np.maximum(own[:, None] + own[None, :] - 2.0 * between, 0.0))


def best_loan(
    covariance: npt.ArrayLike, shares: npt.ArrayLike, first: int, second: int, variance: float
) -> Loan | None:
    """The one loan that makes the difference between two groups best known; None where nobody could be lent.

    Lent are interviewers who rate in one of the two groups and not in the other, beside somebody who rates there.

    Args:
        covariance, shares: as of ``group_errors``.
        variance: of the difference of two interviewers' mean ratings of one performance, above 0.

    Raises:
        BadInput: shapes that do not fit, groups that are the same or do not exist, a variance that is not above 0.
    """
    known, parts = _given(covariance, shares)
    doubt = _checks.above_zero(variance, "variance")
    if first == second or not (0 <= first < len(parts) and 0 <= second < len(parts)):
        raise BadInput(f"two different groups of 0 to {len(parts) - 1} are needed, got {first} and {second}")
    contrast = parts[first] - parts[second]
    before = float(contrast @ known @ contrast)
    towards = known @ contrast
    own = np.diag(known)
    best: Loan | None = None
    for home, away in ((first, second), (second, first)):
        lent = np.flatnonzero((parts[home] > 0) & (parts[away] == 0))
        there = np.flatnonzero(parts[away] > 0)
        if not len(lent) or not len(there):
            continue
        moved = (towards[lent][:, None] - towards[there][None, :]) ** 2
        spread = own[lent][:, None] + own[there][None, :] - 2.0 * known[np.ix_(lent, there)]
        after = np.sqrt(np.maximum(before - moved / (doubt + spread), 0.0))
        row, column = np.unravel_index(int(after.argmin()), after.shape)
        if best is None or after[row, column] < best.after:
            best = Loan(
                int(lent[row]), int(there[column]), away, float(np.sqrt(before)), float(after[row, column])
            )
    return best


def _given(covariance: npt.ArrayLike, shares: npt.ArrayLike) -> tuple[Floats, Floats]:
    known = _checks.finite(covariance, "covariance")
    parts = _checks.finite(shares, "shares")
    if known.ndim != 2 or known.shape[0] != known.shape[1] or parts.ndim != 2 or parts.shape[1] != len(known):
        raise BadInput(
            f"shares must be (groups, interviewers) and covariance (interviewers, interviewers), got {parts.shape} "
            f"and {known.shape}"
        )
    return known, parts
