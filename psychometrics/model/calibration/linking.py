"""Which interviewer to lend between unlinked subsets: the one who most lowers the contrast's variance.

``d`` is the difference of the subsets' mean proficiency. A lent interviewer ``j`` rates a candidate ``i`` of
the other subset; the interview's mean says ``x = theta_i - rho_j + noise``. In the Gaussian posterior one
such observation lowers ``Var(d)`` by ``Cov(d, x)^2 / Var(x)``, a rank-one update, and several at once by the
same formula with their joint covariance. Nothing is refitted.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.model.calibration.algebra import System
from psychometrics.model.calibration.fit import Fit
from psychometrics.model.calibration.group_sums import membership
from psychometrics.model.calibration.ratings import Codes

Floats = npt.NDArray[np.float64]

LINKING_INTERVIEWS = 3


@dataclass(frozen=True, slots=True)
class LinkingRater:
    """Positions, and the standard error of the subsets' difference without and with the link, logits."""

    interviewer: int
    to: int
    """The subset whose candidates the interviewer would rate."""
    before: float
    after: float


def best_linking_rater(fit: Fit, subset: Codes, smaller: int, larger: int = 0) -> LinkingRater:
    """The interviewer, of either subset, who links best by three interviews of the usual length.

    ``subset`` ``(candidates,)``. The candidates rated are typical ones: those whose own uncertainty is the
    median of their subset.
    """
    r, system, covariance = fit.structure.ratings, fit.system, fit.post.covariance
    followed = system.matrix()
    mean = membership(subset)
    means = np.asarray((mean @ followed).toarray())  # (subsets, p)
    gap = means[smaller] - means[larger]
    pulled = covariance.times(gap)
    own = 1.0 / system.precision
    size = np.bincount(subset)
    spread = [float(own[subset == which].sum()) / size[which] ** 2 for which in (smaller, larger)]
    before = float(gap @ pulled) + sum(spread)
    noise = interview_noise(fit)
    options = []
    for lender, receiver, sign in ((smaller, larger, -1.0), (larger, smaller, 1.0)):
        staff = np.unique(r.interviewer[subset[r.candidate] == lender])
        people = typical(system, subset, receiver)
        rows = np.asarray(followed[people].toarray())  # theta_i = ... - w_i' globals
        reached = covariance.times(rows.T)
        seen_together = rows @ reached + np.diag(own[people])
        with_staff = reached[staff].T
        with_gap = sign * own[people] / size[receiver] + rows @ pulled
        for place, judge in enumerate(staff.tolist()):
            cross = with_gap - pulled[judge]
            joint = (
                seen_together - with_staff[:, [place]] - with_staff[:, [place]].T + covariance.diagonal[judge]
            )
            gained = float(cross @ np.linalg.solve(joint + noise * np.eye(len(people)), cross))
            options.append((before - gained, int(judge), receiver))
    after, interviewer, to = min(options)
    return LinkingRater(interviewer, to, float(np.sqrt(before)), float(np.sqrt(max(after, 0.0))))


def interview_noise(fit: Fit) -> float:
    """Variance of an interview's mean given proficiency and severity: halo, and the ratings' own."""
    r = fit.structure.ratings
    now = fit.moments()
    asked = r.n / len(r.unit_candidate)
    return (fit.variances.halo or 0.0) + 1.0 / (asked * float(now.information.mean()))


def typical(system: System, subset: Codes, which: int) -> Codes:
    """The candidates of a subset whose information is nearest the median."""
    inside = np.flatnonzero(subset == which)
    distance = np.abs(system.precision[inside] - np.median(system.precision[inside]))
    return inside[np.argsort(distance, kind="stable")[:LINKING_INTERVIEWS]]
