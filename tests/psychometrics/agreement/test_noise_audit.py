"""Noise audit of the table of Shrout & Fleiss (1979)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from psychometrics.agreement.noise_audit import audit_noise
from psychometrics.errors import BadInput, NotEnoughData

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)


def test_level_and_pattern_make_the_within_mean_square():
    found = audit_noise(SHROUT_FLEISS)
    assert (found.level, found.pattern, found.system) == pytest.approx((5.244, 1.019, 6.264), abs=5.01e-4)
    assert found.system == pytest.approx(SHROUT_FLEISS.var(axis=1, ddof=1).mean())  # WMS 6.26
    assert (found.cases, found.interviewers) == (6, 4)
    assert found.error is None


def test_error_splits_into_bias_and_noise():
    found = audit_noise(SHROUT_FLEISS, truth=[6] * 6)
    split = found.error
    assert split.mean_squared_error == pytest.approx(7.5417, abs=5e-5)
    assert split.bias**2 == pytest.approx(0.5017, abs=5e-5)
    assert split.noise_squared == pytest.approx(7.0399, abs=5e-5)
    assert split.bias < 0
    # Of these very judgements: 4.0608 + .6372 = 4.6979 is system noise in its population form.
    assert (split.level, split.pattern) == pytest.approx((4.0608, 0.6372), abs=5e-5)
    assert split.level + split.pattern == pytest.approx(4.6979, abs=6e-5)
    assert split.cases + split.level + split.pattern == pytest.approx(split.noise_squared)


def test_typical_difference_is_a_median_over_pairs():
    found = audit_noise([[1, 2, 4], [2, 2, 2]])
    assert found.typical_difference == 0.5  # of 1 3 2 0 0 0
    assert found.relative_difference == pytest.approx(1 / 3)  # of 2/3 6/5 2/3 0 0 0


def test_differences_are_not_relative_to_nothing():
    assert audit_noise([[0, 2], [1, 2]]).relative_difference is None


@given(
    arrays(float, (4, 3), elements=st.floats(-5, 5)),
    arrays(float, 3, elements=st.floats(-5, 5)),
)
def test_severity_moves_level_only(table, shift):
    before, after = audit_noise(table), audit_noise(table + shift)
    assert after.pattern == pytest.approx(before.pattern, abs=1e-9)


def test_small_or_holed_tables_are_refused():
    with pytest.raises(NotEnoughData):
        audit_noise([[1, 2, 3]])
    with pytest.raises(BadInput, match="finite"):
        audit_noise([[1, np.nan], [2, 3]])
    with pytest.raises(BadInput, match="shape"):
        audit_noise([1, 2, 3])
    with pytest.raises(BadInput, match="truth"):
        audit_noise([[1, 2], [2, 3]], truth=[1])
