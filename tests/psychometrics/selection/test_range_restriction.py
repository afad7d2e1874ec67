"""Corrections for range and reliability against McDaniel (1994) and Sackett et al. (2022)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.selection.range_restriction import (
    case_ii,
    case_iv,
    correlation_interval,
    credibility_interval,
    disattenuated,
    indirect_u,
    local_update,
    observed_u,
    truncation_u,
)

RATIOS = (0.90, 0.70, 0.50, 0.30, 0.10, 0.05, 0.01)


@pytest.mark.parametrize(
    ("raw", "attenuated", "published", "exact"),
    [(0.28, 0.37, 0.51, 0.5052), (0.21, 0.27, 0.38, 0.3811)],
)
def test_mcdaniel_1994_chain(raw, attenuated, published, exact):
    # Structured and unstructured interviews as tabulated in Sackett et al. 2022, table 2: criterion
    # reliability .60, U = 1.47. The paper averaged over artefact distributions, hence .01.
    assert disattenuated(raw, criterion=0.60) == pytest.approx(attenuated, abs=0.01)
    assert case_ii(attenuated, 1 / 1.47) == pytest.approx(published, abs=0.01)
    assert case_ii(attenuated, 1 / 1.47) == pytest.approx(exact, abs=5e-5)


@pytest.mark.parametrize(("raw", "chain"), [(0.28, (0.3615, 0.4951)), (0.21, (0.2711, 0.3825))])
def test_chain_from_the_raw_coefficient(raw, chain):
    first = disattenuated(raw, criterion=0.60)
    assert (first, case_ii(first, 1 / 1.47)) == pytest.approx(chain, abs=5e-5)


def test_attenuation_and_case_ii_of_textbooks():
    assert disattenuated(0.31, criterion=0.60) == pytest.approx(0.4002, abs=5e-5)
    assert disattenuated(0.31, criterion=0.60, predictor=0.64) == pytest.approx(0.4002 / 0.8, abs=1e-4)
    # Cohen, Cohen, West & Aiken 2003, 2.10.3: standard deviations 12 and 5.
    assert case_ii(0.25, 5 / 12) == pytest.approx(0.5267, abs=5e-5)


def test_sackett_2022_table_1_truncation():
    published = [0.85, 0.70, 0.60, 0.52, 0.41, 0.37, 0.31]
    assert [truncation_u(ratio) for ratio in RATIOS] == pytest.approx(published, abs=0.01)


def test_sackett_2022_table_1_indirect_and_unreliable():
    indirect = [indirect_u(truncation_u(ratio), 0.5) for ratio in RATIOS]
    assert indirect == pytest.approx([0.96, 0.93, 0.92, 0.90, 0.89, 0.89, 0.88], abs=0.01)
    observed = [observed_u(u, 0.80) for u in indirect]
    assert observed == pytest.approx([0.97, 0.95, 0.93, 0.92, 0.91, 0.91, 0.91], abs=0.01)


@pytest.mark.parametrize(
    ("r_zx", "row"),
    [
        (0.5, [0.317, 0.327, 0.333, 0.338, 0.343, 0.344, 0.346]),
        (0.6, [0.323, 0.338, 0.347, 0.355, 0.362, 0.365, 0.368]),
        (0.7, [0.330, 0.351, 0.365, 0.376, 0.388, 0.392, 0.397]),
        (0.8, [0.338, 0.368, 0.388, 0.405, 0.423, 0.429, 0.437]),
        (0.9, [0.348, 0.389, 0.418, 0.443, 0.471, 0.480, 0.494]),
    ],
)
def test_sackett_2022_table_5_case_iv(r_zx, row):
    found = []
    for ratio in RATIOS:
        u = observed_u(indirect_u(truncation_u(ratio), r_zx), 0.80)
        corrected = case_iv(0.236, u, incumbent_reliability=0.80, criterion_reliability=0.60)
        found.append(corrected.operational)
    assert found == pytest.approx(row, abs=6e-4)


def test_sackett_2022_table_5_as_printed():
    printed = [0.33, 0.35, 0.36, 0.38, 0.39, 0.39, 0.40]
    for ratio, value in zip(RATIOS, printed, strict=True):
        u = observed_u(indirect_u(truncation_u(ratio), 0.7), 0.80)
        found = case_iv(0.236, u, incumbent_reliability=0.80, criterion_reliability=0.60)
        assert found.operational == pytest.approx(value, abs=0.01)


def test_credibility_interval_of_structured_interviews():
    # Sackett et al. 2022: mean .42, SD .19.
    found = credibility_interval(0.42, 0.19)
    assert (found.lower, found.upper) == pytest.approx((0.1765, 0.6635), abs=5e-5)
    assert (round(found.lower, 2), round(found.upper, 2)) == (0.18, 0.66)


def test_local_study_weighed_against_the_meta_analysis():
    found = local_update(0.20, 50, criterion_reliability=0.60, prior_mean=0.42, prior_sd=0.19)
    assert (found.corrected, found.standard_error) == pytest.approx((0.2582, 0.1771), abs=5e-5)
    assert (found.posterior, found.posterior_sd) == pytest.approx((0.3334, 0.1295), abs=5e-5)


def test_correlation_interval_of_fisher():
    found = correlation_interval(0.5, 28)
    # atanh(.5) = .5493, 1.96/5 = .392.
    assert (found.lower, found.upper) == pytest.approx((0.1561, 0.7357), abs=5e-4)


@given(st.floats(-0.95, 0.95), st.floats(0.2, 1.0))
def test_case_ii_undoes_direct_selection(r, u):
    # Restricting with the inverse ratio is the same formula backwards.
    assert case_ii(case_ii(r, u), 1 / u) == pytest.approx(r)


@given(st.floats(-0.4, 0.4), st.floats(0.3, 1.0), st.floats(0.75, 1.0))
def test_without_selection_case_iv_is_attenuation(r, criterion, predictor):
    found = case_iv(r, 1.0, incumbent_reliability=predictor, criterion_reliability=criterion)
    if abs(r) <= (predictor * criterion) ** 0.5:
        assert found.operational == pytest.approx(disattenuated(r, criterion=criterion))


@given(st.floats(-0.99, 0.99), st.floats(1e-40, 1e-3))
def test_next_to_no_range_left_means_next_to_perfect_correlation(r, u):
    # In the printed form, with 1/u squared, such a u overflows.
    if abs(r) > 0.05:
        assert abs(case_ii(r, u)) > 0.99


def test_impossible_arguments_are_refused():
    with pytest.raises(BadInput, match="contradict"):
        disattenuated(0.9, criterion=0.5)
    with pytest.raises(BadInput, match="no true variance"):
        case_iv(0.2, 2.0, incumbent_reliability=0.5, criterion_reliability=0.6)
    for bad in (0.0, -1.0, float("inf")):
        with pytest.raises(BadInput, match="u must"):
            case_ii(0.3, bad)
    with pytest.raises(BadInput):
        truncation_u(1.0)
    with pytest.raises(BadInput):
        case_ii(1.2, 0.5)
    with pytest.raises(NotEnoughData):
        correlation_interval(0.3, 3)
    with pytest.raises(BadInput):
        correlation_interval(1.0, 30)
    with pytest.raises(NotEnoughData):
        local_update(0.2, 3, criterion_reliability=0.6, prior_mean=0.4, prior_sd=0.2)
    with pytest.raises(BadInput, match="prior_sd"):
        local_update(0.2, 30, criterion_reliability=0.6, prior_mean=0.4, prior_sd=0)
    with pytest.raises(BadInput, match="sd"):
        credibility_interval(0.4, -0.1)
