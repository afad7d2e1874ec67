"""Porter's index and Webb's criteria against published and hand-made cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from psychometrics.design.alignment import porter, porter_against_chance, webb, webb_balance
from psychometrics.errors import BadInput, NotEnoughData

cells = arrays(float, (2, 3), elements=st.floats(0.01, 5))


def test_porter_2002():
    assert porter([[0.5, 0.25], [0.25, 0]], [[0.25, 0.25], [0.25, 0.25]]) == 0.75


def test_porter_of_the_two_example_loops():
    # The worked example of the evaluation gap: four competencies at three depths, seven observations.
    demand = np.array([[0.30], [0.35], [0.20], [0.15]]) * np.array(
        [[0.2, 0.5, 0.3], [0, 0.3, 0.7], [0.3, 0.5, 0.2], [0, 0.6, 0.4]]
    )
    puzzle = np.array([[2, 1, 0], [0, 0, 0], [2, 0, 0], [0, 2, 0]])
    work = np.array([[0, 2, 0], [0, 0, 2.4], [1, 0, 0.6], [0, 1, 0]])
    assert porter(demand, puzzle) == pytest.approx(0.3529, abs=5e-5)
    assert porter(demand, work) == pytest.approx(0.5850, abs=5e-5)
    assert porter(demand.sum(axis=1), puzzle.sum(axis=1)) == pytest.approx(0.6500, abs=5e-5)
    assert porter(demand.sum(axis=1), work.sum(axis=1)) == pytest.approx(0.9714, abs=5e-5)


@given(cells, cells, st.floats(0.1, 100))
def test_porter_is_symmetric_bounded_and_blind_to_size(first, second, factor):
    index = porter(first, second)
    assert 0 <= index <= 1
    assert porter(second, first * factor) == pytest.approx(index)
    assert porter(first, first) == pytest.approx(1)


def test_chance_of_a_perfect_match_is_one_in_the_arrangements():
    found = porter_against_chance([1, 2, 3, 4], [1, 2, 3, 4], replicates=4000)
    assert found.index == 1
    assert found.p == pytest.approx(1 / 24, abs=0.015)
    # Mean distance of two random places of 1..4 is 1.25 each: 1 - 4 x 1.25 / 10 / 2.
    assert found.chance_mean == pytest.approx(0.75, abs=0.01)
    assert found.chance_mean < found.chance_95 <= 1


@pytest.mark.parametrize(
    ("hits", "balance"), [((3, 1, 1, 1), 0.75), ((2, 2, 2), 1.0), ((9, 1), 0.60), ((9, 0, 1), 0.60)]
)
def test_webb_balance(hits, balance):
    assert webb_balance(hits) == pytest.approx(balance)


def test_webb_criteria_of_one_standard():
    found = webb(objective_depth=[1, 2, 3], hit_objective=[0, 0, 0, 1, 1, 2], hit_depth=[1, 2, 1, 1, 2, 2])
    assert found.hits == 6
    assert found.hits_met
    assert found.depth == pytest.approx(4 / 6)
    assert found.reach == 1
    assert found.balance == pytest.approx(1 - (1 / 6 + 0 + 1 / 6) / 2)
    assert found.depth_met
    assert found.reach_met
    assert found.balance_met
    few = webb(objective_depth=[2, 2, 2], hit_objective=[1], hit_depth=[1])
    assert (few.hits_met, few.depth_met, few.reach_met, few.balance_met) == (False, False, False, True)


def test_impossible_cells_are_refused():
    with pytest.raises(BadInput, match="one shape"):
        porter([1, 2], [1, 2, 3])
    with pytest.raises(BadInput, match="above 0"):
        porter([0, 0], [1, 2])
    with pytest.raises(BadInput, match="negative"):
        porter([-1, 2], [1, 2])
    with pytest.raises(BadInput, match="replicates"):
        porter_against_chance([1, 2], [1, 2], replicates=5)
    with pytest.raises(NotEnoughData):
        webb_balance([0, 0])
    with pytest.raises(BadInput, match="whole"):
        webb_balance([1.5, 1])
    with pytest.raises(NotEnoughData):
        webb([1], [], [])
    with pytest.raises(BadInput, match="positions"):
        webb([1], [1], [1])
