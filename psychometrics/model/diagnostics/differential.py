"""Differential severity and difficulty: harsher, or harder, for one group than for the others?"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from psychometrics import _checks
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.model.calibration.fit_statistics import false_discoveries
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.ratings import Labels
from psychometrics.model.diagnostics.drift import unit_weights
from psychometrics.model.diagnostics.one_step import one_step
from psychometrics.model.diagnostics.residuals import residuals
from psychometrics.model.diagnostics.runs import Run, fitted_ratings, interval_level
from psychometrics.model.diagnostics.score_tests import Codes
from psychometrics.model.flag_policy import DEFAULT_POLICY, FlagPolicy, beyond

Floats = npt.NDArray[np.float64]

MIN_CANDIDATES = 10  # of each group, per interviewer: below it nothing is computed


@dataclass(frozen=True, slots=True, eq=False)
class DifferentialSeverity:
    """One entry per interviewer or question, ``(levels,)``; NaN where a group has too few candidates."""

    label: Labels
    difference: Floats
    """Extra severity (or difficulty) for the focal group against the panel's own, logits; positive is
    harsher (harder)."""
    se: Floats
    lower: Floats
    upper: Floats
    p: Floats
    flagged: npt.NDArray[np.bool_]
    focal: Codes
    """Candidates of the focal group the interviewer rated or the question was asked of."""
    others: Codes


def differential_severity(
    run: Run,
    focal: npt.ArrayLike,
    *,
    by: Literal["interviewer", "question"] = "interviewer",
    minimum: int = MIN_CANDIDATES,
    rate: float = 0.10,
    policy: FlagPolicy = DEFAULT_POLICY,
) -> DifferentialSeverity:
    """Score test of interviewer x group (or question x group), one step from the fitted model.

    ``focal`` ``(n,)`` says for each rating, in the order given to the fit, whether its candidate
    belongs to the focal group. Only the difference *between* interviewers (questions) can be seen: a
    whole panel that is harsher to a group looks like a group that is less proficient. Candidates'
    proficiency is estimated from all their ratings, so no difference between groups is assumed away.
    Intervals are at the run's level. Flagged is what is found at the false discovery ``rate`` and has an interval
    beyond the minimum of ``policy`` (``differential_severity``, ``differential_difficulty``) at the policy's level.

    Raises BadInput for a candidate on both sides,
    NotEnoughData when no interviewer (question) has ``minimum`` candidates of both groups.
    """
    _checks.open_unit(rate, "rate")
    _checks.choice(by, ("interviewer", "question"), "by")
    fit = fitted_ratings(run)
    given = _checks.column(focal, "focal", len(fit.points))
    if given.dtype != np.bool_:
        raise BadInput(f"focal must be true or false, got {given.dtype}")
    belongs = given[fit.order].astype(bool)
    members = by_group(fit.candidate, belongs.astype(float), len(fit.candidates))
    torn = np.flatnonzero((members > 0) & (members < np.bincount(fit.candidate)))
    if len(torn):
        raise BadInput(
            f"candidate {fit.candidates[torn[0]]} is in the focal group in some ratings and not in others"
        )
    owner, labels = (
        (fit.interviewer, fit.interviewers) if by == "interviewer" else (fit.question, fit.questions)
    )
    levels = len(labels)
    counts = [_people(owner, fit.candidate, belongs == side, levels) for side in (True, False)]
    enough = (counts[0] >= minimum) & (counts[1] >= minimum)
    if not enough.any():
        raise NotEnoughData(f"no {by} has {minimum} candidates of both groups; nothing can be said")
    found = residuals(fit)
    weight = unit_weights(fit, found)[fit.unit]
    heavy = found.slope * weight
    share = by_group(owner, heavy * belongs, levels) / by_group(owner, heavy, levels)
    test = one_step(
        "differential_severity",
        fit,
        found,
        owner,
        levels,
        fit.unit * levels + owner if by == "interviewer" else fit.candidate * levels + owner,
        weight * (belongs - share[owner]),
        belongs.astype(float),
    )
    difference = np.where(enough, -test.effect, np.nan)
    se = np.where(enough, test.se, np.nan)
    half = float(ndtri(0.5 + interval_level(run) / 2)) * se
    least = policy.differential_severity if by == "interviewer" else policy.differential_difficulty
    matters = beyond(difference - policy.width * se, difference + policy.width * se, least)
    flagged = np.zeros(levels, bool)
    flagged[enough] = false_discoveries(test.p[enough], rate) & matters[enough]
    return DifferentialSeverity(
        label=labels,
        difference=difference,
        se=se,
        lower=difference - half,
        upper=difference + half,
        p=np.where(enough, test.p, np.nan),
        flagged=flagged,
        focal=counts[0],
        others=counts[1],
    )


def _people(owner: Codes, candidate: Codes, chosen: npt.NDArray[np.bool_], levels: int) -> Codes:
    """Distinct candidates per level among the chosen ratings."""
    pairs = np.unique(np.stack([owner[chosen], candidate[chosen]]), axis=1)
    return np.bincount(pairs[0], minlength=levels)
