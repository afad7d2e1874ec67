"""Standard errors of contrasts: each level against the mean of its group.

The location of candidates, interviewers and questions is known only through their priors, so a
marginal standard error is mostly uncertainty about the common location and covers nothing useful.
What can be compared is the difference to the mean of those it is comparable with:
``Var(u_i - mean u) = V_ii - 2 mean_j V_ij + mean V``.
"""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.model.calibration.fit import Fit
from psychometrics.model.calibration.group_sums import by_group, membership
from psychometrics.model.calibration.ratings import Codes

Floats = npt.NDArray[np.float64]
_FLOOR = 1e-9


def centred(values: Floats, groups: Codes) -> Floats:
    """Values minus the mean of their group."""
    return np.asarray(values - (membership(groups) @ values)[groups])


def candidate_errors(fit: Fit, groups: Codes) -> Floats:
    """Standard errors of ``theta_i - mean theta of its group``; NaN in a group of one."""
    mean = membership(groups)
    own = 1.0 / fit.system.precision
    followed = fit.system.matrix()
    group_weights = (mean @ followed).toarray()  # (groups, p)
    group_followed = fit.post.covariance.times(group_weights.T).T
    count = np.bincount(groups)
    group_variance = (group_followed * group_weights).sum(1)
    group_variance += np.bincount(groups, own) / count**2
    with_group = own / count[groups] + _row_products(followed, group_followed, groups)
    variance = fit.post.candidate - 2.0 * with_group + group_variance[groups]
    if fit.border is not None:
        variance = variance + fit.border.candidate_variances(mean=mean, groups=groups)
    return _root(variance, count[groups])


def global_errors(fit: Fit, first: int, groups: Codes) -> Floats:
    """Standard errors of contrasts of one facet, whose levels are the globals from ``first`` on."""
    variance = fit.post.covariance.contrasts(first, groups)
    if fit.border is not None:
        variance = variance + _of_block(fit.border.global_covariance(first, first + len(groups)), groups)
    return _root(variance, np.bincount(groups)[groups])


def _of_block(covariance: Floats, groups: Codes) -> Floats:
    """Variances of contrasts with the mean of the group, from the block of the levels."""
    mean = membership(groups)
    with_group = mean @ covariance  # (groups, levels)
    group_variance = (with_group * mean.toarray()).sum(1)
    here = np.arange(len(groups))
    return np.asarray(np.diag(covariance) - 2.0 * with_group[groups, here] + group_variance[groups])


def difference_error(fit: Fit, first: int, second: int) -> float:
    """Standard error of the difference of two candidates, with their whole covariance."""
    rows = fit.system.matrix()[[first, second]].toarray()
    gap = rows[0] - rows[1]
    own = 1.0 / fit.system.precision[first] + 1.0 / fit.system.precision[second]
    if fit.border is not None:
        moved = np.subtract(*fit.border.candidates(np.array([first, second])))
        own += float(moved @ fit.border.covariance @ moved)
    return float(np.sqrt(max(own + gap @ fit.post.covariance.times(gap), _FLOOR)))


def _row_products(followed: sp.csr_matrix, group_followed: Floats, groups: Codes) -> Floats:
    """``w_i . (S^-1 mean w of the group of i)`` for every candidate."""
    rows = np.repeat(np.arange(followed.shape[0]), np.diff(followed.indptr))
    products = followed.data * group_followed[groups[rows], followed.indices]
    return by_group(rows, products, followed.shape[0])


def _root(variance: Floats, size: npt.NDArray[np.intp]) -> Floats:
    """Square root, NaN where there is nobody else in the group."""
    return np.where(size > 1, np.sqrt(np.maximum(variance, _FLOOR)), np.nan)
