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

from psychometrics._checks import column, finite, open_unit
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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


def content_validity_ratio(essential: int, experts: int) -> float:
    """``(n_e - N/2) / (N/2)``: 1 where all find it essential, 0 where half do, -1 where nobody does.

    Raises:
        BadInput: no expert, or votes outside 0..N.
    """
    if experts < 1 or not 0 <= essential <= experts:
        raise BadInput(f"{essential} of {experts} experts is not possible")
    return (2 * essential - experts) / experts


def critical_ratio(experts: int, *, alpha: float = 0.05) -> CriticalRatio | None:
    """The least ratio significant against a fair coin, one-tailed, by the exact binomial.

    Returns None where even a unanimous vote of so few experts is not significant.

    Raises:
        BadInput: no expert, or alpha outside 0..1.
    """
    if experts < 1:
        raise BadInput(f"at least one expert is needed, got {experts}")
    open_unit(alpha, "alpha")
    tail, fewest = 0, None
    for votes in range(experts, -1, -1):
        tail += math.comb(experts, votes)
        if tail > alpha * 2**experts:
            break
        fewest = votes
    return None if fewest is None else CriticalRatio(fewest, content_validity_ratio(fewest, experts))


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
    if not lowest < highest:
        raise BadInput(f"lowest must be below highest, got {lowest} and {highest}")
    if np.any((x < lowest) | (x > highest)):
        raise BadInput(f"ratings must lie between {lowest} and {highest}")
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
    relevant = x >= relevant_from
    shares = relevant.mean(axis=0)
    return ContentIndices(
        tuple(float(share) for share in shares), float(shares.mean()), float(relevant.all(axis=0).mean())
    )
