"""The benchmark says what is missing and where the time goes."""

import shutil

from benchmarks import peers as other
from benchmarks.calibration import _update_cost
from benchmarks.generator import simulate
from benchmarks.one_pass import describe, profile


def test_programs_that_are_missing_are_said(monkeypatch):
    monkeypatch.setattr(other.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    found = list(other.peers(simulate("S")))
    assert [peer.name for peer in found] == ["statsmodels", "lme4", "ordinal::clmm", "glmmTMB"]
    assert all(peer.skipped and peer.cpu is None for peer in found)


def test_the_profile_names_every_stage():
    found = profile(simulate("S", halo=0.5))
    assert found.passes <= 20
    assert 0 < sum(found.limit.values()) < found.stages["all passes"]
    text = describe(found)
    assert "one pass takes" in text
    assert all(name in text for name in found.stages)


def test_an_update_is_timed():
    assert 0 < _update_cost(simulate("S", halo=0.5), halo=True, link="acl") < 2
