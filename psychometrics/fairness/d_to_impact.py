"""From a standardised difference to an impact ratio, before anybody is selected.

With scores normal in both groups, equal spread and means ``d`` apart, selecting a share SR of all
applicants puts the cut where ``(1 - m) P(Z > x) + m P(Z > x + d) = SR``; the impact ratio is
``P(Z > x + d) / P(Z > x)`` (Sackett & Ellingson 1997).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from psychometrics._checks import count, number, open_unit
from psychometrics._normal import below
from psychometrics.errors import BadInput, NotEnoughData

# Groups further apart have no rates in common; nothing measured in people comes near.
LARGEST_D = 10


@dataclass(frozen=True, slots=True)
class PlannedImpact:
    """Expected selection rates of majority and minority, their ratio, and the cut in majority z."""

    ratio: float
    majority_rate: float
    minority_rate: float
    cut: float


def planned_impact(d: float, selection_ratio: float, minority_share: float) -> PlannedImpact:
    """Impact ratio that a difference of ``d`` leads to.

    Args:
        d: majority minus minority mean, in standard deviations, at most 10 either way.
        selection_ratio: share of all applicants selected.
        minority_share: of applicants.

    Raises:
        BadInput: a share not strictly between 0 and 1, or d out of range.
    """
    from scipy.optimize import brentq

    open_unit(selection_ratio, "selection_ratio")
    m = open_unit(minority_share, "minority_share")
    d = number(d, "d")
    if abs(d) > LARGEST_D:
        raise BadInput(f"d must lie between −{LARGEST_D} and {LARGEST_D} standard deviations, got {d:g}")

    def surplus(x: float) -> float:
        return (1 - m) * below(-x) + m * below(-x - d) - selection_ratio

    reach = 40.0 + abs(d)
    cut = float(brentq(surplus, -reach, reach, xtol=1e-13))
    majority, minority = below(-cut), below(-cut - d)
    if majority == 0:
        raise BadInput(f"d = {d} leaves no majority selection to compare with")
    return PlannedImpact(minority / majority, majority, minority, cut)


def cohen_d(
    mean_1: float, sd_1: float, n_1: int, mean_2: float, sd_2: float, n_2: int, *, hedges: bool = False
) -> float:
    """``(M1 - M2) / pooled sd``; with ``hedges`` times ``1 - 3 / (4 df - 1)`` (Hedges 1981).

    Raises:
        NotEnoughData: fewer than two people in a group, or no spread at all.
        BadInput: a negative standard deviation.
    """
    mean_1, sd_1 = number(mean_1, "mean_1"), number(sd_1, "sd_1")
    mean_2, sd_2 = number(mean_2, "mean_2"), number(sd_2, "sd_2")
    n_1, n_2 = count(n_1, "n_1"), count(n_2, "n_2")
    if min(n_1, n_2) < 2:
        raise NotEnoughData(f"both groups need at least 2 people, got {n_1} and {n_2}")
    if sd_1 < 0 or sd_2 < 0:
        raise BadInput("standard deviations must not be negative")
    df = n_1 + n_2 - 2
    pooled = math.sqrt(((n_1 - 1) * sd_1**2 + (n_2 - 1) * sd_2**2) / df)
    if pooled == 0:
        raise NotEnoughData("nobody differs within the groups: a standardised difference is undefined")
    d = (mean_1 - mean_2) / pooled
    return d * (1 - 3 / (4 * df - 1)) if hedges else d
