"""Expected validity is an interval: published credibility intervals under the loop's own ceiling."""

import pytest

from psychometrics.design.expected_validity import PUBLISHED, expected_validity
from psychometrics.errors import BadInput, NotEnoughData


def test_published_intervals_are_those_of_the_table():
    """Sackett et al. 2022, table 3: lower ends of the 80 % credibility intervals."""
    lower = {
        "structured_interview": 0.18,
        "job_knowledge": 0.23,
        "work_sample": 0.21,
        "cognitive_ability": 0.13,
        "assessment_centre": 0.17,
        "unstructured_interview": -0.01,
    }
    assert lower.keys() == PUBLISHED.keys()
    for method, expected in lower.items():
        found = expected_validity([method], 1.0)
        assert found.methods[0].lower == pytest.approx(expected, abs=0.006), method


def test_interval_spans_the_methods_and_ends_at_the_ceiling():
    found = expected_validity(["structured_interview", "work_sample", "work_sample"], 1.0)
    assert (found.lower, found.upper) == pytest.approx((0.176, 0.664), abs=0.001)
    assert not found.capped
    assert len(found.methods) == 2
    capped = expected_validity(["structured_interview"], 0.25)
    assert (capped.upper, capped.ceiling, capped.capped) == (0.5, 0.5, True)


@pytest.mark.parametrize("value", [0.0001, 0.01, 0.0312, 0.5, 1.0])
def test_it_is_never_a_point(value):
    found = expected_validity(["structured_interview"], value)
    assert found.lower < found.upper <= found.ceiling


def test_what_has_no_validity_is_refused():
    with pytest.raises(NotEnoughData, match="no validity"):
        expected_validity([], 0.5)
    with pytest.raises(NotEnoughData, match="no validity"):
        expected_validity(["work_sample"], 0.0)
    with pytest.raises(BadInput, match="methods"):
        expected_validity(["graphology"], 0.5)
    with pytest.raises(BadInput, match="methods"):
        expected_validity("work_sample", 0.5)
    with pytest.raises(BadInput, match="decision_value"):
        expected_validity(["work_sample"], 1.5)
