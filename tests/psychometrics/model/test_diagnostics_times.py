"""Ratings without a time take no part in the search for drift, and in nothing else differ."""

import numpy as np
import pytest

from psychometrics.errors import BadInput
from psychometrics.model.calibration import calibrate
from psychometrics.model.diagnostics import check_assumptions, diagnose, question_drift
from psychometrics.model.flag_policy import FlagPolicy
from tests.psychometrics import panels


@pytest.fixture(scope="module")
def drifting():
    """Eight interviewers; one becomes harsher by 1.6 half-way. The calibration and the times."""
    rng = np.random.default_rng(12)
    interviewer = np.repeat(np.array([rng.choice(8, 3, replace=False) for _ in range(240)]).ravel(), 4)
    candidate = np.repeat(np.arange(240), 12)
    question = np.tile(np.arange(4), 720)
    eta = rng.normal(0, 1, 240)[candidate] + rng.normal(0, 0.4, 720).repeat(4)
    eta = eta - 1.6 * ((interviewer == 2) & (candidate >= 120))
    score = panels.rate(eta, rng)
    return calibrate(candidate, interviewer, question, score), candidate.astype(float)


def test_what_lies_under_the_mask_does_not_matter(drifting):
    result, when = drifting
    hidden = np.random.default_rng(1).random(len(when)) < 0.3
    one = diagnose(result, when=np.ma.MaskedArray(when, hidden))
    two = diagnose(result, when=np.ma.MaskedArray(np.where(hidden, np.nan, when), hidden))
    for test in one.tests:
        assert np.array_equal(one.tests[test].z, two.tests[test].z)


def test_drift_is_found_from_the_ratings_that_have_a_time(drifting):
    result, when = drifting
    hidden = np.random.default_rng(1).random(len(when)) < 0.3
    half = FlagPolicy(drift=0.4)
    part = diagnose(result, when=np.ma.MaskedArray(when, hidden), policy=half).tests["drift"]
    whole = diagnose(result, when=when, policy=half).tests["drift"]
    assert part.flagged.tolist() == whole.flagged.tolist() == [position == 2 for position in range(8)]
    assert part.effect[2] == pytest.approx(whole.effect[2], abs=0.3)
    assert part.se[2] > whole.se[2]


def test_a_mask_that_hides_nothing_changes_nothing(drifting):
    result, when = drifting
    shown = np.ma.MaskedArray(when, np.zeros(len(when), bool))
    assert np.array_equal(question_drift(result, shown).z, question_drift(result, when).z)
    assert check_assumptions(result, when=shown) == check_assumptions(result, when=when)


def test_an_interviewer_without_any_time_is_not_tested_for_drift(drifting):
    result, when = drifting
    alone = result.posterior.best.structure.ratings
    by = np.empty(alone.n, np.intp)
    by[alone.order] = alone.interviewer
    found = diagnose(result, when=np.ma.MaskedArray(when, by == 5))
    assert np.isnan(found.tests["drift"].z[5])
    assert np.isfinite(found.tests["noise"].z[5])
    assert np.isfinite(np.delete(found.tests["drift"].z, 5)).all()


def test_a_time_that_is_missing_unsaid_is_refused(drifting):
    result, when = drifting
    spoilt = np.ma.MaskedArray(np.where(np.arange(len(when)) == 3, np.nan, when), np.arange(len(when)) == 4)
    with pytest.raises(BadInput, match="position 3 is not"):
        diagnose(result, when=spoilt)
