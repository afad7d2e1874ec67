"""What may be shown and said of a level."""

from dataclasses import replace

import numpy as np
import pytest

from psychometrics.model.levels import (
    LevelRatings,
    LevelStatus,
    Limits,
    Settings,
    calibrate_levels,
    compare,
    estimate,
    pooled_gap,
    requirement,
    status,
)
from tests.psychometrics import worlds
from tests.psychometrics.worlds import REQUIRED, WEIGHTS


@pytest.fixture(scope="module")
def world():
    return worlds.known(42, 24, interviewers=10)


@pytest.fixture(scope="module")
def run():
    return worlds.fitted(42, 24, interviewers=10)


def codes(run):
    return [notice.code for notice in run.notices]


def test_pooled_gap_is_less_certain_than_independent_errors_would_make_it(run):
    found = pooled_gap(run, 0, WEIGHTS, REQUIRED)
    person = run.person(0)
    independent = np.sqrt(WEIGHTS**2 @ np.diag(person.covariance))
    assert found.covered == pytest.approx(1)
    assert found.gap == pytest.approx(WEIGHTS @ (REQUIRED - person.level))
    assert found.se > 1.2 * independent


def test_a_single_rating_is_an_interval_without_a_point():
    ratings = LevelRatings([0], [0], [0], [0], [2], criterion_competency=[0], criterion_target=[3])
    found = calibrate_levels(ratings)
    shown = estimate(found, 0, 0)
    assert shown.status is LevelStatus.INTERVAL_ONLY
    assert shown.level is None
    assert shown.lower < shown.upper
    assert {"halo_assumed", "spacing_assumed"} <= set(codes(found))
    assert np.isnan(found.table.contrast_se[0])


def test_extreme_scores_stay_finite():
    world = worlds.panel(np.random.default_rng(3), 8)
    score = np.where(np.asarray(world.ratings.candidate) == 0, 3, world.ratings.score)
    found = calibrate_levels(replace(world.ratings, score=score))
    shown = [estimate(found, 0, competency) for competency in range(6)]
    assert all(one.upper <= one.ceiling for one in shown)
    assert all(one.own_level <= one.ceiling for one in shown)
    assert found.person(0).level.max() < 8


def test_counts_describe_the_ratings(run, world):
    r = world.ratings
    row = run.row(4, 0)
    mine = (np.asarray(r.candidate) == 4) & (np.asarray(r.criterion_competency)[np.asarray(r.criterion)] == 0)
    assert run.table.ratings[row] == mine.sum()
    assert run.table.sessions[row] == len(set(np.asarray(r.session)[mine]))
    assert run.table.interviewers[row] == len(set(np.asarray(r.interviewer)[mine]))
    assert run.table.raw_mean[row] == pytest.approx(np.asarray(r.score)[mine].mean())
    targets = np.asarray(r.criterion_target)[np.asarray(r.criterion)[mine]]
    assert run.table.ceiling[row] == min(5, targets.max() + 1)
    assert run.table.floor[row] == max(1, targets.min() - 2)


def test_targets_that_explain_nothing_withhold_the_levels():
    rng = np.random.default_rng(5)
    backwards = worlds.Truth(spacing=-0.6, difficulty=0.2)
    world = worlds.panel(rng, 60, truth=replace(backwards, level=3.0))
    found = calibrate_levels(world.ratings)
    assert not found.scale.valid
    assert "levels_suppressed" in codes(found)
    shown = estimate(found, 0, 0)
    assert shown.status is LevelStatus.SUPPRESSED
    assert (shown.level, shown.lower) == (None, None)
    assert shown.fair_average is not None
    assert pooled_gap(found, 0, WEIGHTS, REQUIRED).gap is None
    assert requirement(found, 0, 0, 3).probability is None


def test_one_target_level_keeps_the_assumed_spacing(world):
    found = calibrate_levels(replace(world.ratings, criterion_target=np.full(15, 3.0)))
    assert found.scale.spacing_ratio == pytest.approx(1, abs=1e-3)
    assert not found.scale.estimated
    assert found.scale.regression_ratio is None
    assert found.scale.valid
    assert "spacing_assumed" in codes(found)
    # Not knowing the spacing still widens the intervals.
    assert found.scale.ratio_upper - found.scale.ratio_lower == pytest.approx(2 * 1.645 * 0.25, rel=0.01)


def test_without_levels_there_are_fair_averages_only(world):
    found = calibrate_levels(world.ratings, levels=False)
    assert not found.scale.valid
    assert estimate(found, 0, 0).status is LevelStatus.SUPPRESSED
    assert np.all(np.isfinite(found.table.fair_average))


@pytest.mark.parametrize(
    ("ratings", "interviewers", "valid", "expected"),
    [
        (0, 0, True, LevelStatus.NOT_ASSESSED),
        (1, 1, True, LevelStatus.INTERVAL_ONLY),
        (4, 1, True, LevelStatus.INTERVAL_ONLY),
        (2, 2, True, LevelStatus.POINT),
        (5, 3, False, LevelStatus.SUPPRESSED),
        (0, 0, False, LevelStatus.NOT_ASSESSED),
    ],
)
def test_status_follows_the_display_rules(ratings, interviewers, valid, expected):
    assert status(ratings, interviewers, valid=valid) is expected


def test_requirement_uses_the_tolerance(run):
    strict, kind = requirement(run, 2, 0, 3.0, kappa=0.0), requirement(run, 2, 0, 3.0)
    level = estimate(run, 2, 0)
    assert kind.kappa == 0.5
    assert kind.probability < strict.probability
    assert kind.gap == pytest.approx(3.0 - level.model_level)
    assert kind.lower < kind.gap < kind.upper


def test_a_requirement_beyond_the_ceiling_cannot_be_shown(world):
    low = replace(world.ratings, criterion_target=np.asarray(world.ratings.criterion_target) - 1)
    found = calibrate_levels(low)
    competency = int(found.table.competency[found.table.ceiling == 3][0])
    candidate = int(found.table.candidate[found.table.ceiling == 3][0])
    check = requirement(found, candidate, competency, 5)
    assert not check.showable
    assert check.probability is None
    assert not check.verdict_supported


def test_a_verdict_needs_interviewers_sessions_and_reliability(run):
    checks = [
        (row, requirement(run, int(run.table.candidate[row]), int(run.table.competency[row]), 3))
        for row in range(len(run.table.level))
    ]
    for row, check in checks:
        enough = (
            run.table.interviewers[row] >= 2
            and run.table.sessions[row] >= 2
            and run.table.reliability[row] >= 0.70
        )
        assert check.verdict_supported == enough


def test_comparison_is_antisymmetric_and_honest(run):
    one, other = compare(run, 0, 1, 2), compare(run, 1, 0, 2)
    assert one.difference == pytest.approx(-other.difference)
    assert one.se == pytest.approx(other.se)
    assert one.probability == pytest.approx(1 - other.probability)
    # Common uncertainty of the scale cancels: less than two marginal variances.
    marginal = [run.table.se[run.row(i, 2)] ** 2 for i in (0, 1)]
    assert one.se < np.sqrt(sum(marginal))


def test_unknown_variances_widen_every_interval_of_a_small_panel():
    small = worlds.panel(np.random.default_rng(4), 5)
    wide = calibrate_levels(small.ratings)
    narrow = calibrate_levels(small.ratings, settings=Settings(limits=Limits(ratings_for_fixed_components=0)))
    assert np.array_equal(wide.table.level, narrow.table.level)
    assert np.all(wide.table.se > narrow.table.se)
    # What a difference stands on may be known better elsewhere than at the mode, seldom and by a little.
    assert np.all(wide.table.contrast_se > 0.97 * narrow.table.contrast_se)
    assert wide.table.contrast_se.mean() > 1.02 * narrow.table.contrast_se.mean()
    assert compare(wide, 0, 1, 0).se > compare(narrow, 0, 1, 0).se
    assert pooled_gap(wide, 0, WEIGHTS, REQUIRED).se > pooled_gap(narrow, 0, WEIGHTS, REQUIRED).se
