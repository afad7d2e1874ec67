"""Do questions share their steps? A score test of the whole panel, without fitting them."""

import numpy as np
import numpy.typing as npt
import scipy.linalg as sl
from scipy.special import chdtrc

from psychometrics.model.calibration import Calibration
from psychometrics.model.calibration.examined import examined
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.diagnostics.residuals import marginal_shares

Floats = npt.NDArray[np.float64]

MIN_RATINGS = 30  # of a question; rarer ones are left out


def step_differences(calibration: Calibration) -> float:
    """P-value of "all questions share their steps"; 1 where there is nothing to compare.

    With ``e`` the residuals of ``1[y >= l]`` summed over a question's ratings and ``W`` their covariance,
    ``s = C'(e - W 1 (1'W 1)^-1 1'e)`` is what contrasts ``C`` of the steps leave after the question's difficulty,
    and ``sum_q s' M^-1 s`` is chi-squared on ``(Q - 1)(L - 1)`` degrees of freedom.
    """
    fit = calibration.posterior.best
    r = fit.structure.ratings
    asked = np.flatnonzero(np.bincount(r.question, minlength=len(r.questions)) >= MIN_RATINGS)
    if r.top < 2 or len(asked) < 2:
        return 1.0
    count = len(r.questions)
    share = marginal_shares(examined(fit))
    least = np.cumsum(share[::-1], axis=0)[::-1][1:]
    reached = r.points >= np.arange(1, r.top + 1)[:, None]
    rest = np.stack([by_group(r.question, row, count) for row in reached - least]).T[asked]
    spread = np.empty((len(asked), r.top, r.top))
    for low in range(r.top):
        for high in range(low, r.top):
            both = by_group(r.question, least[high] * (1.0 - least[low]), count)[asked]
            spread[:, low, high] = spread[:, high, low] = both
    contrasts = sl.helmert(r.top)
    easiness = spread.sum(2)
    total = easiness.sum(1)
    clear = rest - easiness * (rest.sum(1) / total)[:, None]
    inside = spread - easiness[:, :, None] * easiness[:, None, :] / total[:, None, None]
    scores = clear @ contrasts.T
    covariance = np.einsum("al,qlm,bm->qab", contrasts, inside, contrasts)
    distance = np.einsum("qa,qa->", scores, np.linalg.solve(covariance, scores[:, :, None])[:, :, 0])
    return float(chdtrc((len(asked) - 1) * (r.top - 1), distance))
