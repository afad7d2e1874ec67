"""Where the world is not the model, it is said; where it is, hardly ever."""

import numpy as np
import pytest

from benchmarks import robustness
from benchmarks.broken_worlds import WORLDS, plain, rate
from benchmarks.generator import simulate
from psychometrics.errors import BadInput
from psychometrics.model.calibration import calibrate
from psychometrics.model.diagnostics import check_assumptions, diagnose
from psychometrics.model.diagnostics.runs import fitted_ratings
from psychometrics.model.diagnostics.step_differences import step_differences
from tests.psychometrics import panels

EXPECTED = {
    "skewed proficiency (gamma 2)": "proficiency_shape",
    "heavy tails (t, 4 df)": "proficiency_shape",
    "two groups of candidates": "proficiency_shape",
    "interviewers' slopes, log sd .3": "interviewers",
    "interviewers' step spread, log sd .3": "interviewers",
    "questions' own steps, sd .4": "question_steps",
    "harsh interviewers meet better people": "assignment",
    "a better site, one common mean": "assignment",
    "seniors see finalists": "stages",
    "seniors see finalists, stage given as group": "stages",
    "drop-out after a bad first round": "stages",
    "one question leaked": "questions",
}


def test_every_broken_world_is_listed_here():
    assert set(WORLDS) - set(EXPECTED) == {"as assumed", "a better site, given as group"}


@pytest.mark.parametrize("world", EXPECTED)
def test_a_broken_assumption_is_named(world):
    said = [robustness._one(WORLDS[world], seed)[1] for seed in range(5000, 5002)]
    assert any(EXPECTED[world] in names for names in said), said


@pytest.mark.parametrize("world", ["as assumed", "a better site, given as group"])
def test_nothing_is_said_without_cause(world):
    assert [robustness._one(WORLDS[world], seed)[1] for seed in range(5000, 5003)].count(set()) >= 2


def test_groups_that_may_be_stages_are_warned_of():
    """The one world whose intervals are far too narrow: the outcome of a selection given as group."""
    panel = simulate("S", halo=0.5, seed=5001)
    rng = np.random.default_rng([5001, 7])
    world = WORLDS["seniors see finalists, stage given as group"](plain(panel), rng)
    score = rate(world, rng)
    kept, group = world.selection(world, score)
    result = robustness._calibrated(world.panel, score, kept, group)
    text = next(found.text for found in check_assumptions(result) if found.name == "stages")
    assert "leave such groups out" in text
    alone = robustness._calibrated(world.panel, score, kept)
    text = next(found.text for found in check_assumptions(alone) if found.name == "stages")
    assert "leave such groups out" not in text


def test_the_leaked_question_is_named():
    panel = simulate("S", halo=0.5, seed=5002)
    rng = np.random.default_rng(3)
    world = WORLDS["one question leaked"](plain(panel), rng)
    result = robustness._calibrated(world.panel, rate(world, rng), np.ones(len(panel.score), bool))
    leaked = np.bincount(panel.question).argmax()
    findings = {found.name: found.text for found in check_assumptions(result, when=panel.when)}
    assert f" {leaked} (+1." in findings["questions"]
    assert "questions" not in {found.name for found in check_assumptions(result)}, "nothing without times"


def _differences(panel, score):
    return step_differences(
        fitted_ratings(calibrate(panel.candidate, panel.interviewer, panel.question, score))
    )


def test_shared_steps_are_not_refused_and_own_ones_are():
    """The share below .05 of 20 honest panels has a standard error of .049."""
    p = []
    for seed in range(20):
        panel = panels.small(seed, candidates=150, interviewers=12, questions=10)
        p.append(_differences(panel, panel.score))
    assert np.mean(np.array(p) < 0.05) <= 0.2
    assert np.mean(p) == pytest.approx(0.5, abs=0.2)
    score = np.where((panel.question < 5) & (panel.score == 2), 1, panel.score)  # half the questions: no 3
    assert _differences(panel, score) < 1e-6
    assert _differences(panel, panel.score >= 2) == 1.0


def test_what_only_a_large_panel_can_see_is_not_worth_a_warning():
    """5,000 candidates with a skewness of .1: certain, and without consequence."""
    panel = simulate("M", halo=0.5, seed=5003)
    rng = np.random.default_rng(1)
    drawn = rng.gamma(400.0, 1.0, len(panel.proficiency))
    world = plain(panel).proficient((drawn - 400.0) / 20.0)
    result = robustness._calibrated(world.panel, rate(world, rng), np.ones(len(panel.score), bool))
    assert not check_assumptions(result, when=panel.when)


def test_small_panels_are_not_judged():
    panel = panels.small(3)
    result = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score)
    assert not {"proficiency_shape", "stages"} & {found.name for found in check_assumptions(result)}


def test_diagnostics_at_hand_are_used_and_times_are_checked():
    panel = simulate("S", halo=0.5, seed=1001)
    result = robustness._calibrated(panel, panel.score, np.ones(len(panel.score), bool))
    found = diagnose(result, when=panel.when)
    assert check_assumptions(result, when=panel.when, diagnostics=found) == check_assumptions(
        result, when=panel.when
    )
    with pytest.raises(BadInput, match="when has 3 values"):
        check_assumptions(result, when=[1, 2, 3], diagnostics=found)
