"""What one more observation of each kind is worth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.design.evaluation_gap import marginal_gaps
from psychometrics.design.evidence import PlannedRatings
from psychometrics.design.marginal import marginal_values
from psychometrics.errors import BadInput

WEIGHTS = [0.5, 0.3, 0.2]
DEMAND = [[0.2, 0.3, 0.5], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5]]
PLAN = PlannedRatings(
    session=[4, 4, 9], competency=[0, 1, 2], strength=[0.8, 0.5, 0.9], realism=[1, 0, 2], interviewers=[2, 2, 1]
)  # fmt: skip


def test_every_kind_is_the_difference_of_two_gaps():
    found = marginal_values(WEIGHTS, DEMAND, PLAN, strength=0.6)
    assert found.sessions.tolist() == [4, 9]
    criterion = PlannedRatings([4], [2], [0.6], [1], [2])
    alone = PlannedRatings([77], [1], [0.6], [0], [1])
    after = marginal_gaps(WEIGHTS, DEMAND, PLAN, [criterion, alone])
    assert found.gap - found.criterion[0, 2, 1] == pytest.approx(after[0])
    assert found.gap - found.session[1, 0] == pytest.approx(after[1])
    nothing = PlannedRatings([], [], [], [], [])
    three = PlannedRatings([4, 4, 9], [0, 1, 2], [0.8, 0.5, 0.9], [1, 0, 2], [3, 3, 1])
    assert found.gap - found.interviewer[0] == pytest.approx(
        marginal_gaps(WEIGHTS, DEMAND, three, [nothing])[0]
    )


def test_an_empty_plan_values_only_new_sessions():
    found = marginal_values(WEIGHTS, DEMAND, PlannedRatings([], [], [], [], []))
    assert found.gap == pytest.approx(1.0)
    assert found.interviewer.shape == (0,)
    assert (found.session > 0).all()


plans = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.floats(0.05, 1), st.integers(0, 2)), max_size=6
)


@given(plans, st.floats(0, 1))
def test_no_observation_raises_the_gap(rows, strength):
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    people = [1 + session for session in columns[0]]
    found = marginal_values(WEIGHTS, DEMAND, PlannedRatings(*columns, people), strength=strength)
    for values in (found.interviewer, found.criterion, found.session):
        assert (values > -1e-12).all()
        assert (values <= found.gap + 1e-12).all()


@given(plans)
def test_more_realism_is_never_worth_less(rows):
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    found = marginal_values(WEIGHTS, DEMAND, PlannedRatings(*columns, [1] * len(columns[0])))
    assert (np.diff(found.session, axis=1) > -1e-12).all()


@pytest.mark.parametrize("strength", [-0.1, 1.1, np.nan])
def test_an_impossible_strength_is_refused(strength):
    with pytest.raises(BadInput, match="strength"):
        marginal_values(WEIGHTS, DEMAND, PLAN, strength=strength)
