"""How many logits a point of the rating scale is worth at "meets the bar", on plain numbers.

Standard library only, for those who read a stored run and must not load the numerics; ``scale.meets_the_bar`` is the
same within a fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import Final

#: Far beyond any step: an expected rating is crossed between these.
_FAR: Final = 60.0
_HALVINGS: Final = 80
_SMALL: Final = 1e-4


def width_of_a_point(steps: Sequence[float], meets: int, *, link: str = "acl") -> float:
    """Logits from an expected rating of ``meets - 1`` to ``meets``, counted from 0, at the given steps.

    Where the point below is the end of the scale, the inverse of the slope at "meets the bar".

    >>> round(width_of_a_point([-1.0, 0.0, 1.0], 2), 2)
    1.32
    """
    top = len(steps)
    bar = _crossing(meets if meets < top else meets - 0.5, steps, link)
    if meets >= 2:
        return bar - _crossing(meets - 1, steps, link)
    slope = (_expected(bar + _SMALL, steps, link) - _expected(bar - _SMALL, steps, link)) / (2 * _SMALL)
    return 1 / slope


def _expected(eta: float, steps: Sequence[float], link: str) -> float:
    if link == "cl":
        return sum(1 / (1 + exp(-(eta - step))) for step in steps)
    logs = [0.0]
    for step in steps:
        logs.append(logs[-1] + eta - step)
    most = max(logs)
    weights = [exp(each - most) for each in logs]
    return sum(point * weight for point, weight in enumerate(weights)) / sum(weights)


def _crossing(target: float, steps: Sequence[float], link: str) -> float:
    low, high = min(steps) - _FAR, max(steps) + _FAR
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _expected(middle, steps, link) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2
