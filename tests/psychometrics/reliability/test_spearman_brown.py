"""Spearman-Brown against textbook numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.errors import BadInput
from psychometrics.reliability.classification import normal_classification
from psychometrics.reliability.spearman_brown import lengthened, reliability_of, signal_to_noise, times_needed


def test_separate_interviews_of_reliability_44():
    # .44 of one separate interview: Huffcutt, Culbertson & Weyhrauch 2013.
    steps = [lengthened(0.44, k) for k in range(1, 7)]
    assert steps == pytest.approx([0.440, 0.611, 0.702, 0.759, 0.797, 0.825], abs=5.1e-4)
    assert times_needed(0.44, 0.80) == pytest.approx(5.09, abs=5e-3)


def test_ten_items_of_70_need_39_for_90():
    # The example of SBlength in the R package psychometric.
    assert 10 * times_needed(0.7, 0.9) == pytest.approx(38.57, abs=5e-3)


@pytest.mark.parametrize(("rho", "snr"), [(0.44, 0.7857), (0.70, 2.333), (0.80, 4.0), (0.90, 9.0)])
def test_signal_to_noise(rho, snr):
    assert signal_to_noise(rho) == pytest.approx(snr, abs=1e-3)
    assert reliability_of(signal_to_noise(rho)) == pytest.approx(rho)


def test_webbs_six_items():
    # Webb's six items per standard: reliability .1 each gives .40, and .631 classified alike at the median.
    assert lengthened(0.1, 6) == pytest.approx(0.40, abs=1e-3)
    assert normal_classification(lengthened(0.1, 6), 0.5).consistency == pytest.approx(0.631, abs=5.1e-4)


def test_two_of_a_panel():
    # .74 of one panel interview: Huffcutt, Culbertson & Weyhrauch 2013.
    assert lengthened(0.74, 2) == pytest.approx(0.851, abs=1e-3)


def test_severity_of_twenty_ratings_is_shrunk_by_its_reliability():
    # Severity variance .2, rating variance .6: n / (n + .6 / .2) at n = 20.
    assert lengthened(0.2 / 0.8, 20) == pytest.approx(0.8696, abs=5.1e-5)


@given(st.floats(0.01, 0.99), st.floats(0.1, 50), st.floats(0.1, 50))
def test_lengthening_composes_and_adds_signal_to_noise(rho, first, second):
    twice = lengthened(lengthened(rho, first), second)
    assert twice == pytest.approx(lengthened(rho, first * second))
    assert signal_to_noise(lengthened(rho, first)) == pytest.approx(first * signal_to_noise(rho))


@pytest.mark.parametrize("bad", [0.0, 1.0, -0.2, float("nan")])
def test_reliability_outside_its_range_is_refused(bad):
    for call in (lambda: lengthened(bad, 2), lambda: times_needed(0.5, bad), lambda: signal_to_noise(bad)):
        with pytest.raises(BadInput):
            call()


def test_impossible_lengths_are_refused():
    with pytest.raises(BadInput, match="times"):
        lengthened(0.5, 0)
    with pytest.raises(BadInput, match="negative"):
        reliability_of(-1)
