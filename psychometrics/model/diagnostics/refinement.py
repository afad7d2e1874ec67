"""More than one step, for those whose effect is large.

A one-step estimate is exact where there is no effect and bends where it is large: a spread of steps of +.6 in the
logarithm shows as .67, of -.6 as -.49. For owners whose first estimate reaches half of what matters the step is
repeated at the effect found, with the fitted predictor held: Newton's method on the same score. Only their ratings are
looked at again. The test itself stays that of the first step, which is exact where nothing is to be found.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.diagnostics.residuals import Residuals, residuals_at
from psychometrics.model.diagnostics.score_tests import ScoreTest
from psychometrics.model.fitted import FittedRatings

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
Units = tuple[Floats, Floats]
Step = Callable[[Codes, Floats], Units]
"""Score and information of every unit, ``(units,)``, from some ratings ``(m,)`` at the total effects ``(owners,)``."""

_REPEATS = 4
_LONGEST = 0.75  # of one step
_BESIDE = 0.05  # where the score is looked at again, for how fast it falls
_FROM = 0.5  # of the minimum


def refined(fit: FittedRatings, first: ScoreTest, minimum: float, step: Step) -> ScoreTest:
    """Effects and errors after further steps.

    Errors change as the scatter of the units' scores does, over the rate at which the score falls, between the first
    step and the last.
    """
    again = np.abs(first.effect) > _FROM * minimum
    rows: Codes = np.flatnonzero(again[fit.interviewer])
    if not len(rows):
        return first
    owner, owners = fit.unit_interviewer, len(fit.interviewers)
    total = np.where(again, first.estimate, 0.0)
    for _ in range(_REPEATS):
        score, information = (by_group(owner, of_units, owners) for of_units in step(rows, total))
        move = np.divide(score, information, out=np.zeros(owners), where=again & (information > 0))
        total = total + np.clip(move, -_LONGEST, _LONGEST)
    last, beside = (step(rows, total + shift)[0] for shift in (0.0, _BESIDE))
    fall = by_group(owner, last - beside, owners) / _BESIDE
    kept = again & np.isfinite(total) & (fall > 0) & (first.squares > 0)
    scatter = np.sqrt(by_group(owner, last**2, owners) / np.where(kept, first.squares, 1.0))
    wider = scatter * first.information / np.where(kept, fall, 1.0)
    return replace(
        first,
        effect=np.where(kept, first.effect + total - first.estimate, first.effect),
        se=np.where(kept, first.se * wider, first.se),
    )


def spread_step(fit: FittedRatings) -> Step:
    """For the log of the spread of an interviewer's steps, clear of severity; of adjacent categories."""

    def step(rows: Codes, total: Floats) -> Units:
        owner, count = fit.interviewer[rows], len(fit.interviewers)
        times = np.exp(total)[owner]
        own = _steps(fit, rows).reshape(fit.top, -1)
        middle = own.mean(0)
        found = residuals_at(
            fit, fit.eta[rows], fit.width[rows], middle + times * (own - middle), fit.points[rows]
        )
        along = by_group(owner, found.slope, count)
        both = by_group(owner, times * found.leaning_covariance, count)
        cleared = (both / np.where(along > 0, along, 1.0))[owner]
        score = times * found.leaning - cleared * found.residual
        information = times**2 * found.leaning_variance - cleared * times * found.leaning_covariance
        return _by_unit(fit, rows, score), _by_unit(fit, rows, information)

    return step


def slope_step(fit: FittedRatings, apart: Floats, first: ScoreTest, direct: Floats) -> Step:
    """For the log of the slope of an interviewer's ratings on the predictor.

    ``apart`` ``(n,)`` is the predictor less the interviewer's mean; ``direct`` ``(owners,)`` the information before
    what the fit took up of the effect, whose share stays that of the first step.
    """
    left = first.information / np.where(direct > 0, direct, 1.0)

    def step(rows: Codes, total: Floats) -> Units:
        owner, count = fit.interviewer[rows], len(fit.interviewers)
        times = np.exp(total)[owner]
        own = times * apart[rows]
        found = residuals_at(
            fit,
            fit.eta[rows] - apart[rows] + own,
            times * fit.width[rows],
            _steps(fit, rows),
            fit.points[rows],
        )
        along = by_group(owner, found.slope, count)
        mean = by_group(owner, found.slope * own, count) / np.where(along > 0, along, 1.0)
        clear = own - mean[owner]
        information = left[owner] * found.slope * clear**2
        return _by_unit(fit, rows, found.residual * clear), _by_unit(fit, rows, information)

    return step


def halo_step(fit: FittedRatings, products: Callable[[Codes, Residuals], Units]) -> Step:
    """For the variance of an interviewer's halo; ``products`` are those of residuals and of slopes, by unit."""

    def step(rows: Codes, total: Floats) -> Units:
        width = np.sqrt(
            np.maximum(fit.uncertain[rows] + fit.performance[rows] + total[fit.interviewer[rows]], 0.0)
        )
        found, information = products(
            rows, residuals_at(fit, fit.eta[rows], width, _steps(fit, rows), fit.points[rows])
        )
        return found - total[fit.unit_interviewer] * information, information

    return step


def _by_unit(fit: FittedRatings, rows: Codes, values: Floats) -> Floats:
    return by_group(fit.unit[rows], values, len(fit.unit_candidate))


def _steps(fit: FittedRatings, rows: Codes) -> Floats:
    """The steps of some ratings, ``(L,)`` if common, else ``(L, m)``."""
    return fit.rating_steps if fit.rating_steps.ndim == 1 else fit.rating_steps[:, rows]
