"""Slopes of the interviewers' own: what they repair, when they are fitted, and that they cost nothing elsewhere."""

import numpy as np
import pytest

from benchmarks.generator import Panel, simulate
from benchmarks.harder_worlds import rate_with_slopes
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.model import compiled
from psychometrics.model.calibration import Calibration, calibrate, next_rating, update
from psychometrics.model.diagnostics import diagnose

Z90 = 1.6448536


def _panel(seed: int, spread: float = 0.3) -> tuple[Panel, np.ndarray, np.ndarray]:
    """A panel whose scores lie above the middle of the scale, and the interviewers' slopes."""
    panel = simulate("S", halo=0.0, seed=seed)
    rng = np.random.default_rng([seed, 7])
    slope = np.exp(rng.normal(0, spread, 30))
    return panel, rate_with_slopes(panel, slope, rng, easier=1.5, halo=0.0), slope


def _fit(panel: Panel, score: np.ndarray, **options: object) -> Calibration:
    return calibrate(
        panel.candidate, panel.interviewer, panel.question, score, interview=panel.interview, **options
    )


def _missed(run: Calibration, panel: Panel) -> np.ndarray:
    severity = run.interviewers.severity - (panel.severity - panel.severity.mean())
    return np.abs(severity) > Z90 * run.interviewers.se


@pytest.fixture(scope="module")
def panels() -> list[tuple[Panel, np.ndarray, np.ndarray]]:
    return [_panel(seed) for seed in (1000, 1001, 1002)]


@pytest.fixture(scope="module")
def sloped(panels: list[tuple[Panel, np.ndarray, np.ndarray]]) -> list[Calibration]:
    return [_fit(panel, score) for panel, score, _ in panels]


def test_severity_keeps_its_coverage_where_slopes_differ(panels, sloped):
    common = [_fit(panel, score, slopes="common") for panel, score, _ in panels]
    wrong = np.mean([_missed(run, panel) for run, (panel, _, _) in zip(common, panels, strict=True)])
    right = np.mean([_missed(run, panel) for run, (panel, _, _) in zip(sloped, panels, strict=True)])
    assert wrong > 0.22
    assert right < 0.15


def test_slopes_are_found_and_their_intervals_cover(panels, sloped):
    covered = []
    for run, (_, _, slope) in zip(sloped, panels, strict=True):
        assert run.slopes == "interviewer"
        assert run.warnings[0].startswith("Interviewers differ in how strongly they tell candidates apart")
        assert 0.15 < run.components["slope"] < 0.4
        truth = slope / np.exp(np.log(slope).mean())
        assert np.corrcoef(np.log(run.interviewers.slope), np.log(truth))[0, 1] > 0.8
        covered.append((run.interviewers.slope_lower < truth) & (truth < run.interviewers.slope_upper))
        assert np.log(run.interviewers.slope).sum() == pytest.approx(0.0, abs=1e-9)
    assert 0.78 < np.mean(covered) < 0.98


def test_equal_slopes_stay_common_and_forcing_them_costs_little():
    panel, score, _ = _panel(1003, spread=0.0)
    run, forced = _fit(panel, score), _fit(panel, score, slopes="interviewer")
    assert run.slopes == "common"
    assert np.isnan(run.interviewers.slope).all()
    assert "slope" not in run.components
    assert np.abs(np.log(forced.interviewers.slope)).max() < 0.25
    np.testing.assert_allclose(run.interviewers.severity, forced.interviewers.severity, atol=0.12)
    np.testing.assert_allclose(run.candidates.measure, forced.candidates.measure, atol=0.15)


def test_a_small_panel_has_slopes_on_request_only():
    panel, score, _ = _panel(1000)
    few = panel.candidate < 15
    columns = (panel.candidate[few], panel.interviewer[few], panel.question[few], score[few])
    assert few.sum() < 500
    assert calibrate(*columns).slopes == "common"
    asked = calibrate(*columns, slopes="interviewer")
    assert np.isfinite(asked.interviewers.slope_lower).all()


@pytest.mark.skipif(not compiled.installed(), reason="numba is not installed")
def test_both_engines_give_the_same_slopes(panels, sloped):
    panel, score, _ = panels[0]
    other = _fit(panel, score, engine="compiled", selection="informative")
    same = _fit(panel, score, engine="numpy", selection="informative")
    for column in ("severity", "se", "slope", "slope_lower", "infit"):
        np.testing.assert_allclose(
            getattr(other.interviewers, column), getattr(same.interviewers, column), atol=1e-8, rtol=0
        )
    np.testing.assert_allclose(other.candidates.se, same.candidates.se, atol=1e-8, rtol=0)


def test_interviewers_are_judged_by_common_slopes(panels, sloped):
    _, _, slope = panels[0]
    apart = diagnose(sloped[0]).tests["discrimination"]
    assert np.corrcoef(apart.effect, np.log(slope))[0, 1] > 0.7


def test_an_update_of_a_panel_with_slopes_is_a_refit(panels, sloped):
    panel, score, _ = panels[0]
    more = update(sloped[0], [0] * 3, [29] * 3, [0, 1, 2], [0, 1, 2], interview=[10**6] * 3)
    whole = calibrate(
        np.append(panel.candidate, [0] * 3),
        np.append(panel.interviewer, [29] * 3),
        np.append(panel.question, [0, 1, 2]),
        np.append(score, [0, 1, 2]),
        interview=np.append(panel.interview, [10**6] * 3),
        slopes="interviewer",
    )
    assert more.slopes == "interviewer"
    np.testing.assert_allclose(more.interviewers.slope, whole.interviewers.slope, atol=1e-9)


def test_a_steep_interviewer_tells_more_of_a_candidate(panels, sloped):
    label = sloped[0].candidates.label[np.argmin(np.abs(sloped[0].candidates.measure + 0.5))]
    told = next_rating(sloped[0], label).se_after.mean(1)
    assert np.corrcoef(told, sloped[0].interviewers.slope)[0, 1] < -0.7


def test_what_cannot_stand_beside_slopes_is_refused():
    panel, score, _ = _panel(1000)
    with pytest.raises(BadInput, match="adjacent categories only"):
        _fit(panel, score, slopes="interviewer", link="cl")
    with pytest.raises(BadInput, match="cannot be fitted together"):
        _fit(panel, score, slopes="interviewer", steps="question")
    two = panel.interviewer < 2
    columns = (panel.candidate[two], panel.interviewer[two], panel.question[two], score[two])
    with pytest.raises(NotEnoughData, match="at least 3 interviewers"):
        calibrate(*columns, slopes="interviewer")
    with pytest.raises(NotEnoughData, match="at least 3 interviewers"):
        calibrate(*columns, selection="informative")
    with pytest.raises(BadInput, match="slopes"):
        _fit(panel, score, slopes="own")
