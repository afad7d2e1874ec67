"""The benchmark says where the time goes."""

from benchmarks.calibration import _update_cost
from benchmarks.generator import simulate
from benchmarks.one_pass import describe, profile


def test_the_profile_names_every_stage():
    found = profile(simulate("S", halo=0.5))
    assert found.passes <= 20
    assert 0 < sum(found.limit.values()) < found.stages["all passes"]
    text = describe(found)
    assert "one pass takes" in text
    assert all(name in text for name in found.stages)


def test_an_update_is_timed():
    assert 0 < _update_cost(simulate("S", halo=0.5), halo=True, link="acl") < 2
