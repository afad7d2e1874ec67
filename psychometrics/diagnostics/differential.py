"""Differential severity: is an interviewer harsher to one group than the panel is?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics import _checks
from psychometrics.calibration import Calibration
from psychometrics.calibration.fit_statistics import false_discoveries
from psychometrics.calibration.ratings import Codes, Labels
from psychometrics.calibration.sums import by_group
from psychometrics.diagnostics.residuals import residuals
from psychometrics.diagnostics.score_tests import score_test
from psychometrics.errors import BadInput, NotEnoughData

Floats = npt.NDArray[np.float64]

MIN_CANDIDATES = 10  # of each group, per interviewer: below it nothing is computed


@dataclass(frozen=True, slots=True)
class DifferentialSeverity:
    """One entry per interviewer, ``(interviewers,)``; NaN where a group has too few candidates."""

    interviewer: Labels
    difference: Floats
    """Extra severity towards the focal group against the panel's own, logits; positive is harsher."""
    se: Floats
    lower: Floats
    upper: Floats
    p: Floats
    flagged: npt.NDArray[np.bool_]
    focal: Codes
    """Candidates of the focal group the interviewer rated."""
    others: Codes


def differential_severity(
    calibration: Calibration,
    focal: npt.ArrayLike,
    *,
    minimum: int = MIN_CANDIDATES,
    rate: float = 0.10,
) -> DifferentialSeverity:
    """Score test of interviewer x group, one step from the fitted model.

    ``focal`` ``(n,)`` says for each rating, in the order given to ``calibrate``, whether its candidate
    belongs to the focal group. Only the difference *between* interviewers can be seen: a whole panel
    that is harsher to a group looks like a group that is less proficient. Candidates' proficiency is
    estimated from all their interviewers, so no difference between the groups is assumed away.

    Raises NotEnoughData when no interviewer has ``minimum`` candidates of both groups.
    """
    _checks.open_unit(rate, "rate")
    fit = calibration.posterior.best
    r = fit.structure.ratings
    given = _checks.column(focal, "focal", r.n)
    if given.dtype != np.bool_:
        raise BadInput(f"focal must be true or false, got {given.dtype}")
    belongs = given[r.order].astype(float)
    unit = np.zeros(len(r.unit_candidate))
    unit[r.unit] = belongs
    staff = len(r.interviewers)
    counts = [_people(r.unit_interviewer, r.unit_candidate, unit == side, staff) for side in (1, 0)]
    enough = (counts[0] >= minimum) & (counts[1] >= minimum)
    if not enough.any():
        raise NotEnoughData(f"no interviewer rated {minimum} candidates of both groups; nothing can be said")
    found = residuals(fit)
    total = by_group(r.interviewer, found.variance, staff)
    mean = by_group(r.interviewer, found.variance * belongs, staff) / total
    apart = belongs - mean[r.interviewer]
    units = len(unit)
    test = score_test(
        "differential_severity",
        by_group(r.unit, found.residual * apart, units),
        by_group(r.unit, found.variance * apart**2, units),
        r.unit_interviewer,
        staff,
    )
    difference = np.where(enough, -test.effect, np.nan)
    se = np.where(enough, test.se, np.nan)
    half = 1.644854 * se
    flagged = np.zeros(staff, bool)
    flagged[enough] = false_discoveries(test.p[enough], rate)
    return DifferentialSeverity(
        interviewer=r.interviewers,
        difference=difference,
        se=se,
        lower=difference - half,
        upper=difference + half,
        p=np.where(enough, test.p, np.nan),
        flagged=flagged,
        focal=counts[0],
        others=counts[1],
    )


def _people(interviewer: Codes, candidate: Codes, chosen: npt.NDArray[np.bool_], staff: int) -> Codes:
    """Distinct candidates per interviewer among the chosen units."""
    pairs = np.unique(np.stack([interviewer[chosen], candidate[chosen]]), axis=1)
    return np.bincount(pairs[0], minlength=staff)
