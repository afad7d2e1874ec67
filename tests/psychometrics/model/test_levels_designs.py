"""Uneven designs, several openings, versions, references, other scales, and refusals."""

from dataclasses import replace

import numpy as np
import pytest

from psychometrics.errors import BadInput, NotComparable, NotEnoughData
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


@pytest.mark.parametrize("candidates", [1, 2, 3])
def test_the_first_candidates_are_computable(candidates):
    world = worlds.panel(np.random.default_rng(7), candidates)
    found = calibrate_levels(world.ratings)
    assert found.converged
    assert np.all(np.isfinite(found.table.level))
    assert set(found.fixed) >= {"competency", "performance"}
    assert "intervals_widened" in codes(found)
    assert np.all(found.table.se > 0.2)


def test_candidates_of_different_loops_are_fitted_together(world):
    r = world.ratings
    who, session = np.asarray(r.candidate), np.asarray(r.session)
    found = calibrate_levels(
        worlds.selected(r, ~((who % 2 == 0) & (session >= 4)) & ~((who % 3 == 0) & (session < 1)))
    )
    assert found.converged
    assert found.row(0, 5) is None
    assert estimate(found, 0, 5).status is LevelStatus.NOT_ASSESSED
    assert requirement(found, 0, 5, 3).probability is None
    pooled = pooled_gap(found, 0, WEIGHTS, REQUIRED)
    assert pooled.covered == pytest.approx(1 - WEIGHTS[5])


def test_pools_move_apart_only_where_the_ratings_say_so(world):
    r = world.ratings
    better = np.asarray(r.candidate) % 2
    score = np.minimum(np.asarray(r.score) + better, 3)
    found = calibrate_levels(replace(r, score=score, pool=better, opening=better))
    of = found.table.opening == 1
    assert found.table.level[of].mean() > found.table.level[~of].mean() + 0.4


def test_unlinked_subsets_are_named_and_never_compared(world):
    r = world.ratings
    second = np.asarray(r.candidate) >= 12
    apart = replace(
        r,
        interviewer=np.asarray(r.interviewer) + 100 * second,
        criterion=np.asarray(r.criterion) + 15 * second,
        criterion_competency=np.tile(r.criterion_competency, 2),
        criterion_target=np.tile(r.criterion_target, 2),
        opening=second.astype(int),
    )
    found = calibrate_levels(apart)
    assert found.links.subsets == 2
    assert found.links.candidate_subset.tolist() == [0] * 12 + [1] * 12
    assert "disconnected" in codes(found)
    with pytest.raises(NotComparable, match="links these candidates"):
        compare(found, 0, 20, 0)
    assert compare(found, 0, 1, 0).se > 0


def test_openings_that_share_too_little_are_named(world):
    r = world.ratings
    second = np.asarray(r.candidate) >= 12
    barely = replace(
        r,
        interviewer=np.asarray(r.interviewer) + 9 * second,
        criterion=np.asarray(r.criterion) + 15 * second,
        criterion_competency=np.tile(r.criterion_competency, 2),
        criterion_target=np.tile(r.criterion_target, 2),
        opening=second.astype(int),
    )
    found = calibrate_levels(barely)
    assert found.links.subsets == 1
    assert "openings_unlinked" in codes(found)
    assert len(set(found.links.opening_group.tolist())) == 2


def test_stages_as_pools_leave_comparisons_within_the_opening(run, world):
    session = np.asarray(world.ratings.session)
    staged = calibrate_levels(replace(world.ratings, pool=session, opening=np.zeros_like(session)))
    assert set(staged.table.opening) == {0}
    assert "openings_unlinked" not in codes(staged)
    assert np.corrcoef(staged.table.level, run.table.level)[0, 1] > 0.95
    assert np.abs(staged.table.contrast_se / run.table.contrast_se - 1).max() < 0.15


def test_versions_of_one_criterion_share_their_difficulty(world):
    r = world.ratings
    criterion = np.asarray(r.criterion).copy()
    late = (np.asarray(r.candidate) == 23) & (criterion == 2)
    criterion[late] = 15
    versions = replace(
        r,
        criterion=criterion,
        criterion_competency=np.append(r.criterion_competency, r.criterion_competency[2]),
        criterion_target=np.append(r.criterion_target, r.criterion_target[2]),
    )
    apart = calibrate_levels(versions)
    together = calibrate_levels(replace(versions, criterion_parent=np.append(np.arange(15), 2)))
    distance = [abs(one.criteria.difficulty[15] - one.criteria.difficulty[2]) for one in (apart, together)]
    assert distance[1] < distance[0]
    assert together.criteria.se[15] < apart.criteria.se[15]


def test_reference_ratings_anchor_the_levels(world):
    r = world.ratings
    lenient = replace(r, score=np.minimum(np.asarray(r.score) + (np.asarray(r.interviewer) != 0), 3))
    free = calibrate_levels(lenient)
    held = calibrate_levels(replace(lenient, reference_interviewers=(0,)))
    assert held.anchored
    assert not free.anchored
    assert "relative_to_team" in codes(free)
    assert "relative_to_team" not in codes(held)
    assert held.severities.severity[0] == 0
    assert held.severities.severity[1:].mean() < -0.5
    assert held.table.level.mean() < free.table.level.mean() - 0.2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"score": [0, 4]}, "scores must lie"),
        ({"criterion": [0, 7]}, "criterion codes"),
        ({"criterion_target": [3.0, 6.0]}, "criterion_target"),
        ({"weight": [1.0, 0.0]}, "weights"),
        ({"session": [0]}, "session"),
        ({"interviewer": [0, -1]}, "whole numbers"),
        ({"criterion": [0, 0]}, "twice"),
        ({"meets": 3}, "meets the bar"),
        ({"opening": [0, 1]}, "two openings"),
    ],
)
def test_unusable_ratings_are_refused(change, message):
    good = {
        "candidate": [0, 0],
        "session": [0, 0],
        "interviewer": [0, 0],
        "criterion": [0, 1],
        "score": [1, 2],
        "criterion_competency": [0, 1],
        "criterion_target": [3.0, 4.0],
    }
    with pytest.raises(BadInput, match=message):
        calibrate_levels(LevelRatings(**{**good, **change}))


def test_no_ratings_are_refused():
    with pytest.raises(NotEnoughData):
        calibrate_levels(LevelRatings([], [], [], [], [], criterion_competency=[0], criterion_target=[3]))


def test_other_scales_are_supported(world):
    five = replace(world.ratings, top=4, meets=3, score=np.asarray(world.ratings.score) + 1)
    found = calibrate_levels(five)
    assert found.converged
    assert len(found.scale.steps) == 4
    three = replace(world.ratings, top=2, meets=1, score=np.maximum(np.asarray(world.ratings.score) - 1, 0))
    assert calibrate_levels(three).converged


def haphazard(seed):
    """Ratings without rhyme or reason: at random, at the ends of the scale, or all alike."""
    rng = np.random.default_rng(seed)
    criteria, people = int(rng.integers(1, 12)), int(rng.integers(1, 12))
    top = int(rng.integers(2, 6))
    sizes = (people, int(rng.integers(1, 5)), int(rng.integers(1, 7)), criteria)
    n = int(rng.integers(1, 150))
    rows = np.unique(np.stack([rng.integers(0, size, n) for size in sizes], axis=1), axis=0)
    score = (
        rng.integers(0, top + 1, len(rows)),
        rng.choice([0, top], len(rows)),
        np.full(len(rows), rng.integers(0, top + 1)),
    )[seed % 3]
    return LevelRatings(
        *rows.T,
        score=score,
        criterion_competency=rng.integers(0, 4, criteria),
        criterion_target=rng.integers(1, 6, criteria),
        pool=rows[:, 1] if seed % 2 else None,
        top=top,
        meets=int(rng.integers(1, top)),
    )


# The last six went round in circles, or beside the bound of the spacing, before steps were paced.
@pytest.mark.parametrize("seed", [*range(4), 11, 16, 22, 58, 82, 181])
def test_a_fit_settles_whatever_the_ratings(seed):
    found = calibrate_levels(haphazard(seed))
    assert found.converged
    assert np.all(np.isfinite(found.table.level))
    assert np.all(found.table.se > 0)


def test_unknown_variances_widen_severities_of_a_small_panel():
    small = worlds.panel(np.random.default_rng(4), 5)
    wide = calibrate_levels(small.ratings).severities
    limits = Limits(ratings_for_fixed_components=0)
    narrow = calibrate_levels(small.ratings, settings=Settings(limits=limits)).severities
    assert np.array_equal(wide.severity, narrow.severity)
    assert np.all(wide.se > narrow.se)
    in_levels = [one.in_levels_upper - one.in_levels_lower for one in (wide, narrow)]
    assert np.all(in_levels[0] > in_levels[1])


def test_severity_of_an_interviewer_alone_is_not_known():
    one = worlds.panel(np.random.default_rng(5), 10, interviewers=6).ratings
    rows = np.asarray(one.interviewer) == 0
    alone = worlds.selected(one, rows)
    table = calibrate_levels(alone).severities
    for name in ("severity", "se", "lower", "upper", "in_levels", "in_levels_lower", "in_levels_upper"):
        assert np.isnan(getattr(table, name)).all(), name
    assert table.ratings[0] == rows.sum()
    # The reference itself stands at 0 by definition.
    assert calibrate_levels(replace(alone, reference_interviewers=(0,))).severities.severity[0] == 0
