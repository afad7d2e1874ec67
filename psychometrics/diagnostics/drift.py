"""Drift: an interviewer's standard moves, suddenly or steadily.

A change may come at once (a new rubric, a bad week) or creep. The best test of a step at the middle of an
interviewer's ratings has 75 % efficiency against a steady change and the other way round; a search over all
possible moments pays for itself with a higher limit. Here one covariate stands between the two (the step
twice as heavy), with 97 % efficiency for the step and 88 % for the steady change, and one degree of freedom,
so that the null distribution is the plain normal one.

Units are weighted by ``1 / (1 + s_h^2 I)``: eight questions in one conversation share one halo and say less
than eight times what one says.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from psychometrics import _checks
from psychometrics.calibration import Calibration
from psychometrics.calibration.fit import Fit
from psychometrics.calibration.fit_statistics import false_discoveries
from psychometrics.calibration.ratings import Codes
from psychometrics.calibration.sums import by_group
from psychometrics.diagnostics.residuals import Residuals, residuals
from psychometrics.diagnostics.score_tests import InterviewerTest, score_test

Floats = npt.NDArray[np.float64]

_STEP_WEIGHT = 2.0
_NO_TIME = 1e-9  # positions closer than this are one moment
_MOST_TAKEN_UP = 0.9


def drift_test(fit: Fit, found: Residuals, when: Floats) -> InterviewerTest:
    """Test every interviewer's later ratings against the earlier ones.

    ``when`` ``(n,)`` is in the order of the coded ratings. The effect is in logits of leniency: the size of
    a step at the middle of the own ratings; a steady change from first to last shows as .55 of it. Somebody
    whose ratings all bear one time is not tested (NaN).
    """
    r = fit.structure.ratings
    units = len(r.unit_candidate)
    weight = unit_weights(fit, found)[r.unit]
    apart = _apart(r.interviewer, len(r.interviewers), found.variance, found.variance * weight, when)
    information = found.variance * weight
    # The candidate's own measure takes up part of what one interviewer does differently.
    kept = by_group(r.unit, information, units) / fit.system.precision[r.unit_candidate]
    left = (1.0 - np.minimum(kept, _MOST_TAKEN_UP))[r.unit]
    return score_test(
        "drift",
        by_group(r.unit, found.residual * weight * apart, units),
        by_group(r.unit, information * left * apart**2, units),
        r.unit_interviewer,
        len(r.interviewers),
    )


def question_drift(calibration: Calibration, when: npt.ArrayLike, *, rate: float = 0.10) -> InterviewerTest:
    """Test whether questions got easier or harder: a leaked question does, a worn-out rubric may.

    ``when`` ``(n,)`` is the time of each rating in the order given to ``calibrate``. One entry per question,
    in the order of ``calibration.questions``; the effect is in logits of easiness, later half against the
    earlier, flags at the false discovery ``rate``. A panel whose questions all get easier at once cannot be
    told from candidates getting better.
    """
    _checks.open_unit(rate, "rate")
    fit = calibration.posterior.best
    r = fit.structure.ratings
    times = _checks.finite(_checks.column(when, "when", r.n), "when")[r.order]
    found = residuals(fit)
    count = len(r.questions)
    apart = _apart(r.question, count, found.variance, found.variance, times)
    left = 1.0 - np.minimum(found.variance / fit.system.precision[r.candidate], _MOST_TAKEN_UP)
    test = score_test(
        "question_drift", found.residual * apart, found.variance * left * apart**2, r.question, count
    )
    flagged = np.zeros(count, bool)
    known = np.isfinite(test.p)
    flagged[known] = false_discoveries(test.p[known], rate)
    return replace(test, flagged=flagged)


def _apart(owner: Codes, owners: int, information: Floats, weighted: Floats, when: Floats) -> Floats:
    """The covariate of every rating, clear of the owner's own level."""
    covariate = _profile(position(owner, owners, information, when))
    mean = by_group(owner, weighted * covariate, owners) / by_group(owner, weighted, owners)
    apart = covariate - mean[owner]
    apart[np.abs(apart) < _NO_TIME] = 0.0
    return np.asarray(apart)


def unit_weights(fit: Fit, found: Residuals) -> Floats:
    """``1 / (1 + s_h^2 I)`` of every unit, ``I`` the sum of its ratings' information."""
    units = len(fit.structure.ratings.unit_candidate)
    information = by_group(fit.structure.ratings.unit, found.variance, units)
    return np.asarray(1.0 / (1.0 + (fit.variances.halo or 0.0) * information))


def position(owner: Codes, owners: int, information: Floats, when: Floats) -> Floats:
    """Where each rating stands in its owner's sequence, 0 to 1 by information; ties share.

    The order of ratings matters, not the calendar: a pause of a year stretches nothing.
    """
    order = np.lexsort((when, owner))
    own, time, share = owner[order], when[order], information[order]
    total = by_group(owner, information, owners)
    before = np.concatenate([[0.0], np.cumsum(total)[:-1]])
    middle = (np.cumsum(share) - share / 2.0 - before[own]) / total[own]
    starts = np.concatenate([[True], (np.diff(own) != 0) | (np.diff(time) != 0)])
    moment: Codes = (np.cumsum(starts) - 1).astype(np.intp)
    moments = int(moment[-1]) + 1
    shared = by_group(moment, middle * share, moments) / by_group(moment, share, moments)
    result = np.empty(len(when))
    result[order] = shared[moment]
    return result


def _profile(place: Floats) -> Floats:
    """The covariate: a slope plus a step at the middle, scaled so that a pure step has its own size.

    With both parts at unit variance their correlation over 0..1 is ``sqrt(3) / 2``; a step of size 1 is half
    a unit step, and its regression on ``slope + w step`` is ``(sqrt(3)/2 + w) / (2 |slope + w step|^2)``.
    """
    slope = (place - 0.5) * np.sqrt(12.0)
    step = np.sign(place - 0.5)
    together = np.sqrt(0.75)
    square = 1.0 + _STEP_WEIGHT**2 + 2.0 * _STEP_WEIGHT * together
    scale = (together + _STEP_WEIGHT) / (2.0 * square)
    return np.asarray(scale * (slope + _STEP_WEIGHT * step))
