"""What a run says of itself: notices and refusals in the cases people meet."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.levels import SPACING_NOTICES
from psychometrics.errors import NotComparable
from psychometrics.model.levels import (
    LevelRatings,
    LevelStatus,
    calibrate_levels,
    compare,
    estimate,
    pooled_gap,
    requirement,
)
from tests.psychometrics import worlds
from tests.psychometrics.worlds import REQUIRED, WEIGHTS


@pytest.fixture(scope="module")
def world():
    return worlds.known(3, 8)


def codes(run):
    return [notice.code for notice in run.notices]


def once(ratings):
    """One rating of every answer: the first interviewer's."""
    answers = np.stack([ratings.candidate, ratings.session, ratings.criterion])
    return worlds.selected(ratings, np.unique(answers, axis=1, return_index=True)[1])


def many_criteria(spacing, seed=1, criteria=90, candidates=40):
    """A panel that settles what a level is worth: many alike criteria with targets 1 to 5."""
    rng = np.random.default_rng(seed)
    target = rng.integers(1, 6, criteria)
    bar, width = worlds.widths()
    who = np.repeat(np.arange(candidates), criteria)
    what = np.tile(np.arange(criteria), candidates)
    by = (who + what) % 7
    eta = bar + rng.normal(0, 0.8, candidates)[who] - spacing * width * (target - 3)[what]
    eta = eta + rng.normal(0, 0.2, criteria)[what] + rng.logistic(0, 1, len(who)) / 2
    score = np.clip(np.round(2 + (eta - bar) / width), 0, 3).astype(int)
    return LevelRatings(
        who, what % 12, by, what, score, criterion_competency=np.arange(criteria) % 3, criterion_target=target
    )


@pytest.mark.parametrize("spacing", [0.8, 1.2])
@pytest.mark.parametrize("candidates", [1, 3, 10, 30])
def test_a_misjudged_unit_is_never_passed_over(spacing, candidates):
    """On one panel of each kind; ``benchmarks.validation`` counts the notices of eighty."""
    panel = worlds.panel(np.random.default_rng(1), candidates, truth=worlds.Truth(spacing=spacing))
    run = calibrate_levels(panel.ratings)
    said = [notice for notice in run.notices if notice.code in SPACING_NOTICES]
    assert len(said) == 1  # one is enough: pages show them all
    assert "90 % intervals" in said[0].text
    assert f"{run.scale.ratio_lower:.1f} to {run.scale.ratio_upper:.1f}" in said[0].text


def test_a_settled_unit_needs_no_notice():
    run = calibrate_levels(many_criteria(1.0))
    assert run.scale.ratio_se < 0.1
    assert not SPACING_NOTICES & set(codes(run))


def test_a_settled_but_unusual_unit_is_named_without_doubting_intervals():
    run = calibrate_levels(many_criteria(0.6))
    (said,) = [notice for notice in run.notices if notice.code in SPACING_NOTICES]
    assert said.code == "spacing_unusual"
    assert "90 % intervals" not in said.text


@pytest.mark.parametrize("target", [1.0, 3.0, 5.0])
def test_one_target_level_assumes_the_unit_and_bounds_what_is_shown(world, target):
    run = calibrate_levels(replace(world.ratings, criterion_target=np.full(15, target)))
    assert "spacing_assumed" in codes(run)
    assert run.scale.ratio_se == pytest.approx(0.25, abs=1e-4)
    assert set(run.table.floor) == {max(1, target - 2)}
    assert set(run.table.ceiling) == {min(5, target + 1)}
    shown = estimate(run, 0, 0)
    assert shown.floor <= shown.lower <= shown.upper <= shown.ceiling


def test_no_chance_is_given_where_the_criteria_could_not_show_the_level():
    easy = tuple(tuple(target - 1 for target in session) for session in worlds.TARGETS)
    panel = worlds.panel(np.random.default_rng(3), 8, truth=worlds.Truth(targets=easy))
    run = calibrate_levels(panel.ratings)
    seen = set()
    for row in range(len(run.table.level)):
        for required in (1, 2, 2.5, 3, 3.5, 4, 4.5, 5):
            for kappa in (0.0, 0.5):
                who, what = int(run.table.candidate[row]), int(run.table.competency[row])
                check = requirement(run, who, what, required, kappa=kappa)
                beyond = bool(required - kappa > run.table.ceiling[row])
                seen.add(beyond)
                assert check.showable is not beyond
                assert (check.probability is None) is beyond
                assert not (beyond and check.verdict_supported)
    assert seen == {True, False}


def test_a_candidate_seen_on_one_competency_has_a_level_there_only(world):
    competency = np.asarray(world.ratings.criterion_competency)[np.asarray(world.ratings.criterion)]
    run = calibrate_levels(
        worlds.selected(world.ratings, (np.asarray(world.ratings.candidate) != 0) | (competency == 2))
    )
    assert estimate(run, 0, 2).status is LevelStatus.POINT
    for other in (0, 1, 3, 4, 5):
        assert estimate(run, 0, other).status is LevelStatus.NOT_ASSESSED
        check = requirement(run, 0, other, 3)
        assert (check.gap, check.probability, check.verdict_supported) == (None, None, False)
        with pytest.raises(NotComparable):
            compare(run, 0, 1, other)
    assert pooled_gap(run, 0, WEIGHTS, REQUIRED).covered == pytest.approx(WEIGHTS[2])
    nothing = pooled_gap(run, 0, [1, 1, 0, 1, 1, 1], REQUIRED)
    assert (nothing.gap, nothing.lower, nothing.covered) == (None, None, 0.0)


def test_one_interviewer_for_all_earns_intervals_and_no_points(world):
    single = once(world.ratings)
    run = calibrate_levels(replace(single, interviewer=np.zeros_like(single.interviewer)))
    assert {"one_interviewer", "halo_assumed"} <= set(codes(run))
    assert "criteria_confounded" not in codes(run)
    found = [estimate(run, 0, competency) for competency in range(6)]
    assert {one.status for one in found} == {LevelStatus.INTERVAL_ONLY}
    assert all(one.level is None and one.lower < one.upper for one in found)
    check = requirement(run, 0, 0, 3)
    assert check.gap is None
    assert not check.verdict_supported
    # Not knowing how strict they are is in the interval.
    several = calibrate_levels(single)
    assert run.table.se.mean() > several.table.se.mean()


def test_criteria_nobody_else_rated_are_named(world):
    single = once(world.ratings)
    apart = calibrate_levels(replace(single, interviewer=single.session))
    (said,) = [notice for notice in apart.notices if notice.code == "criteria_confounded"]
    assert said.text.startswith("15 of 15 criteria")
    one = np.where(np.asarray(single.criterion) == 4, 50, single.interviewer)
    (said,) = [
        n for n in calibrate_levels(replace(single, interviewer=one)).notices if "confounded" in n.code
    ]
    assert said.text.startswith("1 of 15 criteria")
    # Somebody who shares another criterion with others can be told from their own.
    mixed = np.where(np.asarray(single.criterion) == 4, 0, single.interviewer)
    assert "criteria_confounded" not in codes(calibrate_levels(replace(single, interviewer=mixed)))


@pytest.mark.parametrize("point", [0, 2, 3])
def test_ratings_all_alike_are_called_that(world, point):
    run = calibrate_levels(replace(world.ratings, score=np.full_like(world.ratings.score, point)))
    assert "all_alike" in codes(run)
    assert run.converged
    assert "all_alike" not in codes(worlds.fitted(3, 8))


def test_one_candidate_has_levels_nobody_to_compare_with_and_every_notice():
    run = calibrate_levels(worlds.panel(np.random.default_rng(3), 1).ratings)
    assert {"spacing_uncertain", "competency_assumed", "performance_assumed", "intervals_widened"} <= set(
        codes(run)
    )
    for competency in range(6):
        shown = estimate(run, 0, competency)
        assert shown.status is LevelStatus.POINT
        assert shown.contrast_se is None
        assert shown.upper - shown.lower > 1 or shown.at_or_above or shown.at_or_below
        assert not requirement(run, 0, competency, 3).verdict_supported  # reliability is short of it


def test_fewer_reference_vignettes_than_needed_do_not_anchor(world):
    met = np.asarray(world.ratings.candidate)[np.asarray(world.ratings.interviewer) == 0]
    few = np.isin(world.ratings.candidate, np.unique(met)[:4]) | (np.asarray(world.ratings.interviewer) != 0)
    held = calibrate_levels(replace(worlds.selected(world.ratings, few), reference_interviewers=(0,)))
    assert not held.anchored
    assert "relative_to_team" in codes(held)
    assert held.severities.severity[0] == 0


def test_lighter_ratings_move_a_level_less_and_leave_it_wider(world):
    weight = np.where(np.asarray(world.ratings.candidate) == 0, 0.2, 1.0)
    light, full = calibrate_levels(replace(world.ratings, weight=weight)), worlds.fitted(3, 8)
    mine = full.table.candidate == 0
    assert np.all(light.table.se[mine] > full.table.se[mine])
    assert light.table.borrowed[mine].mean() > full.table.borrowed[mine].mean() + 0.05
    others = ~mine
    assert np.abs(light.table.se[others] / full.table.se[others] - 1).max() < 0.1
