"""Latent audit of the evaluation gap on the worked example: a puzzle loop and a work loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.design.evaluation_gap_audit import latent_r_squared
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
