"""Classification against recomputed tables and the example of the R package betafunctions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, betabinom, binom

from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.reliability.classification import (
    TrueScoreBeta,
    beta_from_moments,
    effective_length,
    fitted_beta,
    livingston_lewis,
    normal_classification,
    rudner,
)
from psychometrics.reliability.spearman_brown import lengthened


@pytest.mark.parametrize(
    ("rho", "ratio", "consistency", "kappa", "accuracy"),
    [
        (0.5, 0.5, 0.667, 0.333, 0.750),
        (0.5, 0.2, 0.774, 0.295, 0.828),
        (0.7, 0.5, 0.747, 0.494, 0.815),
        (0.7, 0.2, 0.826, 0.456, 0.872),
        (0.8, 0.5, 0.795, 0.590, 0.852),
        (0.8, 0.2, 0.858, 0.556, 0.897),
        (0.9, 0.5, 0.856, 0.713, 0.898),
        (0.9, 0.2, 0.900, 0.687, 0.928),
    ],
)
def test_normal_classification_table(rho, ratio, consistency, kappa, accuracy):
    found = normal_classification(rho, ratio)
    assert (found.consistency, found.kappa, found.accuracy) == pytest.approx(
        (consistency, kappa, accuracy), abs=5.01e-4
    )


@given(st.floats(0.01, 0.99))
def test_at_the_median_consistency_has_a_closed_form(rho):
    assert normal_classification(rho, 0.5).consistency == pytest.approx(0.5 + math.asin(rho) / math.pi)


@pytest.mark.parametrize(
    ("ratio", "row"),
    [
        (0.5, [0.731, 0.786, 0.816, 0.837, 0.851, 0.863, 0.872, 0.879]),
        (0.3, [0.767, 0.814, 0.840, 0.858, 0.871, 0.881, 0.888, 0.895]),
        (0.2, [0.815, 0.852, 0.872, 0.886, 0.896, 0.904, 0.910, 0.916]),
    ],
)
def test_accuracy_of_one_to_eight_interviewers(ratio, row):
    # Google reported 86 % for four interviewers; reliability .44 of one gives .858 at SR .30.
    found = [normal_classification(lengthened(0.44, k), ratio).accuracy for k in range(1, 9)]
    assert found == pytest.approx(row, abs=5.01e-4)


def test_rudner_five_people():
    found = rudner([-0.2, 0.3, 0.45, 0.6, 1.1], [0.3] * 5, 0.5)
    assert found.above == pytest.approx([0.0098, 0.2525, 0.4338, 0.6306, 0.9772], abs=5e-5)
    assert (found.accuracy, found.consistency) == pytest.approx((0.7823, 0.7203), abs=5e-5)


def test_rudner_one_person():
    found = rudner([0.8], [0.4], 0.5)
    assert found.accuracy == pytest.approx(0.7734, abs=5e-5)


def test_livingston_lewis_example_of_betafunctions():
    # LL.CA with l = .25, u = .75, alpha = 5, beta = 3, effective length 50, cut .5.
    found = livingston_lewis(TrueScoreBeta(0.25, 0.75, 5, 3), 50, 0.5)
    shares = (found.true_positive, found.false_negative, found.false_positive, found.true_negative)
    assert shares == pytest.approx((0.6809, 0.0926, 0.0704, 0.1561), abs=5e-5)
    assert found.accuracy == pytest.approx(0.8370, abs=5e-5)
    assert (found.consistency, found.chance_consistency) == pytest.approx((0.7750, 0.6263), abs=5e-5)
    assert found.kappa == pytest.approx(0.3979, abs=5e-5)


def test_livingston_lewis_agrees_with_brute_force():
    truth = TrueScoreBeta(0.1, 0.9, 2.0, 4.0)
    found = livingston_lewis(truth, 20, 0.55)
    grid = (np.arange(200_000) + 0.5) / 200_000
    proportion = truth.lower + (truth.upper - truth.lower) * beta.ppf(grid, truth.alpha, truth.beta)
    passing = binom.sf(10, 20, proportion)  # 11 of 20 is .55
    assert found.true_positive == pytest.approx((passing * (proportion >= 0.55)).mean(), abs=2e-5)
    assert found.consistency == pytest.approx((passing**2 + (1 - passing) ** 2).mean(), abs=1e-6)


@pytest.mark.parametrize(
    ("truth", "items", "cut"),
    [
        (TrueScoreBeta(0, 1, 0.01, 100), 100, 0.3),
        (TrueScoreBeta(0, 1, 1e-3, 1e-3), 50, 0.5),
        (TrueScoreBeta(0, 1, 500, 300), 2000, 0.62),
        (TrueScoreBeta(0.2, 0.8, 1e4, 3), 200, 0.79),
        (TrueScoreBeta(0, 1, 1e6, 1e6), 10_000, 0.5),
        (TrueScoreBeta(0.3, 0.9, 0.5, 0.5), 3, 0.2),
        (TrueScoreBeta(0.0, 0.4, 2, 3), 12, 0.6),
    ],
)
def test_livingston_lewis_at_the_ends_of_its_range(truth, items, cut):
    found = livingston_lewis(truth, items, cut)
    grid = (np.arange(100_000) + 0.5) / 100_000
    proportion = truth.lower + (truth.upper - truth.lower) * beta.ppf(grid, truth.alpha, truth.beta)
    passing = binom.sf(math.ceil(cut * items - 1e-9) - 1, items, proportion)
    able = proportion >= cut
    assert found.true_positive == pytest.approx((passing * able).mean(), abs=5e-5)
    assert found.true_negative == pytest.approx(((1 - passing) * ~able).mean(), abs=5e-5)
    assert found.consistency == pytest.approx((passing**2 + (1 - passing) ** 2).mean(), abs=5e-5)


def test_effective_length():
    assert effective_length(0.55, 0.02, 0.8, minimum=0, maximum=1) == pytest.approx(57.875)


def test_beta_comes_back_from_its_moments():
    truth = beta(5, 3, loc=0.25, scale=0.5)
    found = beta_from_moments(*(truth.moment(k) for k in (1, 2, 3, 4)))
    assert (found.lower, found.upper, found.alpha, found.beta) == pytest.approx((0.25, 0.75, 5, 3), rel=1e-6)


def test_beta_without_a_four_parameter_solution_uses_two():
    truth = beta(2, 6)
    moments = [truth.moment(k) for k in (1, 2, 3)]
    found = beta_from_moments(*moments, truth.moment(4) * 1.5)
    assert (found.lower, found.upper, found.alpha, found.beta) == pytest.approx((0, 1, 2, 6), rel=1e-6)


def test_beta_fitted_to_scores_classifies_them():
    scores = betabinom(20, 6, 4).rvs(3000, random_state=np.random.default_rng(3))
    # A beta-binomial with shapes 6 and 4 has reliability n / (n + a + b) = 20/30.
    truth, length = fitted_beta(scores, minimum=0, maximum=20, reliability=20 / 30)
    assert length == pytest.approx(20, rel=0.1)
    exact = livingston_lewis(TrueScoreBeta(0, 1, 6, 4), 20, 0.6)
    assert livingston_lewis(truth, length, 0.6).accuracy == pytest.approx(exact.accuracy, abs=0.02)


def test_impossible_arguments_are_refused():
    with pytest.raises(BadInput):
        normal_classification(1.0, 0.5)
    with pytest.raises(BadInput, match="above 0"):
        rudner([0.1], [0.0], 0.5)
    with pytest.raises(BadInput, match="empty"):
        rudner([], [], 0.5)
    with pytest.raises(BadInput, match="limits"):
        effective_length(2, 0.02, 0.8, minimum=0, maximum=1)
    with pytest.raises(BadInput, match="variance"):
        effective_length(0.5, 0, 0.8, minimum=0, maximum=1)
    with pytest.raises(BadInput, match="cannot belong"):
        effective_length(0.5, 0.9, 0.8, minimum=0, maximum=1)
    with pytest.raises(BadInput, match="lower < upper"):
        livingston_lewis(TrueScoreBeta(0.6, 0.4, 1, 1), 10, 0.5)
    with pytest.raises(BadInput, match="length"):
        livingston_lewis(TrueScoreBeta(0.2, 0.4, 1, 1), 0.2, 0.5)
    with pytest.raises(NotEnoughData):
        fitted_beta([1, 2], minimum=0, maximum=4, reliability=0.5)
    with pytest.raises(BadInput, match="between"):
        fitted_beta(range(12), minimum=0, maximum=4, reliability=0.5)
    with pytest.raises(BadInput, match="no variance"):
        beta_from_moments(0.5, 0.25, 0.125, 0.0625)


@pytest.mark.parametrize("truth", [[1, 2, 3], None, "a", 0.5, (0.1, 0.9, 2.0, 2.0)])
def test_scores_in_place_of_a_distribution_are_refused(truth):
    with pytest.raises(BadInput, match=r"truth must be a TrueScoreBeta, got .* fitted_beta makes one"):
        livingston_lewis(truth, 50, 0.5)
