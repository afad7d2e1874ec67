"""Johnson's relative weights: additivity, known special cases, planted verdicts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.design.relative_importance import importance_from_data, relative_weights
from psychometrics.errors import BadInput, NotEnoughData, NoVariation
from psychometrics.selection.composite import optimal_weights

BOBKO = np.array([[1, 0.24, 0, 0.19], [0.24, 1, 0.12, 0.16], [0, 0.12, 1, 0.51], [0.19, 0.16, 0.51, 1]])


def test_weights_add_up_to_r_squared():
    found = relative_weights([0.30, 0.30, 0.18, 0.28], BOBKO)
    best = optimal_weights([0.30, 0.30, 0.18, 0.28], BOBKO)
    assert found.r_squared == pytest.approx(best.validity**2)
    assert found.weights.sum() == pytest.approx(found.r_squared)
    assert found.shares.sum() == pytest.approx(1)


def test_uncorrelated_predictors_have_their_squared_validities():
    assert relative_weights([0.5, 0.3, 0.0], np.eye(3)).weights == pytest.approx([0.25, 0.09, 0])


@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.floats(-0.7, 0.7))
def test_two_predictors_have_their_dominance(v1, v2, r):
    # Johnson 2000: with two predictors the weights are those of dominance analysis.
    both = (v1 * v1 + v2 * v2 - 2 * r * v1 * v2) / (1 - r * r)
    expected = [(v1 * v1 + both - v2 * v2) / 2, (v2 * v2 + both - v1 * v1) / 2]
    if both <= 1:
        found = relative_weights([v1, v2], [[1, r], [r, 1]])
        assert found.weights == pytest.approx(expected, abs=1e-9)


def test_verdicts_made_of_one_competency_show_it():
    rng = np.random.default_rng(4)
    shared = rng.normal(size=(400, 1))
    scores = 0.6 * shared + rng.normal(size=(400, 3))
    verdict = (scores[:, 1] + 0.3 * rng.normal(size=400) > 0.2).astype(float)
    found = importance_from_data(scores, verdict, replicates=200)
    assert np.argmax(found.importance.weights) == 1
    assert found.lower[1] > found.upper[[0, 2]].max()
    assert np.all(found.lower <= found.importance.shares)
    assert np.all(found.importance.shares <= found.upper)


def test_rows_with_holes_are_left_out():
    rng = np.random.default_rng(4)
    scores, verdict = rng.normal(size=(30, 2)), rng.normal(size=30)
    scores[3, 1] = np.nan
    assert importance_from_data(scores, verdict, replicates=100).n == 29


def test_uncorrelated_verdicts_have_no_shares():
    found = relative_weights([0.0, 0.0], np.eye(2))
    assert (found.shares, found.r_squared) == (None, 0.0)


def test_too_little_is_refused():
    rng = np.random.default_rng(4)
    with pytest.raises(NotEnoughData, match="at least 20"):
        importance_from_data(rng.normal(size=(10, 2)), rng.normal(size=10))
    with pytest.raises(NoVariation):
        importance_from_data(rng.normal(size=(40, 2)), np.ones(40))
    with pytest.raises(BadInput, match="shape"):
        importance_from_data(rng.normal(size=40), np.ones(40))
    with pytest.raises(BadInput, match="replicates"):
        importance_from_data(rng.normal(size=(40, 2)), rng.normal(size=40), replicates=5)
    with pytest.raises(BadInput, match="contradict"):
        relative_weights([0.9, 0.9], np.eye(2))
    with pytest.raises(BadInput, match="positive definite"):
        relative_weights([0.3, 0.3], [[1, 1], [1, 1]])
