"""Severity where interviewers met candidates who were chosen by something that is not among the ratings."""

import numpy as np
import pytest

from benchmarks.broken_worlds import plain, rate
from benchmarks.generator import simulate
from benchmarks.harder_worlds import finalists_by_something_else
from psychometrics.model.calibration import calibrate, update

Z90 = 1.6448536


def _finalists(seed: int) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Columns of a panel whose seniors see only finalists of a screening, severities and proficiencies."""
    rng = np.random.default_rng([seed, 7])
    world = plain(simulate("S", halo=0.5, seed=seed))
    world = finalists_by_something_else(world, rng, noise=0.3, earlier=False)
    score = rate(world, rng)
    kept, _ = world.selection(world, score)
    panel = world.panel
    columns = (panel.candidate, panel.interviewer, panel.question, score)
    return [column[kept] for column in columns], panel.severity, panel.proficiency


@pytest.fixture(scope="module")
def worlds():
    return [_finalists(seed) for seed in (1000, 1001, 1002)]


def _off(value, truth):
    return value - (truth - truth.mean())


def test_severity_is_learned_from_candidates_in_common(worlds):
    missed, far = {}, {}
    for selection in ("ignorable", "informative"):
        runs = [calibrate(*columns, selection=selection, slopes="common") for columns, _, _ in worlds]
        gaps = [
            _off(run.interviewers.severity, truth) for run, (_, truth, _) in zip(runs, worlds, strict=True)
        ]
        missed[selection] = np.mean(
            [np.abs(gap) > Z90 * run.interviewers.se for gap, run in zip(gaps, runs, strict=True)]
        )
        far[selection] = float(np.sqrt(np.mean(np.square(gaps))))
    assert missed["ignorable"] > 0.2
    assert missed["informative"] < 0.17
    assert far["informative"] < 0.8 * far["ignorable"]


def test_who_met_whom_is_said_and_what_to_do(worlds):
    columns, _, _ = worlds[0]
    said = calibrate(*columns).warnings
    assert any('selection="informative"' in text for text in said)
    mended = calibrate(*columns, selection="informative")
    assert not any("did not meet candidates at random" in text for text in mended.warnings)
    assert mended.components["assignment"] > 0.6
    assert "means by who met whom" in mended.model


def test_nothing_is_lost_where_meetings_are_by_chance():
    panel = simulate("S", halo=0.5, seed=1004)
    columns = (panel.candidate, panel.interviewer, panel.question, panel.score)
    plainly = calibrate(*columns)
    allowed = calibrate(*columns, selection="informative")
    truth = panel.severity
    errors = [np.sqrt(np.mean(_off(run.interviewers.severity, truth) ** 2)) for run in (plainly, allowed)]
    assert errors[1] < 1.1 * errors[0]
    assert np.median(allowed.interviewers.se / plainly.interviewers.se) < 1.08
    assert np.corrcoef(plainly.candidates.measure, allowed.candidates.measure)[0, 1] > 0.995


def test_it_stands_beside_groups_and_an_update_keeps_it(worlds):
    columns, _, _ = worlds[0]
    site = columns[0] % 2
    run = calibrate(*columns, group=site, selection="informative")
    assert np.isfinite(run.groups.se).all()
    more = update(run, [0, 0], [1, 1], [0, 1], [1, 2], group=[0, 0])
    assert more.selection == "informative"
    assert more.components["assignment"] == pytest.approx(run.components["assignment"], rel=0.1)
