"""Questions may have steps of their own, drawn to the common ones."""

import numpy as np
import pytest

from psychometrics.model.calibration import calibrate, question_steps, update
from psychometrics.model.diagnostics import diagnose
from tests.psychometrics import panels


def test_own_steps_are_recovered():
    truth, found, spread = [], [], []
    for seed in range(4):
        columns, own, _ = panels.with_own_steps(seed, 0.5)
        result = calibrate(*columns, steps="question")
        assert result.question_thresholds.shape == (10, 3)
        np.testing.assert_allclose(result.question_thresholds.mean(1), result.thresholds.mean(), atol=1e-9)
        truth.append(own - own.mean(0))  # what all questions share is in the common steps
        found.append(result.question_thresholds - result.thresholds)
        spread.append(result.components["question_steps"])
    truth, found = np.concatenate(truth).ravel(), np.concatenate(found).ravel()
    assert np.corrcoef(truth, found)[0, 1] > 0.85
    assert 0.9 <= found @ truth / (found @ found) <= 1.25, "drawn in rather too much than too little"
    assert np.mean(spread) == pytest.approx(0.45, abs=0.1)


def test_what_is_known_of_steps_is_known_beside_difficulty_and_common_steps():
    """Against the inverse of the whole precision matrix of contrasts, difficulties and common steps."""
    rng = np.random.default_rng(2)
    questions, top, variance = 4, 3, 0.2
    drawn = rng.normal(size=(questions, top, 9))
    information = drawn @ drawn.transpose(0, 2, 1)
    contrasts = question_steps._contrasts(top)
    basis = np.column_stack([contrasts, np.ones(top)])
    size = 2 * questions + questions + 2
    whole = np.diag(np.repeat([1 / variance, 0.0, 1 / 25], [2 * questions, questions, 2]))
    for q in range(questions):
        at = np.zeros((top, size))
        at[:, 2 * q : 2 * q + 2] = at[:, -2:] = contrasts
        at[:, 2 * questions + q] = basis[:, 2]
        whole += at.T @ information[q] @ at
    covariance = np.linalg.inv(whole)
    expected = [covariance[2 * q : 2 * q + 2, 2 * q : 2 * q + 2] for q in range(questions)]
    np.testing.assert_allclose(question_steps._marginal(contrasts, information, variance), expected)


def test_where_questions_are_alike_little_is_made_up():
    columns, _, _ = panels.with_own_steps(7, 0.0)
    plain, own = calibrate(*columns), calibrate(*columns, steps="question")
    assert own.components["question_steps"] < 0.27
    np.testing.assert_allclose(own.candidates.measure, plain.candidates.measure, atol=0.12)
    assert plain.question_thresholds is None
    assert "question_steps" not in plain.components


def test_intervals_of_candidates_keep_their_coverage():
    covered = []
    for seed in range(4):
        columns, _, base = panels.with_own_steps(20 + seed, 0.6)
        people = calibrate(*columns, steps="question").candidates
        truth = base.proficiency[people.label] - base.proficiency[people.label].mean()
        covered.append((np.abs(people.measure - truth) < 1.645 * people.se).mean())
    assert 0.86 <= np.mean(covered) <= 0.94


def test_reversing_the_scores_reverses_the_steps():
    who, by, what, score = panels.with_own_steps(3, 0.5)[0]
    up = calibrate(who, by, what, score, steps="question")
    down = calibrate(who, by, what, 3 - score, steps="question")
    np.testing.assert_allclose(down.candidates.measure, -up.candidates.measure, atol=2e-3)
    np.testing.assert_allclose(down.question_thresholds, -up.question_thresholds[:, ::-1], atol=5e-3)


def test_diagnostics_small_panels_and_updates_know_them():
    columns, _, _ = panels.with_own_steps(5, 0.5, candidates=45)
    result = calibrate(*columns, steps="question")
    assert any("a small panel" in warning for warning in result.warnings)
    assert np.isfinite(diagnose(result).tests["halo"].z).any()
    new = columns[0] == 44
    base = calibrate(*(column[~new] for column in columns), steps="question")
    again = update(base, *(column[new] for column in columns))
    np.testing.assert_allclose(again.candidates.measure, result.candidates.measure, atol=1e-6)
    assert "question steps" in again.model


@pytest.mark.usefixtures("kernels")
def test_cumulative_logits_have_them_too_and_in_order():
    columns, own, _ = panels.with_own_steps(5, 0.5, candidates=100)
    result = calibrate(*columns, steps="question", link="cl")
    assert np.all(np.diff(result.question_thresholds, axis=1) > 0)
    found = result.question_thresholds - result.question_thresholds.mean(1, keepdims=True)
    found -= found.mean(0)
    # Made by the other link: what differs between questions is the same, on another unit.
    truth = own - own.mean(0)
    assert np.corrcoef(found.ravel(), truth.ravel())[0, 1] > 0.7
    same = calibrate(*columns, steps="question", link="cl", engine="compiled")
    np.testing.assert_allclose(same.question_thresholds, result.question_thresholds, atol=1e-8)


def test_two_categories_have_one_step():
    columns, _, _ = panels.with_own_steps(5, 0.5, candidates=45)
    two = (*columns[:3], columns[3] >= 2)
    assert calibrate(*two, steps="question").question_thresholds is None
