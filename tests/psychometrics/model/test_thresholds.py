"""The rating-scale likelihood against its definition and its own derivatives."""

import numpy as np
import pytest

from psychometrics.model import thresholds

STEPS = np.array([-1.4, 0.1, 1.3])
LINKS: list[thresholds.Link] = ["acl", "cl"]


def test_adjacent_categories_follow_their_log_odds():
    eta = np.array([-2.0, 0.3, 1.7])
    p = thresholds.probabilities(eta, STEPS)
    assert np.log(p[1:] / p[:-1]) == pytest.approx(eta - STEPS[:, None])
    assert p.sum(0) == pytest.approx(1.0)


def test_cumulative_logits_follow_their_log_odds():
    eta = np.array([-2.0, 0.3, 1.7])
    at_least = np.cumsum(thresholds.probabilities(eta, STEPS, link="cl")[::-1], 0)[::-1][1:]
    assert np.log(at_least / (1 - at_least)) == pytest.approx(eta - STEPS[:, None])


@pytest.mark.parametrize("link", LINKS)
def test_score_is_the_derivative_of_the_likelihood(link):
    eta, points = np.linspace(-2, 2, 8), np.array([0, 1, 2, 3, 0, 1, 2, 3])
    spread, weight = np.full(8, 0.4), np.linspace(0.5, 1.5, 8)
    moments = thresholds.moments(eta, STEPS, points, spread=spread, weight=weight, link=link)

    def likelihood(eta, steps):
        total = 0.0
        for node, share in zip(thresholds.NODES, thresholds.NODE_WEIGHTS, strict=True):
            p = thresholds.probabilities(eta + node * np.sqrt(spread), steps, link=link)
            total += share * np.log(p[points, np.arange(8)]) @ weight
        return total

    for k in range(8):
        step = np.eye(8)[k] * 1e-5
        slope = (likelihood(eta + step, STEPS) - likelihood(eta - step, STEPS)) / 2e-5
        assert moments.score[k] == pytest.approx(slope, abs=1e-6)
    for k in range(3):
        step = np.eye(3)[k] * 1e-5
        slope = (likelihood(eta, STEPS - step) - likelihood(eta, STEPS + step)) / 2e-5
        assert moments.step_score[k] == pytest.approx(slope, abs=1e-6)


@pytest.mark.parametrize("link", LINKS)
def test_expectation_is_inverted(link):
    wanted = np.array([0.2, 1.0, 1.5, 2.9])
    eta = thresholds.eta_at(wanted, STEPS, link=link)
    assert thresholds.expected(eta, STEPS, link=link) == pytest.approx(wanted, abs=1e-10)
    assert thresholds.eta_at([0, 3], STEPS, link=link).tolist() == [-np.inf, np.inf]


def test_extreme_predictors_neither_overflow_nor_vanish():
    p = thresholds.probabilities(np.array([-900.0, 900.0]), np.linspace(-3, 3, 20))
    assert np.isfinite(p).all()
    assert p[0, 0] == pytest.approx(1.0)
    assert p[-1, 1] == pytest.approx(1.0)


def test_starting_steps_reproduce_the_shares():
    points = np.repeat([0, 1, 2, 3], [5, 20, 30, 10])
    for link in LINKS:
        p = thresholds.probabilities([0.0], thresholds.starting_steps(points, 3, link=link), link=link)
        assert p[:, 0] == pytest.approx(np.array([5, 20, 30, 10]) / 65)
