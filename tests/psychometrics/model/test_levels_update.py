"""Going on from a fitted run gives the levels of a fit from nothing."""

from dataclasses import replace

import numpy as np
import pytest

from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.model.levels import calibrate_levels, update_levels
from tests.psychometrics import worlds

#: What the two may differ by, in levels: each stops a little before its goal.
CLOSE = 0.01


kept = worlds.selected


def rated(seed, candidates, **options):
    return worlds.known(seed, candidates, **options).ratings


def last_interview(ratings):
    """Rows of the last candidate's last session with one of its interviewers."""
    who, session, by = (np.asarray(getattr(ratings, k)) for k in ("candidate", "session", "interviewer"))
    mine = (who == who.max()) & (session == session[who == who.max()].max())
    return mine & (by == by[mine][0])


def assert_close(found, refitted):
    assert found.converged
    assert np.array_equal(found.table.candidate, refitted.table.candidate)
    assert np.array_equal(found.table.competency, refitted.table.competency)
    for name in ("level", "se", "own_level", "own_se"):
        assert getattr(found.table, name) == pytest.approx(getattr(refitted.table, name), abs=CLOSE), name
    assert found.table.contrast_se == pytest.approx(refitted.table.contrast_se, abs=CLOSE, nan_ok=True)
    assert found.table.borrowed == pytest.approx(refitted.table.borrowed, abs=CLOSE)
    assert found.severities.severity == pytest.approx(refitted.severities.severity, abs=CLOSE)
    assert found.severities.se == pytest.approx(refitted.severities.se, abs=CLOSE)
    assert found.criteria.difficulty == pytest.approx(refitted.criteria.difficulty, abs=CLOSE)
    assert found.components == pytest.approx(refitted.components, rel=0.02)
    assert found.scale.spacing == pytest.approx(refitted.scale.spacing, abs=CLOSE)
    assert [n.code for n in found.notices] == [n.code for n in refitted.notices]


PANELS = {
    "answers rated twice": (rated(3, 34, interviewers=12), {}),
    "answers rated once": (rated(4, 60, interviewers=12, per_session=1), {}),
    "weights": (rated(6, 22, interviewers=9, lightest=0.4), {}),
    "reference interviewers": (replace(rated(8, 22), reference_interviewers=(0, 3)), {}),
    "without levels": (rated(9, 22), {"levels": False}),
    "three candidates": (rated(10, 3), {}),
    "ten candidates": (rated(11, 10), {}),
}


@pytest.mark.parametrize("name", PANELS)
def test_one_more_interview_equals_a_refit(name):
    ratings, options = PANELS[name]
    before = calibrate_levels(kept(ratings, ~last_interview(ratings)), **options)
    found = update_levels(before, ratings)
    assert_close(found, calibrate_levels(ratings, **options))


def test_a_new_candidate_equals_a_refit():
    ratings = rated(3, 34, interviewers=12)
    before = calibrate_levels(kept(ratings, np.asarray(ratings.candidate) != 31))
    refitted = worlds.fitted(3, 34, interviewers=12)
    found = update_levels(before, ratings)
    assert_close(found, refitted)
    assert found.iterations < refitted.iterations / 2


def test_new_interviewers_criteria_and_pools_start_at_their_priors():
    ratings = rated(12, 40, interviewers=10)
    ratings = replace(ratings, pool=np.asarray(ratings.candidate) // 30)
    old = (
        (np.asarray(ratings.interviewer) != 0)
        & (np.asarray(ratings.criterion) != 14)
        & (np.asarray(ratings.candidate) < 30)
    )
    before = calibrate_levels(kept(ratings, old))
    assert_close(update_levels(before, ratings), calibrate_levels(ratings))


def test_a_corrected_rating_equals_a_refit():
    ratings = rated(3, 34, interviewers=12)
    score = np.asarray(ratings.score).copy()
    score[100] = 3 - score[100]
    corrected = replace(ratings, score=score)
    run = worlds.fitted(3, 34, interviewers=12)
    found = update_levels(run, corrected)
    assert_close(found, calibrate_levels(corrected))
    mine = found.table.candidate == np.asarray(ratings.candidate)[100]
    assert np.abs(found.table.level - run.table.level)[mine].max() > 0.05


def test_withdrawn_ratings_and_candidates_are_gone():
    ratings = rated(3, 34, interviewers=12)
    left = (np.asarray(ratings.candidate) != 7) & ~last_interview(ratings)
    found = update_levels(worlds.fitted(3, 34, interviewers=12), kept(ratings, left))
    assert_close(found, calibrate_levels(kept(ratings, left)))
    assert found.person(7) is None


def test_what_the_data_no_longer_tell_returns_to_its_prior():
    ratings = rated(14, 16, interviewers=8)
    left = np.asarray(ratings.candidate) < 11
    before = calibrate_levels(ratings)
    found = update_levels(before, kept(ratings, left))
    assert "performance" not in before.fixed
    assert {"performance", "competency"} <= set(found.fixed)
    assert_close(found, calibrate_levels(kept(ratings, left)))


def test_weights_may_come_and_go():
    light = rated(6, 22, interviewers=9, lightest=0.4)
    full = replace(light, weight=None)
    assert_close(update_levels(calibrate_levels(full), light), calibrate_levels(light))
    assert_close(update_levels(calibrate_levels(light), full), calibrate_levels(full))


def test_updates_one_after_another_do_not_drift():
    ratings = rated(13, 23, interviewers=8)
    sessions = np.asarray(ratings.candidate) * 10 + np.asarray(ratings.session)
    run = calibrate_levels(kept(ratings, sessions < 200))
    for last in np.unique(sessions[sessions >= 200]):
        run = update_levels(run, kept(ratings, sessions <= last))
    assert_close(run, calibrate_levels(ratings))


def test_nothing_new_changes_next_to_nothing():
    ratings = rated(3, 34, interviewers=12)
    run = worlds.fitted(3, 34, interviewers=12)
    again = update_levels(run, ratings)
    assert again.iterations <= 2
    assert again.table.level == pytest.approx(run.table.level, abs=2e-3)


def test_the_order_of_rows_does_not_matter_to_an_update():
    ratings = rated(3, 34, interviewers=12)
    order = np.random.default_rng(1).permutation(len(np.asarray(ratings.score)))
    run = calibrate_levels(kept(ratings, ~last_interview(ratings)))
    one, other = update_levels(run, ratings), update_levels(run, kept(ratings, order))
    assert np.array_equal(one.table.level, other.table.level)


def test_another_scale_or_nothing_is_refused():
    ratings = rated(10, 3)
    run = calibrate_levels(ratings)
    with pytest.raises(BadInput, match="scale"):
        update_levels(run, replace(ratings, top=4))
    with pytest.raises(NotEnoughData):
        update_levels(run, kept(ratings, np.zeros(run.n_ratings, bool)))


@pytest.mark.usefixtures("kernels")
def test_the_compiled_engine_updates_alike():
    ratings = rated(3, 34, interviewers=12)
    run = calibrate_levels(kept(ratings, ~last_interview(ratings)))
    plain = update_levels(run, ratings, engine="numpy")
    compiled = update_levels(run, ratings, engine="compiled")
    assert compiled.table.level == pytest.approx(plain.table.level, abs=1e-8)
    assert compiled.table.own_level == pytest.approx(plain.table.own_level, abs=1e-8)
    assert compiled.shared_covariance == pytest.approx(plain.shared_covariance, abs=1e-8)
