"""Uncertainty of the variance components in small panels.

With 180 ratings a variance component is known to a factor of two, and intervals that pretend to
know it are too short. The log variances are given a Gaussian posterior around their mode (curvature
by differences of the exact gradient of the variational bound) and integrated over by the spherical
cubature rule of ``2 d`` equally weighted points (Arasaratnam & Haykin 2009), each a refit.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from psychometrics.model import log_variances
from psychometrics.model.calibration.beside import uncertain_sums
from psychometrics.model.calibration.fit import Fit, Progress, fit
from psychometrics.model.calibration.variance_steps import PRIOR_SD, PRIOR_WEIGHT, names

Floats = npt.NDArray[np.float64]


def integrate(best: Fit, estimated: frozenset[str], progress: Progress | None = None) -> list[Fit]:
    """Return equally weighted fits whose mixture includes hyper-parameter uncertainty."""
    moving = [name for name in names(best.variances) if name in estimated]
    centre = np.log([getattr(best.variances, name) for name in moving])
    root = np.linalg.cholesky(_covariance(best, moving, centre)) * np.sqrt(len(moving))
    fits = []
    for axis in range(len(moving)):
        fits += [_refit(best, moving, centre + sign * root[:, axis]) for sign in (1.0, -1.0)]
        if progress is not None:
            progress(0.95, f"variance uncertainty {axis + 1} of {len(moving)}")
    return fits


def log_variance_covariance(best: Fit, estimated: frozenset[str]) -> Floats:
    """Posterior covariance of the estimated log variances, ``(d, d)``; costs ``2 d`` refits."""
    moving = [name for name in names(best.variances) if name in estimated]
    return _covariance(best, moving, np.log([getattr(best.variances, name) for name in moving]))


def gradient(at: Fit, moving: list[str]) -> Floats:
    """Gradient of the log posterior of the log variances at a fit, ``(d,)``."""
    sums = uncertain_sums(at.system, at.post, at.beside, at.border)
    slopes = []
    for name in moving:
        variance = getattr(at.variances, name)
        effects = at.values.deviation(at.structure) if name == "candidate" else getattr(at.values, name)
        uncertain, levels = sums[name]
        likelihood = (float(effects @ effects) + uncertain) / variance - levels
        prior = PRIOR_WEIGHT * (getattr(PRIOR_SD, name) ** 2 / variance - 1.0)
        slopes.append(0.5 * (likelihood + prior))
    return np.array(slopes)


def _refit(best: Fit, moving: list[str], log_variances: Floats) -> Fit:
    """Fit at fixed variances, starting from the best fit."""
    values = np.exp(log_variances).tolist()
    variances = replace(best.variances, **dict(zip(moving, values, strict=True)))
    return fit(
        best.structure,
        link=best.link,
        variances=variances,
        estimate=frozenset(),
        start=best,
        own_steps=best.own_steps,
        beside=best.beside,
    )


def _covariance(best: Fit, moving: list[str], centre: Floats) -> Floats:
    """Posterior covariance of the log variances ``moving``."""
    return log_variances.covariance(lambda at: gradient(_refit(best, moving, at), moving), centre)
