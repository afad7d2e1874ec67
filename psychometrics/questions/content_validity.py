"""Content validity: do experts find a question essential, or relevant?

Lawshe's (1975) ratio with exact binomial critical values (the method of Ayre & Scally 2014: the
table printed in 1975 has an anomaly at ten experts), Aiken's (1985) V, and the item content
validity index of Lynn (1986).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import column, count, finite, number, open_unit
from psychometrics._normal import quantile
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


# Whole numbers of this many experts still take a moment.
MOST_EXPERTS = 10_000


@dataclass(frozen=True, slots=True)
class CriticalRatio:
    """The fewest "essential" votes that chance does not explain, and the ratio they make."""

    essential: int
    ratio: float


@dataclass(frozen=True, slots=True)
class ContentIndices:
    """Share of experts calling each item relevant, shape (items,), their mean, and the share all agree on."""

    items: tuple[float, ...]
    average: float
    universal: float


@dataclass(frozen=True, slots=True)
class ContentValidityIndex:
    """Mean ratio of the items kept (None where none is), each item's ratio, and whether it is kept."""

    index: float | None
    ratios: tuple[float, ...]
    kept: tuple[bool, ...]


def content_validity_ratio(essential: int, experts: int) -> float:
    """``(n_e - N/2) / (N/2)``: 1 where all find it essential, 0 where half do, -1 where nobody does.

    Raises:
        BadInput: no expert, or votes outside 0..N.
    """
    n, votes = count(experts, "experts", least=1), count(essential, "essential")
    if votes > n:
        raise BadInput(f"{votes} of {n} experts is not possible")
    return (2 * votes - n) / n


def critical_ratio(experts: int, *, alpha: float = 0.05) -> CriticalRatio | None:
    """The least ratio significant against a fair coin, one-tailed, by the exact binomial.

    Returns None where even a unanimous vote of so few experts is not significant.

    Raises:
        BadInput: no expert, more than 10,000, or alpha not strictly between 0 and 1.
    """
    experts = count(experts, "experts", least=1, most=MOST_EXPERTS)
    open_unit(alpha, "alpha")
    tail, fewest = 0, None
    for votes in range(experts, -1, -1):
        tail += math.comb(experts, votes)
        if tail > alpha * 2**experts:
            break
        fewest = votes
    return None if fewest is None else CriticalRatio(fewest, content_validity_ratio(fewest, experts))


def approximate_critical_ratio(experts: int, *, alpha: float = 0.05) -> float:
    """``z / sqrt(N)``: the normal approximation of Wilson, Pan & Schumsky (2012), beside the exact value.

    Raises:
        BadInput: no expert, or alpha not strictly between 0 and 1.
    """
    return -quantile(open_unit(alpha, "alpha")) / math.sqrt(count(experts, "experts", least=1))


def content_validity_index(
    essential: ArrayLike, experts: int, *, alpha: float = 0.05
) -> ContentValidityIndex:
    """Lawshe's index of a whole instrument: the mean ratio of the items that are kept.

    Args:
        essential: "essential" votes per item, shape (items,).
        experts: how many voted on every item.
        alpha: an item is kept where its votes are significant, one-tailed.

    Raises:
        NotEnoughData: no item, or experts too few for any vote to be significant.
        BadInput: votes that are not possible, or alpha not strictly between 0 and 1.
    """
    votes = column(essential, "essential").tolist()
    if not votes:
        raise NotEnoughData("an index needs at least one item")
    least = critical_ratio(experts, alpha=alpha)
    if least is None:
        raise NotEnoughData(f"{experts} experts are too few: even a unanimous vote is not significant")
    ratios = tuple(content_validity_ratio(one, experts) for one in votes)
    kept = tuple(ratio >= least.ratio - 1e-12 for ratio in ratios)
    staying = [ratio for ratio, keep in zip(ratios, kept, strict=True) if keep]
    return ContentValidityIndex(sum(staying) / len(staying) if staying else None, ratios, kept)


def aiken_v(ratings: ArrayLike, *, lowest: float, highest: float) -> float:
    """``sum (r - lowest) / (n (highest - lowest))``: mean relevance rescaled to 0..1.

    Args:
        ratings: one item's ratings by n experts, shape (n,).

    Raises:
        NotEnoughData: no ratings.
        BadInput: ratings outside the scale, or an empty scale.
    """
    x = finite(column(ratings, "ratings"), "ratings")
    if not len(x):
        raise NotEnoughData("Aiken's V needs at least one rating")
    lowest, highest = number(lowest, "lowest"), number(highest, "highest")
    if not lowest < highest:
        raise BadInput(f"lowest must be below highest, got {lowest} and {highest}")
    if np.any((x < lowest) | (x > highest)):
        raise BadInput(f"ratings must lie between {lowest:g} and {highest:g}")
    return float((x - lowest).mean() / (highest - lowest))


def content_indices(ratings: ArrayLike, *, relevant_from: float) -> ContentIndices:
    """Item content validity indices and both scale indices.

    Args:
        ratings: shape (experts, items), no empty cells.
        relevant_from: the lowest rating that calls an item relevant (3 on a 1-4 scale).

    Raises:
        NotEnoughData: fewer than two experts, or no item.
        BadInput: wrong shape or empty cells.
    """
    x = finite(ratings, "ratings")
    if x.ndim != 2:
        raise BadInput(f"ratings must have shape (experts, items), got {x.shape}")
    if x.shape[0] < 2 or x.shape[1] < 1:
        raise NotEnoughData(f"at least 2 experts and 1 item are needed, got {x.shape}")
    relevant = x >= number(relevant_from, "relevant_from")
    shares = relevant.mean(axis=0)
    return ContentIndices(
        tuple(float(share) for share in shares), float(shares.mean()), float(relevant.all(axis=0).mean())
    )
