"""A candidate's measure from the own ratings alone, for challenge and appeal.

Calibrated measures are drawn towards the panel's mean, the more so the fewer ratings there are. Here
the prior on proficiency is dropped; severities, difficulties and steps stay as the panel estimated
them, and halo keeps its prior, without which a single interviewer would settle nothing. Unbiased for
the candidate in question, less accurate on average.
"""

import numpy as np
import numpy.typing as npt

from psychometrics.model.calibration.contrasts import centred
from psychometrics.model.calibration.engines import algebra_of
from psychometrics.model.calibration.estimates import Facet, Posterior
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.ratings import Codes
from psychometrics.model.derivatives import empty_moments

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
    algebra, r, steps = algebra_of(fit.structure), fit.structure.ratings, fit.rating_steps
    slope = fit.rating_slopes
    values, variances = fit.values, fit.variances
    people, units = len(r.candidates), len(r.unit_candidate)
    first = np.searchsorted(r.candidate, np.arange(people))  # ratings are in the order of candidates
    bounded = (np.maximum.reduceat(r.points, first) > 0) & (np.minimum.reduceat(r.points, first) < r.top)
    severe = values.interviewer[r.unit_interviewer]
    first_unit = np.searchsorted(r.unit_candidate, np.arange(people))
    # The prior's pull taken back to first order: a start from which few steps are left.
    prior = 1.0 / variances.candidate
    known = np.maximum(fit.system.precision - prior, 0.25 * fit.system.precision)
    theta = values.candidate + np.where(bounded, prior / known * values.deviation(fit.structure), 0.0)
    if start is not None:
        origin = values.candidate - centred(values.candidate, posterior.groups.candidate)
        theta = np.where(bounded & np.isfinite(start), start + origin, theta)
    halo = np.zeros(units) if values.halo is None else values.halo.copy()
    precision, room = np.ones(people), empty_moments(r.n, r.top)
    moving = np.ones(people, bool)
    rows: Codes | slice = slice(None)  # of those still moving
    for _ in range(_STEPS):
        eta = (theta[r.unit_candidate] + severe + halo)[r.unit[rows]]
        eta += values.question[r.question[rows]]
        now = algebra.moments(
            eta,
            steps if steps.ndim == 1 else steps[:, rows],
            r.points[rows],
            spread=fit.post.eta[rows],
            slope=None if slope is None else slope[rows],
            link=fit.link,
            out=room if len(eta) == r.n else None,
        )
        inside, pull = (
            by_group(r.unit[rows], now.information, units),
            by_group(r.unit[rows], now.score, units),
        )
        score = by_group(r.unit_candidate, pull, people)
        known = by_group(r.unit_candidate, inside, people)
        if variances.halo is not None:
            whole = inside + 1.0 / variances.halo
            pull -= halo / variances.halo
            score -= by_group(r.unit_candidate, inside * pull / whole, people)
            known -= by_group(r.unit_candidate, inside**2 / whole, people)
        precision[moving] = known[moving]
        step = np.clip(score / np.maximum(known, 1e-9), -_LARGEST_STEP, _LARGEST_STEP)
        step = np.where(bounded & moving, step, 0.0)
        theta += step
        longest = np.abs(step)
        if variances.halo is not None:
            lean = np.where(moving[r.unit_candidate], (pull - inside * step[r.unit_candidate]) / whole, 0.0)
            halo += lean
            longest = np.maximum(longest, np.maximum.reduceat(np.abs(lean), first_unit))
        moving = bounded & (longest >= _TOLERANCE)
        if not moving.any():
            break
        rows = np.flatnonzero(moving[r.candidate])
    value = theta - (values.candidate - centred(values.candidate, posterior.groups.candidate))
    # The panel's part of the contrast's variance grows with the weight given to the own ratings.
    scale = (fit.system.precision / np.maximum(precision, 1e-9)) ** 2
    panel = np.maximum(contrast.error**2 - 1.0 / fit.system.precision, 0.0)
    error = np.sqrt(1.0 / np.maximum(precision, 1e-9) + scale * panel)
    known = bounded & np.isfinite(contrast.error)
    return Facet(np.where(known, value, np.nan), np.where(known, error, np.nan))
