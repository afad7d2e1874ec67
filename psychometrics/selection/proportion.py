"""The interval of a share: how far a rate seen in few people may lie from the rate itself (Wilson 1927).

``(p + z^2/2n +- z sqrt(p (1 - p)/n + z^2/4n^2)) / (1 + z^2/n)``, the shares that a score test at this level would
not reject. Unlike ``p +- z sqrt(p (1 - p)/n)`` it stays within 0 and 1, and is no point where nobody or everybody
passed.
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from psychometrics._checks import count, open_unit
from psychometrics.errors import BadInput


def wilson_interval(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Lower and upper end of the share ``successes / n``, both between 0 and 1.

    Raises:
        BadInput: ``n`` below 1, ``successes`` not in ``0..n``, or ``level`` not strictly between 0 and 1.
    """
    total = count(n, "n", least=1)
    passed = count(successes, "successes")
    if passed > total:
        raise BadInput(f"successes must not exceed n, got {passed} of {total}")
    z = NormalDist().inv_cdf((1 + open_unit(level, "level")) / 2)
    share, square = passed / total, z * z / total
    middle = (share + square / 2) / (1 + square)
    half = z * sqrt(share * (1 - share) / total + square / (4 * total)) / (1 + square)
    lower = 0.0 if passed == 0 else middle - half
    return lower, 1.0 if passed == total else middle + half
