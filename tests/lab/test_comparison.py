"""Own rating against reference: what counts as a difference, and what is an error of its own kind."""

import pytest

from hiring.lab.comparison import Compared, summed_up


def row(point: int | None, reference: int | None, *acceptable: int) -> Compared:
    return Compared("debugging", point, reference, acceptable or (() if reference is None else (reference,)))


@pytest.mark.parametrize(
    ("given", "deviation", "agrees"),
    [
        (row(3, 3), 0, True),
        (row(4, 3), 1, False),
        (row(1, 3), -2, False),
        (row(4, 3, 3, 4), 0, True),
        (row(2, 3, 3, 4), -1, False),
        (row(None, None), None, True),
        (row(3, None), None, False),
        (row(None, 3), None, False),
    ],
)
def test_deviation_is_from_the_nearest_acceptable_point(
    given: Compared, deviation: int | None, agrees: bool
) -> None:
    assert given.deviation == deviation
    assert given.agrees is agrees


def test_invented_and_missed_are_named() -> None:
    assert row(3, None).said == "You 3, reference: not assessed"
    assert row(None, 3).said == "You: not assessed, reference 3"
    assert row(None, None).said == "Not assessed, like the reference"


def test_sentence_says_the_direction_where_there_is_one() -> None:
    assert summed_up([row(3, 3), row(4, 3)]) == (
        "1 of your 2 ratings matches the reference. Where you differ you were more generous."
    )
    assert "harsher" in summed_up([row(1, 3), row(3, 3)])
    assert summed_up([row(1, 3), row(4, 3)]) == "None of your 2 ratings match the reference."
    assert summed_up([row(3, 3), row(2, 2)]) == "All your ratings match the reference."
