"""What ``PooledEstimate.one_more`` holds: written by the worker, read by pages."""

from typing import TypedDict


class ToldQuestion(TypedDict):
    """One more rating on a criterion: chance of a wrong verdict and standard error after it, by whoever is named."""

    criterion: int
    wrong: float
    se: float
    interviewers: list[int]


class ToldApplication(TypedDict):
    """The same now, the share of the role's weight it speaks of, and the questions that would settle most."""

    covered: float
    wrong: float
    se: float
    questions: list[ToldQuestion]
