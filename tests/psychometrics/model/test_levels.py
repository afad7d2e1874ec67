"""The level model: identities, symmetries and what moves what."""

from dataclasses import replace

import numpy as np
import pytest

from psychometrics.model.levels import (
    Limits,
    Priors,
    Settings,
    calibrate_levels,
)
from tests.psychometrics import worlds


@pytest.fixture(scope="module")
def world():
    return worlds.known(42, 24, interviewers=10)


@pytest.fixture(scope="module")
def run():
    return worlds.fitted(42, 24, interviewers=10)


def codes(run):
    return [notice.code for notice in run.notices]


def test_run_converges_and_orders_candidates(run, world):
    true = world.level[run.table.candidate, run.table.competency]
    assert run.converged
    assert np.corrcoef(run.table.level, true)[0, 1] > 0.65
    assert np.corrcoef(run.severities.severity, world.severity)[0, 1] > 0.8
    assert np.corrcoef(run.criteria.difficulty, world.difficulty)[0, 1] > 0.7


def test_results_do_not_depend_on_the_order_of_rows(run, world):
    again = calibrate_levels(worlds.shuffled(world, np.random.default_rng(1)).ratings)
    assert np.array_equal(again.table.level, run.table.level)
    assert np.array_equal(again.severities.severity, run.severities.severity)


def test_results_do_not_depend_on_the_names_of_interviewers(run, world):
    renamed = replace(world.ratings, interviewer=100 - np.asarray(world.ratings.interviewer))
    again = calibrate_levels(renamed)
    assert again.table.level == pytest.approx(run.table.level, abs=1e-6)
    assert again.severities.severity[::-1] == pytest.approx(run.severities.severity, abs=1e-6)


def test_a_second_fit_is_identical(run, world):
    again = calibrate_levels(world.ratings)
    assert np.array_equal(again.table.level, run.table.level)
    assert np.array_equal(again.shared_covariance, run.shared_covariance)


def test_level_is_where_the_bar_is_met_at_its_target(run):
    # Somebody at level L meets the bar on an average criterion targeted at L: distance in levels
    # times logits per level is the logit distance to the bar.
    distance = (run.table.level - 3) * run.scale.spacing
    assert run.table.logit == pytest.approx(distance)


def test_fair_average_moves_with_the_level_and_stays_on_the_scale(run):
    one = run.table.competency == 0
    order = np.argsort(run.table.level[one])
    assert np.all(np.diff(run.table.fair_average[one][order]) > 0)
    assert run.table.fair_lower.min() > 0
    assert run.table.fair_upper.max() < 3


def test_joint_covariance_matches_the_table(run):
    diagonals = np.concatenate([np.diag(person.covariance) for person in run.people])
    assert run.table.se**2 == pytest.approx(diagonals)
    for person in run.people:
        assert np.linalg.eigvalsh(person.covariance).min() > 0
        # Halo, severity and the scale's location are common to all competencies of a candidate.
        assert np.all(person.covariance - np.diag(np.diag(person.covariance)) >= 0)


def test_severe_interviewers_are_told_from_weak_candidates(world):
    harsh = np.asarray(world.ratings.interviewer) == 3
    score = np.where(harsh, np.maximum(np.asarray(world.ratings.score) - 1, 0), world.ratings.score)
    found = calibrate_levels(replace(world.ratings, score=score))
    assert found.severities.severity.argmax() == 3
    assert found.severities.lower[3] > 0
    assert found.severities.in_levels[3] == pytest.approx(found.severities.severity[3] / found.scale.spacing)


def test_mirrored_scores_mirror_severities(world):
    # With vague priors on the scale and all targets at 3, turning scores round turns signs.
    settings = Settings(priors=Priors(team_level_sd=3.0, step=2.0))
    flat = replace(world.ratings, criterion_target=np.full(15, 3.0))
    found = calibrate_levels(flat, settings=settings)
    turned = calibrate_levels(replace(flat, score=3 - np.asarray(flat.score)), settings=settings)
    assert turned.severities.severity == pytest.approx(-found.severities.severity, abs=0.05)
    distances = [np.diff(one.scale.steps) for one in (found, turned)]
    assert distances[0] == pytest.approx(distances[1][::-1], abs=0.05)


def test_light_weights_carry_less_information(run, world):
    found = calibrate_levels(replace(world.ratings, weight=np.full(run.n_ratings, 0.4)))
    assert found.table.reliability.mean() < run.table.reliability.mean() - 0.05
    assert found.table.borrowed.mean() > run.table.borrowed.mean() + 0.03


def test_weights_do_not_change_how_much_people_differ(run, world):
    found = calibrate_levels(replace(world.ratings, weight=np.full(run.n_ratings, 0.4)))
    assert found.components == pytest.approx(run.components)
    assert found.iterations > run.iterations


def test_progress_of_a_weighted_fit_never_runs_backwards(run, world):
    told = []
    calibrate_levels(
        replace(world.ratings, weight=np.full(run.n_ratings, 0.4)),
        progress=lambda iteration, share: told.append((iteration, share)),
    )
    assert [iteration for iteration, _ in told] == list(range(1, len(told) + 1))
    assert told[-1][1] == 1


def test_full_weights_change_nothing(run, world):
    found = calibrate_levels(replace(world.ratings, weight=np.ones(run.n_ratings)))
    assert np.array_equal(found.table.level, run.table.level)


def test_a_better_rating_raises_the_level(run, world):
    score = np.asarray(world.ratings.score).copy()
    mine = (np.asarray(world.ratings.candidate) == 5) & (score < 3)
    score[np.flatnonzero(mine)[0]] += 1
    found = calibrate_levels(replace(world.ratings, score=score))
    person, before = found.person(5), run.person(5)
    assert person.level.mean() > before.level.mean()


def test_own_level_does_not_lean_on_the_pool(run, world):
    # Everybody else does better: levels borrow from that, the level from one's own ratings less so.
    others = np.asarray(world.ratings.candidate) != 5
    score = np.where(others, np.minimum(np.asarray(world.ratings.score) + 1, 3), world.ratings.score)
    mine = run.table.candidate == 5
    spread = run.table.own_se[mine] - run.table.se[mine]
    assert spread.mean() > 0
    found = calibrate_levels(replace(world.ratings, score=score))
    assert np.all(found.table.level[mine] < found.table.fair_upper.max() + 5)
    assert np.all(found.table.own_level[mine] < found.table.level[mine] + 0.05)


def test_more_ratings_borrow_less(run):
    few, many = run.table.ratings <= 2, run.table.ratings >= 6
    assert run.table.borrowed[few].mean() > run.table.borrowed[many].mean() + 0.1
    assert run.table.reliability[few].mean() < run.table.reliability[many].mean()
    assert np.all((run.table.borrowed > 0) & (run.table.borrowed <= 1))


def test_progress_is_told_and_ends_done(world):
    told = []
    calibrate_levels(world.ratings, progress=lambda iteration, share: told.append((iteration, share)))
    assert [iteration for iteration, _ in told] == list(range(1, len(told) + 1))
    assert told[-1][1] == 1
    assert all(0 <= share <= 1 for _, share in told)


def test_an_unfinished_fit_says_so(world):
    found = calibrate_levels(world.ratings, settings=Settings(max_iterations=4))
    assert not found.converged
    assert "not_converged" in codes(found)


def test_limits_are_settings(world):
    found = calibrate_levels(world.ratings, settings=Settings(limits=Limits(doubly_rated_answers=10_000)))
    assert "performance" in found.fixed
    assert found.components["performance"] == pytest.approx(Priors().performance)
