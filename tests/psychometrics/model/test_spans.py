"""Severity span by span, and questions taken together, against planted changes."""

from dataclasses import replace

import numpy as np
import pytest

from psychometrics import calibrate_levels, question_drift
from psychometrics.errors import BadInput
from psychometrics.model.diagnostics.spans import severity_by_span
from tests.psychometrics import worlds


@pytest.fixture(scope="module")
def moved():
    """Interviewer 2 becomes stricter by a point and more half-way; criteria 3 and 4 easier."""
    ratings = worlds.panel(np.random.default_rng(6), 90, interviewers=8).ratings
    score, by, who, what = (
        np.array(a) for a in (ratings.score, ratings.interviewer, ratings.candidate, ratings.criterion)
    )
    late = who >= 45
    score[late & (by == 2)] = np.maximum(score[late & (by == 2)] - 2, 0)
    easier = late & np.isin(what, [3, 4])
    score[easier] = np.minimum(score[easier] + 1, 3)
    return calibrate_levels(replace(ratings, score=score)), who, what


def test_a_severity_that_moved_shows_in_its_spans_and_others_stay(moved):
    run, who, _ = moved
    found = severity_by_span(run, (who >= 45).astype(int))
    early, late = (found.severity[(found.interviewer == 2) & (found.span == span)][0] for span in (0, 1))
    others = found.interviewer != 2
    width = 3 * found.se[others]

    assert late - early > 1.5
    assert np.all(np.abs(found.severity[others] - run.severities.severity[found.interviewer[others]]) < width)
    assert np.all(found.se >= run.severities.se[found.interviewer])
    assert found.ratings.sum() == len(who)


def test_one_span_is_the_whole(moved):
    run, who, _ = moved
    found = severity_by_span(run, np.zeros(len(who), int))

    assert found.severity == pytest.approx(run.severities.severity)
    assert found.se == pytest.approx(run.severities.se)


def test_criteria_of_one_question_tell_more_together(moved):
    run, who, what = moved
    codes = np.arange(int(what.max()) + 1)
    together = np.where(codes == 4, 3, codes)
    groups = np.unique(together, return_inverse=True)[1]

    apart, joined = question_drift(run, who), question_drift(run, who, groups=groups)

    assert joined.flagged[groups[3]]
    assert joined.effect[groups[3]] > 0.5
    assert joined.se[groups[3]] < min(apart.se[3], apart.se[4])
    assert len(joined.effect) == len(apart.effect) - 1


def test_codes_that_do_not_fit_are_refused(moved):
    run, who, what = moved
    with pytest.raises(BadInput):
        severity_by_span(run, who[:-1])
    with pytest.raises(BadInput, match="from 0"):
        severity_by_span(run, who - 1)
    with pytest.raises(BadInput, match="without a gap"):
        question_drift(run, who, groups=2 * np.arange(int(what.max()) + 1))
