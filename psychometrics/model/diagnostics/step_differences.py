"""Do questions share their steps? A score test of the whole panel, without fitting them."""

import numpy as np
import numpy.typing as npt
import scipy.linalg as sl
from scipy.special import chdtrc

from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.diagnostics.residuals import marginal_shares
from psychometrics.model.fitted import FittedRatings

Floats = npt.NDArray[np.float64]

MIN_RATINGS = 30  # of a question; rarer ones are left out


def step_differences(fit: FittedRatings) -> float:
    """P-value of "all questions share their steps"; 1 where there is nothing to compare.

    With ``e`` the residuals of ``1[y >= l]`` summed over a question's ratings and ``W`` their covariance,
    ``s = C'(e - W 1 (1'W 1)^-1 1'e)`` is what contrasts ``C`` of the steps leave after the question's difficulty,
    and ``sum_q s' M^-1 s`` is chi-squared on ``(Q - 1)(L - 1)`` degrees of freedom.
    """
    asked = np.flatnonzero(np.bincount(fit.question, minlength=len(fit.questions)) >= MIN_RATINGS)
    if fit.top < 2 or len(asked) < 2:
        return 1.0
    count = len(fit.questions)
    share = marginal_shares(fit)
    least = np.cumsum(share[::-1], axis=0)[::-1][1:]
    reached = fit.points >= np.arange(1, fit.top + 1)[:, None]
    rest = np.stack([by_group(fit.question, row, count) for row in reached - least]).T[asked]
    spread = np.empty((len(asked), fit.top, fit.top))
    for low in range(fit.top):
        for high in range(low, fit.top):
            both = by_group(fit.question, least[high] * (1.0 - least[low]), count)[asked]
            spread[:, low, high] = spread[:, high, low] = both
    contrasts = sl.helmert(fit.top)
    easiness = spread.sum(2)
    total = easiness.sum(1)
    clear = rest - easiness * (rest.sum(1) / total)[:, None]
    inside = spread - easiness[:, :, None] * easiness[:, None, :] / total[:, None, None]
    scores = clear @ contrasts.T
    covariance = np.einsum("al,qlm,bm->qab", contrasts, inside, contrasts)
    distance = np.einsum("qa,qa->", scores, np.linalg.solve(covariance, scores[:, :, None])[:, :, 0])
    return float(chdtrc((len(asked) - 1) * (fit.top - 1), distance))
