"""Wilson's interval against published values and the test it inverts."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics import wilson_interval
from psychometrics.errors import BadInput


# Newcombe 1998 (Statistics in Medicine 17), table I, method 3 (the score method), at 95 %.
@pytest.mark.parametrize(
    ("passed", "n", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_published_intervals(passed, n, lower, upper):
    assert wilson_interval(passed, n) == pytest.approx((lower, upper), abs=5.1e-5)


@given(st.integers(1, 400), st.data(), st.floats(0.5, 0.999))
def test_it_holds_the_share_and_knows_no_direction(n, data, level):
    passed = data.draw(st.integers(0, n))
    lower, upper = wilson_interval(passed, n, level)
    assert 0 <= lower <= passed / n <= upper <= 1
    assert wilson_interval(n - passed, n, level) == pytest.approx((1 - upper, 1 - lower), abs=1e-12)


def test_its_ends_are_the_shares_that_a_score_test_just_rejects():
    for end in wilson_interval(7, 31, 0.90):
        z = (7 / 31 - end) / math.sqrt(end * (1 - end) / 31)
        assert abs(z) == pytest.approx(1.644854, abs=1e-6)


@pytest.mark.parametrize("bad", [(1, 0), (3, 2), (-1, 5), (1, 5, 1.0)])
def test_impossible_shares_are_refused(bad):
    with pytest.raises(BadInput):
        wilson_interval(*bad)
