"""Counts of people too small to be shown, and what must go with them.

A single hidden cell is the total less the others, so a second one is hidden with it: the
smallest of those left.
"""

from collections.abc import Sequence


def suppressed(counts: Sequence[int], *, under: int) -> list[int | None]:
    """Hide counts from 1 to ``under`` - 1, and a second count where only one would be hidden.

    Zero tells of nobody and stays.

    >>> suppressed([30, 28, 4, 0], under=10)
    [30, None, None, 0]
    """
    hidden = {place for place, count in enumerate(counts) if 0 < count < under}
    if len(hidden) == 1:
        rest = [(count, place) for place, count in enumerate(counts) if count > 0 and place not in hidden]
        if rest:
            hidden.add(min(rest)[1])
    return [None if place in hidden else count for place, count in enumerate(counts)]


def shown(count: int, *, under: int) -> int | None:
    """A count that stands alone: None where it tells of too few people."""
    return None if 0 < count < under else count
