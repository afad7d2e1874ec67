"""Candidates drawn towards the mean of their stage or site."""

import numpy as np
import pytest

from psychometrics.errors import BadInput
from psychometrics.model.calibration import calibrate, update
from tests.psychometrics import panels


def _two_sites(seed, *, gap=1.6, shared=2, people=120, staff=10):
    """Two sites of different proficiency whose interviewers hardly mix."""
    rng = np.random.default_rng(seed)
    site = np.repeat([0, 1], people // 2)
    truth = rng.normal(0, 0.8, people) + gap * (site - 0.5)
    severity, difficulty = rng.normal(0, 0.5, 2 * staff), rng.normal(0, 0.6, 12)
    rows = []
    for person in range(people):
        own = np.arange(staff) + staff * site[person]
        pool = np.r_[own, np.arange(shared)]
        for judge in rng.choice(np.unique(pool), 3, replace=False):
            rows += [(person, judge, question) for question in rng.choice(12, 3, replace=False)]
    who, by, what = np.array(rows).T
    halo = rng.normal(0, 0.4, (people, 2 * staff))[who, by]
    score = panels.rate(truth[who] - severity[by] - difficulty[what] + halo, rng)
    return who, by, what, score, site, truth, severity


def test_a_group_mean_undoes_the_pull_to_a_common_mean():
    plain, grouped, severities = [], [], []
    for seed in range(6):
        who, by, what, score, site, truth, severity = _two_sites(seed)
        for found, group in ((plain, None), (grouped, site[who])):
            result = calibrate(who, by, what, score, group=group)
            measure = result.candidates.measure
            found.append(measure[site == 1].mean() - measure[site == 0].mean() - np.diff([
                truth[site == side].mean() for side in (0, 1)])[0])  # fmt: skip
            if group is not None:
                severities.append(np.corrcoef(result.interviewers.severity, severity)[0, 1])
    assert np.mean(plain) < -0.15
    assert abs(np.mean(grouped)) < 0.6 * abs(np.mean(plain))
    assert np.mean(severities) > 0.8


def test_the_groups_are_reported_with_intervals():
    inside = []
    for seed in range(12):
        who, by, what, score, site, _, _ = _two_sites(100 + seed, shared=4)
        groups = calibrate(who, by, what, score, group=np.array(["north", "south"])[site][who]).groups
        assert groups.label.tolist() == ["north", "south"]
        assert groups.candidates.tolist() == [60, 60]
        assert groups.mean.sum() == pytest.approx(0, abs=1e-9)
        inside.append(groups.lower[1] < 0.8 < groups.upper[1])
    assert np.mean(inside) > 0.6


def test_groups_without_a_link_are_not_compared():
    who, by, what, score, site, _, _ = _two_sites(1, shared=0)
    result = calibrate(who, by, what, score, group=site[who])
    assert np.isnan(result.groups.mean).all()
    assert any("2 unlinked subsets" in warning for warning in result.warnings)


def test_one_group_changes_little():
    panel = panels.small(2, candidates=80)
    columns = (panel.candidate, panel.interviewer, panel.question, panel.score)
    plain, grouped = calibrate(*columns), calibrate(*columns, group=np.zeros(len(panel.score), int))
    np.testing.assert_allclose(grouped.candidates.measure, plain.candidates.measure, atol=0.03)
    assert plain.groups is None
    assert np.isnan(grouped.groups.mean[0])


def test_a_group_keeps_its_place_in_an_update():
    who, by, what, score, site, _, _ = _two_sites(4, people=160)
    new = who == 159
    base = calibrate(who[~new], by[~new], what[~new], score[~new], group=site[who[~new]])
    result = update(base, who[new], by[new], what[new], score[new], group=site[who[new]])
    full = calibrate(who, by, what, score, group=site[who])
    np.testing.assert_allclose(result.candidates.measure, full.candidates.measure, atol=0.02)
    np.testing.assert_allclose(result.groups.mean, full.groups.mean, atol=0.02)


def test_a_candidate_in_two_groups_is_refused():
    panel = panels.small(2)
    with pytest.raises(BadInput, match="candidate 0 is in two groups"):
        calibrate(
            panel.candidate, panel.interviewer, panel.question, panel.score,
            group=np.arange(len(panel.score)),
        )  # fmt: skip


def test_different_pools_are_said_and_groups_settle_it():
    who, by, what, score, site, _, _ = _two_sites(2, gap=2.0, people=240)
    plain = calibrate(who, by, what, score)
    grouped = calibrate(who, by, what, score, group=site[who])
    assert any("did not meet candidates at random" in warning for warning in plain.warnings)
    assert not any("as chance explains" in warning for warning in grouped.warnings)
