"""The normal distribution in one and two dimensions, from ``scipy.special`` alone.

It is imported where it is called: it takes half a second, which pages that compute nothing should not wait for.
"""

from __future__ import annotations

import math

from psychometrics._checks import between, open_unit


def density(z: float) -> float:
    """Standard normal density."""
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def below(z: float) -> float:
    """P(Z < z)."""
    from scipy.special import ndtr

    return float(ndtr(z))


def quantile(probability: float) -> float:
    """The z with P(Z < z) = ``probability``, which lies strictly between 0 and 1."""
    from scipy.special import ndtri

    return float(ndtri(open_unit(probability, "probability")))


def cut_for(rate: float, name: str = "selection ratio") -> float:
    """The z above which a share ``rate`` of a normal population lies."""
    from scipy.special import ndtri

    return -float(ndtri(open_unit(rate, name)))


def mean_above(rate: float, name: str = "selection ratio") -> float:
    """Mean z of the top ``rate`` of a normal population: density at the cut over the rate."""
    return density(cut_for(rate, name)) / rate


def correlation(value: float, name: str) -> float:
    """Return ``value``, refusing what is not a correlation."""
    return between(value, name, -1.0, 1.0)


def both_below(h: float, k: float, r: float) -> float:
    """P(X < h, Y < k) for standard normals correlated ``r``, by Owen's T function (Owen 1956)."""
    r = correlation(r, "the correlation")
    if r == 1.0:
        return below(min(h, k))
    if r == -1.0:
        return max(0.0, below(h) + below(k) - 1)
    # Cuts this close to the middle are the middle; their quotients would overflow.
    h, k = (0.0 if abs(cut) < 1e-100 else cut for cut in (h, k))
    if h == 0.0 and k == 0.0:
        return 0.25 + math.asin(r) / (2 * math.pi)
    root = math.sqrt(1 - r * r)
    opposite = (h < 0) != (k < 0)
    total = (below(h) + below(k)) / 2 - _owen(h, k, r, root) - _owen(k, h, r, root)
    return min(max(total - (0.5 if opposite else 0.0), 0.0), 1.0)


def both_above(h: float, k: float, r: float) -> float:
    """P(X > h, Y > k) for standard normals correlated ``r``."""
    return both_below(-h, -k, r)


def _owen(h: float, k: float, r: float, root: float) -> float:
    """Owen's T at h for the slope towards k; the limit of infinite slope where h is 0."""
    if h == 0.0:
        return math.copysign(0.25, k)
    from scipy.special import owens_t

    return float(owens_t(h, (k - r * h) / (h * root)))
