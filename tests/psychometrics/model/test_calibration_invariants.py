"""What no calibration may depend on, on panels of any shape: row order, names, the direction of the scale."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.model.calibration import calibrate
from psychometrics.model.calibration.ratings import encode
from tests.psychometrics import panels

shapes = st.builds(
    panels.small,
    st.integers(0, 10_000),
    candidates=st.sampled_from([14, 60, 70]),
    interviewers=st.integers(4, 8),
    questions=st.integers(6, 14),
    halo=st.sampled_from([0.0, 0.5, 1.0]),
)


@settings(max_examples=5)
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


@settings(max_examples=5)
@given(panel=shapes)
def test_a_reversed_scale_reverses_everything(panel: panels.Panel) -> None:
    columns = (panel.candidate, panel.interviewer, panel.question)

    first = calibrate(*columns, panel.score)
    second = calibrate(*columns, panel.score.max() + panel.score.min() - panel.score)

    assert second.candidates.measure == pytest.approx(-first.candidates.measure, abs=1e-7)
    assert second.interviewers.severity == pytest.approx(-first.interviewers.severity, abs=1e-7)
    assert second.candidates.se == pytest.approx(first.candidates.se, abs=1e-7)


@settings(max_examples=5)
@given(panel=shapes)
def test_numbers_stay_within_bounds(panel: panels.Panel) -> None:
    found = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score)

    people = found.candidates
    assert np.all(people.se > 0)
    assert np.all((people.lower < people.measure) & (people.measure < people.upper))
    low, high = panel.score.min(), panel.score.max()
    assert np.all((people.fair_lower >= low) & (people.fair_upper <= high))
    assert np.all((people.fair_lower <= people.fair_average) & (people.fair_average <= people.fair_upper))


@pytest.mark.parametrize(
    "renamed",
    [
        lambda codes: codes - 1000,
        lambda codes: codes.astype(np.uint8),
        lambda codes: codes.astype(np.int64) * 10**15 - 7 * 10**15,
        lambda codes: codes.astype(np.uint64) + np.uint64(2**63),
        lambda codes: codes / 8.0,
        lambda codes: np.char.mod("%05d", codes),
        lambda codes: np.char.mod("%05d", codes).astype(object),
    ],
    ids=["negative", "bytes", "far apart", "huge", "fractions", "text", "objects"],
)
def test_labels_may_be_of_any_kind(renamed) -> None:
    panel = panels.small(3, candidates=60)
    columns = (panel.candidate, panel.interviewer, panel.question, panel.score)
    plain = calibrate(*columns, interview=panel.candidate, group=panel.candidate % 3)
    found = calibrate(
        *(renamed(column) for column in columns[:3]),
        panel.score,
        interview=renamed(panel.candidate),
        group=renamed(panel.candidate % 3),
    )
    assert np.array_equal(found.candidates.measure, plain.candidates.measure)
    assert np.array_equal(found.candidates.label, np.unique(renamed(panel.candidate)))
    assert found.candidates.label.dtype == renamed(panel.candidate).dtype
    assert np.array_equal(found.interviewers.severity, plain.interviewers.severity)


def test_a_sixteen_bit_world_is_not_the_limit() -> None:
    """More candidates than fit in one digit of the sort by counting: order still does not matter."""
    rng = np.random.default_rng(2)
    people = 70_000
    who, by = np.arange(people) % 66_000, rng.integers(0, 9, people)
    what, score = rng.integers(0, 6, people), rng.integers(0, 4, people)
    rows = rng.permutation(people)
    one, two = encode(who, by, what, score), encode(who[rows], by[rows], what[rows], score[rows])
    assert np.all(np.diff(one.candidate) >= 0)
    assert np.array_equal(one.candidate, two.candidate)
    assert np.array_equal(one.unit, two.unit)
    assert np.array_equal(one.points, two.points)
    assert np.array_equal(who[one.order], one.candidates[one.candidate])
