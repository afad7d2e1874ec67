"""Latent audit of the evaluation gap on the worked example: a puzzle loop and a work loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.design.evaluation_gap_audit import decision_value, latent_r_squared
from psychometrics.design.evidence import PlannedRatings
from psychometrics.errors import BadInput, NotEnoughData

WEIGHTS = np.array([0.30, 0.35, 0.20, 0.15])  # modelling, production, coding, communication
DEMAND = np.array([[0.2, 0.5, 0.3], [0, 0.3, 0.7], [0.3, 0.5, 0.2], [0, 0.6, 0.4]])
SNR = 0.44 / 0.56
MODELLING, PRODUCTION, CODING, COMMUNICATION = np.eye(4)
PUZZLE = (
    np.array([CODING, CODING, MODELLING, MODELLING, MODELLING, COMMUNICATION, COMMUNICATION]),
    np.array([0, 0, 0, 0, 1, 1, 1]),
)
INCIDENT = 0.8 * PRODUCTION + 0.2 * CODING
WORK = (
    np.array([CODING, MODELLING, MODELLING, INCIDENT, INCIDENT, INCIDENT, COMMUNICATION]),
    np.array([0, 1, 1, 2, 2, 2, 1]),
)


@pytest.mark.parametrize(
    ("loop", "between", "expected"),
    [(PUZZLE, 0.3, 0.4567), (WORK, 0.3, 0.7020), (PUZZLE, 0.0, 0.2855), (WORK, 0.0, 0.5972)],
)
def test_worked_example(loop, between, expected):
    found = latent_r_squared(WEIGHTS, DEMAND, *loop, SNR, between=between)
    assert found.r_squared == pytest.approx(expected, abs=1e-4)
    assert found.ceiling == pytest.approx(expected**0.5, abs=1e-4)


@given(st.integers(0, 3), st.integers(0, 2), st.floats(0.1, 5))
def test_another_observation_never_hurts(competency, level, snr):
    loadings, levels = PUZZLE
    before = latent_r_squared(WEIGHTS, DEMAND, loadings, levels, SNR).r_squared
    after = latent_r_squared(
        WEIGHTS,
        DEMAND,
        np.vstack([loadings, np.eye(4)[competency]]),
        np.append(levels, level),
        np.append(np.full(7, SNR), snr),
    ).r_squared
    assert before - 1e-12 <= after <= 1


def test_precise_observation_of_the_only_demand_reproduces_the_role():
    found = latent_r_squared([1.0], [[0, 1.0]], [[1.0]], [1], 1e9)
    assert found.r_squared == pytest.approx(1)
    # One level below, half of the variance transfers.
    assert latent_r_squared([1.0], [[0, 1.0]], [[1.0]], [0], 1e9).r_squared == pytest.approx(0.5)


def test_one_observation_alone_has_its_reliability():
    assert latent_r_squared([1.0], [[1.0]], [[1.0]], [0], SNR).r_squared == pytest.approx(0.44)


def test_impossible_plans_are_refused():
    def audit(**changes):
        plan = {"weights": [1.0], "demand": [[0.5, 0.5]], "loadings": [[1.0]], "level": [0]}
        plan |= {"signal_to_noise": 1.0} | changes
        return latent_r_squared(**plan)

    with pytest.raises(NotEnoughData, match="without observations"):
        audit(loadings=np.zeros((0, 1)), level=[])
    with pytest.raises(NotEnoughData, match="demands nothing"):
        audit(weights=[0.0])
    for changes, match in [
        ({"level": [2]}, "level"),
        ({"loadings": [[0.0]]}, "load on something"),
        ({"loadings": [[1.0, 0.0]]}, "shape"),
        ({"weights": [-1.0]}, "negative"),
        ({"demand": [[0.5], [0.5]]}, "do not match"),
        ({"signal_to_noise": 0.0}, "signal_to_noise"),
        ({"transfer": 0.0}, "transfer"),
        ({"between": 1.0}, "between"),
    ]:
        with pytest.raises(BadInput, match=match):
            audit(**changes)


def test_decision_value_of_sessions_of_their_own_is_the_audit():
    """One criterion of strength 1, one interviewer, a session each: ratings share nothing."""
    places = [2, 2, 0, 0, 0, 3, 3]
    plan = PlannedRatings(range(7), places, [1.0] * 7, PUZZLE[1], [1] * 7)
    assert decision_value(WEIGHTS, DEMAND, plan) == pytest.approx(0.4567, abs=1e-4)
    assert decision_value(WEIGHTS, DEMAND, plan, between=0.0) == pytest.approx(0.2855, abs=1e-4)
    assert decision_value(WEIGHTS, DEMAND, plan, halo_across=True) == pytest.approx(0.4567, abs=1e-4)


def test_what_one_session_shares_is_worth_less_than_sessions_apart():
    def value(sessions, *, people=1, halo_across=False):
        plan = PlannedRatings(sessions, [0, 1, 1], [0.8] * 3, [1, 1, 2], [people] * 3)
        return decision_value(WEIGHTS, DEMAND, plan, halo_across=halo_across)

    together, apart = value([0, 0, 0]), value([0, 1, 2])
    assert value([0, 0, 0], halo_across=True) < together < apart
    assert apart == pytest.approx(value([0, 1, 2], halo_across=True))
    assert together < value([0, 0, 0], people=2) < value([0, 0, 0], people=5)


def test_decision_value_of_a_plan_that_rates_nothing_is_nothing():
    assert decision_value(WEIGHTS, DEMAND, PlannedRatings([], [], [], [], [])) == 0
    leaked = PlannedRatings([0], [0], [1.0], [2], [2], leak=[1.0])
    assert decision_value(WEIGHTS, DEMAND, leaked) == 0


def test_decision_value_names_what_is_wrong():
    plan = PlannedRatings([0], [4], [1.0], [2], [2])
    with pytest.raises(BadInput, match="competency codes"):
        decision_value(WEIGHTS, DEMAND, plan)
    with pytest.raises(BadInput, match="between"):
        decision_value(WEIGHTS, DEMAND, PlannedRatings([], [], [], [], []), between=1.0)
    with pytest.raises(NotEnoughData, match="demands nothing"):
        decision_value(np.zeros(4), DEMAND, PlannedRatings([], [], [], [], []))
