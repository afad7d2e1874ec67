"""Adverse impact: selection rates of two groups, by every yardstick in use.

The four-fifths rule (Uniform Guidelines, 29 CFR 1607.4D) compares rates and is decided in whole
numbers here, because .8 x .6 in floating point is not .48. Beside it: the Z test of two
proportions, Fisher's exact test, Lancaster's (1961) mid-P, an interval of the ratio, the
probability that the true ratio is under four fifths, Cohen's h, what one different decision would
change, and how many selections are missing. Statistical significance and practical size answer
different questions; report both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from psychometrics._checks import column, count, finite, open_unit
from psychometrics._normal import below, quantile
from psychometrics.errors import BadInput, NotEnoughData

FOUR_FIFTHS = Fraction(4, 5)
# Whole numbers of this many people still take milliseconds.
LARGEST_EXACT = 2000
# Tables beyond this say nothing a test would add, and an array over all of them would not fit.
MOST_PEOPLE = 10_000_000


@dataclass(frozen=True, slots=True)
class Impact:
    """A focal group against a reference group.

    ``ratio`` is the focal rate over the reference rate, None where nobody of the reference group was
    selected; ``below_four_fifths`` is strict, so .80 exactly is not flagged. ``ratio_lower`` and
    ``ratio_upper`` are None where a group has no selection. ``z`` and ``p_z`` are None where all or nobody
    were selected. ``probability_below_four_fifths`` comes from independent Jeffreys priors.
    ``flips`` says that one selection moved from the reference to the focal group puts the focal group
    ahead: too little to infer anything from. ``shortfall`` counts the focal selections missing at the
    pooled rate (negative: more than that); ``shortfall_four_fifths`` those missing to four fifths of the
    reference rate. ``advised`` names the p value to read: "mid_p" with small counts, else "z".
    """

    focal_rate: float
    reference_rate: float
    ratio: float | None
    below_four_fifths: bool
    ratio_lower: float | None
    ratio_upper: float | None
    difference: float
    cohen_h: float
    z: float | None
    p_z: float | None
    fisher: float
    fisher_one_sided: float
    mid_p: float
    mid_p_one_sided: float
    probability_below_four_fifths: float
    flips: bool
    shortfall: float
    shortfall_four_fifths: int
    advised: str


def impact(
    focal_selected: int,
    focal_total: int,
    reference_selected: int,
    reference_total: int,
    *,
    level: float = 0.95,
) -> Impact:
    """Compare the selection rate of a focal group with that of a reference group.

    The reference is the group with the highest rate, not the largest group; one-sided values test
    whether the focal group is selected less.

    Raises:
        NotEnoughData: a group without anybody.
        BadInput: counts that are not possible.
    """
    a, n1, c, n2 = _counts(focal_selected, focal_total, reference_selected, reference_total)
    p1, p2, pooled = a / n1, c / n2, (a + c) / (n1 + n2)
    fisher, fisher_one, mid, mid_one = _exact(a, n1, c, n2)
    ends = _ratio_interval(a, n1, c, n2, open_unit(level, "level"))
    z = None
    if 0 < a + c < n1 + n2:
        z = (p1 - p2) / math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    smallest = min(pooled, 1 - pooled) * min(n1, n2)
    return Impact(
        focal_rate=p1,
        reference_rate=p2,
        ratio=a * n2 / (n1 * c) if c else None,
        below_four_fifths=below_four_fifths(a, n1, c, n2),
        ratio_lower=ends[0] if ends else None,
        ratio_upper=ends[1] if ends else None,
        difference=p1 - p2,
        cohen_h=2 * math.asin(math.sqrt(p1)) - 2 * math.asin(math.sqrt(p2)),
        z=z,
        p_z=None if z is None else 2 * below(-abs(z)),
        fisher=fisher,
        fisher_one_sided=fisher_one,
        mid_p=mid,
        mid_p_one_sided=mid_one,
        probability_below_four_fifths=probability_below(a, n1, c, n2),
        flips=flips(a, n1, c, n2),
        shortfall=n1 * pooled - a,
        shortfall_four_fifths=max(math.ceil(FOUR_FIFTHS * c * n1 / n2) - a, 0),
        advised="mid_p" if smallest < 5 or n1 + n2 < 30 else "z",
    )


def below_four_fifths(a: int, n1: int, c: int, n2: int) -> bool:
    """Whether ``a/n1`` is strictly less than four fifths of ``c/n2``, in whole numbers: 5 a n2 < 4 c n1.

    Raises:
        NotEnoughData: a group without anybody.
        BadInput: counts that are not possible.
    """
    a, n1, c, n2 = _counts(a, n1, c, n2)
    return 5 * a * n2 < 4 * c * n1


def flips(a: int, n1: int, c: int, n2: int) -> bool:
    """Whether one selection moved from reference to focal group puts the focal group's rate ahead.

    The check of the Uniform Guidelines' questions and answers (no. 21); False where the focal group has
    everybody selected or the reference group nobody.

    Raises:
        NotEnoughData: a group without anybody.
        BadInput: counts that are not possible.
    """
    a, n1, c, n2 = _counts(a, n1, c, n2)
    return a < n1 and c > 0 and a * n2 < c * n1 and (a + 1) * n2 > (c - 1) * n1


def probability_below(a: int, n1: int, c: int, n2: int, *, ratio: float = 0.8) -> float:
    """P(focal rate < ``ratio`` x reference rate) under Jeffreys' Beta(1/2, 1/2) priors, by quadrature.

    Raises:
        NotEnoughData: a group without anybody.
        BadInput: counts that are not possible, or a ratio not strictly between 0 and 1.
    """
    from scipy.special import betainc, betaincinv, roots_legendre

    open_unit(ratio, "ratio")
    a, n1, c, n2 = _counts(a, n1, c, n2)
    nodes, weights = roots_legendre(256)
    middle = (nodes + 1) / 2
    focal, reference = (a + 0.5, n1 - a + 0.5), (c + 0.5, n2 - c + 0.5)
    # Over the quantiles of the better known rate, so that the other one's distribution is smooth there.
    if (
        focal[0] * (focal[0] + focal[1]) / focal[1]
        > reference[0] * (reference[0] + reference[1]) / reference[1]
    ):
        rate = betaincinv(*focal, middle)
        under = 1 - betainc(*reference, np.minimum(rate / ratio, 1.0))
    else:
        rate = betaincinv(*reference, middle)
        under = betainc(*focal, ratio * rate)
    return min(max(float(weights @ under / 2), 0.0), 1.0)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's (1979) adjusted p values, in the order given: valid whatever the tests share.

    Raises:
        BadInput: a p value outside 0..1.
    """
    finite(column(p_values, "p_values"), "p_values")
    if any(not 0 <= p <= 1 for p in p_values):
        raise BadInput("p values must lie between 0 and 1")
    adjusted, running = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        running = max(running, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = running
    return tuple(adjusted)


def _counts(a: int, n1: int, c: int, n2: int) -> tuple[int, int, int, int]:
    """Counts as Python integers, whose products cannot overflow, after checking that they are possible."""
    found = []
    for group, selected, total in (("focal", a, n1), ("reference", c, n2)):
        people = count(total, f"{group}_total", most=MOST_PEOPLE)
        chosen = count(selected, f"{group}_selected")
        if people < 1:
            raise NotEnoughData(f"a selection rate needs at least one person, the {group} group has none")
        if chosen > people:
            raise BadInput(f"{chosen} of {people} selected is not possible ({group} group)")
        found += [chosen, people]
    return found[0], found[1], found[2], found[3]


def _exact(a: int, n1: int, c: int, n2: int) -> tuple[float, float, float, float]:
    """Fisher two- and one-sided, mid-P two- and one-sided, given both margins.

    In whole numbers up to 2,000 people; beyond that by logarithms, where tables within 1e-7 of the observed
    one's probability count as equally likely.
    """
    chosen = a + c
    first, last = max(0, chosen - n2), min(n1, chosen)
    if n1 + n2 > LARGEST_EXACT:
        return _by_logarithms(a, n1, n2, chosen, first, last)
    ways = {k: math.comb(n1, k) * math.comb(n2, chosen - k) for k in range(first, last + 1)}
    total, own = math.comb(n1 + n2, chosen), ways[a]
    rarer = sum(w for w in ways.values() if w < own)
    equal = sum(w for w in ways.values() if w == own)
    lower = sum(w for k, w in ways.items() if k < a)
    return (
        float(Fraction(rarer + equal, total)),
        float(Fraction(lower + own, total)),
        float(Fraction(2 * rarer + equal, 2 * total)),
        float(Fraction(2 * lower + own, 2 * total)),
    )


def _by_logarithms(
    a: int, n1: int, n2: int, chosen: int, first: int, last: int
) -> tuple[float, float, float, float]:
    from scipy.special import gammaln

    k = np.arange(first, last + 1, dtype=np.float64)
    log_ways = -(
        gammaln(k + 1) + gammaln(n1 - k + 1) + gammaln(chosen - k + 1) + gammaln(n2 - chosen + k + 1)
    )
    ways = np.exp(log_ways - log_ways.max())
    ways /= ways.sum()
    own = ways[a - first]
    # Relative to the logarithms, which are huge: comparing the rounded ways would lose small ones.
    apart = log_ways - log_ways[a - first]
    rarer, equal = float(ways[apart < -1e-7].sum()), float(ways[np.abs(apart) <= 1e-7].sum())
    lower = float(ways[k < a].sum())
    return rarer + equal, lower + float(own), rarer + equal / 2, lower + float(own) / 2


def _ratio_interval(a: int, n1: int, c: int, n2: int, level: float) -> tuple[float, float] | None:
    """Interval of the ratio on the logarithm (Katz et al. 1978)."""
    if a == 0 or c == 0:
        return None
    half = quantile((1 + level) / 2) * math.sqrt(1 / a - 1 / n1 + 1 / c - 1 / n2)
    ratio = a * n2 / (n1 * c)
    return ratio * math.exp(-half), ratio * math.exp(half)
