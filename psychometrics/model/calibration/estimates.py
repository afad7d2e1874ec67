"""Estimates as contrasts, averaged over one or several fits of the same data."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.model.calibration.contrasts import (
    candidate_errors,
    centred,
    difference_error,
    global_errors,
)
from psychometrics.model.calibration.fit import Fit
from psychometrics.model.calibration.group_sums import membership
from psychometrics.model.calibration.ratings import Codes

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Groups:
    """Within which group each level is compared: contrasts never cross unlinked subsets."""

    candidate: Codes
    interviewer: Codes
    question: Codes


@dataclass(frozen=True, slots=True)
class Facet:
    """Contrasts of one facet and their standard errors, logits; NaN where undefined."""

    value: Floats
    error: Floats


@dataclass(frozen=True, slots=True)
class Posterior:
    """A mixture of Gaussian posteriors, one per setting of the variance components.

    Large panels have one setting. The moments of the mixture are
    ``mean = sum w m`` and ``variance = sum w (se^2 + (m - mean)^2)``.
    """

    best: Fit
    """The fit at the most probable variance components; not necessarily among ``fits``."""
    fits: Sequence[Fit]
    weights: Floats
    groups: Groups

    def candidates(self) -> Facet:
        """Proficiency against the mean of the candidate's subset."""
        group = self.groups.candidate
        return self._mix([
            (centred(fit.values.candidate, group), candidate_errors(fit, group))
            for fit in self.fits
        ])  # fmt: skip

    def interviewers(self) -> Facet:
        """Severity against the mean severity; positive is harsher."""
        return self._facet("interviewer", 0, self.groups.interviewer)

    def questions(self) -> Facet:
        """Difficulty against the mean difficulty; positive is harder."""
        first = len(self.best.structure.ratings.interviewers)
        return self._facet("question", first, self.groups.question)

    def log_slopes(self) -> Facet | None:
        """Logs of the interviewers' slopes against their mean; None where slopes are common."""
        parts = []
        for fit in self.fits:
            if fit.beside is None or fit.beside.slopes is None or fit.border is None:
                return None
            log = fit.beside.slopes.log
            parts.append((log, np.sqrt(np.diag(fit.border.covariance)[: len(log)])))
        return self._mix(parts)

    def steps(self) -> Floats:
        """Steps for measures, severities and difficulties reported as contrasts, ``(L,)``."""
        mixed = np.zeros_like(self.best.steps)
        for fit, weight in zip(self.fits, self.weights, strict=True):
            values = fit.values
            centre = values.candidate.mean() + values.interviewer.mean() + values.question.mean()
            mixed += weight * (fit.steps - centre)
        return mixed

    def subset_shift(self) -> Floats:
        """Per candidate: what its subset's own centre adds to the steps' common location."""
        values = self.best.values
        mean = membership(self.groups.candidate) @ values.candidate
        lean = membership(self.groups.interviewer) @ values.interviewer
        if len(lean) != len(mean):  # some subset has no interviewer of its own
            lean = np.broadcast_to(values.interviewer.mean(), mean.shape)
        shift = mean - values.candidate.mean() + lean - values.interviewer.mean()
        return np.asarray(shift[self.groups.candidate])

    def difference(self, first: int, second: int) -> tuple[float, float]:
        """Mean and standard error of proficiency ``first - second``, logits."""
        means = [float(f.values.candidate[first] - f.values.candidate[second]) for f in self.fits]
        errors = [difference_error(fit, first, second) for fit in self.fits]
        mean = float(np.dot(self.weights, means))
        spread = np.square(errors) + (np.array(means) - mean) ** 2
        return mean, float(np.sqrt(self.weights @ spread))

    def _facet(self, name: str, first: int, group: Codes) -> Facet:
        return self._mix([
            (
                -centred(getattr(fit.values, name), group),
                global_errors(fit, first, group),
            )
            for fit in self.fits
        ])  # fmt: skip

    def _mix(self, parts: Sequence[tuple[Floats, Floats]]) -> Facet:
        if len(parts) == 1:
            return Facet(*parts[0])
        means = np.array([mean for mean, _ in parts])
        errors = np.array([error for _, error in parts])
        mean = self.weights @ means
        return Facet(mean, np.sqrt(self.weights @ (errors**2 + (means - mean) ** 2)))
