"""Adding an interview to a fitted panel gives what a refit gives."""

import time
from functools import cache

import numpy as np
import pytest

from benchmarks.generator import simulate
from psychometrics.errors import BadInput
from psychometrics.model.calibration import calibrate, update
from psychometrics.model.diagnostics import diagnose
from tests.psychometrics import panels

NEW = 900  # a label the panel does not have

#: Interviews that move the fit: candidate, interviewer, question, score.
SURPRISES = {
    "an ordinary candidate": [(NEW, judge, asked, 1 + asked % 2) for judge in (0, 1) for asked in range(4)],
    "rated best throughout": [(NEW, judge, asked, 3) for judge in (0, 1) for asked in range(4)],
    "a new interviewer": [(1, NEW, asked, score) for asked, score in enumerate([3, 2, 3, 1])],
    "a new interviewer, very severe": [
        *((NEW, NEW, asked, 0) for asked in range(4)),
        *((NEW, 0, asked, score) for asked, score in enumerate([3, 3, 2, 3])),
    ],
    "a new question": [(NEW, 0, NEW, 3), (NEW, 1, NEW, 2), (NEW, 0, 1, 1)],
}


def _columns(panel, rows):
    return panel.candidate[rows], panel.interviewer[rows], panel.question[rows], panel.score[rows]


def _close(one, two, tolerance):
    assert np.array_equal(one.candidates.label, two.candidates.label)
    for mine, theirs in (
        (one.candidates.measure, two.candidates.measure),
        (one.candidates.se, two.candidates.se),
        (one.candidates.own_measure, two.candidates.own_measure),
        (one.interviewers.severity, two.interviewers.severity),
        (one.questions.difficulty, two.questions.difficulty),
        (one.thresholds, two.thresholds),
    ):
        np.testing.assert_allclose(mine, theirs, atol=tolerance)


@pytest.mark.parametrize("link", ["acl", "cl"])
def test_one_more_interview_is_as_good_as_a_refit(link):
    panel = simulate("S", halo=0.5)
    new = panel.interview == panel.interview[-1]
    base = calibrate(*_columns(panel, ~new), interview=panel.interview[~new], link=link)
    full = calibrate(*_columns(panel, slice(None)), interview=panel.interview, link=link)
    quick = update(base, *_columns(panel, new), interview=panel.interview[new])
    _close(quick, full, 0.01)
    assert quick.iterations <= 3
    assert quick.ratings == full.ratings
    assert quick.warnings == full.warnings
    for name, value in full.components.items():
        assert quick.components[name] == pytest.approx(value, abs=0.01), name
    assert not np.allclose(quick.candidates.measure, np.append(base.candidates.measure, 0)[:300], atol=1e-6)


@cache
def _before(seed, candidates, engine):
    """A panel, fitted once for all that an interview may bring."""
    panel = panels.small(seed, candidates=candidates, interviewers=candidates // 10, questions=8)
    columns = _columns(panel, slice(None))
    return columns, calibrate(*columns, engine=engine)


@pytest.mark.parametrize("interview", SURPRISES)
@pytest.mark.parametrize("candidates", [80, 300])
def test_whatever_an_interview_brings_the_update_is_the_refit(candidates, interview, engine):
    extra = list(zip(*SURPRISES[interview], strict=True))
    for seed in range(2 if candidates < 100 else 1):
        columns, base = _before(400 + seed, candidates, engine)
        quick = update(base, *extra)
        after = (np.append(column, more) for column, more in zip(columns, extra, strict=True))
        full = calibrate(*after, engine=engine)
        _close(quick, full, 0.01)
        assert quick.components == pytest.approx(full.components, abs=0.005)


def test_updates_one_after_the_other_stay_with_the_refit():
    panel = panels.small(7, candidates=200, interviewers=12, questions=8)
    rows = np.arange(len(panel.score))
    result = calibrate(*_columns(panel, rows[: -12 * 9]))
    for part in np.split(rows[-12 * 9 :], 12):  # twelve candidates, nine ratings each
        result = update(result, *_columns(panel, part))
    _close(result, calibrate(*_columns(panel, rows)), 0.01)


def test_an_update_costs_a_fraction_of_a_refit():
    panel = simulate("S", halo=0.5)
    new = panel.interview == panel.interview[-1]
    base = calibrate(*_columns(panel, ~new), interview=panel.interview[~new])
    spent = {"update": [], "refit": []}
    for _ in range(3):
        before = time.process_time()
        update(base, *_columns(panel, new), interview=panel.interview[new])
        between = time.process_time()
        calibrate(*_columns(panel, slice(None)), interview=panel.interview)
        spent["update"].append(between - before)
        spent["refit"].append(time.process_time() - between)
    assert min(spent["update"]) < 0.75 * min(spent["refit"])


def test_a_day_of_new_people_is_added():
    """A new candidate, a new interviewer and a new question in one go, after several updates."""
    panel = panels.small(3, candidates=120, interviewers=12)
    late = (panel.candidate >= 117) | (panel.interviewer == 11) | (panel.question == 7)
    result = calibrate(*_columns(panel, ~late))
    full = calibrate(*_columns(panel, np.r_[np.flatnonzero(~late), np.flatnonzero(late)]))
    for part in np.array_split(np.flatnonzero(late), 4):
        result = update(result, *_columns(panel, part))
    _close(result, full, 0.01)


def test_rows_keep_the_order_given():
    panel = simulate("S", halo=0.5)
    new = panel.interview >= panel.interview[-1] - 3
    rows = np.r_[np.flatnonzero(~new), np.flatnonzero(new)]
    base = calibrate(*_columns(panel, ~new), interview=panel.interview[~new])
    quick = update(base, *_columns(panel, new), interview=panel.interview[new])
    full = calibrate(*_columns(panel, rows), interview=panel.interview[rows])
    drift = [diagnose(result, when=panel.when[rows]).tests["drift"].z for result in (quick, full)]
    np.testing.assert_allclose(*drift, atol=0.02)


def test_small_panels_are_refitted_whole():
    panel = panels.small(5, candidates=40)
    new = panel.candidate == 39
    quick = update(calibrate(*_columns(panel, ~new)), *_columns(panel, new))
    _close(quick, calibrate(*_columns(panel, slice(None))), 0.01)


def test_a_new_score_changes_the_scale():
    panel = panels.small(5, candidates=40)
    panel.score[panel.score == 3] = 2
    base = calibrate(*_columns(panel, slice(None)))
    result = update(base, [0, 0], [1, 1], [2, 3], [3, 3])
    assert result.categories.tolist() == [0, 1, 2, 3]
    again = calibrate(*(np.append(column, extra) for column, extra in zip(
        _columns(panel, slice(None)), ([0, 0], [1, 1], [2, 3], [3, 3]), strict=True)))  # fmt: skip
    _close(result, again, 1e-9)


def test_an_interview_that_links_nobody_new_is_said():
    panel = simulate("S", halo=0.5)
    base = calibrate(*_columns(panel, slice(None)))
    result = update(base, [900] * 4, [900] * 4, [0, 1, 2, 3], [0, 1, 2, 3])
    assert len(result.subsets) == 2
    assert any("2 unlinked subsets" in warning for warning in result.warnings)
    with pytest.raises(BadInput, match="another kind"):
        update(base, ["Ann"], [0], [0], [1])
    with pytest.raises(BadInput, match="without interview"):
        update(base, [0], [0], [0], [1], interview=[1])
    with pytest.raises(BadInput, match="no new ratings"):
        update(base, [], [], [], [])
