"""How far vignettes of known level anchor a run, as plain data to be stored with it.

Levels are on a common scale when the error that all of them share is no more than the tolerance a verdict allows:
the interval of where the team stands, at the policy's level, reaches no further than kappa either way. Imported by
workers and commands, like ``fitting``.
"""

from collections import defaultdict
from statistics import NormalDist

from accounts.models import TeamPolicy
from hiring.calibration.dataset import Dataset
from hiring.calibration.fitting import Fitted
from hiring.calibration.models import Anchoring
from psychometrics.model.levels.anchor import Anchored, anchored

#: Where a team allows no tolerance at all, nothing would ever be near enough.
LEAST_TOLERANCE = 0.1


def wanted_se(policy: TeamPolicy) -> float:
    """The standard error at which the interval of where the team stands reaches as far as kappa, in levels."""
    return max(policy.kappa, LEAST_TOLERANCE) / _quantile(policy)


def _quantile(policy: TeamPolicy) -> float:
    return NormalDist().inv_cdf((1 + policy.interval_level) / 2)


def of(data: Dataset, found: Fitted, policy: TeamPolicy) -> Anchoring:
    """Measure what the vignettes of a fit are worth, and what is lacking."""
    raters: dict[tuple[int, int], set[int]] = defaultdict(set)
    for row in data.vignettes:
        raters[row.vignette, row.criterion].add(row.interviewer)
    wanted = wanted_se(policy)
    told = _told([(criterion, len(people)) for (_, criterion), people in raters.items()], found, wanted)
    least = found.result.settings.limits.reference_vignettes
    vignettes = len({row.vignette for row in data.vignettes})
    # Besides the error there is the number: a few references, however often rated, may all be wrong alike.
    missing = max(least - vignettes, 0) * policy.anchor_raters
    return Anchoring(
        vignettes=vignettes,
        ratings=len(data.vignettes),
        raters=len({row.interviewer for row in data.vignettes}),
        se=round(told.se, 4) if data.vignettes else None,
        reach=round(told.se * _quantile(policy), 4) if data.vignettes else None,
        wanted_se=round(wanted, 4),
        more=max(told.more, missing),
    )


def _told(cells: list[tuple[int, int]], found: Fitted, wanted: float) -> Anchored:
    scale = found.result.scale
    return anchored(
        cells,
        components=found.result.components,
        spacing=scale.spacing,
        steps=[float(step) for step in scale.steps],
        bar=scale.bar,
        known_level_sd=found.result.settings.priors.known_level_sd,
        wanted_se=wanted,
    )
