"""Invariance of the one-trait calibration, and what it says. Accuracy and honesty: benchmarks.validation."""

import numpy as np
import pytest

from benchmarks.generator import simulate
from psychometrics.errors import BadInput
from psychometrics.model.calibration import calibrate
from tests.psychometrics import panels

Z90 = 1.6448536


def _error(estimate, truth, label):
    truth = truth[label] - truth[label].mean()
    return estimate - truth


def test_probability_better_is_calibrated():
    said, happened = [], []
    rng = np.random.default_rng(5)
    for panel, result in map(panels.honest, range(1030, 1035)):
        for first, second in rng.integers(0, 300, (300, 2)):
            if first != second:
                said.append(result.probability_better(first, second))
                happened.append(panel.proficiency[first] > panel.proficiency[second])
    said, happened = np.array(said), np.array(happened)
    for low, high in ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.0)):
        inside = (said >= low) & (said <= high)
        assert said[inside].mean() == pytest.approx(happened[inside].mean(), abs=0.05)


def test_without_halo_intervals_are_too_narrow():
    """The reason for the halo term; if this fails the generator no longer makes halo."""
    panel, _ = panels.honest(1030)
    result = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score, halo=False)
    error = _error(result.candidates.measure, panel.proficiency, result.candidates.label)
    assert (np.abs(error) < Z90 * result.candidates.se).mean() < 0.85
    assert result.components["halo"] is None
    assert any("Halo was left out on request" in warning for warning in result.warnings)


def test_cumulative_link_recovers_its_own_data():
    panel = simulate("S", link="cl")
    result = calibrate(
        panel.candidate, panel.interviewer, panel.question, panel.score, interview=panel.interview, link="cl"
    )
    error = _error(result.candidates.measure, panel.proficiency, result.candidates.label)
    assert np.sqrt((error**2).mean()) == pytest.approx(0.359, abs=0.01)
    assert 0.86 <= (np.abs(error) < Z90 * result.candidates.se).mean() <= 0.95


def test_order_of_rows_does_not_matter():
    panel = panels.small(1, candidates=60)
    columns = (panel.candidate, panel.interviewer, panel.question, panel.score)
    shuffled = np.random.default_rng(0).permutation(len(panel.score))
    first = calibrate(*columns)
    second = calibrate(*(column[shuffled] for column in columns))
    for name in ("measure", "se", "fair_average"):
        assert getattr(first.candidates, name) == pytest.approx(getattr(second.candidates, name), abs=1e-8)
    assert first.interviewers.severity == pytest.approx(second.interviewers.severity, abs=1e-8)


def test_names_do_not_matter():
    panel = panels.small(2, candidates=60)
    renamed = np.random.default_rng(0).permutation(60)
    first = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score)
    second = calibrate(renamed[panel.candidate], 7 - panel.interviewer, panel.question, panel.score)
    assert second.candidates.measure[renamed] == pytest.approx(first.candidates.measure, abs=1e-8)
    assert second.interviewers.severity[::-1] == pytest.approx(first.interviewers.severity, abs=1e-8)


def test_reversed_scores_reverse_everything():
    panel = panels.small(3, candidates=60)
    columns = (panel.candidate, panel.interviewer, panel.question)
    first, second = calibrate(*columns, panel.score), calibrate(*columns, 3 - panel.score)
    assert second.candidates.measure == pytest.approx(-first.candidates.measure, abs=1e-8)
    assert second.interviewers.severity == pytest.approx(-first.interviewers.severity, abs=1e-8)
    assert second.candidates.se == pytest.approx(first.candidates.se, abs=1e-8)
    assert second.thresholds == pytest.approx(-first.thresholds[::-1], abs=1e-8)
    assert second.candidates.fair_average == pytest.approx(3 - first.candidates.fair_average, abs=1e-8)


def test_better_ratings_never_lower_a_measure():
    panel = panels.small(4, candidates=60)
    columns = (panel.candidate, panel.interviewer, panel.question)
    before = calibrate(*columns, panel.score).candidates.measure[0]
    raised = np.where(panel.candidate == 0, np.minimum(panel.score + 1, 3), panel.score)
    assert calibrate(*columns, raised).candidates.measure[0] > before


def test_fair_average_and_interval_stay_on_the_scale():
    panel = panels.small(5)
    result = calibrate(panel.candidate, panel.interviewer, panel.question, 1 + panel.score / 2)
    people = result.candidates
    assert result.categories.tolist() == [1.0, 1.5, 2.0, 2.5]
    assert (people.fair_lower < people.fair_average).all()
    assert (people.fair_average < people.fair_upper).all()
    assert people.fair_lower.min() > 1
    assert people.fair_upper.max() < 2.5
    order = np.argsort(people.measure)
    assert (np.diff(people.fair_average[order]) >= 0).all()


def test_wider_level_gives_wider_intervals():
    panel = panels.small(6)
    columns = (panel.candidate, panel.interviewer, panel.question, panel.score)
    half, most = calibrate(*columns, level=0.5), calibrate(*columns, level=0.99)
    assert (most.candidates.upper > half.candidates.upper).all()
    with pytest.raises(BadInput, match="strictly between 0 and 1"):
        calibrate(*columns, level=1.0)


def test_progress_is_reported():
    panel = panels.small(7)
    told: list[tuple[float, str]] = []
    calibrate(
        panel.candidate,
        panel.interviewer,
        panel.question,
        panel.score,
        progress=lambda share, text: told.append((share, text)),
    )
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_random_rater_is_flagged_and_honest_ones_are_not():
    panel = simulate("S", halo=0.5)
    rng = np.random.default_rng(0)
    busiest = np.bincount(panel.interviewer).argmax()
    noisy = (panel.interviewer == busiest) & (rng.random(len(panel.score)) < 0.4)
    score = np.where(noisy, rng.integers(0, 4, len(panel.score)), panel.score)
    result = calibrate(panel.candidate, panel.interviewer, panel.question, score, interview=panel.interview)
    flagged = {
        label for label, flags in zip(result.interviewers.label, result.interviewers.flags, strict=True)
        if "misfit" in flags
    }  # fmt: skip
    assert flagged == {busiest}


def test_assignment_by_proficiency_is_said():
    """Harsh interviewers meeting better candidates; at random nothing is said."""
    panel, plain = panels.honest(1030)
    assert not any("did not meet candidates at random" in warning for warning in plain.warnings)
    met = np.bincount(panel.candidate, panel.severity[panel.interviewer]) / np.bincount(panel.candidate)
    truth = 0.8 * panel.proficiency + 0.6 * (met - met.mean()) / met.std()
    eta = truth[panel.candidate] - panel.severity[panel.interviewer]
    score = panels.rate(eta, np.random.default_rng(0))
    result = calibrate(panel.candidate, panel.interviewer, panel.question, score, interview=panel.interview)
    assert any("did not meet candidates at random" in warning for warning in result.warnings)


def test_the_best_possible_candidate_has_no_own_measure():
    panel = panels.small(9, candidates=60)
    score = np.where(panel.candidate == 0, 3, panel.score)
    people = calibrate(panel.candidate, panel.interviewer, panel.question, score).candidates
    assert np.isnan(people.own_measure[0])
    assert np.isfinite(people.measure[0])
