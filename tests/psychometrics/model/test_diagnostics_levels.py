"""The same tests of interviewers on a fit of several competencies, without a second fit of the ratings."""

from dataclasses import replace

import numpy as np
import pytest

from psychometrics import (
    LevelRatings,
    calibrate,
    calibrate_levels,
    diagnose,
    differential_severity,
    question_drift,
)
from psychometrics.errors import BadInput
from psychometrics.model.diagnostics.residuals import residuals
from psychometrics.model.levels import fit as fitting
from psychometrics.model.levels import structure
from psychometrics.model.levels.examined import examined
from tests.psychometrics import panels, worlds


def fitted(ratings):
    return calibrate_levels(ratings, engine="numpy")


@pytest.fixture(scope="module")
def world():
    return worlds.known(3, 80, interviewers=12)


@pytest.fixture(scope="module")
def run():
    return worlds.fitted(3, 80, interviewers=12)


def test_what_the_fit_takes_up_is_that_of_the_whole_system():
    """Against the penalised information of all effects of all candidates at once."""
    small = worlds.panel(np.random.default_rng(8), 12, interviewers=5)
    run = fitted(small.ratings)
    data, placed, state = run.origin.data, run.origin.layout, run.origin.state
    indexed, n, people = structure.build(data, placed), data.n, len(data.candidates)
    now = fitting.moments_at(data, placed, state, "acl")
    competency = indexed.who * 6 + data.competency
    halo = indexed.who * 5 + data.interviewer
    sizes = np.cumsum([0, placed.size, people, 6 * people, 5 * people, indexed.answers])
    rows, held = np.arange(n), np.zeros((n, sizes[-1]))
    for term in range(placed.columns.shape[1]):
        at = placed.columns[placed.cell, term]
        held[rows[at >= 0], at[at >= 0]] = placed.values[placed.cell, term][at >= 0]
    held[:, placed.steps] = (now.cross / now.information).T
    for start, code in zip(sizes[1:], (indexed.who, competency, halo), strict=False):
        held[rows, start + code] = 1.0
    watched = indexed.answer >= 0
    held[rows[watched], sizes[4] + indexed.answer[watched]] = 1.0
    information = held.T @ (now.information[:, None] * held)
    information[np.ix_(placed.steps, placed.steps)] = now.step_information
    terms = ("general", "competency", "halo", "performance")
    local = np.repeat([1 / state.variances[term] for term in terms], np.diff(sizes)[1:])
    shared_covariance = run.shared_covariance
    # The prior of the shared parameters is what the fit's own covariance leaves beside the ratings.
    schur = information[: sizes[1], : sizes[1]]
    rest = information[sizes[1] :, sizes[1] :] + np.diag(local)
    across = information[sizes[1] :, : sizes[1]]
    schur = schur - across.T @ np.linalg.solve(rest, across)
    prior = np.linalg.inv(shared_covariance) - schur
    information += np.diag(np.concatenate([np.diag(prior), local]))
    view = examined(run)
    found = residuals(view)
    weights, direction = np.random.default_rng(0).normal(size=(2, n))
    kept = held.copy()
    kept[:, sizes[3] :] = 0.0  # residuals are taken without halo and performance
    expected = []
    for judge in range(5):
        mine = data.interviewer == judge
        moved = np.linalg.solve(information, held.T @ (now.information * direction * mine))
        expected.append((weights * found.slope * mine) @ kept @ moved)
    took = view.absorption.of_owners(view.interviewer, 5, found.slope, weights, direction)
    np.testing.assert_allclose(took, expected, rtol=2e-2, atol=2e-3)


def test_one_competency_is_judged_as_by_the_fit_of_one_trait():
    panel = panels.small(3, candidates=60, interviewers=8)
    questions = int(panel.question.max()) + 1
    several = LevelRatings(
        candidate=panel.candidate,
        session=np.zeros(len(panel.score), int),
        interviewer=panel.interviewer,
        criterion=panel.question,
        score=panel.score,
        criterion_competency=np.zeros(questions, int),
        criterion_target=np.full(questions, 3.0),
        top=int(panel.score.max()),
    )
    when = np.random.default_rng(1).random(len(panel.score))
    one = diagnose(calibrate(panel.candidate, panel.interviewer, panel.question, panel.score), when=when)
    other = diagnose(calibrate_levels(several, levels=False), when=when)
    assert list(one.tests) == list(other.tests)
    for name, test in one.tests.items():
        assert np.abs(test.z - other.tests[name].z).max() < 0.25, name
        # Large effects are followed further than one step, which widens what little the fits differ by.
        assert np.corrcoef(test.effect, other.tests[name].effect)[0, 1] > 0.98, name


def test_a_careless_and_a_drifting_interviewer_are_found(world):
    ratings, rng = world.ratings, np.random.default_rng(5)
    score, by = np.array(ratings.score), np.asarray(ratings.interviewer)
    when = rng.random(len(score))
    careless = (by == 2) & (rng.random(len(score)) < 0.4)
    score[careless] = rng.integers(0, 4, int(careless.sum()))
    late = (by == 5) & (when > 0.5)
    score[late] = np.maximum(score[late] - 1, 0)
    found = diagnose(fitted(replace(ratings, score=score)), when=when)
    assert "misfit" in found.flags(2)
    assert found.flags(5) == ("drifts_harsh",)
    others = [found.flags(judge) for judge in range(12) if judge not in {2, 5}]
    assert sum(map(bool, others)) <= 1


def test_a_question_that_got_easier_is_found(world):
    ratings = world.ratings
    score, what = np.array(ratings.score), np.asarray(ratings.criterion)
    when = np.random.default_rng(6).random(len(score))
    leaked = (what == 4) & (when > 0.5)
    score[leaked] = np.minimum(score[leaked] + 1, 3)
    found = question_drift(fitted(replace(ratings, score=score)), when)
    assert found.flagged.tolist() == [place == 4 for place in range(15)]
    assert found.effect[4] > 0.8


def test_an_interviewer_harsher_to_one_group_is_found(world):
    ratings, rng = world.ratings, np.random.default_rng(12)
    who, score = np.asarray(ratings.candidate), np.array(ratings.score)
    focal = (rng.random(80) < 0.5)[who]
    hit = (np.asarray(ratings.interviewer) == 4) & focal & (rng.random(len(score)) < 0.7)
    score[hit] = np.maximum(score[hit] - 1, 0)
    found = differential_severity(fitted(replace(ratings, score=score)), focal)
    assert found.flagged.tolist() == [judge == 4 for judge in range(12)]
    assert found.lower[4] > 0.2


def test_rows_may_come_in_any_order(world, run):
    when = np.random.default_rng(7).random(len(np.asarray(world.ratings.score)))
    order = np.random.default_rng(8).permutation(len(when))
    one = diagnose(run, when=when)
    other = diagnose(fitted(worlds.selected(world.ratings, order)), when=when[order])
    for name, test in one.tests.items():
        np.testing.assert_allclose(test.z, other.tests[name].z, atol=1e-9)


def test_interviewers_are_examined_at_full_weight(world, run):
    """A weight says how far a rating may move a level, not how well it was made."""
    light = np.random.default_rng(9).uniform(0.3, 1.0, len(np.asarray(world.ratings.score)))
    plain, weighted = diagnose(run), diagnose(fitted(replace(world.ratings, weight=light)))
    for name, test in plain.tests.items():
        np.testing.assert_allclose(test.z, weighted.tests[name].z, atol=1e-6)


def test_times_are_checked_as_for_one_trait(run):
    with pytest.raises(BadInput, match="when"):
        diagnose(run, when=[1.0, 2.0])
