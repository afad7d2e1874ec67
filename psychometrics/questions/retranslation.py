"""Retranslation of behavioural anchors (Smith & Kendall 1963).

A second group of experts sorts incidents back to competencies without knowing where they came
from, and places each on the rating scale. An anchor stays when enough of them find its way back
and agree on its height. The usual limits are 75 % and a standard deviation of 1.5 on a 1-7 scale,
scaled to the width of the scale in use.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import column, finite, number
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

ENOUGH_AGREEMENT = 0.75
# Of a seven-point scale, six steps wide.
LARGEST_SD_PER_STEP = 1.5 / 6


@dataclass(frozen=True, slots=True)
class PlacedAnchor:
    """What retranslation found out about one incident.

    ``agreement`` is the share sorting it to ``intended``; ``rival`` the other competency named most often
    (None where nobody named one); ``mean`` and ``sd`` its place on the scale.
    """

    intended: Hashable
    agreement: float
    rival: Hashable | None
    mean: float
    sd: float
    kept: bool


def retranslate(
    intended: Sequence[Hashable],
    sorted_to: Sequence[Sequence[Hashable]],
    placed: ArrayLike,
    *,
    lowest: float,
    highest: float,
    agreement: float = ENOUGH_AGREEMENT,
) -> tuple[PlacedAnchor, ...]:
    """Judge every incident.

    Args:
        intended: the competency each incident was written for, length n.
        sorted_to: per expert the competency each incident was sorted to, experts x n.
        placed: per expert the scale value of each incident, shape (experts, n).
        lowest, highest: ends of the rating scale.
        agreement: least share of experts who must sort it to the intended competency.

    Raises:
        NotEnoughData: fewer than two experts, or no incident.
        BadInput: shapes differ, an empty scale, or a placement outside it.
    """
    values = finite(placed, "placed")
    _check_labels(intended, "intended")
    if isinstance(sorted_to, str) or not np.iterable(sorted_to):
        raise BadInput(f"sorted_to must hold one list of competencies per expert, got {sorted_to!r}")
    for row in sorted_to:
        _check_labels(row, "sorted_to")
    experts, n = len(sorted_to), len(intended)
    if experts < 2 or n < 1:
        raise NotEnoughData(f"retranslation needs at least 2 experts and 1 incident, got {experts} and {n}")
    if values.shape != (experts, n) or any(len(row) != n for row in sorted_to):
        raise BadInput(f"sorted_to and placed must both be {experts} experts x {n} incidents")
    lowest, highest, agreement = (
        number(lowest, "lowest"),
        number(highest, "highest"),
        number(agreement, "agreement"),
    )
    if not lowest < highest:
        raise BadInput(f"lowest must be below highest, got {lowest} and {highest}")
    if np.any((values < lowest) | (values > highest)):
        raise BadInput(f"placements must lie between {lowest:g} and {highest:g}")
    if not 0 < agreement <= 1:
        raise BadInput(f"agreement must lie above 0 and at most at 1, got {agreement}")
    widest = LARGEST_SD_PER_STEP * (highest - lowest)
    found = []
    for place, competency in enumerate(intended):
        votes = Counter(row[place] for row in sorted_to)
        back = votes.pop(competency, 0) / experts
        sd = float(values[:, place].std(ddof=1))
        found.append(
            PlacedAnchor(
                intended=competency,
                agreement=back,
                rival=votes.most_common(1)[0][0] if votes else None,
                mean=float(values[:, place].mean()),
                sd=sd,
                # Tolerances: 3 of 4 is .75, and six steps of .25 are 1.5.
                kept=back >= agreement - 1e-12 and sd <= widest + 1e-12,
            )
        )
    return tuple(found)


def in_order(means: Sequence[float]) -> bool:
    """Whether the anchors of a rubric, given from lowest to highest point, rise strictly in mean."""
    return all(
        low < high for low, high in itertools.pairwise(finite(column(means, "means"), "means").tolist())
    )


def _check_labels(names: Sequence[Hashable], name: str) -> None:
    if isinstance(names, str) or not np.iterable(names):
        raise BadInput(f"{name} must be a list of competencies, got {names!r}")
    for place, one in enumerate(names):
        # NaN is what spreadsheets hold where nothing was written; it equals nothing, not even itself.
        if not isinstance(one, Hashable) or one is None or one != one:  # noqa: PLR0124
            raise BadInput(f"{name} must name a competency in every place, got {one!r} at position {place}")
