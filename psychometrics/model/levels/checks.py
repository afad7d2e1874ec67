"""What the data are too thin to estimate, and how well target levels explain difficulty."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from psychometrics.model.levels import keys
from psychometrics.model.levels.data import Coded
from psychometrics.model.levels.fit import Fit
from psychometrics.model.levels.policy import Limits, Settings
from psychometrics.model.levels.results import Scale

Codes: TypeAlias = NDArray[np.int64]

_LOWEST_RATIO = 0.5  # below it a level is worth so few logits that levels say little
# Half an interval of the regression, in widths, beyond which it says nothing: a full spacing would be
# taken for none in more than one panel of twenty.
_TELLING_WIDTH = 0.5


def fixed_terms(data: Coded, settings: Settings) -> frozenset[str]:
    """Terms whose variance cannot be told from these data, or is left out: it stays where it begins."""
    limits = settings.limits
    fixed = set()
    if _people_with(data, data.competency, 2) < limits.candidates_with_two_competencies:
        fixed.add("competency")
    if doubly_rated(data) < limits.doubly_rated_answers:
        fixed.add("performance")
    if _people_with(data, data.interviewer, 2) == 0 or not settings.halo:
        fixed.add("halo")
    return frozenset(fixed)


def doubly_rated(data: Coded) -> int:
    """Answers (candidate x session x criterion) rated by at least two interviewers."""
    _, counts = np.unique(keys.joint(data.candidate, data.session, data.criterion), return_counts=True)
    return int((counts >= 2).sum())


def spacing_estimable(data: Coded, limits: Limits) -> bool:
    """Whether at least two target levels are each held by enough of the criteria rated."""
    _, counts = np.unique(data.criterion_target[data.used_criteria], return_counts=True)
    return int((counts >= limits.criteria_per_target).sum()) >= limits.target_values


def _people_with(data: Coded, codes: Codes, at_least: int) -> int:
    """Candidates with at least so many distinct codes."""
    who = np.repeat(np.arange(len(data.candidates)), np.diff(data.starts))
    return int((keys.distinct(who, codes, len(data.candidates)) >= at_least).sum())


def scale_of(fit: Fit, confidence: float) -> Scale:
    """The rating scale and the validity of its target levels.

    The regression of difficulty on target is the estimate of the spacing with its prior taken out:
    posterior and prior are Gaussian, so their precisions subtract. It counts against the levels
    only when it is precise enough to have told a full spacing from none.
    """
    problem, width = fit.problem, fit.bar.width
    at = problem.layout.spacing
    z = float(ndtri((1 + confidence) / 2))
    ratio = fit.spacing / width
    se = 0.0
    regression: tuple[float | None, float | None, float | None] = (None, None, None)
    valid = at >= 0
    if at >= 0:
        variance = float(fit.solution.covariance[at, at]) / width**2
        se = variance**0.5
        held = problem.settings.priors.spacing_sd**-2
        learned = 1 / variance - held if variance > 0 else 0.0
        if not problem.spacing_held and learned > 1e-6:
            centre = (ratio / variance - held) / learned
            half = z * learned**-0.5
            regression = (centre, centre - half, centre + half)
            valid = ratio >= _LOWEST_RATIO and not (half < _TELLING_WIDTH and centre - half <= 0)
    return Scale(
        steps=fit.steps,
        meets=problem.data.meets,
        bar=fit.bar.eta,
        width=width,
        spacing=fit.spacing,
        spacing_ratio=ratio,
        ratio_se=se,
        ratio_lower=ratio - z * se,
        ratio_upper=ratio + z * se,
        regression_ratio=regression[0],
        regression_lower=regression[1],
        regression_upper=regression[2],
        estimated=at >= 0 and not problem.spacing_held,
        valid=valid,
    )


def confounded_criteria(data: Coded) -> int:
    """Criteria rated by one interviewer only, who rated no criterion that anybody else rated.

    How hard these are and how strict that interviewer is have the same effect on every rating; only
    their priors share it out.
    """
    _, first = np.unique(keys.joint(data.criterion, data.interviewer), return_index=True)
    criterion, interviewer = data.criterion[first], data.interviewer[first]
    alone = np.bincount(criterion)[criterion] == 1
    shares = np.unique(interviewer[~alone])
    return int((alone & ~np.isin(interviewer, shares)).sum())


def is_anchored(data: Coded, limits: Limits, known: int) -> bool:
    """Whether enough vignettes have known levels, or ratings by reference raters and by others."""
    reference = np.isin(data.interviewer, data.reference_interviewers)
    both = np.intersect1d(data.candidate[reference], data.candidate[~reference])
    return max(len(both), known) >= limits.reference_vignettes
