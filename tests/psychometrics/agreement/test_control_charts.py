"""Control charts against the NIST/SEMATECH handbook."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.agreement.control_charts import cusum_chart, ewma_chart
from psychometrics.errors import BadInput, NotEnoughData

# NIST/SEMATECH e-Handbook 6.3.2.4: lambda .3, target 50, s = 2.0539.
NIST = [
    52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6,
    52.4, 53.6, 52.1,
]  # fmt: skip
NIST_EWMA = [
    50.60, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33, 50.11, 49.36, 49.52, 50.05, 49.38,
    49.92, 50.73, 51.23, 51.94, 51.99,
]  # fmt: skip


def test_nist_ewma_values_and_limits():
    found = ewma_chart(NIST, target=50, sd=2.0539, settled=True)
    assert found.values == pytest.approx(NIST_EWMA, abs=0.006)
    assert (found.upper[0], found.lower[-1]) == pytest.approx((52.5884, 47.4116), abs=0.001)
    assert found.signals == ()


def test_early_limits_are_narrower():
    found = ewma_chart(NIST, target=50, sd=2.0539)
    assert found.upper[0] == pytest.approx(50 + 3 * 0.3 * 2.0539)
    assert np.all(np.diff(found.upper) >= 0)
    assert found.upper[-1] == pytest.approx(52.5884, abs=0.001)


def test_cusum_adds_what_exceeds_the_allowance():
    found = cusum_chart([0.2, 1.5, 2.0, -1.0, 3.0], target=0, sd=1, allowance=0.5, interval=3)
    assert found.above == pytest.approx([0, 1.0, 2.5, 1.0, 3.5])
    assert found.below == pytest.approx([0, 0, 0, 0.5, 0])
    assert found.signals == (4,)


def test_a_lasting_shift_is_found_that_no_single_value_shows():
    series = np.tile([0.9, -0.1, 1.6], 10)  # mean .8, never beyond 3
    assert cusum_chart(series, target=0, sd=1).signals
    assert ewma_chart(series, target=0, sd=1, weight=0.1).signals


def test_cusum_false_alarms_come_as_rarely_as_tabulated():
    # Average run length of k = .5, h = 4 in control: 168 (Lucas & Crosier 1982).
    rng = np.random.default_rng(7)
    runs = []
    for _ in range(150):
        signals = cusum_chart(rng.normal(size=1500), target=0, sd=1).signals
        runs.append(signals[0] + 1 if signals else 1500)
    assert np.mean(runs) == pytest.approx(168, rel=0.25)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=30))
def test_mirrored_series_give_mirrored_charts(series):
    one = cusum_chart(series, target=0, sd=1)
    other = cusum_chart(np.negative(series), target=0, sd=1)
    assert one.above == pytest.approx(other.below)
    assert one.signals == other.signals
    assert ewma_chart(series, target=0, sd=1).values == pytest.approx(
        -ewma_chart(np.negative(series), target=0, sd=1).values
    )


def test_impossible_charts_are_refused():
    with pytest.raises(NotEnoughData):
        ewma_chart([], target=0, sd=1)
    with pytest.raises(BadInput, match="sd"):
        cusum_chart([1], target=0, sd=0)
    with pytest.raises(BadInput, match="weight"):
        ewma_chart([1], target=0, sd=1, weight=0)
    with pytest.raises(BadInput, match="width"):
        ewma_chart([1], target=0, sd=1, width=0)
    with pytest.raises(BadInput, match="allowance"):
        cusum_chart([1], target=0, sd=1, allowance=-1)
