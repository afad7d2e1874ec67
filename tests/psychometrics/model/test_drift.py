"""Drift is found whether it comes at once or creeps, and charted with limits that hold."""

import numpy as np
import pytest
from scipy.stats import binom

from benchmarks.generator import simulate
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.model.calibration import calibrate
from psychometrics.model.calibration.examined import examined
from psychometrics.model.diagnostics import diagnose, drift_chart, question_drift
from psychometrics.model.diagnostics.residuals import residuals
from psychometrics.model.thresholds import moments
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
    [(lambda x: 1.0 * (x > 0.5), -1.0), (lambda x: 1.8 * x, -0.57 * 1.8)],
    ids=["at once", "creeping"],
)
def test_the_effect_is_a_step_at_the_middle(change, expected):
    """The size of effects in general: benchmarks.validation, thirty interviewers a panel."""
    effects, errors, found = [], [], []
    for seed in range(2000, 2006):
        panel, score, busiest = _drifting(seed, change)
        test = diagnose(_calibrated(panel, score), when=panel.when).tests["drift"]
        effects.append(test.effect[busiest])
        errors.append(test.se[busiest])
        found.append(test.p[busiest] < 0.05)
    # 3.9 standard errors of their mean: passed by chance once in ten thousand.
    assert np.mean(effects) == pytest.approx(expected, abs=3.9 * np.sqrt(np.mean(np.square(errors)) / 6))
    assert np.mean(found) > 0.7


def test_what_the_fit_takes_up_is_that_of_the_whole_system():
    """Against the full penalised information of halo, candidates and globals (one iteration apart: 1e-4)."""
    panel = panels.small(5, candidates=40)
    group = panel.candidate % 2
    fit = calibrate(
        panel.candidate, panel.interviewer, panel.question, panel.score, group=group
    ).posterior.best
    r, fitted = fit.structure.ratings, examined(fit)
    found = residuals(fitted)
    now = moments(fit.values.eta(fit.structure), fit.steps, r.points, spread=fit.post.eta)
    people, staff, asked, units = (
        len(x) for x in (r.candidates, r.interviewers, r.questions, r.unit_candidate)
    )
    sizes = np.cumsum([0, units, people, staff, asked, r.top, 2])
    size, rows = sizes[-1], np.arange(r.n)
    shared = np.zeros((r.n, size))  # of each rating with each parameter, over its information
    for start, codes in zip(sizes, (r.unit, r.candidate, r.interviewer, r.question), strict=False):
        shared[rows, start + codes] = 1.0
    shared[:, sizes[4] : sizes[5]] = (now.cross / now.information).T
    information = shared.T @ (now.information[:, None] * shared)
    information[sizes[4] : sizes[5], sizes[4] : sizes[5]] = now.step_information
    v = fit.variances
    prior = np.repeat(
        1 / np.array([v.halo, v.candidate, v.interviewer, v.question, 25.0, 9.0]), np.diff(sizes)
    )
    information += np.diag(prior)
    for person, which in enumerate(r.group):
        mean, own = sizes[5] + which, sizes[1] + person
        information[mean, own] -= 1 / v.candidate
        information[own, mean] -= 1 / v.candidate
        information[mean, mean] += 1 / v.candidate
    rng = np.random.default_rng(0)
    weights, direction = rng.normal(size=(2, r.n))
    expected = []
    for judge in range(staff):
        mine = r.interviewer == judge
        moved = np.linalg.solve(information, shared.T @ (now.information * direction * mine))
        moved[:units] = 0.0  # residuals are taken without halo
        felt = found.slope[:, None] * shared
        felt[:, sizes[4] : sizes[5]] = now.cross.T
        expected.append((weights * mine) @ felt @ moved)
    taken_up = fitted.absorption.of_owners(r.interviewer, staff, found.slope, weights, direction)
    np.testing.assert_allclose(taken_up, expected, rtol=1e-3)


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
    """A chart signals exactly where its p-value is .10 or less; 120 honest ones do as often as chance has it."""
    crossed = {"ewma": [], "cusum": []}
    for seed in range(1030, 1034):
        panel, result = panels.honest(seed)
        for label in result.interviewers.label:
            try:
                chart = drift_chart(result, label, panel.when)
            except NotEnoughData:
                continue
            for name, found, p in (("ewma", chart.ewma, chart.p_ewma), ("cusum", chart.cusum, chart.p_cusum)):
                # The p-value is simulated: beside .10 it may fall to either side.
                assert bool(found.signals) == (p <= 0.10) or abs(p - 0.10) < 0.005
                crossed[name].append(bool(found.signals))
    for name, values in crossed.items():
        # Once in ten thousand a share lies outside: about .02 to .22.
        low, high = binom.ppf([5e-5, 1 - 5e-5], len(values), 0.10)
        assert low <= sum(values) <= high, name


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
