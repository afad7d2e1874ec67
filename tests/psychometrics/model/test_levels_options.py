"""Link, halo, criteria's own steps and pools work in the fit of several competencies, alone and together."""

from dataclasses import replace

import numpy as np
import pytest

from psychometrics.errors import BadInput
from psychometrics.model.diagnostics import check_assumptions, diagnose
from psychometrics.model.levels import Settings, calibrate_levels, next_level_rating, update_levels
from psychometrics.model.levels import fit as fitting
from psychometrics.model.levels.calibrate import prepare
from psychometrics.model.levels.data import encode
from psychometrics.model.levels.posterior import posterior
from psychometrics.model.thresholds import NODE_WEIGHTS, NODES, probabilities
from tests.psychometrics.model.test_compiled_levels import assert_equal
from tests.psychometrics.worlds import Truth, panel, selected

WORLDS = {
    "cumulative": (Truth(link="cl"), Settings(link="cl")),
    "own steps": (Truth(own_steps=0.5), Settings(steps="question")),
    "no halo": (Truth(halo=0.0), Settings(halo=False)),
    "pools": (Truth(pools=(-0.6, 0.6)), Settings()),
    "all of it": (
        Truth(link="cl", own_steps=0.4, halo=0.0, pools=(-0.6, 0.6)),
        Settings(link="cl", steps="question", halo=False),
    ),
}


@pytest.fixture(scope="module", params=WORLDS)
def fitted(request):
    truth, settings = WORLDS[request.param]
    world = panel(np.random.default_rng(5), 45, truth=truth)
    return world, settings, calibrate_levels(world.ratings, settings=settings, engine="numpy")


def test_intervals_hold_the_truth(fitted):
    world, settings, run = fitted
    assert run.converged
    truth = world.level[run.table.candidate, run.table.competency]
    assert 0.8 <= np.mean(np.abs(run.table.level - truth) <= 1.645 * run.table.se) <= 0.98
    assert np.corrcoef(run.table.level, truth)[0, 1] > 0.68
    severity = world.severity[run.severities.interviewer]
    assert np.corrcoef(run.severities.severity, severity)[0, 1] > 0.8
    assert ("halo" in run.components) == settings.halo
    assert ("question_steps" in run.components) == (settings.steps == "question")


@pytest.mark.usefixtures("kernels")
def test_either_engine_gives_the_same_numbers(fitted):
    world, settings, run = fitted
    assert_equal(calibrate_levels(world.ratings, settings=settings, engine="compiled"), run)


def test_one_more_interview_is_what_a_refit_finds(fitted):
    world, settings, run = fitted
    rows = np.arange(len(np.asarray(world.ratings.score)))
    known = selected(world.ratings, rows[:-30])
    found = update_levels(
        calibrate_levels(known, settings=settings, engine="numpy"), world.ratings, engine="numpy"
    )
    np.testing.assert_allclose(found.table.level, run.table.level, atol=0.012)


def test_diagnostics_know_what_was_fitted(fitted):
    _, _, run = fitted
    assert sum(int(test.flagged.sum()) for test in diagnose(run).tests.values()) <= 1
    assert "question_steps" not in {finding.name for finding in check_assumptions(run)}


def test_own_steps_are_found_and_advised_where_they_predict():
    world = panel(np.random.default_rng(6), 90, truth=Truth(own_steps=0.8))
    plain = calibrate_levels(world.ratings)
    said = {finding.name: finding.text for finding in check_assumptions(plain)}
    assert 'Calibrate with steps="question"' in said["question_steps"]
    own = calibrate_levels(world.ratings, settings=Settings(steps="question"))
    assert "question_steps" not in {finding.name for finding in check_assumptions(own)}
    assert own.components["question_steps"] == pytest.approx(0.75, abs=0.2)
    # Obeyed, it drops nothing: performance and halo stay, and intervals rest on as much as before.
    assert own.components.keys() - plain.components.keys() == {"question_steps"}
    assert np.median(own.table.se / plain.table.se) == pytest.approx(1.0, abs=0.1)


def test_two_points_are_a_scale():
    world = panel(np.random.default_rng(7), 60, missing=0.0)
    passed = np.asarray(world.ratings.score) >= 2
    for link in ("acl", "cl"):
        run = calibrate_levels(
            replace(world.ratings, score=passed.astype(int), top=1, meets=1), settings=Settings(link=link)
        )
        assert run.converged
        truth = world.level[run.table.candidate, run.table.competency].reshape(60, 6)
        found, error = run.table.level.reshape(60, 6), run.table.contrast_se.reshape(60, 6)
        # Where "meets the bar" lies is another question on another scale; what sets people apart is not.
        truth, found = truth - truth.mean(0), found - found.mean(0)
        assert np.corrcoef(found.ravel(), truth.ravel())[0, 1] > 0.6
        assert 0.82 <= np.mean(np.abs(found - truth) <= 1.645 * error) <= 0.98


def test_what_one_more_rating_tells_is_what_refits_tell(fitted):
    """Variances of the components held, over the scores the rating may get."""
    world, settings, run = fitted
    told = next_level_rating(run, 7)
    person = run.rated(7)
    share = np.full(len(person.level), 1 / len(person.level))
    assert told.se**2 == pytest.approx(share @ person.covariance @ share, rel=1e-3)
    ratings = world.ratings
    # What not knowing the unit and the components adds is the same before and after: shares are compared without it.
    kept = ((share @ person.moved.T) ** 2).sum()
    before = share @ _covariance(run, ratings, settings) @ share
    met = np.unique(np.asarray(ratings.interviewer)[np.asarray(ratings.candidate) == 7])
    stranger = np.setdiff1d(np.asarray(ratings.interviewer), met)
    for judge, what in ((int(met[0]), 3), (int(stranger[0]), 9)):
        chances = _chances(run, judge, what)
        after = [
            share @ _covariance(run, _with(ratings, judge, what, score), settings) @ share
            for score in range(len(chances))
        ]
        found = (
            told.se_after[np.searchsorted(told.interviewers, judge), np.searchsorted(told.questions, what)]
            ** 2
        )
        left, expected = (found - kept) / (told.se**2 - kept), chances @ np.array(after) / before
        assert left == pytest.approx(expected, rel=0.02)
        assert 1 - left == pytest.approx(1 - expected, rel=0.6)


def _with(ratings, judge, what, score):
    """One more rating of candidate 7, in a conversation of its own."""
    more = {"candidate": 7, "session": 99, "interviewer": judge, "criterion": what, "score": score}
    if ratings.pool is not None:
        more["pool"] = 7 % 2
    return replace(
        ratings, **{name: np.append(getattr(ratings, name), value) for name, value in more.items()}
    )


def _covariance(run, ratings, settings):
    problem = prepare(encode(ratings), levels=True, settings=settings, engine="numpy")
    begin = replace(
        fitting.starting(problem), variances=run.origin.state.variances, own_steps=run.origin.state.own_steps
    )
    found = fitting.run(problem, begin=begin, vary=False)
    people = posterior(found).people(problem.data.candidates)
    return next(person for person in people if person.candidate == 7).covariance


def _chances(run, judge, what):
    """How likely each score is, roughly: what the model expects of the candidate."""
    person, data = run.rated(7), run.origin.data
    place = np.flatnonzero(person.competencies == data.criterion_competency[what])[0]
    target = run.scale.spacing * (data.criterion_target[what] - 3)
    eta = person.logit[place] - run.severities.severity[judge] - target - run.criteria.difficulty[what]
    steps = run.scale.steps if run.criteria.steps is None else run.criteria.steps[what]
    nodes = eta + np.array(NODES) * 0.7
    return probabilities(nodes, steps, link=run.settings.link) @ np.array(NODE_WEIGHTS)


def test_a_competency_never_rated_gains_most_from_a_question_about_it():
    world = panel(np.random.default_rng(8), 40)
    competency = np.asarray(world.ratings.criterion_competency)[np.asarray(world.ratings.criterion)]
    kept = (np.asarray(world.ratings.candidate) != 3) | (competency != 2)
    run = calibrate_levels(selected(world.ratings, kept))
    assert run.row(3, 2) is None
    weights = np.eye(6)[2]
    told = next_level_rating(run, 3, weights=weights, cut=3.0)
    _, what, _ = told.best(1)[0]
    assert world.ratings.criterion_competency[what] == 2
    assert told.se > max(run.rated(3).covariance.diagonal()) ** 0.5
    assert told.loss_after.min() < told.loss


def test_some_interviewers_and_criteria_are_told_what_all_are_told(fitted):
    _, _, run = fitted
    every = next_level_rating(run, 7, cut=3.0)
    judges, asked = every.interviewers[[4, 1]], every.questions[[9, 0, 5]]
    light = np.array([1.0, 0.5, 0.8])

    some = next_level_rating(run, 7, cut=3.0, interviewers=judges, criteria=asked)
    lighter = next_level_rating(run, 7, cut=3.0, interviewers=judges, criteria=asked, rating_weight=light)

    assert some.loss == every.loss
    np.testing.assert_array_equal(some.questions, asked)
    np.testing.assert_allclose(some.se_after, every.se_after[np.ix_([4, 1], [9, 0, 5])], rtol=1e-12)
    np.testing.assert_allclose(lighter.se_after[:, 0], some.se_after[:, 0], rtol=1e-12)
    assert np.all(lighter.se_after[:, 1:] > some.se_after[:, 1:])
    half = next_level_rating(run, 7, rating_weight=0.5).se_after[4, 0]
    assert lighter.se_after[0, 1] == pytest.approx(half)


@pytest.mark.parametrize(
    "wrong",
    [
        {"interviewers": []},
        {"interviewers": [0, 0]},
        {"criteria": [999]},
        {"rating_weight": 0.0},
        {"rating_weight": [1.0, 0.5]},
        {"criteria": [0, 1], "rating_weight": [1.0, 1.2]},
    ],
)
def test_whom_or_what_cannot_be_asked_about_is_refused(fitted, wrong):
    _, _, run = fitted
    with pytest.raises(BadInput):
        next_level_rating(run, 7, **wrong)
