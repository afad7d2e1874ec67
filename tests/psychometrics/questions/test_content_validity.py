"""Content validity ratio against exact binomial tails and hand-made tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.questions.content_validity import (
    aiken_v,
    approximate_critical_ratio,
    content_indices,
    content_validity_index,
    content_validity_ratio,
    critical_ratio,
)

# Experts, least essential votes, ratio: one-tailed 5 %, the method of Ayre & Scally 2014.
CRITICAL = [
    (5, 5, 1.0), (6, 6, 1.0), (7, 7, 1.0), (8, 7, 0.75), (9, 8, 0.778), (10, 9, 0.800), (11, 9, 0.636),
    (12, 10, 0.667), (13, 10, 0.538), (14, 11, 0.571), (15, 12, 0.600), (16, 12, 0.500), (17, 13, 0.529),
    (18, 13, 0.444), (19, 14, 0.474), (20, 15, 0.500), (25, 18, 0.440), (30, 20, 0.333), (35, 23, 0.314),
    (40, 26, 0.300),
]  # fmt: skip


@pytest.mark.parametrize(("experts", "essential", "ratio"), CRITICAL)
def test_critical_values(experts, essential, ratio):
    found = critical_ratio(experts)
    assert found.essential == essential
    assert found.ratio == pytest.approx(ratio, abs=5.01e-4)


def test_four_experts_cannot_be_significant():
    assert critical_ratio(4) is None


@given(st.integers(1, 200), st.floats(0.001, 0.5))
def test_critical_value_is_the_first_significant_one(experts, alpha):
    found = critical_ratio(experts, alpha=alpha)
    if found is None:
        assert 0.5**experts > alpha
    else:
        assert binom.sf(found.essential - 1, experts, 0.5) <= alpha * (1 + 1e-9)
        assert binom.sf(found.essential - 2, experts, 0.5) > alpha * (1 - 1e-9)


def test_normal_approximation_of_wilson_2012():
    assert approximate_critical_ratio(13) == pytest.approx(0.456, abs=5.01e-4)
    assert approximate_critical_ratio(13) < critical_ratio(13).ratio


def test_lawshes_index_is_the_mean_ratio_of_what_is_kept():
    found = content_validity_index([10, 9, 6, 8], 10)
    assert found.ratios == pytest.approx((1.0, 0.8, 0.2, 0.6))
    assert found.kept == (True, True, False, False)
    assert found.index == pytest.approx(0.9)
    assert content_validity_index([5, 4], 10).index is None
    with pytest.raises(NotEnoughData, match="too few"):
        content_validity_index([4], 4)
    with pytest.raises(NotEnoughData, match="at least one item"):
        content_validity_index([], 10)


def test_ratio_runs_from_minus_one_to_one():
    assert [content_validity_ratio(k, 10) for k in (0, 5, 9, 10)] == pytest.approx([-1, 0, 0.8, 1])


def test_aiken_and_item_indices():
    assert aiken_v([4, 3, 4, 2], lowest=1, highest=4) == pytest.approx(9 / 12)
    ratings = np.array([[4, 2, 3], [3, 3, 4], [4, 1, 3], [4, 4, 4]])
    found = content_indices(ratings, relevant_from=3)
    assert found.items == (1.0, 0.5, 1.0)
    assert found.average == pytest.approx(2.5 / 3)
    assert found.universal == pytest.approx(2 / 3)


def test_impossible_votes_are_refused():
    with pytest.raises(BadInput, match="not possible"):
        content_validity_ratio(6, 5)
    with pytest.raises(BadInput):
        critical_ratio(0)
    with pytest.raises(BadInput, match="alpha"):
        critical_ratio(5, alpha=0)
    with pytest.raises(BadInput, match="between 1 and 4"):
        aiken_v([5], lowest=1, highest=4)
    with pytest.raises(BadInput, match="lowest"):
        aiken_v([5], lowest=4, highest=4)
    with pytest.raises(NotEnoughData):
        aiken_v([], lowest=1, highest=4)
    with pytest.raises(NotEnoughData):
        content_indices([[3, 4]], relevant_from=3)
    with pytest.raises(BadInput, match="shape"):
        content_indices([3, 4], relevant_from=3)
