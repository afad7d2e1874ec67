"""Composites against Schmidt & Hunter (1998) and Bobko, Roth & Potosky (1999)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.selection.composite import (
    composite_difference,
    composite_validity,
    incremental_validity,
    optimal_weights,
    shrinkage,
)

# Bobko, Roth & Potosky 1999 (data dls2007 of the R package iopsych): cognitive ability, structured
# interview, conscientiousness, biodata.
BOBKO = np.array([[1, 0.24, 0, 0.19], [0.24, 1, 0.12, 0.16], [0, 0.12, 1, 0.51], [0.19, 0.16, 0.51, 1]])
VALIDITIES = np.array([0.30, 0.30, 0.18, 0.28])
DIFFERENCES = np.array([1.00, 0.23, 0.09, 0.33])


@pytest.mark.parametrize(
    ("validity", "with_gma", "published", "gain", "exact", "percent"),
    [
        (0.54, 0.38, 0.63, 0.12, 0.633, 24.039),  # work sample
        (0.51, 0.30, 0.63, 0.12, 0.633, 24.035),  # structured interview
        (0.38, 0.38, 0.55, 0.04, 0.548, 7.508),  # unstructured interview
        (0.48, 0.48, 0.58, 0.07, 0.576, 12.976),  # job knowledge
        (0.41, 0.00, 0.65, 0.14, 0.654, 28.308),  # integrity
        (0.31, 0.00, 0.60, 0.09, 0.597, 17.024),  # conscientiousness
    ],
)
def test_schmidt_hunter_1998_increments_over_cognitive_ability(
    validity, with_gma, published, gain, exact, percent
):
    found = incremental_validity([0.51, validity], [[1, with_gma], [with_gma, 1]], base=[0])
    assert found.full == pytest.approx(published, abs=0.006)
    assert found.gain == pytest.approx(gain, abs=0.006)
    assert found.full == pytest.approx(exact, abs=5e-4)
    # The percentages printed (24 24 8 14 27 18) are those of the rounded gains over .51.
    assert 100 * found.gain / found.base == pytest.approx(percent, abs=5.1e-4)
    assert round(100 * gain / 0.51) in {24, 8, 14, 27, 18}
    assert found.gain_squared == pytest.approx(found.full**2 - 0.51**2)


def test_bobko_1999_with_best_weights():
    best = optimal_weights(VALIDITIES, BOBKO)
    assert best.validity == pytest.approx(0.43, abs=0.006)  # as published
    assert best.validity == pytest.approx(0.4343, abs=5e-5)
    assert best.weights == pytest.approx([0.2166, 0.2126, 0.0676, 0.1703], abs=5e-5)
    difference = composite_difference(best.weights, DIFFERENCES, BOBKO)
    assert difference == pytest.approx(0.76, abs=0.006)  # as published
    assert difference == pytest.approx(0.7547, abs=5e-5)


def test_bobko_1999_with_unit_weights():
    assert composite_validity(np.ones(4), VALIDITIES, BOBKO) == pytest.approx(0.4177, abs=5e-5)
    assert composite_difference(np.ones(4), DIFFERENCES, BOBKO) == pytest.approx(0.6502, abs=5e-5)


def test_bobko_1999_without_cognitive_ability():
    rest = BOBKO[1:, 1:]
    best = optimal_weights(VALIDITIES[1:], rest)
    difference = composite_difference(best.weights, DIFFERENCES[1:], rest)
    assert (best.validity, difference) == pytest.approx((0.38, 0.36), abs=0.006)  # as published
    assert (best.validity, difference) == pytest.approx((0.3824, 0.3548), abs=5e-5)


@pytest.mark.parametrize(("other", "r", "expected"), [(0.31, 0.30, 0.4622), (0.40, 0.20, 0.5295)])
def test_two_predictors_of_sackett_2022(other, r, expected):
    assert optimal_weights([0.42, other], [[1, r], [r, 1]]).validity == pytest.approx(expected, abs=5e-5)


def test_shrinkage_of_five_weights_from_a_hundred_people():
    found = shrinkage(0.30, 100, 5)
    assert (found.adjusted, found.cross_validated) == pytest.approx((0.2628, 0.2352), abs=5e-5)


def test_shrinkage_to_nothing_leaves_cross_validity_undefined():
    found = shrinkage(0.02, 30, 5)
    assert found.adjusted < 0
    assert found.cross_validated is None


@given(
    st.lists(st.floats(0.1, 2), min_size=4, max_size=4),
    st.floats(0.1, 10),
)
def test_best_weights_are_best_and_only_ratios_matter(weights, factor):
    own = composite_validity(weights, VALIDITIES, BOBKO)
    assert own <= optimal_weights(VALIDITIES, BOBKO).validity + 1e-12
    assert composite_validity(np.multiply(weights, factor), VALIDITIES, BOBKO) == pytest.approx(own)


@pytest.mark.parametrize(
    ("validities", "matrix", "match"),
    [
        ([0.3, 0.3], [[1, 0.2], [0.3, 1]], "symmetric"),
        ([0.3, 0.3], [[1, 1.0], [1.0, 1]], "positive definite"),
        ([0.3, 0.3, 0.3], [[1, 0.2], [0.2, 1]], "shape"),
        ([0.3, 1.3], [[1, 0.2], [0.2, 1]], "between"),
        ([0.9, 0.9], [[1, 0.0], [0.0, 1]], "contradict"),
    ],
)
def test_impossible_correlations_are_refused(validities, matrix, match):
    with pytest.raises(BadInput, match=match):
        optimal_weights(validities, matrix)


def test_weights_and_base_are_checked():
    with pytest.raises(BadInput, match="all be 0"):
        composite_validity([0, 0], [0.3, 0.3], np.eye(2))
    with pytest.raises(BadInput, match="shape"):
        composite_validity([1], [0.3, 0.3], np.eye(2))
    for base in ([], [0, 0], [2]):
        with pytest.raises(BadInput, match="base"):
            incremental_validity([0.3, 0.3], np.eye(2), base)
    with pytest.raises(NotEnoughData, match="13 people"):
        shrinkage(0.3, 12, 5)
    with pytest.raises(BadInput):
        shrinkage(1.3, 100, 5)
    with pytest.raises(BadInput):
        shrinkage(0.3, 100, 0)
