"""Options that no best choice needs: another costs no more, shows no less, and stands in no other group."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = NDArray[np.int64]


def undominated(groups: Sequence[tuple[int, ...]], costs: Floats, shown: Floats) -> Places:
    """Positions of the options that are worth keeping, ascending.

    Exchanging a dominated option for its better keeps every limit, group and floor and raises no gap, so that the
    smallest gap over what is kept is that over all. Of equal options the first stays. An option that shows nothing
    goes too.

    Args:
        groups: of each option, sorted; at least one each, or it is compared with nothing.
        costs: everything that should be small, minutes included, shape (N, R).
        shown: everything that should be large, floors included, shape (N, M).
    """
    n = len(groups)
    kept = np.asarray((shown > 0).any(axis=1))
    houses: dict[tuple[int, ...], list[int]] = {}
    for i in np.flatnonzero(kept).tolist():
        houses.setdefault(groups[i], []).append(i)
    parts: dict[tuple[int, ...], Places] = {}
    for house, inside in houses.items():
        mates = [
            mate
            for size in range(1, len(house) + 1)
            for part in combinations(house, size)
            for mate in houses.get(part, ())
        ]
        parts[house] = np.array(mates, dtype=np.int64)
        mine, theirs = np.array(inside), parts[house]
        if not house or len(theirs) < 2:
            continue
        better = (costs[theirs][None] <= costs[mine][:, None] + 1e-12).all(axis=2)
        better &= (shown[theirs][None] >= shown[mine][:, None] - 1e-12).all(axis=2)
        same = (costs[theirs][None] >= costs[mine][:, None] - 1e-12).all(axis=2)
        same &= (shown[theirs][None] <= shown[mine][:, None] + 1e-12).all(axis=2)
        # Of two that are equal in everything the later goes; by groups, the one in more of them.
        smaller = np.array([len(groups[j]) for j in theirs]) < len(house)
        earlier = theirs[None] < mine[:, None]
        beaten = better & (~same | smaller[None] | earlier) & (theirs[None] != mine[:, None])
        kept[mine[beaten.any(axis=1)]] = False
    return np.flatnonzero(kept).astype(np.int64) if n else np.zeros(0, dtype=np.int64)
