"""Weighted kappa against Cohen (1968) and Fleiss, Cohen & Everitt (1969)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.agreement.weighted_kappa import kappa_of_table, weighted_kappa
from psychometrics.errors import BadInput, NotEnoughData

COHEN_1968 = np.array([[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]]) * 200
DISAGREEMENT = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])
FLEISS_1969 = np.array([[0.53, 0.05, 0.02], [0.11, 0.14, 0.05], [0.01, 0.06, 0.03]]) * 200
AGREEMENT = np.array([[1, 0, 0.4444], [0, 1, 0.6667], [0.4444, 0.6667, 1]])

pairs = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=3, max_size=40)


def test_cohen_1968():
    assert kappa_of_table(COHEN_1968, np.eye(3)).kappa == pytest.approx(0.492, abs=5e-4)
    found = kappa_of_table(COHEN_1968, 1 - DISAGREEMENT / 6)
    assert found.kappa == pytest.approx(0.348, abs=5e-4)
    assert found.n == 200


def test_fleiss_cohen_everitt_1969():
    plain, weighted = kappa_of_table(FLEISS_1969, np.eye(3)), kappa_of_table(FLEISS_1969, AGREEMENT)
    assert plain.kappa == pytest.approx(0.429, abs=5e-4)
    assert weighted.kappa == pytest.approx(0.507, abs=5e-4)
    assert plain.standard_error**2 == pytest.approx(0.002885, abs=1e-5)
    assert weighted.standard_error**2 == pytest.approx(0.003248, abs=1e-5)


@given(pairs)
def test_the_two_raters_may_change_places(ratings):
    first, second = np.array(ratings).T
    one, other = weighted_kappa(first, second), weighted_kappa(second, first)
    if one.kappa is None:
        assert other.kappa is None
    else:
        assert other.kappa == pytest.approx(one.kappa)
        assert weighted_kappa(5 - first, 5 - second).kappa == pytest.approx(one.kappa)


@given(pairs)
def test_on_two_points_all_weights_are_alike(ratings):
    first, second = (np.array(ratings) > 2).T
    kappas = [
        weighted_kappa(first, second, weights=w, categories=[0, 1]).kappa
        for w in ("identity", "linear", "quadratic")
    ]
    assert kappas[0] is None or kappas == pytest.approx([kappas[0]] * 3)


def test_standard_error_is_that_of_repeated_samples():
    rng = np.random.default_rng(2)
    draws = rng.multinomial(200, FLEISS_1969.ravel() / 200, size=1500).reshape(-1, 3, 3)
    scatter = np.std([kappa_of_table(draw, AGREEMENT).kappa for draw in draws])
    assert kappa_of_table(FLEISS_1969, AGREEMENT).standard_error == pytest.approx(scatter, rel=0.06)


def test_agreement_by_a_constant_is_undefined():
    found = weighted_kappa([2, 2, 2], [2, 2, 2])
    assert (found.kappa, found.standard_error, found.observed) == (None, None, 1.0)


def test_perfect_agreement_has_no_interval():
    found = weighted_kappa([1, 2, 3], [1, 2, 3])
    assert (found.kappa, found.standard_error, found.lower) == (1.0, None, None)


def test_cases_rated_by_one_are_left_out():
    found = weighted_kappa([1, 2, np.nan, 4], [1, 3, 2, np.nan])
    assert found.n == 2


def test_impossible_tables_are_refused():
    with pytest.raises(NotEnoughData):
        weighted_kappa([np.nan], [1])
    with pytest.raises(BadInput, match="categories"):
        weighted_kappa([1, 2], [1, 5], categories=[1, 2, 3, 4])
    with pytest.raises(BadInput, match="square"):
        kappa_of_table([[1, 2]], [[1, 0]])
    with pytest.raises(BadInput, match="diagonal"):
        kappa_of_table(np.eye(2), np.ones((2, 2)) / 2)
    with pytest.raises(BadInput, match="negative"):
        kappa_of_table([[1, -1], [0, 1]], np.eye(2))
    with pytest.raises(NotEnoughData):
        kappa_of_table(np.zeros((2, 2)), np.eye(2))
    with pytest.raises(BadInput, match="weights"):
        weighted_kappa([1, 2], [1, 2], weights="cubic")
