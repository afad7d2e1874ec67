"""The two forms of sufficiency: where they agree, and that the gap keeps its properties under both."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from psychometrics.design.evaluation_gap import evaluation_gap, sufficient
from psychometrics.errors import BadInput

FORMS = ("evidence", "reliability")
EVIDENCE = arrays(float, (3, 3), elements=st.floats(0, 9))
WEIGHTS = np.array([0.5, 0.3, 0.2])
DEMAND = np.array([[0.2, 0.5, 0.3], [0.0, 0.3, 0.7], [1.0, 0.0, 0.0]])


def test_published_shares_of_one_full_rating():
    one = np.array([0.44 / 0.56])
    assert sufficient(one, 0.70, "evidence")[0] == pytest.approx(0.337, abs=5e-4)
    assert sufficient(one, 0.70, "reliability")[0] == pytest.approx(0.629, abs=5e-4)


@pytest.mark.parametrize("target", [0.5, 0.7, 0.9])
def test_both_are_whole_at_the_same_evidence(target):
    enough = target / (1 - target)
    for form in FORMS:
        assert sufficient(np.array([0.0, enough * 0.999, enough, enough * 5]), target, form) == pytest.approx(
            [0, 0.999 if form == "evidence" else sufficient(np.array(enough * 0.999), target, form), 1, 1]
        )


@given(EVIDENCE, st.integers(0, 2), st.integers(0, 2), st.floats(0, 3))
def test_reliability_form_keeps_what_the_gap_promises(evidence, row, level, more):
    found = evaluation_gap(WEIGHTS, DEMAND, evidence, sufficiency="reliability")
    rows = found.competencies
    assert -1e-12 <= found.gap <= 1 + 1e-12
    assert found.gap == pytest.approx(found.content + found.precision + found.realism)
    assert min(rows.content.min(), rows.precision.min(), rows.realism.min()) >= -1e-12
    assert found.gap <= evaluation_gap(WEIGHTS, DEMAND, evidence).gap + 1e-12
    added = evidence.copy()
    added[row, level] += more
    assert evaluation_gap(WEIGHTS, DEMAND, added, sufficiency="reliability").gap <= found.gap + 1e-12
    lifted = evidence.copy()
    lifted[row] = [0, 0, evidence[row].sum()]
    assert evaluation_gap(WEIGHTS, DEMAND, lifted, sufficiency="reliability").gap <= found.gap + 1e-12


def test_the_first_rating_is_worth_more_than_the_second_by_reliability_alone():
    gaps = {
        form: [
            evaluation_gap([1.0], [[1.0]], [[ratings * 0.44 / 0.56]], sufficiency=form).gap
            for ratings in (0, 1, 2)
        ]
        for form in FORMS
    }
    first, second = (-np.diff(gaps["reliability"])).tolist()
    assert first > 2 * second
    assert np.diff(gaps["evidence"])[0] == pytest.approx(np.diff(gaps["evidence"])[1])


def test_another_word_is_refused():
    with pytest.raises(BadInput, match="'evidence' or 'reliability', got 'enough'"):
        evaluation_gap([1.0], [[1.0]], [[1.0]], sufficiency="enough")
