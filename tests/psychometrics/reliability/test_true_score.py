"""Kelley, standard errors and bands against Dudek (1979)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.errors import BadInput
from psychometrics.reliability.true_score import band_width, bands, kelley, standard_errors


def test_dudek_1979():
    errors = standard_errors(100, 0.9)
    assert errors.measurement == pytest.approx(31.62, abs=0.005)
    assert errors.estimation == pytest.approx(30.0)
    assert errors.prediction == pytest.approx(43.59, abs=0.005)
    found = kelley(700, mean=500, sd=100, reliability=0.9)
    assert found.estimate == pytest.approx(680)
    assert (found.lower, found.upper) == pytest.approx((621.2, 738.8), abs=0.005)
    assert found.probability_above(650) == pytest.approx(0.8413, abs=5e-5)


def test_band_width():
    assert band_width(0.5, 0.8) == pytest.approx(0.6198, abs=5e-5)


def test_bands_start_at_the_best():
    assert bands([3.2, 2.58, 2.57, 1.0, 3.0, 1.95], 0.62) == (0, 0, 1, 2, 0, 1)
    assert bands([2.0, 1.0], 0.0) == (0, 1)


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(0.01, 0.99), st.floats(0.1, 10))
def test_estimate_lies_between_mean_and_score(observed, mean, reliability, sd):
    found = kelley(observed, mean=mean, sd=sd, reliability=reliability)
    low, high = sorted((observed, mean))
    assert low - 1e-9 <= found.estimate <= high + 1e-9
    errors = standard_errors(sd, reliability)
    assert errors.estimation < errors.measurement < errors.prediction


def test_impossible_arguments_are_refused():
    for sd, rho in ((0, 0.5), (1, 0), (1, 1), (float("nan"), 0.5)):
        with pytest.raises(BadInput):
            standard_errors(sd, rho)
    with pytest.raises(BadInput):
        bands([], 1)
    with pytest.raises(BadInput):
        bands([1.0], -1)
    with pytest.raises(BadInput, match="level"):
        band_width(1, 0.5, level=1.0)
