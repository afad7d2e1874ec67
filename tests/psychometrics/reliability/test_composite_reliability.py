"""Composite reliability against Rajaratnam, Cronbach & Gleser (1965) as in Brennan (2001, 9.1)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.reliability.composite_reliability import composite_reliability, mosier
from psychometrics.reliability.generalizability import anova_components, coefficients

# Rajaratnam, Cronbach & Gleser 1965, table 2: 8 persons; subtests of 2, 4 and 2 items.
SUBTESTS = [
    np.array([[4, 5], [2, 1], [2, 4], [1, 3], [3, 3], [1, 2], [3, 5], [0, 1]]),
    np.array(
        [
            [3, 3, 5, 4],
            [2, 3, 1, 4],
            [4, 7, 6, 5],
            [5, 4, 5, 5],
            [6, 7, 5, 7],
            [5, 6, 4, 4],
            [6, 8, 6, 7],
            [1, 2, 0, 4],
        ]
    ),
    np.array([[5, 7], [4, 6], [8, 7], [4, 5], [8, 9], [5, 6], [7, 8], [7, 8]]),
]


def test_brennan_table_9_1():
    # gtheory 0.1.2 and Brennan 2001, pp. 270-272: weights .25, .5, .25.
    found = composite_reliability(SUBTESTS, [0.25, 0.5, 0.25])
    assert found.universe == pytest.approx(1.58036, abs=5e-6)
    assert found.relative == pytest.approx(0.94149, abs=5e-6)
    assert found.absolute == pytest.approx(0.91968, abs=5e-6)


def test_one_competency_is_its_own_generalizability():
    table = SUBTESTS[1]
    point = coefficients(anova_components(table, "p x r"), {"r": 3})
    found = composite_reliability([table], [2.0], conditions=[3])
    assert (found.relative, found.absolute) == pytest.approx((point.relative, point.absolute))


def test_the_same_interviewers_share_their_errors():
    rng = np.random.default_rng(6)
    people = rng.normal(size=(4000, 1))
    halo = rng.normal(size=(4000, 3))
    tables = [people + halo + 0.5 * rng.normal(size=(4000, 3)) for _ in range(2)]
    linked = composite_reliability(tables, [0.5, 0.5], linked=True)
    unlinked = composite_reliability(tables, [0.5, 0.5])
    # Universe 1; error (1 + .25 / 2) / 3. Taken as separate panels, halo would pass for agreement.
    assert linked.relative == pytest.approx(1 / (1 + 1.125 / 3), abs=0.02)
    assert unlinked.relative > linked.relative + 0.05


def test_mosier_is_the_composite_of_its_parts():
    found = composite_reliability(SUBTESTS, [0.25, 0.5, 0.25])
    universe, error = np.diag(found.universe_covariances), np.diag(found.relative_covariances)
    rho = universe / (universe + error)
    total = (found.universe + found.relative_error) ** 0.5
    assert mosier([0.25, 0.5, 0.25], np.sqrt(universe + error), rho, total) == pytest.approx(found.relative)


@given(st.floats(0.1, 10), st.integers(1, 6))
def test_only_ratios_of_weights_matter_and_more_conditions_help(factor, n):
    few = composite_reliability(SUBTESTS, [1, 2, 1], conditions=[n] * 3)
    again = composite_reliability(SUBTESTS, [factor, 2 * factor, factor], conditions=[n] * 3)
    more = composite_reliability(SUBTESTS, [1, 2, 1], conditions=[n + 1] * 3)
    assert again.relative == pytest.approx(few.relative)
    assert few.absolute <= few.relative <= more.relative


def test_impossible_tables_are_refused():
    with pytest.raises(NotEnoughData):
        composite_reliability([[[1], [2]]], [1])
    with pytest.raises(BadInput, match="same candidates"):
        composite_reliability([SUBTESTS[0], SUBTESTS[1][:5]], [1, 1])
    with pytest.raises(BadInput, match="linked"):
        composite_reliability(SUBTESTS, [1, 1, 1], linked=True)
    with pytest.raises(BadInput, match="conditions"):
        composite_reliability(SUBTESTS, [1, 1, 1], conditions=[1, 0, 1])
    with pytest.raises(BadInput, match="other than 0"):
        composite_reliability(SUBTESTS, [0, 0, 0])
    with pytest.raises(BadInput, match="larger than the parts"):
        mosier([1, 1], [1, 1], [0.5, 0.5], 2.5)
    with pytest.raises(BadInput, match="vary more"):
        mosier([1, 1], [1, 1], [0.5, 0.5], 0.5)
    with pytest.raises(BadInput, match="composite_sd"):
        mosier([1], [1], [0.5], 0)
    with pytest.raises(BadInput, match="reliabilities"):
        mosier([1], [1], [1.5], 1)
