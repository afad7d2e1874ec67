"""Not knowing the variance components: the two-point rule against a finer one."""

from dataclasses import replace

import numpy as np
import pytest

from psychometrics.model.levels import Settings, fit, hyper, posterior
from psychometrics.model.levels.calibrate import prepare
from psychometrics.model.levels.data import encode
from tests.psychometrics import worlds


@pytest.fixture(scope="module")
def fitted():
    small = worlds.panel(np.random.default_rng(4), 5).ratings
    return fit.run_weighted(prepare(encode(small), levels=True, settings=Settings()))


def error_squared(fitted, found, term, points=7):
    """Mean square error of every level reported over the posterior of one log variance, Gauss-Hermite."""
    at, weights = np.polynomial.hermite_e.hermegauss(points)
    error = np.sqrt(2 / ((0 if term in fitted.problem.fixed else fitted.used[term]) + 4))
    quick = replace(fitted.problem, settings=Settings(max_iterations=6))
    total = np.zeros(len(found.rows.level))
    for x, weight in zip(at, weights / weights.sum(), strict=True):
        begin = fit.with_variance(fitted.state, term, float(np.exp(error * x)))
        other = posterior.posterior(fit.run(quick, begin=begin, vary=False))
        total += weight * (other.variance + (other.rows.level - found.rows.level) ** 2)
    return total


@pytest.mark.parametrize("term", ["general", "difficulty"])
def test_errors_are_those_over_the_posterior_of_a_variance(fitted, term, monkeypatch):
    found = posterior.posterior(fitted)
    monkeypatch.setattr(hyper, "TERMS", (term,))
    wider = hyper.unknown(fitted, found).over(found)
    exact = error_squared(fitted, found, term)
    assert wider.variance == pytest.approx(exact, rel=0.02)
    assert np.array_equal(wider.rows.level, found.rows.level)


def test_joint_covariances_stay_possible(fitted):
    found = posterior.posterior(fitted)
    wider = hyper.unknown(fitted, found).over(found)
    for person in wider.people(fitted.problem.data.candidates):
        assert np.linalg.eigvalsh(person.covariance).min() > 0
        inside = person.own + person.moved.T @ person.moved
        shared = person.gradient @ fitted.solution.covariance[np.ix_(person.columns, person.columns)]
        assert person.covariance == pytest.approx(inside + shared @ person.gradient.T)
