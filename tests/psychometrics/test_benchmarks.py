"""The benchmark says where the time goes."""

import pytest

from benchmarks.calibration import _update_cost, warm
from benchmarks.generator import simulate
from benchmarks.one_pass import describe, profile
from benchmarks.sites import simulate_sites
from psychometrics.model import compiled

ENGINES = ["numpy", *(["compiled"] if compiled.installed() else [])]


def test_the_profile_names_every_stage():
    found = {engine: profile(simulate("S", halo=0.5), engine=engine) for engine in ENGINES}
    for each in found.values():
        assert each.passes <= 20
        assert 0 < sum(each.limit.values()) < each.stages["all passes"]
        assert sum(each.stages.values()) > each.stages["whole call"]
    text = describe(found)
    assert all(f"{engine}: one pass takes" in text for engine in ENGINES)
    assert all(name in text for name in found["numpy"].stages)


def test_an_update_is_timed(engine):
    assert 0 < _update_cost(simulate("S", halo=0.5), halo=True, link="acl", engine=engine) < 2


@pytest.mark.usefixtures("kernels")
def test_loading_kernels_is_timed_apart():
    warm("acl")
    assert warm("acl") < 1


def test_sites_share_three_interviewers_and_no_more():
    candidate, interviewer, *_, severity = simulate_sites(40, 0.8, seed=1)
    first, second = ({int(who) for who in interviewer[candidate % 2 == site]} for site in (0, 1))
    assert len(first & second) == 3
    assert len(first | second) == len(severity)
