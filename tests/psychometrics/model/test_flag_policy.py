"""A flag is of an effect that matters: its interval lies beyond the minimum, and it is no accident."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks.diagnostics import planted_effects
from benchmarks.generator import simulate
from benchmarks.planted_effects import draws, rated
from benchmarks.small_panels import simulate_small
from psychometrics import (
    FlagPolicy,
    calibrate,
    check_assumptions,
    diagnose,
    differential_severity,
    question_fit,
)
from psychometrics.errors import BadInput
from psychometrics.model.calibration.fit_statistics import _statistics
from psychometrics.model.diagnostics import TESTS
from psychometrics.model.diagnostics.assumptions import _shape
from psychometrics.model.diagnostics.held_out_steps import own_steps_predict
from psychometrics.model.diagnostics.runs import fitted_ratings
from psychometrics.model.flag_policy import DEFAULT_POLICY, beyond
from tests.psychometrics import panels


def _columns(panel, score=None):
    return panel.candidate, panel.interviewer, panel.question, panel.score if score is None else score


@cache
def busy_run(name, size):
    """One of eight interviewers with 2,700 ratings each has an effect: the panel and its calibration."""
    panel = simulate_small(7, candidates=1600, interviewers=8)
    sizes = np.zeros(8)
    sizes[2] = size
    score = rated(panel, name, sizes, draws(panel, np.random.default_rng(3)))
    return panel, calibrate(*_columns(panel, score))


@cache
def busy(name, size):
    """What is found about all of them."""
    panel, run = busy_run(name, size)
    return diagnose(run, when=panel.when)


@pytest.mark.parametrize(
    ("name", "share"), [("drift", 0.45), ("central_tendency", 0.45), ("discrimination", 0.5)]
)
def test_an_effect_that_is_certain_and_small_is_not_flagged(name, share):
    """The kind that many ratings make significant."""
    size = share * getattr(DEFAULT_POLICY, name)
    test = busy(name, size).tests[name]
    assert test.p[2] < 0.001
    assert not test.flagged.any()
    assert test.effect[2] == pytest.approx(size, abs=3.9 * test.se[2])


@pytest.mark.parametrize("name", ["drift", "central_tendency", "discrimination", "halo"])
def test_twice_what_matters_is_flagged_and_nobody_else_is(name):
    found = busy(name, 2.0 * getattr(DEFAULT_POLICY, name))
    assert found.tests[name].flagged.tolist() == [place == 2 for place in range(8)]
    flag = next(flag for flag in found.found(2) if flag.word == TESTS[name].more)
    assert flag.lower > flag.minimum == getattr(DEFAULT_POLICY, name)
    assert flag.lower < flag.effect < flag.upper
    assert found.flags(2) == tuple(flag.word for flag in found.found(2))


def test_the_policy_decides_how_much_matters():
    panel, run = busy_run("drift", 0.45 * DEFAULT_POLICY.drift)
    lax = diagnose(run, when=panel.when, policy=FlagPolicy(drift=0.0)).tests["drift"]
    assert lax.flagged[2]
    assert lax.minimum == 0.0
    wide = diagnose(run, when=panel.when, policy=FlagPolicy(level=0.99)).tests["drift"]
    assert (wide.lower < lax.lower).all()
    # The interval decides, not the estimate.
    between = FlagPolicy(drift=(lax.lower[2] + lax.effect[2]) / 2)
    assert not diagnose(run, when=panel.when, policy=between).tests["drift"].flagged[2]


@pytest.mark.parametrize(
    ("name", "value"), [("drift", -0.1), ("halo", np.inf), ("noise", np.nan), ("level", 1.0)]
)
def test_a_policy_that_means_nothing_is_refused(name, value):
    with pytest.raises(BadInput, match=name):
        FlagPolicy(**{name: value})


def test_every_test_has_a_minimum():
    assert all(getattr(DEFAULT_POLICY, name) > 0 for name in TESTS)
    assert beyond(np.array([0.1, -2, np.nan]), np.array([0.3, -1, np.nan]), 0.2).tolist() == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("name", ["drift", "central_tendency", "discrimination", "halo"])
def test_intervals_cover_effects_that_just_matter(name):
    """Thirty interviewers; of many panels: python -m benchmarks.diagnostics --truth."""
    size = getattr(DEFAULT_POLICY, name)
    # Half of sixty have an effect, of either sign: the panel's middle stays. A variance only grows, so of halo it would
    # not; there they are thirty of three hundred.
    panel = None if name == "halo" else simulate_small(7100, candidates=3400, interviewers=60)
    found = planted_effects(name, (size,), 7100, panel=panel)
    # 30 intervals that cover .8 hold fewer than 16 once in a thousand.
    assert found.covered(size) >= 16 / 30
    assert np.nanmean(found.effect) == pytest.approx(size, rel=0.25)
    assert found.flagged.mean() <= 0.25


def test_logarithms_are_shown_as_ratios():
    flag = busy("discrimination", -2.0 * DEFAULT_POLICY.discrimination).found(2)[0]
    middle, low, high, unit = flag.shown
    assert (flag.word, unit) == ("discriminates_less", "times the panel's slope")
    assert (low, middle, high) == pytest.approx(tuple(np.exp([flag.lower, flag.effect, flag.upper])))
    assert high < np.exp(-DEFAULT_POLICY.discrimination)


def test_a_single_question_is_no_misfit_and_two_are_none():
    panel = panels.small(5, candidates=200, interviewers=10)
    rng = np.random.default_rng(1)
    score = np.where(rng.random(len(panel.score)) < 0.3, rng.integers(0, 4, len(panel.score)), panel.score)
    for count in (1, 2):
        run = calibrate(panel.candidate, panel.interviewer, panel.question % count, score)
        said = {flag for flags in run.questions.flags for flag in flags}
        assert not {"misfit", "overfit"} & said
        assert np.isnan(run.questions.fit_effect).all()
        assert not question_fit(run).flagged.any()


@pytest.mark.parametrize("levels", [3, 5, 8])
def test_a_panel_that_scatters_less_than_the_model_says_is_nobodys_fault(levels):
    """All infits lie at .6, and one at .9: of few, too, it is the one that differs who is found."""
    level = np.repeat(np.arange(levels), 900)
    due, noise = np.ones(len(level)), np.full(len(level), 2.0)
    square = np.where(level == 1, 0.9, 0.6)
    found = _statistics(level, square, due, noise, np.zeros(levels), 0.1, 0.15, 1.645)
    assert found.effect[1] == pytest.approx(0.3)
    assert found.flagged.tolist() == [place == 1 for place in range(levels)]
    alike = _statistics(level, 0.6 * due, due, noise, np.zeros(levels), 0.1, 0.15, 1.645)
    assert not alike.flagged.any()


def test_questions_that_scatter_are_flagged_by_how_much():
    panel = simulate_small(9, candidates=500, interviewers=12)
    share = np.where(np.arange(12) == 4, 0.35, 0.0)
    score = rated(panel, "question_fit", share, draws(panel, np.random.default_rng(2)))
    asked = calibrate(*_columns(panel, score)).questions
    assert [flags == ("misfit",) for flags in asked.flags] == [place == 4 for place in range(12)]
    assert asked.fit_lower[4] > DEFAULT_POLICY.question_fit
    small = rated(panel, "question_fit", share / 10, draws(panel, np.random.default_rng(2)))
    assert not any(calibrate(*_columns(panel, small)).questions.flags)


def test_a_difference_between_groups_has_to_matter_too():
    panel = simulate("S", halo=0.5, seed=1003)
    chance = draws(panel, np.random.default_rng(4))
    sizes = np.where(np.arange(30) == np.bincount(panel.interviewer).argmax(), 1.6, 0.0)
    run = calibrate(*_columns(panel, rated(panel, "differential_severity", sizes, chance)))
    focal = chance.focal[panel.candidate]
    found = differential_severity(run, focal)
    assert found.flagged[sizes > 0].all()
    assert not differential_severity(run, focal, policy=FlagPolicy(differential_severity=2.0)).flagged.any()


@pytest.mark.parametrize(
    ("drawn", "said", "unsaid"),
    [
        (lambda rng: rng.gamma(2.0, 1.0, 3000), "the upper end is longer", "flatter"),
        (lambda rng: -rng.gamma(2.0, 1.0, 3000), "the lower end is longer", "flatter"),
        (lambda rng: rng.standard_t(4, 3000), "heavier tails", "skewed"),
        (lambda rng: rng.uniform(-1, 1, 3000), "but flatter", "end is"),
        (lambda rng: rng.choice([-1.5, 1.5], 3000) + rng.normal(0, 0.7, 3000), "flatter", "end is"),
    ],
    ids=["long above", "long below", "heavy", "flat", "two kinds"],
)
def test_only_the_departure_that_is_there_is_described(drawn, said, unsaid):
    fit = fitted_ratings(panels.honest(1030)[1])
    texts = " ".join(
        finding.text for finding in _shape(replace(fit, standing=drawn(np.random.default_rng(5))))
    )
    assert said in texts
    assert unsaid not in texts


def _own_steps(seed, candidates=250):
    """Ratings on questions that differ in their steps by .6, several interviewers of one interview."""
    panel = simulate_small(seed, candidates=candidates, interviewers=12)
    apart = np.random.default_rng(seed).normal(0, 0.6, (12, 3))
    apart -= apart.mean(1, keepdims=True)
    eta = panel.proficiency[panel.candidate] - panel.severity[panel.interviewer]
    eta = eta - panel.difficulty[panel.question]
    steps = np.array([-1.4, 0.1, 1.3]) + apart[panel.question]
    odds = np.exp(np.column_stack([np.zeros(len(eta)), np.cumsum(eta[:, None] - steps, 1)]))
    share = np.cumsum(odds / odds.sum(1, keepdims=True), 1)[:, :3]
    return panel, (np.random.default_rng(seed + 1).random(len(eta))[:, None] > share).sum(1)


def _steps_said(run, **options):
    return [found.text for found in check_assumptions(run, **options) if found.name == "question_steps"]


def test_steps_of_their_own_are_advised_where_held_out_ratings_gain():
    panel, score = _own_steps(3)
    run = calibrate(*_columns(panel, score))
    (text,) = _steps_said(run)
    assert 'Calibrate with steps="question"' in text


def test_certain_differences_of_steps_that_predict_nothing_are_not_said(monkeypatch):
    panel, score = _own_steps(3)
    run = calibrate(*_columns(panel, score))
    monkeypatch.setattr("psychometrics.model.diagnostics.assumptions.own_steps_predict", lambda _: False)
    assert not _steps_said(run)
    honest = calibrate(*_columns(panel))
    assert own_steps_predict(fitted_ratings(run))
    assert not own_steps_predict(fitted_ratings(honest))
