"""The decision layer: what moved the verdicts against what the role demands."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.design.decision_gap import decision_gap
from psychometrics.errors import BadInput, NotEnoughData

WEIGHTS = np.array([0.35, 0.25, 0.2, 0.1, 0.1])


def panel(seed, n=60, used=WEIGHTS, signal=0.7):
    """Levels with a common factor, and verdicts that follow the weighted sum ``used`` with noise."""
    rng = np.random.default_rng(seed)
    levels = 3 + rng.normal(0, 0.5, (n, 1)) + rng.normal(0, 0.5, (n, len(WEIGHTS)))
    score = (levels - 3) @ used
    score = signal * score / score.std() + (1 - signal**2) ** 0.5 * rng.normal(size=n)
    return levels, (score > np.quantile(score, 0.65)).astype(int)


def measure(levels, hired, weights=WEIGHTS):
    return decision_gap(levels, hired, weights, replicates=100)


def test_verdicts_moved_by_one_light_competency_show_a_notable_gap():
    found = measure(*panel(1, n=200, used=np.array([0, 0, 0, 0, 1.0])))
    assert found.importance.share.argmax() == 4
    assert found.notable
    assert found.gap > 0.3 > found.by_chance
    assert found.excess[4] > 0.3


def test_verdicts_that_follow_the_demand_are_seldom_notable():
    found = [measure(*panel(seed, n=80)) for seed in range(12)]
    assert sum(one.notable for one in found) <= 3  # nominal rate .10
    assert np.mean([one.gap for one in found]) == pytest.approx(
        np.mean([one.by_chance for one in found]), abs=0.05
    )


def test_verdicts_without_signal_lean_on_the_demand():
    levels, hired = panel(2, n=120)
    found = measure(levels, np.random.default_rng(0).permutation(hired))
    assert found.kept < 0.5
    assert found.gap < np.abs(found.importance.raw_share - found.importance.demanded).sum() / 2
    assert found.explained < 0.1


def test_demanded_importance_is_that_of_the_weighted_sum_itself():
    # Uncorrelated levels of equal spread: importance goes with the square of the weight.
    x = np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).reshape(3, -1).T.repeat(6, axis=0) + 3.0
    hired = (x @ [0.5, 0.3, 0.2] > 3).astype(int)
    found = measure(x, hired, np.array([0.5, 0.3, 0.2]))
    assert found.importance.demanded == pytest.approx(np.array([25, 9, 4]) / 38, abs=1e-4)


def test_a_level_held_against_candidates_has_a_negative_direction():
    levels, hired = panel(3, n=150, used=np.array([1.0, 0, 0, 0, -0.8]), signal=0.9)
    assert measure(levels, hired).importance.direction[4] < 0


def test_a_competency_all_are_alike_on_has_no_importance():
    levels, hired = panel(4)
    levels[:, 1] = 3.0
    found = measure(levels, hired)
    assert found.importance.share[1] == found.importance.demanded[1] == 0


def test_not_assessed_counts_as_the_mean():
    levels, hired = panel(5)
    holes, filled = levels.copy(), levels.copy()
    holes[:10, 2] = np.nan
    filled[:10, 2] = levels[10:, 2].mean()
    assert measure(holes, hired).gap == pytest.approx(measure(filled, hired).gap)


@pytest.mark.parametrize(("n", "hires"), [(29, 14), (60, 9), (60, 51)])
def test_too_few_verdicts_are_refused(n, hires):
    levels, _ = panel(6, n=n)
    with pytest.raises(NotEnoughData, match="importance takes"):
        measure(levels, np.arange(n) < hires)


def test_all_candidates_alike_are_refused():
    with pytest.raises(NotEnoughData, match="no demanded competency varies"):
        measure(np.full((40, 5), 3.0), np.arange(40) < 15)


@pytest.mark.parametrize(
    ("levels", "hired", "weights", "message"),
    [
        (np.ones((40, 2)), np.arange(40) % 3, [0.5, 0.5], "0 or 1"),
        (np.ones((40, 2)), np.arange(40) % 2, [0.5, 0.4], "sum to 1"),
        (np.ones((40, 2)), np.arange(39) % 2, [0.5, 0.5], "shape"),
        (np.full((40, 2), np.inf), np.arange(40) % 2, [0.5, 0.5], "finite"),
    ],
)
def test_unusable_input_is_refused(levels, hired, weights, message):
    with pytest.raises(BadInput, match=message):
        decision_gap(levels, hired, weights)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 0.95))
def test_gap_is_bounded_adds_up_and_forgets_order_and_names(seed, signal):
    levels, hired = panel(seed, n=40, signal=signal)
    found = measure(levels, hired)
    assert 0 <= found.gap <= 1
    assert found.importance.share.sum() == pytest.approx(1)
    assert found.importance.demanded.sum() == pytest.approx(1)
    assert found.excess.sum() == pytest.approx(0, abs=1e-9)
    assert np.maximum(found.excess, 0).sum() == pytest.approx(found.gap)
    assert found.lower <= found.upper
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(40), rng.permutation(5)
    again = measure(levels[rows][:, columns], hired[rows], WEIGHTS[columns])
    assert again.gap == pytest.approx(found.gap, abs=1e-9)
    assert again.importance.share == pytest.approx(found.importance.share[columns], abs=1e-9)
    # Levels turned round are held against candidates: importance has no sign, the direction has.
    turned = measure(levels, 1 - hired)
    assert turned.gap == pytest.approx(found.gap, abs=1e-9)
    assert turned.importance.direction == pytest.approx(-found.importance.direction)
