"""Alignment of what is asked with what is demanded: Porter (2002) and Webb (1997, 1999, 2007).

Porter's index is one minus the total variation distance of two distributions over cells of topic
and demand. It is relative only: a five-minute loop in the right proportions scores 1. Webb's
criteria count hits per standard, at or above its depth, over its objectives. The evaluation gap
is the index to report; these are companions for readers who know them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import MOST_REPLICATES, column, count, finite, generator
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]

# Cut-offs of Webb 1999.
ENOUGH_HITS = 6
ENOUGH_DEPTH = 0.50
ENOUGH_RANGE = 0.50
ENOUGH_BALANCE = 0.70


@dataclass(frozen=True, slots=True)
class PermutedAlignment:
    """Porter's index beside what shuffled cells would give: their mean and 95th percentile, and P(as high)."""

    index: float
    chance_mean: float
    chance_95: float
    p: float


@dataclass(frozen=True, slots=True)
class WebbAlignment:
    """Webb's four criteria for one standard, each with whether it meets Webb's cut-off.

    ``hits`` questions at all; ``depth`` share of them at or above their objective's depth; ``reach`` share of
    the standard's objectives hit; ``balance`` evenness over the objectives hit.
    """

    hits: int
    depth: float
    reach: float
    balance: float
    hits_met: bool
    depth_met: bool
    reach_met: bool
    balance_met: bool


def porter(first: ArrayLike, second: ArrayLike) -> float:
    """``1 - sum |x - y| / 2`` over cells; 1 is the same distribution, 0 no cell in common.

    Args:
        first, second: non-negative amounts of one shape; each is divided by its sum.

    Raises:
        BadInput: shapes differ, a negative amount, or nothing at all in one of them.
    """
    x, y = _shares(first, "first"), _shares(second, "second")
    if x.shape != y.shape:
        raise BadInput(f"both must have one shape, got {x.shape} and {y.shape}")
    return float(1 - np.abs(x - y).sum() / 2)


def porter_against_chance(
    first: ArrayLike, second: ArrayLike, *, replicates: int = 2000, seed: int = 0
) -> PermutedAlignment:
    """Porter's index against a random assignment of the second's cells (Fulmer 2011).

    The index rises with fewer cells, so it means nothing without what chance would give. ``p`` counts the
    observed arrangement among the shuffles.

    Raises:
        BadInput: as :func:`porter`; fewer than 100 replicates.
    """
    replicates = count(replicates, "replicates", least=100, most=MOST_REPLICATES)
    index = porter(first, second)
    x, y = _shares(first, "first").ravel(), _shares(second, "second").ravel()
    rng, chance = generator(seed), np.empty(replicates)
    # A few million cells at a time, however many shuffles are asked for.
    rows = max(1, 4_000_000 // max(y.size, 1))
    for start in range(0, replicates, rows):
        shuffled = rng.permuted(np.tile(y, (min(rows, replicates - start), 1)), axis=1)
        chance[start : start + rows] = 1 - np.abs(x - shuffled).sum(axis=1) / 2
    as_high = int((chance >= index - 1e-12).sum())
    return PermutedAlignment(
        index, float(chance.mean()), float(np.quantile(chance, 0.95)), (as_high + 1) / (replicates + 1)
    )


def webb_balance(hits: ArrayLike) -> float:
    """``1 - sum |1/O - I_k/H| / 2`` over the O objectives hit, I_k hits each, H in all.

    Args:
        hits: questions per objective, shape (objectives,); objectives without a hit do not enter.

    Raises:
        NotEnoughData: no hit at all.
        BadInput: negative or fractional counts.
    """
    counts = _counts(hits)
    counts = counts[counts > 0]
    if not len(counts):
        raise NotEnoughData("balance needs at least one hit")
    return float(1 - np.abs(1 / len(counts) - counts / counts.sum()).sum() / 2)


def webb(objective_depth: ArrayLike, hit_objective: ArrayLike, hit_depth: ArrayLike) -> WebbAlignment:
    """Webb's criteria for one standard.

    Args:
        objective_depth: depth of knowledge each objective demands, shape (objectives,).
        hit_objective: position of the objective each question hits, shape (n,).
        hit_depth: depth of each question, shape (n,).

    Raises:
        NotEnoughData: no objectives, or no question hits the standard.
        BadInput: lengths differ, or a position names no objective.
    """
    demand = finite(column(objective_depth, "objective_depth"), "objective_depth")
    place = column(hit_objective, "hit_objective")
    depth = finite(column(hit_depth, "hit_depth", len(place)), "hit_depth")
    if not len(demand) or not len(place):
        raise NotEnoughData("a standard needs at least one objective and one question")
    if place.dtype.kind not in "iu" or place.min() < 0 or place.max() >= len(demand):
        raise BadInput(f"hit_objective must be positions from 0 to {len(demand) - 1}")
    where = place.astype(np.intp)
    counts = np.bincount(where, minlength=len(demand))
    hits = len(where)
    deep = float((depth >= demand[where]).mean())
    reach = float((counts > 0).mean())
    balance = webb_balance(counts)
    return WebbAlignment(
        hits,
        deep,
        reach,
        balance,
        hits >= ENOUGH_HITS,
        deep >= ENOUGH_DEPTH,
        reach >= ENOUGH_RANGE,
        balance >= ENOUGH_BALANCE,
    )


def _shares(values: ArrayLike, name: str) -> Floats:
    x = finite(values, name)
    if np.any(x < 0):
        raise BadInput(f"{name} must not have negative cells")
    total = x.sum()
    if total <= 0:
        raise BadInput(f"{name} must have at least one cell above 0")
    return np.asarray(x / total)


def _counts(hits: ArrayLike) -> Floats:
    x = finite(column(hits, "hits"), "hits")
    if np.any((x < 0) | (x != np.floor(x))):
        raise BadInput("hits must be whole numbers of at least 0")
    return x
