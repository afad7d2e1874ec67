"""Utility against the Taylor-Russell tables, iopsych and Schmidt, Hunter, McKenzie & Muldrow (1979)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.errors import BadInput
from psychometrics.selection.utility import boudreau, brogden_cronbach_gleser, naylor_shine, taylor_russell

RATIOS = (0.05, 0.10, 0.20, 0.30, 0.40, 0.50, 0.60, 0.70, 0.80, 0.90, 0.95)


@pytest.mark.parametrize(
    ("validity", "row"),
    [
        (0.25, [0.70, 0.67, 0.64, 0.62, 0.60, 0.58, 0.56, 0.55, 0.54, 0.52, 0.51]),
        (0.50, [0.88, 0.84, 0.78, 0.74, 0.70, 0.67, 0.63, 0.60, 0.57, 0.54, 0.52]),
        (0.75, [0.99, 0.97, 0.92, 0.87, 0.82, 0.77, 0.72, 0.66, 0.61, 0.55, 0.53]),
    ],
)
def test_taylor_russell_1939_tables(validity, row):
    assert [taylor_russell(validity, ratio, 0.5) for ratio in RATIOS] == pytest.approx(row, abs=0.005001)


def test_taylor_russell_elsewhere():
    # trModel(.5, .5, .6) of the R package iopsych; then recomputed values.
    assert taylor_russell(0.5, 0.5, 0.6) == pytest.approx(0.7609, abs=5e-5)
    assert taylor_russell(0.42, 0.2, 0.5) == pytest.approx(0.7364, abs=5e-5)
    assert taylor_russell(0.19, 0.2, 0.5) == pytest.approx(0.6063, abs=5e-5)
    assert taylor_russell(0.35, 0.1, 0.5) == pytest.approx(0.7414, abs=5e-5)


@pytest.mark.parametrize(
    ("ratio", "mean"),
    list(
        zip(
            (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
            (2.0627, 1.755, 1.3998, 1.159, 0.9659, 0.7979, 0.6439, 0.4967, 0.35),
            strict=True,
        )
    ),
)
def test_naylor_shine_means(ratio, mean):
    assert naylor_shine(1.0, ratio) == pytest.approx(mean, abs=5e-5)


def test_iopsych_utility_examples():
    # utilityBcg(sdy=10000, rxy=.5, sr=.3) and utilityBoud(..., period 4, v .5, tax .1, i .02).
    assert brogden_cronbach_gleser(0.5, 0.3, sd_y=10_000) == pytest.approx(5794.88, abs=0.01)
    found = boudreau(0.5, 0.3, sd_y=10_000, periods=4, variable_cost=0.5, tax=0.1, discount=0.02)
    assert found == pytest.approx(9929.39, abs=0.01)


@pytest.mark.parametrize(
    ("ratio", "millions"),
    list(
        zip(
            (0.05, 0.10, 0.20, 0.30, 0.40, 0.50, 0.60, 0.70, 0.80),
            (97.2, 82.8, 66.0, 54.7, 45.6, 37.6, 30.4, 23.4, 16.5),
            strict=True,
        )
    ),
)
def test_programmers_of_schmidt_1979(ratio, millions):
    found = brogden_cronbach_gleser(
        0.76, ratio, sd_y=10_413, hired=618, years=9.69, applicants=618 / ratio, cost_per_applicant=10
    )
    assert found / 1e6 == pytest.approx(millions, rel=0.006)
    # The paper rounded on the way; without rounding:
    exact = {
        0.05: 97.6,
        0.1: 83.1,
        0.2: 66.3,
        0.3: 54.9,
        0.4: 45.8,
        0.5: 37.8,
        0.6: 30.5,
        0.7: 23.5,
        0.8: 16.6,
    }
    assert found / 1e6 == pytest.approx(exact[ratio], abs=0.0501)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_useless_predictors_leave_the_base_rate(ratio, base):
    assert taylor_russell(0.0, ratio, base) == pytest.approx(base)
    assert naylor_shine(0.0, ratio) == 0


@given(st.floats(0, 0.9), st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_success_rises_with_validity(validity, ratio, base):
    assert taylor_russell(validity + 0.05, ratio, base) >= taylor_russell(validity, ratio, base) - 1e-12


def test_boudreau_without_time_or_tax_is_brogden():
    plain = brogden_cronbach_gleser(0.4, 0.2, sd_y=1000, hired=3, applicants=15, cost_per_applicant=20)
    assert boudreau(0.4, 0.2, sd_y=1000, periods=1, hired=3, cost=300) == pytest.approx(plain)


def test_impossible_arguments_are_refused():
    with pytest.raises(BadInput, match="base rate"):
        taylor_russell(0.3, 0.2, 1.0)
    with pytest.raises(BadInput, match="selection ratio"):
        naylor_shine(0.3, 0.0)
    with pytest.raises(BadInput, match="validity"):
        naylor_shine(1.3, 0.5)
    with pytest.raises(BadInput, match="sd_y"):
        brogden_cronbach_gleser(0.3, 0.5, sd_y=-1)
    with pytest.raises(BadInput, match="tax"):
        boudreau(0.3, 0.5, sd_y=1, periods=1, tax=1.5)
    with pytest.raises(BadInput, match="periods"):
        boudreau(0.3, 0.5, sd_y=1, periods=0)
