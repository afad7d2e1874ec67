"""An interviewer's severity span by span: months, quarters, before and after a change.

The fit gives one severity for all of somebody's ratings. How a span differs from the rest is a one-step estimate
like drift; with ``w`` the span's share of the own information, the span's severity is the whole one's plus
``1 - w`` of that difference, and its variance that part's plus the whole one's.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics import _checks
from psychometrics.errors import BadInput
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.diagnostics.drift import unit_weights
from psychometrics.model.diagnostics.one_step import one_step
from psychometrics.model.diagnostics.residuals import residuals
from psychometrics.model.diagnostics.runs import fitted_ratings
from psychometrics.model.levels.results import LevelCalibration

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class SpanSeverity:
    """One row for each interviewer and span with ratings; severity in logits, NaN where nothing can be said."""

    interviewer: Codes
    """Position in the run's severities."""
    span: Codes
    severity: Floats
    se: Floats
    ratings: Codes


def severity_by_span(run: LevelCalibration, span: npt.ArrayLike) -> SpanSeverity:
    """Severity of every interviewer in every span of time.

    ``span`` ``(n,)`` is a code from 0 for each rating, in the order given to the fit. Somebody whose ratings all lie
    in one span has the severity of the whole there.

    Raises BadInput for codes of another length, or negative ones.
    """
    fit = fitted_ratings(run)
    given = np.asarray(_checks.column(span, "span", len(fit.points)), np.intp)[fit.order]
    if given.min() < 0:
        raise BadInput(f"spans must be codes from 0, got {given.min()}")
    spans = int(given.max()) + 1
    owner, place = np.unique(fit.interviewer * spans + given, return_inverse=True)
    found = residuals(fit)
    weight = unit_weights(fit, found)[fit.unit]
    test = one_step(
        "drift",
        fit,
        found,
        place,
        len(owner),
        fit.unit * spans + given,
        weight,
        np.ones(len(place)),
    )
    who = owner // spans
    information = by_group(place, found.slope * weight, len(owner))
    whole = by_group(who, information, len(fit.interviewers))[who]
    share = information / whole
    alone = np.bincount(who, minlength=len(fit.interviewers))[who] == 1
    severity, se = run.severities.severity[who], run.severities.se[who]
    moved = np.where(alone, 0.0, -(1.0 - share) * test.effect)
    apart = np.where(alone, 0.0, (1.0 - share) * test.se)
    return SpanSeverity(
        interviewer=who,
        span=owner % spans,
        severity=severity + moved,
        se=np.hypot(apart, se),
        ratings=np.bincount(place, minlength=len(owner)),
    )
