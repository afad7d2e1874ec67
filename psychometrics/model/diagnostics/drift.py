"""Drift: an interviewer's standard moves, suddenly or steadily.

A change may come at once (a new rubric, a bad week) or creep. The best test of a step at the middle of an
interviewer's ratings has 75 % efficiency against a steady change and the other way round; a search over all
possible moments pays for itself with a higher limit. Here one covariate stands between the two (the step
twice as heavy), with 97 % efficiency for the step and 88 % for the steady change, and one degree of freedom,
so that the null distribution is the plain normal one.

Units are weighted by ``1 / (1 + s_h^2 I)``: eight questions in one conversation share one halo and say less
than eight times what one says.
"""

import numpy as np
import numpy.typing as npt

from psychometrics import _checks
from psychometrics.errors import BadInput
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.diagnostics.judgement import InterviewerTest, judged
from psychometrics.model.diagnostics.one_step import one_step
from psychometrics.model.diagnostics.residuals import Residuals, residuals
from psychometrics.model.diagnostics.runs import Run, fitted_ratings
from psychometrics.model.diagnostics.score_tests import Codes, ScoreTest
from psychometrics.model.fitted import FittedRatings
from psychometrics.model.flag_policy import DEFAULT_POLICY, FlagPolicy

Floats = npt.NDArray[np.float64]

_STEP_WEIGHT = 2.0
_NO_TIME = 1e-9  # positions closer than this are one moment


def drift_test(fit: FittedRatings, found: Residuals, when: Floats) -> ScoreTest:
    """Test every interviewer's later ratings against the earlier ones.

    ``when`` ``(n,)`` is in the order of the coded ratings, NaN for a rating that has no time: it has no weight in
    the test. The effect is in logits of leniency: the size of
    a step at the middle of the own ratings; a steady change from first to last shows as .55 of it. Somebody
    whose ratings all bear one time is not tested (NaN).
    """
    staff = len(fit.interviewers)
    return _moved("drift", fit, found, when, fit.interviewer, staff, fit.unit, cleared=True)


def question_drift(
    run: Run,
    when: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    rate: float = 0.10,
    policy: FlagPolicy = DEFAULT_POLICY,
) -> InterviewerTest:
    """Test whether questions got easier or harder: a leaked question does, a worn-out rubric may.

    ``when`` ``(n,)`` is the time of each rating in the order given to the fit; masked where a rating
    has none. One entry per question (criterion, where several competencies were fitted), in the order of the run's.
    ``groups`` ``(questions,)`` are codes ``0..`` of what moves together, such as the criteria of one question: then
    one entry per code, and twice the ratings tell twice as much. The effect is in logits of easiness,
    later half against the earlier, flags at the false discovery ``rate`` where the interval lies beyond
    ``policy.question_drift``. A panel whose questions all get easier at once cannot be
    told from candidates getting better.

    Raises BadInput for times that are missing and not masked, or ``groups`` of another length or with a gap.
    """
    _checks.open_unit(rate, "rate")
    fit = fitted_ratings(run)
    times = times_of(when, len(fit.points))[fit.order]
    found = residuals(fit)
    codes = np.arange(len(fit.questions)) if groups is None else _group_codes(groups, len(fit.questions))
    owner, count = codes[fit.question], int(codes.max()) + 1
    cluster = fit.candidate * count + owner
    test = _moved("question_drift", fit, found, times, owner, count, cluster)
    return judged([test], rate, policy)[0]


def _group_codes(groups: npt.ArrayLike, questions: int) -> Codes:
    codes = np.asarray(_checks.column(groups, "groups", questions), np.intp)
    if not np.array_equal(np.unique(codes), np.arange(int(codes.max()) + 1)):
        raise BadInput(f"groups must be codes from 0 without a gap, got {np.unique(codes).tolist()}")
    return codes


def times_of(when: npt.ArrayLike, n: int) -> Floats:
    """The times given, NaN where a masked array masks them; BadInput where they are NaN themselves.

    A time that is missing by accident is refused; one that is masked is known to be missing.
    """
    if not isinstance(when, np.ma.MaskedArray):
        return _checks.finite(_checks.column(when, "when", n), "when")
    hidden = np.ma.getmaskarray(when)
    return np.where(hidden, np.nan, _checks.finite(_checks.column(when.filled(0.0), "when", n), "when"))


def _moved(
    name: str,
    fit: FittedRatings,
    found: Residuals,
    when: Floats,
    owner: Codes,
    owners: int,
    cluster: Codes,
    *,
    cleared: bool = False,
) -> ScoreTest:
    """Test for a covariate clear of the owner's own level; the effect is that of a step at the middle."""
    weight = unit_weights(fit, found)[fit.unit]
    timed = np.isfinite(when)
    place = np.full(len(when), 0.5)
    place[timed] = position(owner[timed], owners, found.variance[timed], when[timed])
    covariate = _profile(place)
    heavy = found.slope * weight * timed
    total = by_group(owner, heavy, owners)
    mean = by_group(owner, heavy * covariate, owners) / np.where(total > 0, total, 1.0)
    apart = (covariate - mean[owner]) * timed
    apart[np.abs(apart) < _NO_TIME] = 0.0
    step = 0.5 * np.sign(place - 0.5)
    return one_step(name, fit, found, owner, owners, cluster, weight * apart, step, cleared=cleared)


def unit_weights(fit: FittedRatings, found: Residuals) -> Floats:
    """``1 / (1 + s_h^2 I)`` of every unit, ``I`` the sum of its ratings' information."""
    information = by_group(fit.unit, found.slope, len(fit.unit_candidate))
    return np.asarray(1.0 / (1.0 + (fit.halo or 0.0) * information))


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
    """The covariate: a slope plus twice a step at the middle, both at unit variance over 0..1."""
    return np.asarray((place - 0.5) * np.sqrt(12.0) + _STEP_WEIGHT * np.sign(place - 0.5))
