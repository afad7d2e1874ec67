"""Levels are unbiased and their intervals honest, from three candidates to a hundred.

Bands allow for the Monte-Carlo error of the panels simulated; ``python -m benchmarks.levels`` runs
many more. Seeds are fixed, so a failure is a change of the model and not bad luck.
"""

import numpy as np
import pytest
from scipy.stats import chi2, truncnorm

from benchmarks.levels import DRAWN, WORLDS, drawn, study
from psychometrics.model.levels import Priors
from tests.psychometrics.worlds import Truth

pytestmark = pytest.mark.simulation


@pytest.mark.parametrize(("candidates", "panels"), [(3, 80), (10, 40), (30, 30), (100, 10)])
def test_levels_are_unbiased_and_intervals_honest(candidates, panels):
    found = study(WORLDS["prior"], candidates, panels, seed=1)
    assert abs(found.bias) <= 0.10
    assert 0.95 <= found.slope <= 1.05
    assert 0.87 <= found.coverage <= 0.93
    assert 0.87 <= found.pooled_coverage <= 0.93
    assert 0.87 <= found.contrast_coverage <= 0.93
    assert found.gap_calibration <= 0.03
    assert found.rmse < found.raw_rmse - 0.03


@pytest.mark.parametrize(("candidates", "panels"), [(3, 80), (30, 60)])
def test_levels_are_right_where_the_unit_is_drawn_from_its_prior(candidates, panels):
    # The coherent test: neither the prior's mean nor anything else is known better than the model says.
    found = study(WORLDS["spacing_drawn"], candidates, panels, seed=1, redrawn=DRAWN["spacing_drawn"])
    assert abs(found.bias) <= 0.10
    assert 0.93 <= found.slope <= 1.07
    assert 0.87 <= found.coverage <= 0.93
    assert 0.86 <= found.pooled_coverage <= 0.94
    assert found.gap_calibration <= 0.03


def test_levels_stand_when_all_targets_are_equal():
    found = study(WORLDS["equal_targets"], 10, 25, seed=1)
    assert abs(found.bias) <= 0.10
    assert 0.87 <= found.coverage <= 0.94
    assert found.gap_calibration <= 0.03
    assert found.told == 1


@pytest.mark.parametrize("name", ["spacing_80", "spacing_120"])
def test_levels_bear_targets_spaced_a_fifth_off(name):
    # A fifth fewer logits per level leaves the prior in the way: .83 is the least allowed.
    found = study(WORLDS[name], 30, 20, seed=1)
    assert abs(found.bias) <= 0.10
    assert found.coverage >= 0.83
    assert found.gap_calibration <= 0.04
    assert found.told == 1


def test_one_interviewer_per_session_still_covers():
    found = study(WORLDS["prior"], 30, 16, seed=1, per_session=1)
    assert 0.86 <= found.coverage <= 0.94
    assert found.gap_calibration <= 0.04


def test_light_weights_leave_intervals_honest():
    # The ratings are as good as any; their weights only keep them from moving levels as far.
    found = study(WORLDS["prior"], 30, 20, seed=3, lightest=0.2)
    assert abs(found.bias) <= 0.10
    assert 0.87 <= found.coverage <= 0.96


def test_drawn_worlds_follow_the_priors():
    priors, rng = Priors(), np.random.default_rng(1)
    worlds = [drawn(rng, Truth(), DRAWN["all_drawn"], priors) for _ in range(4000)]
    spacing = np.sort([world.spacing for world in worlds])
    expected = truncnorm((priors.lowest_spacing - 1) / priors.spacing_sd, np.inf, 1, priors.spacing_sd)
    assert spacing[0] >= priors.lowest_spacing
    assert np.abs(spacing - expected.ppf((np.arange(4000) + 0.5) / 4000))[200:-200].max() < 0.03
    halo = np.median([world.halo for world in worlds])
    assert halo == pytest.approx(
        priors.halo * np.sqrt(priors.weight / chi2(priors.weight).median()), rel=0.04
    )
