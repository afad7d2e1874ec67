"""From d to impact against iopsych."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.fairness.d_to_impact import cohen_d, planned_impact


def test_aiest_of_iopsych():
    first = planned_impact(0.15, 0.25, 0.30)
    assert first.ratio == pytest.approx(0.823414, abs=5e-5)
    assert (first.majority_rate, first.minority_rate) == pytest.approx((0.2639772, 0.2173625), abs=5e-5)
    assert first.cut == pytest.approx(0.631109, abs=5e-6)
    second = planned_impact(0.40, 0.10, 0.15)
    assert second.ratio == pytest.approx(0.470816, abs=5e-6)
    rates = (second.majority_rate, second.minority_rate, second.cut)
    assert rates == pytest.approx((0.1086222, 0.0511411, 1.233889), abs=5e-6)


@pytest.mark.parametrize(("d", "row"), [(0.23, (0.658, 0.824, 0.952)), (0.79, (0.205, 0.467, 0.817))])
def test_structured_interviews_and_cognitive_ability(d, row):
    # d of Sackett et al. 2022, a fifth of applicants from the minority.
    found = [planned_impact(d, ratio, 0.2).ratio for ratio in (0.1, 0.5, 0.9)]
    assert found == pytest.approx(row, abs=5.01e-4)


@given(st.floats(0, 2), st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_rates_make_the_selection_ratio(d, ratio, share):
    found = planned_impact(d, ratio, share)
    total = (1 - share) * found.majority_rate + share * found.minority_rate
    assert total == pytest.approx(ratio, abs=1e-9)
    assert found.ratio <= 1 + 1e-12


def test_cohen_and_hedges():
    assert cohen_d(10, 2, 20, 9, 2, 20) == pytest.approx(0.5)
    assert cohen_d(10, 2, 20, 9, 2, 20, hedges=True) == pytest.approx(0.5 * (1 - 3 / 151))
    assert cohen_d(10, 3, 11, 8, 1, 21) == pytest.approx(2 / ((10 * 9 + 20 * 1) / 30) ** 0.5)


def test_impossible_arguments_are_refused():
    with pytest.raises(BadInput, match="selection_ratio"):
        planned_impact(0.2, 0, 0.2)
    with pytest.raises(BadInput, match="minority_share"):
        planned_impact(0.2, 0.2, 1)
    with pytest.raises(BadInput, match="finite"):
        planned_impact(float("inf"), 0.2, 0.2)
    with pytest.raises(NotEnoughData, match="2 people"):
        cohen_d(1, 1, 1, 1, 1, 5)
    with pytest.raises(NotEnoughData, match="undefined"):
        cohen_d(1, 0, 5, 2, 0, 5)
    with pytest.raises(BadInput, match="negative"):
        cohen_d(1, -1, 5, 2, 1, 5)
