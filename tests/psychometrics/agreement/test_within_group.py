"""r_wg against LeBreton & Senter (2008) and its bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.agreement.within_group import within_group_agreement, within_group_agreement_of_many
from psychometrics.errors import BadInput, NotEnoughData


def test_five_points_and_half_a_point_of_variance():
    # (5^2 - 1) / 12 = 2; ratings 3 4 3 4 3 ... chosen to have variance .5 exactly.
    found = within_group_agreement([3, 4], points=5)
    assert found.variance == 0.5
    assert found.agreement == pytest.approx(0.75)


def test_camps_agree_less_than_chance():
    assert within_group_agreement([1, 1, 5, 5], points=5).agreement < 0


def test_many_criteria_step_up():
    table = [[3, 4, 2], [4, 5, 3]]
    # Mean variance .5, so one criterion has .75; three have 3 x .75 / (3 x .75 + .25).
    assert within_group_agreement_of_many(table, points=5) == pytest.approx(0.9)
    assert within_group_agreement_of_many([[1, 5], [5, 1]], points=5) is None


@given(st.lists(st.integers(1, 5), min_size=2, max_size=12))
def test_agreement_is_one_at_most_and_blind_to_direction(ratings):
    found = within_group_agreement(ratings, points=5)
    assert found.agreement <= 1
    assert (found.agreement == 1) == (len(set(ratings)) == 1)
    mirrored = within_group_agreement([6 - r for r in ratings], points=5)
    assert mirrored.agreement == pytest.approx(found.agreement)


def test_a_smaller_expectation_lowers_agreement():
    own = within_group_agreement([3, 4], points=5, expected_variance=1.0)
    assert own.agreement == pytest.approx(0.5)


def test_impossible_ratings_are_refused():
    with pytest.raises(NotEnoughData):
        within_group_agreement([3], points=5)
    with pytest.raises(BadInput, match="points"):
        within_group_agreement([3, 4], points=1)
    with pytest.raises(BadInput, match="wider"):
        within_group_agreement([1, 9], points=5)
    with pytest.raises(BadInput, match="expected_variance"):
        within_group_agreement([3, 4], points=5, expected_variance=0)
    with pytest.raises(NotEnoughData):
        within_group_agreement_of_many([[1, 2]], points=5)
    with pytest.raises(BadInput, match="shape"):
        within_group_agreement_of_many([1, 2], points=5)
    with pytest.raises(BadInput, match="points"):
        within_group_agreement_of_many([[1], [1]], points=0)
