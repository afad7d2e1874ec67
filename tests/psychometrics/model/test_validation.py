"""A slice of what ``python -m benchmarks.validation`` measures: the same claims, over as few panels as they bear.

Seeds are fixed, so a failure is a change of the model and not bad luck. docs/methods/validation.md has the full run.
"""

import numpy as np
import pytest
from scipy.stats import chi2, truncnorm

from benchmarks.levels import DRAWN, drawn
from benchmarks.validation.__main__ import CLAIMS
from benchmarks.validation.claims import Claim, broken
from psychometrics.model.levels import Priors
from tests.psychometrics.worlds import Truth

SLICED = [claim for claim in CLAIMS if claim.slice]


@pytest.mark.parametrize("claim", SLICED, ids=lambda claim: claim.name)
def test_a_slice_keeps_the_claim(claim):
    assert not broken(claim, claim.slice, claim.measure(claim.slice))


def test_a_slice_is_held_to_limits_as_much_wider_as_its_panels_are_fewer():
    limits = {"a": (0.8, 1.0), "b": (-np.inf, 0.03), "c": (0.9, np.inf), "d": (0.2, np.inf)}
    claim = Claim("c", "", 100, 25, limits, lambda n: {})
    assert claim.wide("a", 100) == pytest.approx((0.8, 1.0))
    assert claim.wide("a", 25) == pytest.approx((0.7, 1.1))
    assert claim.wide("b", 25) == (-np.inf, pytest.approx(0.06))
    assert claim.wide("c", 25) == (pytest.approx(0.8), np.inf)
    assert claim.wide("d", 25) == (pytest.approx(0.1), np.inf)
    said = broken(claim, 100, {"a": 1.01, "b": 0.0, "c": 0.95, "d": 0.3})
    assert said == ["c: a is 1.010, outside 0.800 to 1.000"]


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
