"""Small counts of people are hidden, and with one of them a second."""

import pytest

from reports.suppression import shown, suppressed


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([30, 28, 12], [30, 28, 12]),
        ([30, 28, 4], [30, None, None]),
        ([30, 4, 3], [30, None, None]),
        ([30, 10], [30, 10]),
        ([9], [None]),
        ([30, 0, 4], [None, 0, None]),
        ([0, 0], [0, 0]),
        ([], []),
    ],
)
def test_one_hidden_count_takes_a_second_with_it(counts: list[int], expected: list[int | None]) -> None:
    assert suppressed(counts, under=10) == expected


def test_hidden_counts_cannot_be_worked_out_from_the_total() -> None:
    for counts in ([12, 9, 40], [1, 10, 11], [3, 3, 3, 50]):
        left = suppressed(counts, under=10)
        assert left.count(None) != 1


def test_count_alone_is_hidden_from_one_to_the_limit() -> None:
    assert [shown(count, under=10) for count in (0, 1, 9, 10)] == [0, None, None, 10]
