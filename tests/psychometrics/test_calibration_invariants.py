"""What no calibration may depend on, on panels of any shape: row order, names, the direction of the scale."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.calibration import calibrate
from tests.psychometrics import panels

shapes = st.builds(
    panels.small,
    st.integers(0, 10_000),
    candidates=st.integers(12, 30),
    interviewers=st.integers(4, 8),
    questions=st.integers(6, 14),
    halo=st.sampled_from([0.0, 0.5, 1.0]),
)


@settings(max_examples=12)
@given(panel=shapes, seed=st.integers(0, 1000))
def test_order_and_names_change_nothing(panel: panels.Panel, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(panel.score))
    names = rng.permutation(panel.candidate.max() + 1)

    first = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score)
    second = calibrate(
        names[panel.candidate][rows], panel.interviewer[rows], panel.question[rows], panel.score[rows]
    )

    assert second.candidates.measure[names] == pytest.approx(first.candidates.measure, abs=1e-7)
    assert second.candidates.se[names] == pytest.approx(first.candidates.se, abs=1e-7)
    assert second.interviewers.severity == pytest.approx(first.interviewers.severity, abs=1e-7)


@settings(max_examples=12)
@given(panel=shapes)
def test_a_reversed_scale_reverses_everything(panel: panels.Panel) -> None:
    columns = (panel.candidate, panel.interviewer, panel.question)

    first = calibrate(*columns, panel.score)
    second = calibrate(*columns, panel.score.max() + panel.score.min() - panel.score)

    assert second.candidates.measure == pytest.approx(-first.candidates.measure, abs=1e-7)
    assert second.interviewers.severity == pytest.approx(-first.interviewers.severity, abs=1e-7)
    assert second.candidates.se == pytest.approx(first.candidates.se, abs=1e-7)


@settings(max_examples=12)
@given(panel=shapes)
def test_numbers_stay_within_bounds(panel: panels.Panel) -> None:
    found = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score)

    people = found.candidates
    assert np.all(people.se > 0)
    assert np.all((people.lower < people.measure) & (people.measure < people.upper))
    low, high = panel.score.min(), panel.score.max()
    assert np.all((people.fair_lower >= low) & (people.fair_upper <= high))
    assert np.all((people.fair_lower <= people.fair_average) & (people.fair_average <= people.fair_upper))
