"""Drift is found whether it comes at once or creeps, and charted with limits that hold."""

import numpy as np
import pytest

from benchmarks import diagnostics as planting
from benchmarks.generator import simulate
from psychometrics.calibration import calibrate
from psychometrics.diagnostics import diagnose, drift_chart, question_drift
from psychometrics.errors import BadInput, NotEnoughData
from tests.psychometrics import panels


def _calibrated(panel, score):
    return calibrate(panel.candidate, panel.interviewer, panel.question, score, interview=panel.interview)


def _drifting(seed, change):
    """A panel whose busiest interviewer's severity changes by ``change(position 0..1)``."""
    panel = simulate("S", halo=0.5, seed=seed)
    rng = np.random.default_rng(seed)
    busiest = int(np.bincount(panel.interviewer).argmax())
    rows = np.flatnonzero(panel.interviewer == busiest)
    _, sitting = np.unique(panel.interview[rows], return_inverse=True)
    eta = panel.proficiency[panel.candidate[rows]] - panel.severity[busiest]
    eta = eta - panel.difficulty[panel.question[rows]] + rng.normal(0, 0.5, sitting.max() + 1)[sitting]
    score = panel.score.copy()
    score[rows] = panels.rate(eta - change(np.arange(len(rows)) / len(rows)), rng)
    return panel, score, busiest


@pytest.mark.parametrize(
    ("change", "expected"),
    [(lambda x: 1.0 * (x > 0.5), -1.0), (lambda x: 1.8 * x, -0.55 * 1.8)],
    ids=["at once", "creeping"],
)
def test_the_effect_is_a_step_at_the_middle(change, expected):
    effects, found = [], []
    for seed in range(2000, 2008):
        panel, score, busiest = _drifting(seed, change)
        test = diagnose(_calibrated(panel, score), when=panel.when).tests["drift"]
        effects.append(test.effect[busiest])
        found.append(test.p[busiest] < 0.05)
    assert np.mean(effects) == pytest.approx(expected, rel=0.3)
    assert np.mean(found) > 0.7


def test_drift_is_found_at_450_ratings(monkeypatch):
    """Thirty planted interviewers; python -m benchmarks.diagnostics measures it on more."""
    monkeypatch.setattr(planting, "FAULTS", {"drift": planting.FAULTS["drift"]})
    monkeypatch.setattr(planting, "PLANTED", 30)
    panel, score, kept, planted = planting._with_faults(450, 51)
    found = planting._diagnosed(panel, score, kept)
    drift = found.tests["drift"]
    assert (drift.p[np.isin(found.interviewer, planted["drift"])] < 0.05).mean() >= 0.85


def test_the_calendar_does_not_matter():
    panel = simulate("S", halo=0.5)
    result = _calibrated(panel, panel.score)
    days, stretched = (diagnose(result, when=t).tests["drift"].z for t in (panel.when, panel.when**7))
    np.testing.assert_allclose(days, stretched)


def test_ratings_of_one_moment_are_not_tested():
    panel = simulate("S", halo=0.5)
    drift = diagnose(_calibrated(panel, panel.score), when=np.zeros(len(panel.score))).tests["drift"]
    assert np.isnan(drift.p).all()
    assert not drift.flagged.any()


def test_a_chart_shows_when_it_began():
    panel, score, busiest = _drifting(2001, lambda x: 1.5 * (x > 0.5))
    chart = drift_chart(_calibrated(panel, score), busiest, panel.when)
    assert (np.diff(chart.when) >= 0).all()
    assert chart.p_cusum <= 0.02
    assert chart.p_ewma <= 0.05
    assert chart.cusum.signals
    turn = int(chart.cusum.below.argmax() if chart.cusum.below.max() > chart.cusum.above.max()
               else chart.cusum.above.argmax())  # fmt: skip
    assert 0.3 < turn / len(chart.when) <= 1.0
    half = len(chart.when) // 2
    assert chart.leniency[half:].mean() < chart.leniency[:half].mean() - 0.5


def test_limits_hold_for_honest_interviewers():
    """About 120 honest charts: the standard error of the share is .027."""
    crossed = {"ewma": [], "cusum": []}
    for seed in range(1000, 1004):
        panel = simulate("S", halo=0.5, seed=seed)
        result = _calibrated(panel, panel.score)
        for label in result.interviewers.label:
            try:
                chart = drift_chart(result, label, panel.when)
            except NotEnoughData:
                continue
            crossed["ewma"].append(bool(chart.ewma.signals))
            crossed["cusum"].append(bool(chart.cusum.signals))
    for name, values in crossed.items():
        assert np.mean(values) == pytest.approx(0.10, abs=0.08), name


def test_a_chart_needs_a_known_interviewer_with_interviews():
    panel = panels.small(1)
    result = calibrate(panel.candidate % 9, panel.interviewer, panel.question, panel.score)
    with pytest.raises(NotEnoughData, match="at least 10"):
        drift_chart(result, 0, np.arange(len(panel.score)))
    with pytest.raises(BadInput, match="no interviewer 77"):
        drift_chart(result, 77, np.arange(len(panel.score)))


def test_a_leaked_question_is_found():
    found, others = [], []
    for seed in range(3):
        panel = simulate("S", halo=0.5, seed=3000 + seed)
        leaked = int(np.bincount(panel.question).argmax())
        rng = np.random.default_rng(seed)
        eta = panel.proficiency[panel.candidate] - panel.severity[panel.interviewer]
        eta = eta - panel.difficulty[panel.question]
        eta = eta + rng.normal(0, 0.5, panel.interview.max() + 1)[panel.interview]
        eta = eta + 1.2 * ((panel.question == leaked) & (panel.when > 0.5))
        result = _calibrated(panel, panels.rate(eta, rng))
        test = question_drift(result, panel.when)
        place = result.questions.label == leaked
        assert test.effect[place][0] == pytest.approx(1.2, abs=0.45)
        found.append(bool(test.flagged[place][0]))
        others.append(test.flagged[~place].sum())
    assert all(found)
    assert sum(others) <= 2


def test_honest_questions_are_found_at_the_nominal_rate():
    """240 questions: the standard error is .014."""
    p = []
    for seed in range(1000, 1010):
        panel = simulate("S", halo=0.5, seed=seed)
        p.append(question_drift(_calibrated(panel, panel.score), panel.when).p)
    assert (np.concatenate(p) < 0.05).mean() == pytest.approx(0.05, abs=0.045)
