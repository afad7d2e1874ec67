"""Mantel-Haenszel against R on the Berkeley admissions (Bickel, Hammel & O'Connell 1975)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import brentq

from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.fairness.adverse_impact import impact
from psychometrics.fairness.mantel_haenszel import mantel_haenszel

# UCBAdmissions of R: per department men and women, admitted and rejected.
BERKELEY = np.array(
    [
        [[512, 313], [89, 19]],
        [[353, 207], [17, 8]],
        [[120, 205], [202, 391]],
        [[138, 279], [131, 244]],
        [[53, 138], [94, 299]],
        [[22, 351], [24, 317]],
    ]
)

counts = arrays(int, (3, 2, 2), elements=st.integers(1, 30))


def test_mantelhaen_test_of_r():
    found = mantel_haenszel(BERKELEY)
    assert found.odds_ratio == pytest.approx(0.9047, abs=5e-5)
    assert (found.chi2, found.p) == pytest.approx((1.4269, 0.2323), abs=5e-5)
    assert found.chi2_uncorrected == pytest.approx(1.5246, abs=5e-5)
    assert (found.lower, found.upper) == pytest.approx((0.7719074, 1.0603298), abs=5e-7)
    assert found.openings == 6


def test_pooling_would_have_told_another_story():
    women, men = BERKELEY[:, 1].sum(axis=0), BERKELEY[:, 0].sum(axis=0)
    pooled = impact(int(women[0]), int(women.sum()), int(men[0]), int(men.sum()))
    assert (pooled.reference_rate, pooled.focal_rate) == pytest.approx((0.4452, 0.3035), abs=5e-5)
    assert pooled.ratio == pytest.approx(0.6818, abs=5e-5)
    assert pooled.p_z < 1e-9


def test_department_a_breaks_the_common_ratio():
    same = mantel_haenszel(BERKELEY).homogeneity
    assert (same.degrees, same.p < 0.01) == (5, True)
    assert mantel_haenszel(BERKELEY[1:]).homogeneity.p > 0.05
    # The fitted cells have the common odds ratio: with one ratio throughout nothing is left over.
    alike = mantel_haenszel([[[20, 10], [10, 20]], [[8, 2], [10, 10]]]).homogeneity
    assert alike.statistic == pytest.approx(0, abs=1e-9)


def test_breslow_day_with_cells_fitted_one_by_one():
    # The cell each department would have under the common ratio, found by bisection instead of the quadratic.
    found = mantel_haenszel(BERKELEY)
    statistic, apart, spread = 0.0, 0.0, 0.0
    for (a, b), (c, d) in BERKELEY.astype(float):
        rows, selected, rest = a + b, a + c, c + d
        low, high = max(0.0, selected - rest), min(rows, selected)
        cell = brentq(
            lambda x, rows=rows, selected=selected, rest=rest: x * (rest - selected + x)
            - found.odds_ratio * (rows - x) * (selected - x),
            low, high, xtol=1e-12,
        )  # fmt: skip
        variance = 1 / (1 / cell + 1 / (rows - cell) + 1 / (selected - cell) + 1 / (rest - selected + cell))
        statistic += (a - cell) ** 2 / variance
        apart, spread = apart + a - cell, spread + variance
    assert found.homogeneity.statistic == pytest.approx(statistic)
    assert found.homogeneity.tarone == pytest.approx(statistic - apart**2 / spread)
    assert (found.homogeneity.statistic, found.homogeneity.p) == pytest.approx((18.8255, 0.00207), abs=5e-5)


@given(counts)
def test_exchanging_groups_inverts_the_ratio(tables):
    one, other = mantel_haenszel(tables), mantel_haenszel(tables[:, ::-1])
    assert other.odds_ratio == pytest.approx(1 / one.odds_ratio)
    assert other.chi2 == pytest.approx(one.chi2)
    assert other.homogeneity.statistic == pytest.approx(one.homogeneity.statistic, rel=1e-6, abs=1e-9)
    assert one.homogeneity.tarone <= one.homogeneity.statistic + 1e-9
    assert one.chi2 <= one.chi2_uncorrected + 1e-12


@given(counts)
def test_openings_that_say_nothing_change_nothing(tables):
    idle = np.array([[[3, 4], [0, 0]], [[0, 4], [0, 5]]])
    one, more = mantel_haenszel(tables), mantel_haenszel(np.concatenate([tables, idle]))
    assert more == one


def test_infinite_and_zero_ratios():
    infinite = mantel_haenszel([[[5, 0], [2, 3]]])
    assert (infinite.odds_ratio, infinite.lower, infinite.homogeneity) == (None, None, None)
    none = mantel_haenszel([[[0, 5], [3, 2]], [[0, 4], [1, 3]]])
    assert (none.odds_ratio, none.lower, none.homogeneity) == (0, None, None)
    assert none.p < 0.2


def test_impossible_tables_are_refused():
    with pytest.raises(NotEnoughData):
        mantel_haenszel([[[3, 4], [0, 0]]])
    with pytest.raises(BadInput, match="shape"):
        mantel_haenszel([[3, 4], [1, 2]])
    with pytest.raises(BadInput, match="whole"):
        mantel_haenszel([[[3.5, 4], [1, 2]]])
