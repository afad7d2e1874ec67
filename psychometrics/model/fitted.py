"""What a fit leaves to be examined, whichever model was fitted: the one thing that diagnostics take.

``calibration.examined`` makes it of a one-trait fit, ``levels.examined`` of a fit of several competencies.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from psychometrics.model.thresholds import Link

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


class Absorption(Protocol):
    """How much of an effect that the model does not know the fitted parameters have taken up."""

    def of_owners(
        self, owner: Codes, owners: int, slope: Floats, weights: Floats, direction: Floats
    ) -> Floats:
        """``c' V X (H^-1 X' I d)`` of every owner, ``(owners,)``.

        ``owner`` ``(n,)``, ``slope`` ``(n,)`` is V, ``weights`` c and ``direction`` d; H the penalised information of
        all parameters, I the information of the ratings. X leaves out what residuals leave out (halo).
        """

    def of_units(self, slope: Floats) -> Floats:
        """The share of a common shift of a unit's ratings that the candidate's own measure takes up, ``(units,)``."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedRatings:
    """``n`` ratings in the order of the fit, with what the fit expects of them.

    A unit is what shares one halo: a candidate and an interviewer, in one interview where interviews are known.
    """

    candidates: npt.NDArray[Any]
    interviewers: npt.NDArray[Any]
    questions: npt.NDArray[Any]
    """Labels; a question of a fit of several competencies is a criterion."""
    candidate: Codes
    interviewer: Codes
    question: Codes
    unit: Codes
    """``(n,)`` codes from 0."""
    unit_candidate: Codes
    unit_interviewer: Codes
    """``(units,)``"""
    points: Codes
    """``(n,)`` scale point from 0."""
    order: Codes
    """``(n,)`` where each rating stands among those that were given."""
    standing: Floats
    """``(candidates,)`` proficiency less the mean of the candidate's group or pools, logits; the mean over the
    competencies rated where there are several."""
    eta: Floats
    """``(n,)`` predictor at the posterior mean without halo and performance, logits."""
    uncertain: Floats
    """``(n,)`` its posterior variance."""
    halo: float | None
    """Variance of halo; None where the model has none."""
    performance: Floats
    """``(n,)`` variance that a rating shares with other interviewers' of the same answer; 0 where it has none."""
    steps: Floats
    """``(L,)`` common steps."""
    rating_steps: Floats
    """The steps each rating was made on: ``(L,)`` if common, else ``(L, n)``."""
    link: Link
    absorption: Absorption

    @property
    def top(self) -> int:
        """Highest scale point."""
        return len(self.steps)

    @property
    def left_out(self) -> Floats:
        """``(n,)`` variance of what the predictor leaves out."""
        return self.performance + (self.halo or 0.0)

    @property
    def width(self) -> Floats:
        """``(n,)`` posterior standard deviation of the predictor a rating was made at."""
        return np.asarray(np.sqrt(self.uncertain + self.left_out))
