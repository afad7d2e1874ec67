"""Level, pattern and occasion noise from judgements of any design (Kahneman, Sibony & Sunstein 2021).

``score = case + judge + judge x case + occasion``. Real panels are not crossed: each case is judged by some. Restricted
likelihood takes them as they are; where somebody judged a case more than once, the scatter within is occasion noise,
and what is left of the interaction is pattern noise. Each part is a standard deviation in points of the scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import column, finite, generator, labels, open_unit
from psychometrics.errors import DidNotConverge, NotEnoughData, NoVariation
from psychometrics.reliability.reml import reml_components

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]

REPEATS = 10
"""Judgements made again that occasion noise is told from; fewer leave it within pattern noise."""


@dataclass(frozen=True, slots=True)
class Part:
    """A standard deviation in points with its interval."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class NoiseSplit:
    """Parts of the noise; ``occasion`` is None, and within ``pattern``, where too few judgements were repeated.

    ``case`` is what cases differ by, which is no noise. ``system`` is all noise together.
    """

    case: Part
    level: Part
    pattern: Part
    occasion: Part | None
    system: Part
    cases: int
    judges: int
    judgements: int
    repeats: int
    confidence: float


def split_noise(
    case: ArrayLike,
    judge: ArrayLike,
    score: ArrayLike,
    *,
    level: float = 0.90,
    seed: int = 0,
) -> NoiseSplit:
    """Split the noise of judgements in long form; cases judged by one person tell nothing and are left out.

    Args:
        case, judge: labels, shape (n,). A pair that comes again is another occasion.
        score: shape (n,), finite.
        level: coverage of the intervals.

    Raises:
        NotEnoughData: fewer than two judges or cases judged by two, nothing that tells judges from cases, or scores
            that are all equal.
        BadInput: lengths differ, or a score that is no number.
    """
    y = finite(column(score, "score"), "score")
    open_unit(level, "level")
    of_case, of_judge = labels(case, "case", len(y)), labels(judge, "judge", len(y))
    pairs, place = np.unique(of_case * (int(of_judge.max()) + 1) + of_judge, return_inverse=True)
    count = np.bincount(place)
    mean = np.bincount(place, weights=y) / count
    within = float(((y - mean[place]) ** 2).sum())
    repeats = int((count - 1).sum())
    pair_case, pair_judge = np.divmod(pairs, int(of_judge.max()) + 1)
    both = np.bincount(pair_case)[pair_case] > 1
    try:
        found = reml_components({"p": pair_case[both], "r": pair_judge[both]}, mean[both], "p x r", seed=seed)
    except NoVariation as none:
        raise NotEnoughData("all judgements are equal: there is no noise to take apart") from none
    except DidNotConverge as lost:
        raise NotEnoughData(
            "too few judges share cases for level and pattern noise to be told apart"
        ) from lost
    names = list(found.values)
    draws = {name: found.draws[:, at] for at, name in enumerate(names)}
    last = names[-1]
    occasion, occasions = 0.0, np.zeros(len(found.draws))
    if repeats >= REPEATS:
        occasion = within / repeats
        occasions = within / generator(seed).chisquare(repeats, len(found.draws))
    share = float((1.0 / count[both]).mean())
    pattern = max(found.values[last] - occasion * share, 0.0)
    patterns = np.maximum(draws[last] - occasions * share, 0.0)
    return NoiseSplit(
        case=_part(found.values["p"], draws["p"], level),
        level=_part(found.values["r"], draws["r"], level),
        pattern=_part(pattern, patterns, level),
        occasion=_part(occasion, occasions, level) if repeats >= REPEATS else None,
        system=_part(found.values["r"] + pattern + occasion, draws["r"] + patterns + occasions, level),
        cases=len(np.unique(pair_case[both])),
        judges=len(np.unique(pair_judge[both])),
        judgements=int(count[both].sum()),
        repeats=repeats,
        confidence=level,
    )


def _part(variance: float, drawn: Floats, level: float) -> Part:
    lower, upper = np.quantile(np.sqrt(drawn), [(1 - level) / 2, (1 + level) / 2]).tolist()
    value = float(np.sqrt(variance))
    return Part(value, min(lower, value), max(upper, value))
