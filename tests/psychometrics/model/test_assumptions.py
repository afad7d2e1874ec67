"""Where the world is not the model, it is said; where it is, hardly ever."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import robustness
from benchmarks.broken_worlds import WORLDS, plain, rate
from benchmarks.generator import simulate
from psychometrics.errors import BadInput
from psychometrics.model.calibration import calibrate
from psychometrics.model.diagnostics import assumptions, check_assumptions, diagnose
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
    """On one panel; docs/methods/robustness.md has the power, which is 1 but for heavy tails (.85)."""
    assert EXPECTED[world] in robustness._one(WORLDS[world], 5000)[1]


def test_nothing_is_said_without_cause():
    """Of honest panels without groups benchmarks.validation counts the warnings."""
    assert not robustness._one(WORLDS["a better site, given as group"], 5000)[1]


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


def test_steps_of_their_own_are_refused_and_two_points_have_none_to_share():
    panel = panels.small(19, candidates=150, interviewers=12, questions=10)
    score = np.where((panel.question < 5) & (panel.score == 2), 1, panel.score)  # half the questions: no 3
    assert _differences(panel, panel.score) > 1e-3
    assert _differences(panel, score) < 1e-6
    assert _differences(panel, panel.score >= 2) == 1.0


def test_what_only_a_large_panel_can_see_is_not_worth_a_warning():
    """Measures of 5,000 candidates with a skewness of .1: certain, and without consequence. One of .5 is said."""
    fit = fitted_ratings(panels.honest(1030)[1])
    for shape, said in ((400.0, False), (16.0, True)):
        drawn = np.random.default_rng(1).gamma(shape, 1.0, 5000)
        assert bool(assumptions._shape(replace(fit, standing=drawn))) == said


def test_small_panels_are_not_judged():
    panel = panels.small(3)
    result = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score)
    assert not {"proficiency_shape", "stages"} & {found.name for found in check_assumptions(result)}


def test_diagnostics_at_hand_are_used_and_times_are_checked():
    panel, result = panels.honest(1030)
    found = diagnose(result, when=panel.when)
    assert check_assumptions(result, when=panel.when, diagnostics=found) == check_assumptions(
        result, when=panel.when
    )
    with pytest.raises(BadInput, match="when has 3 values"):
        check_assumptions(result, when=[1, 2, 3], diagnostics=found)
