"""Adverse impact against cases of law, the Uniform Guidelines' examples and SciPy's tests."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, fisher_exact

from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.fairness.adverse_impact import below_four_fifths, flips, holm, impact, probability_below

# Focal selected, focal total, reference selected, reference total.
EEOC_2023 = (12, 40, 48, 80)
QUESTION_20 = (1, 10, 3, 20)
QUESTION_21 = (3, 20, 16, 80)
TEAL = (26, 48, 206, 259)  # Connecticut v. Teal, 457 U.S. 440 (1982)
RICCI_CAPTAIN = (3, 8, 16, 25)  # Ricci v. DeStefano, 557 U.S. 557 (2009)
RICCI_LIEUTENANT_B = (6, 19, 25, 43)
RICCI_LIEUTENANT_H = (3, 15, 25, 43)
CULTURE_FIT = (34, 76, 50, 92)


@pytest.mark.parametrize(
    ("case", "ratio", "z", "p_z", "fisher", "mid_p", "fisher_one", "mid_p_one", "h"),
    [
        (EEOC_2023, 0.5, -3.0984, 0.0019, 0.0034, 0.0021, 0.0017, 0.0011, -0.6129),
        (QUESTION_20, 0.6667, -0.3798, 0.7041, 1.0, 0.792, 0.5928, 0.3848, -0.1519),
        (QUESTION_21, 0.75, -0.5098, 0.6102, 0.7571, 0.641, 0.4404, 0.3243, -0.1319),
        (TEAL, 0.681, -3.7574, 0.0002, 0.0004, 0.0003, 0.0003, 0.0002, -0.5485),
        (RICCI_CAPTAIN, 0.5859, -1.32, 0.1868, 0.2379, 0.168, 0.1816, 0.1118, -0.5365),
        (RICCI_LIEUTENANT_B, 0.5432, -1.9283, 0.0538, 0.0971, 0.0616, 0.0485, 0.0308, -0.5408),
        (RICCI_LIEUTENANT_H, 0.344, -2.5452, 0.0109, 0.0159, 0.0112, 0.0112, 0.0064, -0.807),
        (CULTURE_FIT, 0.8232, -1.2401, 0.215, 0.2779, 0.2203, 0.1389, 0.1102, -0.1925),
    ],
)
def test_cases_of_law(case, ratio, z, p_z, fisher, mid_p, fisher_one, mid_p_one, h):
    found = impact(*case)
    assert found.ratio == pytest.approx(ratio, abs=5e-5)
    assert (found.z, found.p_z) == pytest.approx((z, p_z), abs=5e-5)
    assert (found.fisher, found.mid_p) == pytest.approx((fisher, mid_p), abs=5e-5)
    assert (found.fisher_one_sided, found.mid_p_one_sided) == pytest.approx((fisher_one, mid_p_one), abs=5e-5)
    assert found.cohen_h == pytest.approx(h, abs=5e-5)


@pytest.mark.parametrize(
    ("case", "lower", "upper"),
    [
        (EEOC_2023, 0.3014, 0.8294),
        (QUESTION_20, 0.0791, 5.6218),
        (QUESTION_21, 0.2419, 2.3255),
        (TEAL, 0.5212, 0.8899),
        (RICCI_CAPTAIN, 0.2285, 1.5025),
        (RICCI_LIEUTENANT_B, 0.2674, 1.1035),
        (RICCI_LIEUTENANT_H, 0.1212, 0.9766),
        (CULTURE_FIT, 0.6024, 1.1249),
    ],
)
def test_intervals_of_the_ratio(case, lower, upper):
    # The reference used 1.96 for 1.959964: up to 1e-4 of the value apart.
    found = impact(*case)
    assert (found.ratio_lower, found.ratio_upper) == pytest.approx((lower, upper), abs=5e-5, rel=1e-4)


@pytest.mark.parametrize(
    ("case", "probability"), [(EEOC_2023, 0.98), (QUESTION_20, 0.54), (QUESTION_21, 0.52), (TEAL, 0.90)]
)
def test_probability_below_four_fifths(case, probability):
    # The reference drew at random (two decimals, and .534 printed .54); quadrature settles it below.
    assert probability_below(*case) == pytest.approx(probability, abs=0.006)


@pytest.mark.parametrize(
    "case",
    [
        EEOC_2023,
        QUESTION_20,
        TEAL,
        (0, 3, 5, 5),
        (0, 1, 0, 1),
        (900, 3000, 40, 90),
        (20_000, 90_000, 4, 12),
        (4, 12, 20_000, 90_000),
    ],
)
def test_probability_below_four_fifths_is_the_integral(case):
    a, n1, c, n2 = case

    def integrand(rate):
        return beta.pdf(rate, c + 0.5, n2 - c + 0.5) * beta.cdf(0.8 * rate, a + 0.5, n1 - a + 0.5)

    exact, _ = quad(integrand, 0, 1, points=[c / n2], limit=400)
    assert probability_below(*case) == pytest.approx(exact, abs=2e-5)


def test_four_fifths_exactly_is_not_flagged():
    # Uniform Guidelines, questions and answers: whites 60 %, others 45, 48 and 51 %.
    found = [impact(focal, 100, 60, 100) for focal in (45, 48, 51)]
    assert [one.ratio for one in found] == pytest.approx([0.75, 0.80, 0.85])
    assert [one.below_four_fifths for one in found] == [True, False, False]


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_four_fifths_is_decided_in_whole_numbers(n1, n2, data):
    a, c = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    assert below_four_fifths(a, n1, c, n2) == (Fraction(a, n1) < Fraction(4, 5) * Fraction(c, n2))


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_exact_tests_agree_with_scipy_and_are_ordered(n1, n2, data):
    a, c = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    found = impact(a, n1, c, n2)
    table = [[a, n1 - a], [c, n2 - c]]
    assert found.fisher == pytest.approx(fisher_exact(table).pvalue)
    assert found.fisher_one_sided == pytest.approx(fisher_exact(table, alternative="less").pvalue)
    assert found.mid_p <= found.fisher
    assert found.mid_p_one_sided <= found.fisher_one_sided


@given(st.integers(1500, 3000), st.integers(600, 1500), st.data())
@settings(max_examples=20)
def test_large_counts_are_tested_by_logarithms(n1, n2, data):
    a, c = data.draw(st.integers(0, n1 // 20)), data.draw(st.integers(0, n2 // 20))
    found = impact(a, n1, c, n2)
    table = [[a, n1 - a], [c, n2 - c]]
    assert found.fisher == pytest.approx(fisher_exact(table).pvalue, rel=1e-6)
    assert found.fisher_one_sided == pytest.approx(fisher_exact(table, alternative="less").pvalue, rel=1e-6)
    assert found.mid_p <= found.fisher


def test_a_million_applicants_take_no_time():
    found = impact(232_000, 500_000, 241_000, 500_000)
    assert found.fisher == pytest.approx(found.p_z, rel=0.05)
    assert not found.below_four_fifths


def test_flip_flop_of_the_guidelines():
    assert flips(*QUESTION_21)  # 4/20 = .20 > 15/80
    assert flips(*QUESTION_20)  # 2/10 > 2/20
    assert not flips(*EEOC_2023)  # 13/40 < 47/80


def test_shortfall():
    found = impact(*EEOC_2023)
    assert found.shortfall == pytest.approx(8)  # 20 - 12
    assert found.shortfall_four_fifths == 8  # 40 x .48 = 19.2
    reached = impact(12 + 8, 40, 48, 80)
    assert not reached.below_four_fifths
    assert impact(12 + 7, 40, 48, 80).below_four_fifths


def test_small_counts_are_read_by_mid_p():
    assert impact(*RICCI_CAPTAIN).advised == "mid_p"
    assert impact(*TEAL).advised == "z"


def test_nothing_selected_leaves_ratios_undefined():
    found = impact(0, 10, 0, 20)
    assert (found.ratio, found.z, found.p_z, found.ratio_lower) == (None, None, None, None)
    assert not found.below_four_fifths
    none_of_focal = impact(0, 10, 5, 20)
    assert (none_of_focal.ratio, none_of_focal.ratio_lower) == (0.0, None)
    assert none_of_focal.below_four_fifths


def test_holm():
    # Holm 1979: .01 x 4, .015 x 3, .03 x 2, then never smaller than the one before.
    assert holm([0.01, 0.04, 0.03, 0.015]) == pytest.approx((0.04, 0.06, 0.06, 0.045))
    assert holm([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_keeps_order_and_lies_between_raw_and_bonferroni(p_values):
    adjusted = holm(p_values)
    for raw, new in zip(p_values, adjusted, strict=True):
        assert raw <= new <= min(1, raw * len(p_values)) + 1e-12
    ordered = sorted(range(len(p_values)), key=lambda i: p_values[i])
    assert all(adjusted[x] <= adjusted[y] for x, y in itertools.pairwise(ordered))


def test_counts_of_numpy_do_not_overflow():
    # 5 x 1,000,000,000 x 2,000,000,000 is beyond 64 bits.
    case = [np.int64(n) for n in (1_000_000, 5_000_000, 2_000_000, 9_000_000)]
    assert below_four_fifths(*case) == below_four_fifths(*map(int, case))
    small = [np.int8(n) for n in (12, 40, 48, 80)]
    assert below_four_fifths(*small)
    assert impact(*small) == impact(*EEOC_2023)


def test_impossible_counts_are_refused():
    for bad in (1.5, float("nan"), float("inf"), "3", None, -1, 10**400):
        with pytest.raises(BadInput):
            impact(bad, 10, 5, 10)
        with pytest.raises(BadInput):
            flips(bad, 10, 5, 10)
        with pytest.raises(BadInput):
            probability_below(bad, 10, 5, 10)
    with pytest.raises(NotEnoughData):
        impact(0, 0, 1, 2)
    with pytest.raises(BadInput, match="not possible"):
        impact(3, 2, 1, 2)
    with pytest.raises(BadInput, match="level"):
        impact(1, 2, 1, 2, level=1)
    with pytest.raises(BadInput, match="between 0 and 1"):
        holm([1.2])
