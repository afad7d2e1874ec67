"""What may be said of a level: the display rules, stated once, on plain numbers.

Both doors use them: ``psychometrics.model.levels.display`` on a fresh run, and whoever stores runs and
shows them later. Standard library only, so that showing a stored level loads no numerics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist
from typing import Final

from psychometrics.model.levels.policy import HIGHEST_LEVEL, LOWEST_LEVEL

_NORMAL: Final = NormalDist()

#: Tolerance below a requirement that still counts as reaching it, in levels.
KAPPA: Final = 0.5


@dataclass(frozen=True, slots=True)
class Enough:
    """How much must stand behind a point, and behind a verdict on a must-have."""

    point_ratings: int = 2
    """With fewer ratings there is an interval only."""
    point_interviewers: int = 2
    verdict_interviewers: int = 2
    """With fewer interviewers, sessions or reliability, "more evidence" is the answer."""
    verdict_sessions: int = 2
    verdict_reliability: float = 0.70


ENOUGH: Final = Enough()


class LevelStatus(StrEnum):
    """What may be shown of a candidate's level on a competency."""

    NOT_ASSESSED = "not_assessed"
    """No rating: no level, no probability, left out of pooled gaps."""
    INTERVAL_ONLY = "interval_only"
    """One rating, or one interviewer: an interval without a point, mostly borrowed; no verdict."""
    POINT = "point"
    """At least two ratings by at least two interviewers: level and interval."""
    SUPPRESSED = "suppressed"
    """Target levels do not explain difficulty in these data: logits and fair averages only."""


def status(ratings: int, interviewers: int, *, valid: bool, enough: Enough = ENOUGH) -> LevelStatus:
    """What may be shown, from how much was rated and whether the targets hold."""
    if ratings == 0:
        return LevelStatus.NOT_ASSESSED
    if not valid:
        return LevelStatus.SUPPRESSED
    if ratings < enough.point_ratings or interviewers < enough.point_interviewers:
        return LevelStatus.INTERVAL_ONLY
    return LevelStatus.POINT


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """What a run found about one candidate's level on one competency, nothing clamped or hidden.

    ``floor`` and ``ceiling`` bound what the criteria rated can show; None stands for the ends of
    the proficiency scale. ``level``, ``se`` and the limits are None where the run has none.
    """

    status: LevelStatus
    level: float | None
    se: float | None
    lower: float | None
    upper: float | None
    floor: float | None
    ceiling: float | None
    reliability: float | None
    interviewers: int
    sessions: int

    @property
    def is_shown(self) -> bool:
        """Whether at least an interval may be shown."""
        return self.status in {LevelStatus.POINT, LevelStatus.INTERVAL_ONLY}


@dataclass(frozen=True, slots=True)
class Shown:
    """A level as it may be printed: clamped, None where the status forbids it."""

    level: float | None
    lower: float | None
    upper: float | None
    at_or_above: bool
    at_or_below: bool


@dataclass(frozen=True, slots=True)
class AgainstRequirement:
    """A level against a required one; ``gap`` = required - level, positive when short of it."""

    gap: float | None
    probability: float | None
    showable: bool
    verdict_supported: bool


@dataclass(frozen=True, slots=True)
class Pooled:
    """Weighted mean of gaps with its standard error, both in levels."""

    gap: float
    se: float


def clamped(value: float | None, floor: float | None, ceiling: float | None) -> float | None:
    """``value`` held to what the criteria rated can show."""
    if value is None:
        return None
    low = LOWEST_LEVEL if floor is None else floor
    high = HIGHEST_LEVEL if ceiling is None else ceiling
    return min(max(value, low), high)


def shown(facts: LevelFacts) -> Shown:
    """What of a level may be printed.

    A level beyond what the criteria can show is printed as the bound with "at or above" or "at or
    below"; for a status without a point these two speak of where the hidden point lies.
    """
    if not facts.is_shown:
        return Shown(None, None, None, False, False)
    level, floor, ceiling = facts.level, facts.floor, facts.ceiling
    return Shown(
        level=clamped(level, floor, ceiling) if facts.status is LevelStatus.POINT else None,
        lower=clamped(facts.lower, floor, ceiling),
        upper=clamped(facts.upper, floor, ceiling),
        at_or_above=level is not None and ceiling is not None and level > ceiling,
        at_or_below=level is not None and floor is not None and level < floor,
    )


def is_showable(required: float, ceiling: float | None, *, kappa: float = KAPPA) -> bool:
    """Whether the criteria rated could have shown the requirement at all."""
    return ceiling is None or required - kappa <= ceiling


def probability_short(level: float, se: float, required: float, *, kappa: float = KAPPA) -> float:
    """P(level < required - kappa): uncertainty about a rating-based level, not about job success.

    >>> round(probability_short(3.7, 0.4, 4), 2)
    0.31
    """
    return _NORMAL.cdf((required - kappa - level) / se)


def against(
    facts: LevelFacts, required: float, *, kappa: float = KAPPA, enough: Enough = ENOUGH
) -> AgainstRequirement:
    """Compare a level with the level required, as far as the evidence carries.

    No gap without a point; no probability where nothing may be shown or where the criteria rated
    could not have shown the requirement; a verdict on a must-have only with enough interviewers,
    sessions and reliability.
    """
    showable = is_showable(required, facts.ceiling, kappa=kappa)
    gap = probability = None
    if facts.is_shown and facts.level is not None:
        if facts.status is LevelStatus.POINT:
            gap = required - facts.level
        if showable and facts.se:
            probability = probability_short(facts.level, facts.se, required, kappa=kappa)
    supported = (
        facts.status is LevelStatus.POINT
        and showable
        and facts.interviewers >= enough.verdict_interviewers
        and facts.sessions >= enough.verdict_sessions
        and (facts.reliability or 0.0) >= enough.verdict_reliability
    )
    return AgainstRequirement(gap, probability, showable, supported)


def pooled(
    weights: Sequence[float],
    gaps: Sequence[float],
    covariance: Sequence[Sequence[float]],
) -> Pooled:
    """Pool gaps by weight with the joint covariance of the levels; weights are rescaled to sum to 1.

    Halo, severity and the scale's location are common to a candidate's competencies: taking their
    errors for independent would make the result far too certain.

    >>> found = pooled([1, 1], [0.4, 0.2], [[0.16, 0.08], [0.08, 0.16]])
    >>> round(found.gap, 2), round(found.se, 2)
    (0.3, 0.35)
    """
    total = sum(weights)
    share = [weight / total for weight in weights]
    gap = sum(s * g for s, g in zip(share, gaps, strict=True))
    variance = sum(
        share[i] * share[j] * covariance[i][j] for i in range(len(share)) for j in range(len(share))
    )
    return Pooled(gap, sqrt(max(variance, 0.0)))


def probability_met(found: Pooled, *, kappa: float = KAPPA) -> float:
    """P(the pooled gap is at most kappa): that what is required, less the tolerance, is met on the whole.

    >>> round(probability_met(Pooled(0.3, 0.4)), 2)
    0.69
    """
    if found.se <= 0:
        return float(found.gap <= kappa)
    return _NORMAL.cdf((kappa - found.gap) / found.se)


def half_width(se: float, confidence: float) -> float:
    """Half the width of a two-sided normal interval."""
    return _NORMAL.inv_cdf((1 + confidence) / 2) * se
