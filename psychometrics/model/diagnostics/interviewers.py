"""Five tests of every interviewer in one pass over the ratings."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr

from psychometrics import _checks
from psychometrics.errors import BadInput
from psychometrics.model.calibration.fit_statistics import FitStatistics, fit_statistics
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.ratings import Labels
from psychometrics.model.diagnostics.drift import drift_test, times_of
from psychometrics.model.diagnostics.judgement import InterviewerTest, judged
from psychometrics.model.diagnostics.one_step import one_step
from psychometrics.model.diagnostics.refinement import halo_step, refined, slope_step, spread_step
from psychometrics.model.diagnostics.residuals import Residuals, residuals
from psychometrics.model.diagnostics.runs import Run, fitted_ratings
from psychometrics.model.diagnostics.score_tests import Codes, ScoreTest, score_test
from psychometrics.model.fitted import FittedRatings
from psychometrics.model.flag_policy import DEFAULT_POLICY, FlagPolicy

Floats = npt.NDArray[np.float64]

_MOST_TAKEN_UP = 0.9


@dataclass(frozen=True, slots=True)
class Meaning:
    """How to read one test."""

    more: str
    """Flag when the effect is positive."""
    less: str
    """Flag when it is negative."""
    unit: str
    ratio: str = ""
    """What the effect is the logarithm of, in the words of a reader; empty where it is no logarithm."""


TESTS = {
    "noise": Meaning("misfit", "overfit", "infit above the panel's"),
    "drift": Meaning("drifts_lenient", "drifts_harsh", "logits, later half against the earlier"),
    "central_tendency": Meaning(
        "central_tendency", "extreme_ratings", "log of the steps' spread", "times the panel's spread of steps"
    ),
    "discrimination": Meaning(
        "discriminates_more", "discriminates_less", "log of the slope", "times the panel's slope"
    ),
    "halo": Meaning("strong_halo", "weak_halo", "logits squared of halo above the panel's"),
}

Verdict = Literal["flagged", "nothing found", "cannot tell", "not enough data"]


@dataclass(frozen=True, slots=True)
class FoundFlag:
    """What one interviewer stands out for, and by how much."""

    word: str
    """One of the words of ``TESTS``."""
    effect: float
    lower: float
    upper: float
    """The effect and its interval, in ``unit``."""
    unit: str
    minimum: float
    """Beyond this the whole interval lies, on either side of 0."""

    @property
    def shown(self) -> tuple[float, float, float, str]:
        """Effect, lower, upper and unit as a reader wants them: logarithms as ratios."""
        ratio = next(
            (meaning.ratio for meaning in TESTS.values() if self.word in {meaning.more, meaning.less}), ""
        )
        if not ratio:
            return self.effect, self.lower, self.upper, self.unit
        low, middle, high = (float(np.exp(value)) for value in (self.lower, self.effect, self.upper))
        return middle, low, high, ratio


@dataclass(frozen=True, slots=True, eq=False)
class Diagnostics:
    """All tests of a panel's interviewers."""

    interviewer: Labels
    tests: dict[str, InterviewerTest]
    """By name, in the order of ``TESTS``; drift only when times were given."""
    rate: float
    """False discovery rate over all of them."""

    def verdicts(self, position: int | str) -> dict[str, Verdict]:
        """What each test says about an interviewer, by position in ``interviewer`` or by a label that is text.

        ``nothing found``: the interval lies within the minimum that matters, on both sides, and twice the minimum
        would have been found with 80 % power. ``cannot tell``: neither that nor flagged. ``not enough data``: not
        tested.

        Raises BadInput for a position or a label that is not among ``interviewer``.
        """
        position = self._place(position)
        found: dict[str, Verdict] = {}
        for name, test in self.tests.items():
            if not np.isfinite(test.p[position]):
                found[name] = "not enough data"
            elif test.flagged[position]:
                found[name] = "flagged"
            else:
                found[name] = "nothing found" if test.harmless[position] else "cannot tell"
        return found

    def panel(self) -> dict[str, float]:
        """P-value of each test for the panel: do interviewers differ at all? ``sum z^2`` is chi-squared.

        Finds many small differences of which none stands out. NaN where fewer than two were tested.
        """
        known = {name: test.z[np.isfinite(test.z)] for name, test in self.tests.items()}
        return {
            name: float(chdtrc(len(z) - 1, float(z @ z))) if len(z) > 1 else float("nan")
            for name, z in known.items()
        }

    def flags(self, position: int | str) -> tuple[str, ...]:
        """What an interviewer stands out for, in the words of ``TESTS``; by position or label as in ``verdicts``."""
        return tuple(flag.word for flag in self.found(position))

    def found(self, position: int | str) -> tuple[FoundFlag, ...]:
        """The same with effects and intervals."""
        position = self._place(position)
        return tuple(
            FoundFlag(
                word=TESTS[name].more if test.effect[position] > 0 else TESTS[name].less,
                effect=float(test.effect[position]),
                lower=float(test.lower[position]),
                upper=float(test.upper[position]),
                unit=TESTS[name].unit,
                minimum=test.minimum,
            )
            for name, test in self.tests.items()
            if test.flagged[position]
        )

    def _place(self, who: int | str) -> int:
        """Position of an interviewer; a number is a position even where labels are numbers."""
        if isinstance(who, str):
            found = np.flatnonzero(self.interviewer == who)
            if not len(found):
                raise BadInput(
                    f"no interviewer {who!r}; give a label, or a position in Diagnostics.interviewer"
                )
            return int(found[0])
        return _checks.count(who, "position", most=len(self.interviewer) - 1)


def diagnose(
    run: Run,
    *,
    when: npt.ArrayLike | None = None,
    rate: float = 0.10,
    policy: FlagPolicy = DEFAULT_POLICY,
) -> Diagnostics:
    """Test every interviewer for noise, drift, central tendency, discrimination and halo.

    ``run`` is a fit of one trait or of several competencies: of the latter, interviewers' codes are the labels.
    ``when`` ``(n,)`` is the time of each rating in the order given to the fit, in any unit;
    masked (``numpy.ma``) where a rating has none, which leaves it out of the drift test.
    ``rate`` bounds the expected share of false flags among all flags, and ``policy`` says how large an effect has to
    be: flagged is whose interval lies beyond its minimum. Interviewers with fewer than five interviews are not tested
    (NaN), and for noise nobody among fewer than three.
    """
    _checks.open_unit(rate, "rate")
    fit = fitted_ratings(run)
    found = residuals(fit)
    tests = [_noise(fit, found, fit_statistics(fit)[0])]
    if when is not None:
        times = times_of(when, len(fit.points))[fit.order]
        tests.append(drift_test(fit, found, times))
    tests += [
        _central_tendency(fit, found, policy),
        _discrimination(fit, found, policy),
    ]
    if fit.halo is not None:
        tests.append(_halo(fit, found, policy))
    return Diagnostics(
        interviewer=fit.interviewers,
        tests={test.name: test for test in judged(tests, rate, policy)},
        rate=rate,
    )


def _noise(ratings: FittedRatings, found: Residuals, staff: FitStatistics) -> ScoreTest:
    """Infit, its z standardised and centred on the panel; the effect is infit above the panel's.

    Its interval is Wilson-Hilferty's; the error that says what could be found comes from the interviewer's units, as
    in the other tests.
    """
    test = score_test(
        "noise",
        _by_unit(ratings, found.residual**2 - found.variance),
        _by_unit(ratings, found.variance),
        ratings.unit_interviewer,
        len(ratings.interviewers),
    )
    known = np.isfinite(test.se) & np.isfinite(staff.effect)
    z = np.where(known, staff.z, np.nan)

    def interval(width: float) -> tuple[Floats, Floats]:
        lower, upper = staff.interval(width)
        return np.where(known, lower, np.nan), np.where(known, upper, np.nan)

    return replace(
        test,
        effect=np.where(known, staff.effect, np.nan),
        se=np.where(known, test.se, np.nan),
        z=z,
        p=2.0 * ndtr(-np.abs(z)),
        interval=interval,
    )


def _by_unit(ratings: FittedRatings, values: Floats) -> Floats:
    return by_group(ratings.unit, values, len(ratings.unit_candidate))


def _centred(ratings: FittedRatings, found: Residuals, values: Floats) -> Floats:
    """Values minus the interviewer's mean, weighted by information: clear of severity."""
    count = len(ratings.interviewers)
    total = by_group(ratings.interviewer, found.slope, count)
    mean = by_group(ratings.interviewer, found.slope * values, count) / total
    return np.asarray(values - mean[ratings.interviewer])


def _discrimination(fit: FittedRatings, found: Residuals, policy: FlagPolicy) -> ScoreTest:
    """Slope of the interviewer's ratings on the predictor."""
    apart, count = _centred(fit, found, found.eta), len(fit.interviewers)
    first = one_step("discrimination", fit, found, fit.interviewer, count, fit.unit, apart, apart)
    direct = by_group(fit.interviewer, found.slope * apart**2, count)
    return refined(fit, first, policy.discrimination, slope_step(fit, apart, first, direct))


def _central_tendency(ratings: FittedRatings, found: Residuals, policy: FlagPolicy) -> ScoreTest:
    """Spread of the interviewer's steps, clear of severity."""
    count = len(ratings.interviewers)
    total = by_group(ratings.interviewer, found.slope, count)
    slope = (by_group(ratings.interviewer, found.leaning_covariance, count) / total)[ratings.interviewer]
    score = found.leaning - slope * found.residual
    information = found.leaning_variance - 2.0 * slope * found.leaning_covariance + slope**2 * found.slope
    first = score_test(
        "central_tendency",
        _by_unit(ratings, score),
        _by_unit(ratings, information),
        ratings.unit_interviewer,
        count,
    )
    if ratings.link != "acl":  # cumulative logits have one set of cuts for all ratings
        return first
    return refined(ratings, first, policy.central_tendency, spread_step(ratings))


def _halo(fit: FittedRatings, found: Residuals, policy: FlagPolicy) -> ScoreTest:
    """Moment estimate of an interviewer's halo variance: products of residuals within units.

    Halo ``g`` moves residuals by ``V g (1 - t)``, ``t`` the share the candidate's own measure takes up.
    """
    taken = np.minimum(fit.absorption.of_units(found.slope), _MOST_TAKEN_UP)
    score = _products(fit, found.residual, fit.unit)
    information = _products(fit, found.slope, fit.unit) * (1.0 - taken) ** 2
    several: Codes = np.flatnonzero(np.bincount(fit.unit) >= 2)
    first = score_test(
        "halo",
        score[several],
        information[several],
        fit.unit_interviewer[several],
        len(fit.interviewers),
        growth=1.0,
    )

    def products(rows: Codes, there: Residuals) -> tuple[Floats, Floats]:
        unit = fit.unit[rows]
        of_slopes = _products(fit, there.slope, unit) * (1.0 - taken) ** 2
        return _products(fit, there.residual, unit), of_slopes

    return refined(fit, first, policy.halo, halo_step(fit, products))


def _products(fit: FittedRatings, values: Floats, unit: Codes) -> Floats:
    """Sum of products of different ratings of a unit, ``(sum x)^2 - sum x^2``; ``unit`` is that of each value."""
    units = len(fit.unit_candidate)
    return np.asarray(by_group(unit, values, units) ** 2 - by_group(unit, values**2, units))
