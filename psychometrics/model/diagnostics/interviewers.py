"""Five tests of every interviewer in one pass over the ratings."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr

from psychometrics import _checks
from psychometrics.errors import BadInput
from psychometrics.model.calibration.fit_statistics import FitStatistics, false_discoveries, fit_statistics
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.ratings import Labels
from psychometrics.model.diagnostics.drift import drift_test, times_of
from psychometrics.model.diagnostics.one_step import one_step
from psychometrics.model.diagnostics.residuals import Residuals, residuals
from psychometrics.model.diagnostics.runs import Run, fitted_ratings
from psychometrics.model.diagnostics.score_tests import Codes, InterviewerTest, score_test
from psychometrics.model.fitted import FittedRatings

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
    matters: float
    """An effect of this size would matter; where smaller ones only would be found, none is ruled out."""


TESTS = {
    "noise": Meaning("misfit", "overfit", "infit against the panel's median", 0.3),
    "drift": Meaning("drifts_lenient", "drifts_harsh", "logits, later half against the earlier", 0.8),
    "central_tendency": Meaning("central_tendency", "extreme_ratings", "log of the steps' spread", 0.5),
    "discrimination": Meaning("discriminates_more", "discriminates_less", "log of the slope", 0.4),
    "halo": Meaning("strong_halo", "weak_halo", "variance of halo, logits squared", 1.0),
}

Verdict = Literal["flagged", "nothing found", "cannot tell", "not enough data"]


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

        ``cannot tell``: not flagged, but an effect that would matter (``TESTS[name].matters``) would have been
        missed more often than once in five. ``not enough data``: not tested.

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
                blind = bool(test.smallest[position] > TESTS[name].matters)
                found[name] = "cannot tell" if blind else "nothing found"
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
        position = self._place(position)
        return tuple(
            TESTS[name].more if test.effect[position] > 0 else TESTS[name].less
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


def diagnose(run: Run, *, when: npt.ArrayLike | None = None, rate: float = 0.10) -> Diagnostics:
    """Test every interviewer for noise, drift, central tendency, discrimination and halo.

    ``run`` is a fit of one trait or of several competencies: of the latter, interviewers' codes are the labels.
    ``when`` ``(n,)`` is the time of each rating in the order given to the fit, in any unit;
    masked (``numpy.ma``) where a rating has none, which leaves it out of the drift test.
    ``rate`` bounds the expected share of false flags among all flags. Interviewers with fewer than
    five interviews are not tested (NaN).
    """
    _checks.open_unit(rate, "rate")
    fit = fitted_ratings(run)
    found = residuals(fit)
    tests = [_noise(fit, found, fit_statistics(fit)[0])]
    if when is not None:
        times = times_of(when, len(fit.points))[fit.order]
        tests.append(drift_test(fit, found, times))
    tests += [
        _central_tendency(fit, found),
        _discrimination(fit, found),
    ]
    if fit.halo is not None:
        tests.append(_halo(fit, found))
    return Diagnostics(
        interviewer=fit.interviewers,
        tests={test.name: test for test in _with_flags(tests, rate)},
        rate=rate,
    )


def _with_flags(tests: list[InterviewerTest], rate: float) -> list[InterviewerTest]:
    """Flag at one false discovery rate over all tests and interviewers."""
    p = np.concatenate([test.p for test in tests])
    valid = np.isfinite(p)
    rejected = np.zeros(len(p), bool)
    rejected[valid] = false_discoveries(p[valid], rate)
    parts = np.split(rejected, len(tests))
    return [replace(test, flagged=part) for test, part in zip(tests, parts, strict=True)]


def _noise(ratings: FittedRatings, found: Residuals, staff: FitStatistics) -> InterviewerTest:
    """Infit, its z standardised and centred on the panel.

    The error comes from the interviewer's units, as in the other tests.
    """
    test = score_test(
        "noise",
        _by_unit(ratings, found.residual**2 - found.variance),
        _by_unit(ratings, found.variance),
        ratings.unit_interviewer,
        len(ratings.interviewers),
    )
    z = np.where(np.isfinite(test.se), staff.z, np.nan)
    return replace(
        test, effect=staff.infit - float(np.median(staff.infit)) + 0.0 * z, z=z, p=2.0 * ndtr(-np.abs(z))
    )


def _by_unit(ratings: FittedRatings, values: Floats) -> Floats:
    return by_group(ratings.unit, values, len(ratings.unit_candidate))


def _centred(ratings: FittedRatings, found: Residuals, values: Floats) -> Floats:
    """Values minus the interviewer's mean, weighted by information: clear of severity."""
    count = len(ratings.interviewers)
    total = by_group(ratings.interviewer, found.slope, count)
    mean = by_group(ratings.interviewer, found.slope * values, count) / total
    return np.asarray(values - mean[ratings.interviewer])


def _discrimination(fit: FittedRatings, found: Residuals) -> InterviewerTest:
    """Slope of the interviewer's ratings on the predictor."""
    apart = _centred(fit, found, found.eta)
    return one_step(
        "discrimination", fit, found, fit.interviewer, len(fit.interviewers), fit.unit, apart, apart
    )


def _central_tendency(ratings: FittedRatings, found: Residuals) -> InterviewerTest:
    """Spread of the interviewer's steps, clear of severity."""
    count = len(ratings.interviewers)
    total = by_group(ratings.interviewer, found.slope, count)
    slope = (by_group(ratings.interviewer, found.leaning_covariance, count) / total)[ratings.interviewer]
    score = found.leaning - slope * found.residual
    information = found.leaning_variance - 2.0 * slope * found.leaning_covariance + slope**2 * found.slope
    return score_test(
        "central_tendency",
        _by_unit(ratings, score),
        _by_unit(ratings, information),
        ratings.unit_interviewer,
        count,
    )


def _halo(fit: FittedRatings, found: Residuals) -> InterviewerTest:
    """Moment estimate of an interviewer's halo variance: products of residuals within units.

    Halo ``g`` moves residuals by ``V g (1 - t)``, ``t`` the share the candidate's own measure takes up.
    """
    taken = np.minimum(fit.absorption.of_units(found.slope), _MOST_TAKEN_UP)
    score = _products(fit, found.residual)
    information = _products(fit, found.slope) * (1.0 - taken) ** 2
    several: Codes = np.flatnonzero(np.bincount(fit.unit) >= 2)
    return score_test(
        "halo",
        score[several],
        information[several],
        fit.unit_interviewer[several],
        len(fit.interviewers),
        growth=1.0,
    )


def _products(ratings: FittedRatings, values: Floats) -> Floats:
    """Sum of products of different ratings of a unit: ``(sum x)^2 - sum x^2``."""
    return np.asarray(_by_unit(ratings, values) ** 2 - _by_unit(ratings, values**2))
