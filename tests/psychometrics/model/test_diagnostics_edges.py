"""Diagnostics of panels that are too small, thin or broken: not enough data, a clear error, never a silent number."""

import numpy as np
import pytest

from benchmarks.generator import simulate
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.model.calibration import calibrate
from psychometrics.model.diagnostics import (
    check_assumptions,
    diagnose,
    differential_severity,
    drift_chart,
    question_drift,
)
from psychometrics.model.diagnostics.score_tests import score_test
from psychometrics.model.flag_policy import FlagPolicy
from tests.psychometrics import panels


def _columns(panel, rows=slice(None)):
    return panel.candidate[rows], panel.interviewer[rows], panel.question[rows], panel.score[rows]


@pytest.fixture(scope="module")
def thin():
    """Twelve interviewers, one with a single interview and one with three ratings in three interviews."""
    panel = panels.small(2, candidates=80, interviewers=12)
    kept = np.ones(len(panel.score), bool)
    first = np.flatnonzero(panel.interviewer == 0)
    kept[first[3:]] = False
    second = np.flatnonzero(panel.interviewer == 1)
    kept[np.setdiff1d(second, second[[0, 3, 6]])] = False
    when = panel.candidate[kept] * 1.0
    return calibrate(*_columns(panel, kept)), when


def test_thin_interviewers_are_not_judged_and_do_not_disturb_the_others(thin):
    result, when = thin
    found = diagnose(result, when=when)
    for place in (0, 1):
        assert set(found.verdicts(place).values()) == {"not enough data"}
        assert found.flags(place) == ()
    for test in found.tests.values():
        for column in (test.effect, test.se, test.z, test.p, test.smallest):
            assert np.isnan(column[:2]).all()
            assert not np.isnan(column[2:]).any()
    with pytest.raises(NotEnoughData, match="3 interviews by 1"):
        drift_chart(result, 1, when)


@pytest.mark.parametrize(
    ("candidates", "interviewers", "questions"),
    [(2, 3, 3), (3, 3, 12), (8, 4, 5), (20, 5, 12), (60, 40, 3), (200, 3, 30)],
)
def test_every_size_of_panel_gives_numbers_or_not_enough_data(candidates, interviewers, questions):
    panel = panels.small(4, candidates=candidates, interviewers=interviewers, questions=questions)
    result = calibrate(*_columns(panel))
    when = panel.candidate * 1.0
    found = diagnose(result, when=when)
    for name, test in found.tests.items():
        known = np.isfinite(test.p)
        assert (test.se[known] > 0).all(), name
        assert not test.flagged[~known].any()
        assert np.isnan(test.effect[~known]).all()
    moved = question_drift(result, when)
    assert (np.isfinite(moved.p) == np.isfinite(moved.effect)).all()
    assert all(isinstance(finding.text, str) for finding in check_assumptions(result, when=when))
    assert all(0 <= p <= 1 for p in found.panel().values() if np.isfinite(p))


def test_somebody_alone_is_not_compared():
    panel = panels.small(6, candidates=60)
    rows = panel.interviewer == 0
    result = calibrate(*_columns(panel, rows))
    found = diagnose(result, when=panel.candidate[rows])
    assert set(found.verdicts(0).values()) == {"not enough data"}
    assert np.isnan(list(found.panel().values())).all()
    one = calibrate(panel.candidate, panel.interviewer, panel.question * 0, panel.score)
    assert np.isnan(question_drift(one, panel.candidate).p).all()


def test_two_interviewers_differ_from_each_other_alike():
    """The median of two would be one of them, which then never differs."""
    panel = panels.small(8, candidates=150, interviewers=3)
    rows = panel.interviewer < 2
    result = calibrate(*_columns(panel, rows))
    for test in diagnose(result, when=panel.candidate[rows]).tests.values():
        if test.name != "noise":
            assert test.effect[0] == pytest.approx(-test.effect[1])
            assert test.p[0] == pytest.approx(test.p[1])
            assert test.effect[0] != 0.0


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda when: np.where(np.arange(len(when)) == 5, np.nan, when), "position 5 is not"),
        (lambda when: when[:-1], "when has"),
        (lambda when: np.array(["spring"] * len(when)), "when must be numbers"),
    ],
    ids=["missing", "short", "words"],
)
def test_times_that_cannot_be_used_are_refused(thin, spoil, message):
    result, when = thin
    for ask in (
        lambda times: diagnose(result, when=times),
        lambda times: question_drift(result, times),
        lambda times: drift_chart(result, 5, times),
        lambda times: check_assumptions(result, when=times),
    ):
        with pytest.raises(BadInput, match=message):
            ask(spoil(when))


def test_one_moment_for_all_is_no_order(thin):
    result, when = thin
    same = np.full(len(when), 7.0)
    assert np.isnan(diagnose(result, when=same).tests["drift"].p).all()
    assert np.isnan(question_drift(result, same).p).all()
    with pytest.raises(NotEnoughData, match="bear one time"):
        drift_chart(result, 5, same)


def test_one_interviewer_at_one_moment_is_not_tested_beside_others_who_are(thin):
    result, when = thin
    r = result.posterior.best.structure.ratings
    times = when.copy()
    times[r.order[r.interviewer == 4]] = 50.0
    p = diagnose(result, when=times).tests["drift"].p
    assert np.isnan(p[4])
    assert np.isfinite(np.delete(p[2:], 2)).all()


def test_groups_of_one_are_refused_and_torn_candidates_too(thin):
    result, when = thin
    with pytest.raises(NotEnoughData, match="candidates of both groups"):
        differential_severity(result, when == 3)
    with pytest.raises(NotEnoughData, match="candidates of both groups"):
        differential_severity(result, np.zeros(len(when), bool))
    torn = (when % 2 == 0) & (np.arange(len(when)) > 0)
    with pytest.raises(BadInput, match="candidate 0 is in the focal group in some ratings"):
        differential_severity(result, torn)


def test_unlinked_subsets_are_diagnosed_within_themselves():
    """An interviewer of the smaller subset who drifts is found; a difference between subsets is nobody's fault."""
    panel = simulate("S", halo=0.5, seed=3)
    rng = np.random.default_rng(0)
    side = panel.candidate % 2
    interviewer, question = panel.interviewer + 100 * side, panel.question + 100 * side
    busiest = int(np.bincount(interviewer).argmax())
    rows = np.flatnonzero(interviewer == busiest)
    eta = panel.proficiency[panel.candidate] - panel.severity[panel.interviewer] + 0.8 * side
    eta = eta - panel.difficulty[panel.question]
    eta = eta + rng.normal(0, 0.5, panel.interview.max() + 1)[panel.interview]
    eta[rows] -= 1.5 * (panel.when[rows] > np.median(panel.when[rows]))
    result = calibrate(
        panel.candidate, interviewer, question, panels.rate(eta, rng), interview=panel.interview
    )
    assert len(result.subsets) == 2
    test = diagnose(result, when=panel.when).tests["drift"]
    place = result.interviewers.label == busiest
    assert test.p[place][0] < 0.01
    assert test.effect[place][0] < -0.7
    assert (test.p[~place] < 0.05).mean() < 0.2


@pytest.mark.parametrize("options", [{"halo": False}, {"link": "cl"}, {"steps": "question"}], ids=str)
def test_other_models_are_diagnosed_too(options):
    panel = panels.small(9, candidates=150, interviewers=12)
    late = (panel.interviewer == 3) & (panel.candidate > 75)
    score = np.where(late, np.maximum(panel.score - 1, 0), panel.score)
    result = calibrate(panel.candidate, panel.interviewer, panel.question, score, **options)
    drift = diagnose(result, when=panel.candidate, policy=FlagPolicy(drift=0.1)).tests["drift"]
    assert drift.p.argmin() == 3
    assert drift.flagged[3]
    assert drift.effect[3] < -0.5


def test_an_interviewer_is_asked_for_by_position_or_by_name():
    panel = panels.small(2, candidates=80, interviewers=12)
    names = np.array([f"I{code:02d}" for code in range(12)])
    found = diagnose(calibrate(panel.candidate, names[panel.interviewer], panel.question, panel.score))
    for place, name in enumerate(names):
        assert found.verdicts(name) == found.verdicts(place)
        assert found.flags(str(name)) == found.flags(place)


@pytest.mark.parametrize(
    ("who", "message"),
    [
        (-1, "position must be at least 0"),
        (12, "position must be at most 11"),
        (1.5, "position must be a whole number"),
        (None, "position must be one number"),
        ("I99", "no interviewer 'I99'; give a label, or a position"),
    ],
)
def test_an_interviewer_who_is_not_there_is_refused(thin, who, message):
    found = diagnose(thin[0])
    for ask in (found.flags, found.verdicts):
        with pytest.raises(BadInput, match=message):
            ask(who)


@pytest.mark.parametrize("owners", [3, 5, 8, 12])
def test_estimates_that_add_up_to_nothing_are_tested_at_their_own_spread(owners):
    """What one interviewer adds to a candidate the others lack: scores less the candidate's mean."""
    rng = np.random.default_rng(owners)
    candidate, owner = (codes.ravel() for codes in np.indices((60, owners)))
    z = []
    for _ in range(300):
        score = rng.normal(size=(60, owners))
        score -= score.mean(1, keepdims=True)
        test = score_test(
            "any", score.ravel(), np.ones(score.size), owner.astype(np.intp), owners, candidate=candidate
        )
        z.append(test.z)
    assert np.std(z) == pytest.approx(1.0, abs=0.06)
