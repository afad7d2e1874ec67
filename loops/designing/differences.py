"""Differences between groups of people that published methods showed, for a budget of them over a loop.

They are standardised differences between Black and White applicants in the United States (d), group means over studies
of other people, other questions and other raters. They say nothing about a person and little about one
question; so this is a budget to weigh methods by, and no forecast of anybody's rates of hire.
"""

from loops.methods import method_of
from psychometrics.design.expected_validity import SOURCE

#: Where they come from; of the methods that the formats of the bank are nearest to.
DIFFERENCES_FROM = SOURCE
_BY_METHOD = {"structured_interview": 0.23, "job_knowledge": 0.54, "work_sample": 0.67}


def difference_of(question_format: str) -> float:
    """The published difference of the method that a format is of."""
    return _BY_METHOD[method_of(question_format)]
