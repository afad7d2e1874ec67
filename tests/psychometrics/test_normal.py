"""Two normals at once, against quadrature of the definition."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics import _normal

cuts = st.one_of(st.just(0.0), st.floats(-3, 3))


@given(cuts, cuts, st.floats(-0.95, 0.95))
def test_both_below_is_the_integral_of_its_density(h, k, r):
    # Plackett's identity: the derivative by the correlation is the density at the corner.
    nodes, weights = np.polynomial.legendre.leggauss(60)
    angle = math.asin(r) * (nodes + 1) / 2
    density = np.exp(-(h * h + k * k - 2 * h * k * np.sin(angle)) / (2 * np.cos(angle) ** 2))
    expected = _normal.below(h) * _normal.below(k) + math.asin(r) / 2 * weights @ density / (2 * math.pi)
    assert _normal.both_below(h, k, r) == pytest.approx(float(expected), abs=1e-9)


def test_two_must_haves_at_the_median_pass_less_than_a_third():
    # A quarter plus asin(.3) / 2 pi: must-haves multiply misses.
    assert _normal.both_above(0.0, 0.0, 0.3) == pytest.approx(0.2985, abs=5e-5)


def test_perfect_correlations_are_limits():
    assert _normal.both_below(0.3, -0.2, 1.0) == pytest.approx(_normal.below(-0.2))
    assert _normal.both_below(0.3, -0.2, -1.0) == pytest.approx(_normal.below(0.3) - _normal.below(0.2))
    assert _normal.both_below(-1.0, -1.0, -1.0) == 0
