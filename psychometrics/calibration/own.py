"""A candidate's measure from the own ratings alone, for challenge and appeal.

Calibrated measures are drawn towards the panel's mean, the more so the fewer ratings there are. Here
the prior on proficiency is dropped; severities, difficulties and steps stay as the panel estimated
them, and halo keeps its prior, without which a single interviewer would settle nothing. Unbiased for
the candidate in question, less accurate on average.
"""

import numpy as np
import numpy.typing as npt

from psychometrics.calibration.contrasts import centred
from psychometrics.calibration.estimates import Facet, Posterior
from psychometrics.calibration.sums import by_group
from psychometrics.thresholds import moments

Floats = npt.NDArray[np.float64]

_STEPS = 50
_LARGEST_STEP = 1.0  # logits
_TOLERANCE = 1e-3  # of the last step, which Newton's error is the square of


def own_measures(posterior: Posterior, contrast: Facet, start: Floats | None = None) -> Facet:
    """Measures and standard errors without shrinkage, logits; the origin is that of ``contrast``.

    ``start`` ``(candidates,)`` are such measures from before an update, NaN where unknown.
    NaN for candidates rated at one end of the scale throughout: their own ratings set no bound.
    """
    fit = posterior.best
    r, values, variances = fit.structure.ratings, fit.values, fit.variances
    people, units = len(r.candidates), len(r.unit_candidate)
    lowest, highest = np.full(people, r.top), np.zeros(people, np.intp)
    np.minimum.at(lowest, r.candidate, r.points)
    np.maximum.at(highest, r.candidate, r.points)
    bounded = (highest > 0) & (lowest < r.top)
    fixed = values.interviewer[r.interviewer] + values.question[r.question]
    # The prior's pull taken back to first order: a start from which few steps are left.
    prior = 1.0 / variances.candidate
    known = np.maximum(fit.system.precision - prior, 0.25 * fit.system.precision)
    theta = values.candidate + np.where(bounded, prior / known * values.deviation(fit.structure), 0.0)
    if start is not None:
        origin = values.candidate - centred(values.candidate, posterior.groups.candidate)
        theta = np.where(bounded & np.isfinite(start), start + origin, theta)
    halo = np.zeros(units) if values.halo is None else values.halo.copy()
    precision = np.ones(people)
    for _ in range(_STEPS):
        eta = theta[r.candidate] + fixed + halo[r.unit]
        now = moments(eta, fit.rating_steps, r.points, spread=fit.post.eta, link=fit.link)
        score = by_group(r.candidate, now.score, people)
        precision = by_group(r.candidate, now.information, people)
        if variances.halo is not None:
            inside = by_group(r.unit, now.information, units)
            whole = inside + 1.0 / variances.halo
            pull = by_group(r.unit, now.score, units) - halo / variances.halo
            score -= by_group(r.unit_candidate, inside * pull / whole, people)
            precision -= by_group(r.unit_candidate, inside**2 / whole, people)
        step = np.clip(score / np.maximum(precision, 1e-9), -_LARGEST_STEP, _LARGEST_STEP)
        step = np.where(bounded, step, 0.0)
        theta += step
        if variances.halo is not None:
            halo += (pull - inside * step[r.unit_candidate]) / whole
        if np.abs(step).max() < _TOLERANCE:
            break
    value = theta - (values.candidate - centred(values.candidate, posterior.groups.candidate))
    # The panel's part of the contrast's variance grows with the weight given to the own ratings.
    scale = (fit.system.precision / np.maximum(precision, 1e-9)) ** 2
    panel = np.maximum(contrast.error**2 - 1.0 / fit.system.precision, 0.0)
    error = np.sqrt(1.0 / np.maximum(precision, 1e-9) + scale * panel)
    known = bounded & np.isfinite(contrast.error)
    return Facet(np.where(known, value, np.nan), np.where(known, error, np.nan))
