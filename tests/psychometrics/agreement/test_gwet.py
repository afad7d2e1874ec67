"""Gwet's AC1 and AC2 against irrCAC on Krippendorff's (2011) four observers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.agreement.gwet import gwet_agreement
from psychometrics.errors import BadInput, NotEnoughData

HOLE = np.nan
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, HOLE, HOLE, HOLE],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, HOLE, 3],
        [HOLE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, HOLE],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, HOLE],
    ]
)
UNIT = np.tile(np.arange(12), 4)


def test_ac1_of_irrcac():
    # gwet.ac1.raw(cac.raw4raters) of irrCAC 1.0 in R.
    found = gwet_agreement(UNIT, OBSERVERS.ravel(), weights="identity")
    assert found.coefficient == pytest.approx(0.77544, abs=5e-6)
    assert found.standard_error == pytest.approx(0.14295, abs=5e-6)
    assert (found.lower, found.upper) == (pytest.approx(0.461, abs=5e-4), 1.0)
    assert (found.observed, found.expected) == pytest.approx((0.81818, 0.19032), abs=5e-6)
    assert (found.units, found.paired) == (12, 11)


def test_ac2_with_quadratic_weights_of_irrcac():
    assert gwet_agreement(UNIT, OBSERVERS.ravel()).coefficient == pytest.approx(0.9140, abs=5e-5)


def test_a_common_category_does_not_hide_agreement():
    # 18 of 20 candidates pass with both interviewers, two are disputed: kappa would be -.05.
    first, second = [2] * 19 + [1], [2] * 18 + [1, 2]
    found = gwet_agreement(list(range(20)) * 2, first + second, weights="identity")
    assert found.coefficient == pytest.approx((0.9 - 0.095) / (1 - 0.095))


@given(st.lists(st.integers(1, 4), min_size=12, max_size=12), st.randoms())
def test_order_of_ratings_does_not_matter(scores, random):
    unit = [0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 5]
    rows = list(zip(unit, scores, strict=True))
    random.shuffle(rows)
    one = gwet_agreement(unit, scores, categories=[1, 2, 3, 4])
    other = gwet_agreement(*zip(*rows, strict=True), categories=[1, 2, 3, 4])
    assert other.coefficient == pytest.approx(one.coefficient)
    assert one.coefficient <= 1 + 1e-12


def test_one_unit_has_no_interval():
    found = gwet_agreement([1, 1], [2, 3], categories=[1, 2, 3])
    assert (found.standard_error, found.lower, found.upper) == (None, None, None)


def test_perfect_agreement_has_no_interval():
    found = gwet_agreement([1, 1, 2, 2], [1, 1, 3, 3])
    assert (found.coefficient, found.standard_error, found.lower) == (1.0, None, None)


def test_what_cannot_agree_is_refused():
    with pytest.raises(NotEnoughData, match="twice"):
        gwet_agreement([1, 2, 3], [1, 2, 3])
    with pytest.raises(NotEnoughData, match="two points"):
        gwet_agreement([1, 1], [2, 2])
    with pytest.raises(BadInput, match="categories"):
        gwet_agreement([1, 1], [2, 7], categories=[1, 2, 3])
    with pytest.raises(BadInput, match="expected"):
        gwet_agreement([1, 1], [2])
