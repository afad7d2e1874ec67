"""Waste and efficiency on the worked loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.design.assembly import assemble_loop
from psychometrics.design.evaluation_gap import evaluation_gap
from psychometrics.design.loop_economy import design_efficiency, wasted_minutes
from psychometrics.errors import BadInput, NotEnoughData
from tests.psychometrics.design.test_assembly import DEMAND, LEVEL, LOADINGS, MINUTES, WEIGHTS, gap_of


def test_minutes_nobody_asked_for_are_wasted():
    # Half of the second observation goes to a competency without weight.
    found = wasted_minutes([1.0, 0.0], [[1, 0], [0.5, 0.5]], [0, 0], [30, 60])
    assert found.observations == pytest.approx([0.0, 0.5])
    assert found.share == pytest.approx(30 / 90)


def test_minutes_on_what_is_covered_already_are_wasted():
    # S* = 7/3 takes three full observations of .7857; of four, any one may go.
    four = wasted_minutes([1.0], [[1]] * 4, [1] * 4, [20] * 4)
    three = wasted_minutes([1.0], [[1]] * 3, [1] * 3, [20] * 3)
    assert (four.share, three.share) == (1.0, 0.0)
    # Evidence of a lower realism does not cover what a higher one observes.
    mixed = wasted_minutes([1.0], [[1]] * 4, [0, 0, 0, 2], [20] * 4)
    assert mixed.observations == pytest.approx([1, 1, 1, 0])


def test_efficiency_of_the_worked_bank():
    best = assemble_loop(WEIGHTS, DEMAND, LOADINGS, LEVEL, MINUTES, budget=240, target_reliability=0.80)
    assert best.gap == pytest.approx(0.74317, abs=5e-6)
    assert design_efficiency(gap_of(best.chosen), best.gap) == pytest.approx(1, abs=1e-6)
    # Trivia, two puzzles and talk: 150 minutes of 240.
    puzzles = gap_of((0, 1, 2, 9))
    assert design_efficiency(puzzles, best.gap) == pytest.approx(
        (1 - puzzles) / (1 - 0.7431696428571428), abs=1e-6
    )
    assert design_efficiency(puzzles, best.gap) < 1


@given(st.lists(st.integers(0, 11), min_size=1, max_size=10, unique=True), st.floats(0.5, 0.9))
def test_an_observation_wasted_altogether_can_be_left_out_for_nothing(chosen, target):
    a, level = np.array([LOADINGS[i] for i in chosen], float), np.array([LEVEL[i] for i in chosen])
    cost = [MINUTES[i] for i in chosen]
    found = wasted_minutes(WEIGHTS, a, level, cost, target_reliability=target)
    assert 0 <= found.share <= 1

    def gap(kept):
        evidence = np.zeros((4, 3))
        for i in kept:
            evidence[:, level[i]] += a[i] * 0.44 / 0.56
        return evaluation_gap(WEIGHTS, DEMAND, evidence, target_reliability=target).gap

    everything = range(len(chosen))
    for i in np.flatnonzero(found.observations > 1 - 1e-9):
        assert gap([j for j in everything if j != i]) == pytest.approx(gap(everything), abs=1e-9)


def test_impossible_loops_are_refused():
    with pytest.raises(NotEnoughData, match="takes time"):
        wasted_minutes([1.0], [[1]], [0], [0])
    with pytest.raises(BadInput, match="shape"):
        wasted_minutes([1.0], [[1, 0]], [0], [10])
    with pytest.raises(BadInput, match="load on something"):
        wasted_minutes([1.0], [[0]], [0], [10])
    with pytest.raises(BadInput, match="under the smallest"):
        design_efficiency(0.3, 0.4)
    with pytest.raises(NotEnoughData, match="covers nothing"):
        design_efficiency(1.0, 1.0)
