"""The doubt of one verdict, and the published index whose complement it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics import rudner, verdict_doubt
from psychometrics.errors import BadInput


@pytest.mark.parametrize(("p", "doubt"), [(0.0, 0.0), (0.2, 0.64), (0.5, 1.0), (0.8, 0.64), (1.0, 0.0)])
def test_variance_of_a_verdict_in_units_of_a_coin_toss(p, doubt):
    # p(1 - p) is .16 at .2 and .8, and .25, its largest, at .5 (Crocker & Algina 1986, chapter 5).
    assert verdict_doubt(p) == pytest.approx(doubt)


@given(st.floats(-3, 3), st.floats(0.1, 1))
def test_it_is_what_rudners_consistency_leaves(estimate, se):
    found = rudner([estimate], [se], cut=0.0)
    above = found.accuracy  # of one person: the larger of P and 1 - P
    assert found.consistency == pytest.approx(1 - verdict_doubt(above) / 2)


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(bad):
    with pytest.raises(BadInput):
        verdict_doubt(bad)
