"""Pictures show every estimate with its interval, and rank nobody."""

import sys

import numpy as np
import pytest

from psychometrics import plots
from psychometrics.errors import BadInput
from psychometrics.model.calibration import calibrate
from tests.psychometrics import panels


@pytest.fixture(scope="module")
def run():
    panel = panels.small(3, interviewers=11)
    names = np.array([f"I{place}" for place in range(11)])
    return calibrate(panel.candidate, names[panel.interviewer], panel.question, panel.score)


def test_forests_hold_every_interval_in_the_order_of_the_names(run):
    (drawn,) = plots.severity_forest(run).data
    assert list(drawn.y) == [f"I{place}" for place in range(11)], "I2 before I10, whoever is harsher"
    place = run.interviewers.label.tolist().index("I10")
    assert drawn.x[10] == run.interviewers.severity[place]
    assert drawn.x[10] + drawn.error_x.array[10] == pytest.approx(run.interviewers.upper[place])
    (people,) = plots.candidate_forest(run).data
    assert people.x[3] - people.error_x.arrayminus[3] == pytest.approx(run.candidates.fair_lower[3])


def test_the_map_puts_everybody_on_one_axis(run):
    people, staff, asked, steps = plots.wright_map(run).data
    assert np.array_equal(people.y, run.candidates.measure)
    assert len(staff.y) == 11
    assert len(asked.y) == len(run.questions.label)
    assert np.array_equal(steps.y, run.thresholds)


def test_curves_are_probabilities_and_the_expected_score_rises(run):
    *scores, expected = plots.score_curves(run).data
    np.testing.assert_allclose(np.sum([curve.y for curve in scores], axis=0), 1.0)
    assert np.all(np.diff(expected.y) > 0)
    assert run.categories[0] < expected.y[0] < expected.y[-1] < run.categories[-1]


def test_without_plotly_it_is_said_how_to_get_it(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "plotly", None)
    with pytest.raises(BadInput, match="plots"):
        plots.severity_forest(run)
