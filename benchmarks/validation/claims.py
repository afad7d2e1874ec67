"""What a claim is: figures measured over simulated panels, and the limits they must keep.

Limits are stated for the number of panels of the full run and allow for its Monte-Carlo error. A slice of fewer panels
is held to limits wider by the square root of the ratio, the width that it can carry: of a figure limited on both sides
around their middle, of an error that may be at most so large from 0, of a share that must be high from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, sqrt

Limits = tuple[float, float]

_HIGH = 0.5  # a lowest value above it is that of a share


@dataclass(frozen=True, slots=True)
class Claim:
    """Something measured over panels with known truth."""

    name: str
    says: str
    panels: int
    """Of the full run."""
    slice: int
    """Panels that the test suite measures; 0 where even one would take too long."""
    limits: Mapping[str, Limits]
    """Lowest and highest value of every figure in the full run."""
    measure: Callable[[int], Mapping[str, float]]
    """Figures over so many panels; the same number gives the same figures."""

    def wide(self, figure: str, panels: int) -> Limits:
        """The limits of a figure over ``panels`` panels; a figure limited on one side is so in a slice too."""
        low, high = self.limits[figure]
        wider = sqrt(max(self.panels / panels, 1.0))
        if low == -inf:
            return low, high * wider
        if high == inf:
            return (1.0 - (1.0 - low) * wider if low > _HIGH else low / wider), high
        middle, half = (low + high) / 2, (high - low) / 2
        return middle - half * wider, middle + half * wider


def broken(claim: Claim, panels: int, figures: Mapping[str, float]) -> list[str]:
    """The figures outside their limits, in words."""
    said = []
    for figure in claim.limits:
        low, high = claim.wide(figure, panels)
        if not low <= figures[figure] <= high:
            said.append(f"{claim.name}: {figure} is {figures[figure]:.3f}, outside {low:.3f} to {high:.3f}")
    return said
