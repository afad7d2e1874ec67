"""Not knowing the logits per level: exact variances against sampling, and when they are used."""

import numpy as np
import pytest

from psychometrics.model.levels import Settings, calibrate_levels, compare, fit, posterior, unit
from psychometrics.model.levels.calibrate import prepare
from psychometrics.model.levels.data import encode
from tests.psychometrics import worlds

DRAWS = 200_000
EQUAL = tuple((3,) * len(row) for row in worlds.TARGETS)


@pytest.fixture(scope="module")
def ratings():
    return worlds.known(42, 24, interviewers=10).ratings


@pytest.fixture(scope="module")
def fitted(ratings):
    return fit.run_weighted(prepare(encode(ratings), levels=True, settings=Settings()))


def sampled(fitted, people, count, rng):
    """Levels of the first ``count`` candidates drawn from the Gaussian fit, each over a drawn unit."""
    at, spacing = fitted.problem.layout.spacing, fitted.spacing
    shared = rng.multivariate_normal(
        np.zeros(len(fitted.solution.covariance)), fitted.solution.covariance, DRAWS
    )
    units = spacing + shared[:, at]
    kept = units >= fitted.problem.settings.priors.lowest_spacing * fitted.bar.width
    drawn = []
    for person in people[:count]:
        distance = (person.level - 3) * spacing
        flat = person.gradient * spacing
        flat[:, person.columns == at] += (person.level - 3)[:, None]
        own = rng.multivariate_normal(np.zeros(len(distance)), person.own * spacing**2, DRAWS)
        moved = distance + shared[:, person.columns] @ flat.T + own
        drawn.append(3 + moved[kept] / units[kept, None])
    return drawn


def test_covariances_are_those_of_levels_over_a_drawn_unit(fitted):
    first = posterior.posterior(fitted)
    codes = fitted.problem.data.candidates
    exact = unit.widened(fitted, first).people(codes)
    drawn = sampled(fitted, first.people(codes), 3, np.random.default_rng(1))
    for person, levels in zip(exact, drawn, strict=False):
        assert person.covariance == pytest.approx(np.cov(levels.T), rel=0.03, abs=0.002)
        # The level stands at the median, a little nearer to 3 than the mean.
        assert person.level == pytest.approx(np.median(levels, axis=0), abs=0.015)
    apart = drawn[0][:, 0] - drawn[1][:, 0]
    found = posterior.difference_variance(fitted.solution.covariance, exact[0], exact[1], (0, 0))
    assert found == pytest.approx(apart.var(), rel=0.03)


def test_the_first_order_is_too_small(fitted):
    first = posterior.posterior(fitted)
    ratio = unit.widened(fitted, first).variance / first.variance
    known = fitted.solution.covariance[fitted.problem.layout.spacing, fitted.problem.layout.spacing]
    share = known / fitted.spacing**2
    assert np.all(ratio >= 1 + 2.5 * share)
    assert np.all(ratio <= 1 + 12 * share)


@pytest.fixture
def first_order(monkeypatch):
    """Calibrate with the first order of the unit's uncertainty alone."""

    def calibrated(ratings):
        with monkeypatch.context() as patch:
            patch.setattr(unit, "widened", lambda _, found: found)
            return calibrate_levels(ratings)

    return calibrated


def test_every_interval_carries_it_and_levels_stay(ratings, first_order):
    full, first = worlds.fitted(42, 24, interviewers=10), first_order(ratings)
    assert np.array_equal(full.table.level, first.table.level)
    assert np.all(full.table.se > first.table.se)
    assert np.all(full.table.own_se > first.table.own_se)
    assert np.all(full.table.contrast_se > first.table.contrast_se)
    assert compare(full, 0, 1, 0).se > compare(first, 0, 1, 0).se
    # What is measured in logits knows nothing of the unit.
    for name in ("reliability", "borrowed"):
        assert np.array_equal(getattr(full.table, name), getattr(first.table, name))


@pytest.mark.parametrize("truth", [worlds.Truth(), worlds.Truth(targets=EQUAL)])
def test_small_panels_and_assumed_spacings_carry_it_too(truth, first_order):
    small = worlds.panel(np.random.default_rng(4), 5, truth=truth).ratings
    full, first = calibrate_levels(small), first_order(small)
    assert full.scale.estimated == (truth.targets != EQUAL)
    assert np.all(full.table.se > 1.02 * first.table.se)


def test_inverse_moments_respect_the_lowest_value():
    loose, cut = unit.inverse_moments(1.0, 0.3, 0.2), unit.inverse_moments(1.0, 0.3, 0.5)
    assert cut[0] < loose[0]
    assert cut[1] < loose[1]
    assert unit.inverse_moments(2.0, 1e-6, 0.35) == pytest.approx((0.5, 0.25))
