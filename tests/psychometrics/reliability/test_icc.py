"""Intraclass correlations against Shrout & Fleiss (1979) and the limits R's psych::ICC prints."""

import numpy as np
import pytest

from psychometrics.reliability.icc import IncompleteTable, intraclass_correlations

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)


def test_mean_squares_and_components_of_the_published_table():
    found = intraclass_correlations(SHROUT_FLEISS)
    ms = found.mean_squares
    assert (ms.between, ms.within, ms.judges, ms.residual) == pytest.approx(
        (11.24, 6.26, 32.49, 1.02), abs=0.005
    )
    assert found.components == pytest.approx((2.556, 5.244, 1.019), abs=5e-4)
    assert (found.targets, found.judges) == (6, 4)


@pytest.mark.parametrize(
    ("name", "value", "lower", "upper"),
    [
        ("icc_1_1", 0.1657, -0.133, 0.72),
        ("icc_2_1", 0.2898, 0.019, 0.76),
        ("icc_3_1", 0.7148, 0.342, 0.95),
        ("icc_1_k", 0.4428, -0.884, 0.91),
        ("icc_2_k", 0.6201, 0.071, 0.93),
        ("icc_3_k", 0.9093, 0.676, 0.99),
    ],
)
def test_coefficients_and_limits_of_the_published_table(name, value, lower, upper):
    # Values: Shrout & Fleiss 1979, table 4. Limits: psych::ICC(sf) in R, 95 %.
    found = getattr(intraclass_correlations(SHROUT_FLEISS, level=0.95), name)
    assert found.value == pytest.approx(value, abs=5e-5)
    assert found.lower == pytest.approx(lower, abs=6e-4)
    assert found.upper == pytest.approx(upper, abs=6e-3)


@pytest.mark.parametrize(
    ("name", "published", "value", "lower", "upper"),
    [
        ("icc_1_1", 0.17, 0.165742, -0.1329, 0.7226),
        ("icc_2_1", 0.29, 0.289764, 0.0188, 0.7611),
        ("icc_3_1", 0.71, 0.714841, 0.3425, 0.9459),
        ("icc_1_k", 0.44, 0.442798, None, None),
        ("icc_2_k", 0.62, 0.620051, None, None),
        ("icc_3_k", 0.91, 0.909316, None, None),
    ],
)
def test_shrout_fleiss_as_printed_and_as_other_programs_have_it(name, published, value, lower, upper):
    # Printed: Shrout & Fleiss 1979. Six digits and 95 % limits: psych 2.2.9 in R, pingouin 0.6.1 agrees.
    found = getattr(intraclass_correlations(SHROUT_FLEISS, level=0.95), name)
    assert found.value == pytest.approx(published, abs=0.005)
    assert found.value == pytest.approx(value, abs=1e-6)
    if lower is not None:
        assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=5.1e-5)


def test_means_of_judges_have_no_lowest_value():
    # Targets differ less than chance makes them: stepped up, the lower limit has no end.
    table = np.ones((6, 4))
    table[[2, 3, 4, 5], [0, 2, 3, 1]] = 2
    found = intraclass_correlations(table).icc_2_k
    assert found.lower is None
    assert found.value < found.upper < 1


def test_rounding_is_no_variance():
    # The sums of .1, .2 and .7 differ in their last digit by the order they are added in.
    assert intraclass_correlations(np.full((4, 3), 0.1)).icc_3_1.value is None
    assert intraclass_correlations(np.tile([0.1, 0.2, 0.7], (4, 1))).icc_3_1.value is None


def test_severity_counts_against_agreement_only():
    shifted = SHROUT_FLEISS + np.array([0, 3, 0, 0])
    before, after = intraclass_correlations(SHROUT_FLEISS), intraclass_correlations(shifted)
    assert after.icc_3_1.value == pytest.approx(before.icc_3_1.value)
    assert after.icc_2_1.value != pytest.approx(before.icc_2_1.value)


@pytest.mark.parametrize(("name", "truth"), [("icc_1_1", 0.4), ("icc_2_1", 0.4), ("icc_3_1", 0.5)])
def test_limits_cover_the_population_value(name, truth):
    # Variances: target 1, judge .5, residual 1; consistency 1/2, agreement 1/2.5.
    rng = np.random.default_rng(5)
    hits = []
    for _ in range(400):
        judge = rng.normal(0, np.sqrt(0.5), (30, 8) if name == "icc_1_1" else (1, 8))
        table = rng.normal(0, 1, (30, 1)) + judge + rng.normal(0, 1, (30, 8))
        found = getattr(intraclass_correlations(table), name)
        hits.append(found.lower <= truth <= found.upper)
    assert 0.86 <= np.mean(hits) <= 0.94


def test_a_table_with_holes_is_refused_with_the_way_out():
    table = SHROUT_FLEISS.astype(float)
    table[2, 1] = np.nan
    with pytest.raises(IncompleteTable, match=r"1 of 24 cells are empty.*calibration"):
        intraclass_correlations(table)


def test_a_table_without_variance_is_undefined():
    found = intraclass_correlations(np.full((4, 3), 2.0))
    assert (found.icc_1_1.value, found.icc_2_k.value, found.icc_3_1.lower) == (None, None, None)


def test_perfect_consistency_is_one():
    found = intraclass_correlations(np.add.outer(np.arange(5.0), [0.0, 1.0, 2.0]))
    assert found.icc_3_1.value == pytest.approx(1)
    assert found.icc_2_1.value < 1


@pytest.mark.parametrize("table", [[[1, 2]], [[1], [2]], [1, 2, 3]])
def test_too_small_a_table_is_refused(table):
    with pytest.raises(ValueError, match="at least 2 targets"):
        intraclass_correlations(table)
