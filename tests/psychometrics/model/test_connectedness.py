"""Who can be compared with whom."""

import numpy as np
import pytest

from psychometrics.errors import NotComparable
from psychometrics.model.bridges import Bridge, find_bridges
from psychometrics.model.calibration import calibrate
from psychometrics.model.connectedness import connected_subsets
from tests.psychometrics import panels


def _design(shared_interviewers: int = 0, *, own_questions: bool = False, seed: int = 3):
    """Two sites of 20 candidates with four interviewers each."""
    rng = np.random.default_rng(seed)
    candidate = np.repeat(np.arange(40), 9)
    site = (candidate >= 20).astype(int)
    interviewer = rng.integers(0, 4, len(candidate)) + 4 * site
    travelling = rng.random(len(candidate)) < 0.3
    if shared_interviewers:
        interviewer[travelling] = rng.integers(0, shared_interviewers, travelling.sum())
    question = rng.integers(0, 6, len(candidate)) + (6 * site if own_questions else 0)
    return candidate, interviewer, question


def test_sites_sharing_questions_only_are_unlinked():
    linkage = connected_subsets(*_design())
    assert linkage.subsets == 2
    assert np.bincount(linkage.candidate).tolist() == [20, 20]
    assert len(set(linkage.interviewer[:4])) == 1
    assert linkage.interviewer[0] != linkage.interviewer[4]
    assert linkage.question.max() == 0


def test_sites_sharing_interviewers_only_are_unlinked():
    linkage = connected_subsets(*_design(2, own_questions=True))
    assert linkage.subsets == 2
    assert linkage.interviewer.max() == 0


def test_one_shared_interviewer_links_the_sites():
    assert connected_subsets(*_design(1)).subsets == 1


def test_one_interviewer_each_leaves_nothing_comparable_across():
    candidate = np.repeat(np.arange(30), 6)
    linkage = connected_subsets(candidate, candidate % 5, np.tile(np.arange(6), 30))
    assert linkage.subsets == 5


def test_a_long_chain_is_connected():
    candidate = np.repeat(np.arange(300), 2)
    interviewer = np.stack([np.arange(300), np.arange(1, 301)], 1).ravel()
    assert connected_subsets(candidate, interviewer, np.zeros(600, int)).subsets == 1


def test_unlinked_panels_are_never_ranked_across():
    candidate, interviewer, question = _design()
    rng = np.random.default_rng(1)
    proficiency = rng.normal(0, 1, 40) + np.repeat([0.0, 1.5], 20)
    score = panels.rate(proficiency[candidate] - rng.normal(0, 0.5, 8)[interviewer], rng)
    result = calibrate(candidate, interviewer, question, score)
    assert [len(subset.candidates) for subset in result.subsets] == [20, 20]
    assert any("2 unlinked subsets" in warning for warning in result.warnings)
    assert any("To link subset 2" in warning for warning in result.warnings)
    for number in (1, 2):
        inside = result.candidates.subset == number
        assert result.candidates.measure[inside].mean() == pytest.approx(0, abs=1e-9)
    with pytest.raises(NotComparable):
        result.probability_better(0, 39)
    assert 0 < result.probability_better(0, 1) < 1


def test_a_candidate_alone_in_a_subset_has_no_measure():
    candidate, interviewer, question = _design(1)
    lone = (
        np.append(candidate, [40] * 6),
        np.append(interviewer, [8] * 6),
        np.append(question, np.arange(6)),
    )
    score = np.random.default_rng(1).integers(0, 4, len(lone[0]))
    result = calibrate(*lone, score)
    assert len(result.subsets) == 2
    assert np.isnan(result.candidates.measure[40])
    assert np.isnan(result.candidates.fair_average[40])


def test_the_only_shared_interviewer_is_a_bridge():
    candidate, interviewer, _ = _design(1)
    assert find_bridges(candidate, interviewer) == [Bridge(interviewer=0, candidates=20, interviewers=3)]


def test_two_shared_interviewers_are_no_bridges():
    candidate, interviewer, _ = _design(2)
    assert find_bridges(candidate, interviewer) == []


def test_bridges_agree_with_removing_everybody_in_turn():
    for seed in range(30):
        rng = np.random.default_rng(seed)
        candidate = np.repeat(np.arange(15), 2)
        interviewer = rng.integers(0, 9, 30)
        found = {bridge.interviewer for bridge in find_bridges(candidate, interviewer)}
        assert found == {judge for judge in range(9) if _splits(candidate, interviewer, judge)}


def _splits(candidate, interviewer, judge):
    """Whether removing an interviewer leaves more parts (with an interviewer) among those they met."""
    kept = interviewer != judge
    near = set(candidate[interviewer == judge]) & set(candidate[kept])
    parts = []
    while near:
        part, grown = {near.pop()}, True
        while grown:
            staff = set(interviewer[kept & np.isin(candidate, list(part))])
            more = set(candidate[kept & np.isin(interviewer, list(staff))])
            grown = not more <= part
            part |= more
        parts.append(part)
        near -= part
    return len(parts) > 1


def test_a_bridge_is_said():
    candidate, interviewer, question = _design(1)
    score = np.random.default_rng(1).integers(0, 4, len(candidate))
    result = calibrate(candidate, interviewer, question, score)
    assert len(result.subsets) == 1
    assert any("through interviewer 0 alone" in warning for warning in result.warnings)


def test_sites_without_common_questions_are_told_to_share_some():
    candidate, interviewer, question = _design(3, own_questions=True)
    score = np.random.default_rng(1).integers(0, 4, len(candidate))
    result = calibrate(candidate, interviewer, question, score)
    assert len(result.subsets) == 2
    assert any("ask some questions in both" in warning for warning in result.warnings)


@pytest.mark.parametrize("seed", range(8))
def test_classes_are_those_of_the_whole_design(seed):
    """Against the null space of the full additive design, computed directly."""
    rng = np.random.default_rng(seed)
    rows = np.stack([rng.integers(0, levels, 26) for levels in (14, 9, 7)], axis=1)
    codes = [np.unique(column, return_inverse=True)[1] for column in rows.T]
    sizes = [int(column.max()) + 1 for column in codes]
    starts = np.cumsum([0, *sizes])
    design = np.zeros((len(rows), starts[-1]))
    for facet, column in enumerate(codes):
        design[np.arange(len(rows)), starts[facet] + column] = 1.0
    free = np.linalg.svd(design)[2][np.linalg.matrix_rank(design) :].T
    linkage = connected_subsets(*codes)
    for facet, found in enumerate((linkage.candidate, linkage.interviewer, linkage.question)):
        moves = free[starts[facet] : starts[facet + 1]]
        alike = np.abs(moves[:, None] - moves[None]).max(axis=2) < 1e-9
        assert (alike == (found[:, None] == found)).all()
