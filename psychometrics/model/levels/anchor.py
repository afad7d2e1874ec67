"""How far off all levels together may still be, given the ratings of vignettes of known level.

Candidates' ratings leave open where a whole team stands: a lenient team and a strong pool look alike. Each vignette
whose level is known says it once for every criterion it was rated on, with the errors that a rating has:

    variance of one vignette's word   w = (sd Delta)^2 + performance^2 + (halo^2 + 1/I) / raters
    of all vignettes on a criterion   u = difficulty^2 + 1 / sum(1 / w)
    standard error in levels          (1 / sum(1 / u))^1/2 / Delta

``I`` is the information of a rating, the variance of its score where "meets the bar" is expected. Difficulty is not
averaged over vignettes of one criterion, since they share it. Plain arithmetic, for pages and for planning; a fit
carries the same uncertainty in full (docs/methods/levels.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from psychometrics.errors import BadInput

#: Ratings that one more vignette is planned with: raters, and criteria that each has not had before.
PLANNED_RATERS = 3


@dataclass(frozen=True, slots=True)
class Anchored:
    """``se`` is infinite where nothing anchors; ``more`` counts ratings by further raters and vignettes."""

    se: float
    enough: bool
    more: int


def anchored(
    cells: Iterable[tuple[object, int]],
    *,
    components: Mapping[str, float],
    spacing: float,
    steps: Sequence[float],
    bar: float,
    known_level_sd: float,
    wanted_se: float,
) -> Anchored:
    """Standard error of where a team stands, and how many more ratings of vignettes bring it to ``wanted_se``.

    Args:
        cells: a (criterion, raters) for every vignette and criterion rated; at least one rater each.
        components: standard deviations in logits, as a run has them.
        spacing: logits per level.
        steps: steps of the scale in logits.
        bar: predictor at which "meets the bar" is expected.
        known_level_sd: error of a known level, in levels.
        wanted_se: levels.

    Raises:
        BadInput: a cell without a rater, or a spacing or a wanted error that is not above 0.
    """
    if not spacing > 0 or not wanted_se > 0:
        raise BadInput("spacing and the wanted standard error must be above 0")
    noise = components.get("halo", 0.0) ** 2 + 1 / _information(steps, bar)
    fixed = (known_level_sd * spacing) ** 2 + components.get("performance", 0.0) ** 2
    of_criterion: dict[object, float] = {}
    for criterion, raters in cells:
        if raters < 1:
            raise BadInput("a vignette that nobody rated anchors nothing; leave it out")
        of_criterion[criterion] = of_criterion.get(criterion, 0.0) + 1 / (fixed + noise / raters)
    hard = components.get("difficulty", 0.0) ** 2
    told = sum(1 / (hard + 1 / precision) for precision in of_criterion.values())
    se = math.inf if told == 0 else told**-0.5 / spacing
    lacking = (wanted_se * spacing) ** -2 - told
    one = 1 / (hard + fixed + noise / PLANNED_RATERS) / PLANNED_RATERS
    return Anchored(se, se <= wanted_se, max(0, math.ceil(lacking / one - 1e-9)))


def _information(steps: Sequence[float], eta: float) -> float:
    """Variance of a score on these steps."""
    logits = [0.0]
    for step in steps:
        logits.append(logits[-1] + eta - step)
    top = max(logits)
    weights = [math.exp(value - top) for value in logits]
    total = sum(weights)
    mean = sum(score * weight for score, weight in enumerate(weights)) / total
    return sum((score - mean) ** 2 * weight for score, weight in enumerate(weights)) / total
