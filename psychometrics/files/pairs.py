"""Which candidates can be told apart: every pair, with the whole covariance of the two.

Intervals that overlap do not say it, since two candidates whom the same interviewers met share their errors.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from psychometrics.model.calibration import Calibration
from psychometrics.model.calibration.fit import Fit
from psychometrics.model.levels import LevelCalibration

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.intp]

#: Candidates beyond whom pairs are not looked at: there would be half a million of them.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Pairs:
    """Per row of the candidates' table, ``(rows,)`` each: with how many others of the same subset and competency."""

    compared: Counts
    told_apart: Counts


def of_one_trait(calibration: Calibration) -> Pairs | None:
    """Pairs of a one-trait fit; None beyond ``MOST`` candidates."""
    subset = calibration.candidates.subset
    if len(subset) > MOST:
        return None
    posterior = calibration.posterior
    gaps = [np.subtract.outer(fit.values.candidate, fit.values.candidate) for fit in posterior.fits]
    mean = sum(weight * gap for weight, gap in zip(posterior.weights, gaps, strict=True))
    variance = sum(
        weight * (_difference_variances(_covariance(fit)) + (gap - mean) ** 2)
        for weight, gap, fit in zip(posterior.weights, gaps, posterior.fits, strict=True)
    )
    return _told(np.asarray(mean), np.asarray(variance), subset[:, None] == subset, calibration.level)


def of_levels(run: LevelCalibration, subset: Counts, level: float) -> Pairs | None:
    """Pairs of a fit of several competencies, each within its own; ``subset`` by candidate."""
    table = run.table
    rows = len(table.candidate)
    compared, told = np.zeros(rows, np.intp), np.zeros(rows, np.intp)
    for competency in np.unique(table.competency):
        here = np.flatnonzero(table.competency == competency)
        if len(here) > MOST:
            return None
        people = [run.rated(int(code)) for code in table.candidate[here]]
        places = [int(np.flatnonzero(person.competencies == competency)[0]) for person in people]
        slopes = np.zeros((len(here), len(run.shared_covariance)))
        for row, (person, place) in enumerate(zip(people, places, strict=True)):
            slopes[row, person.columns] = person.gradient[place]
        covariance = slopes @ run.shared_covariance @ slopes.T
        covariance += np.diag(
            [person.own[place, place] for person, place in zip(people, places, strict=True)]
        )
        moved = np.array([person.moved[:, place] for person, place in zip(people, places, strict=True)])
        variance = _difference_variances(covariance) + _difference_variances(moved @ moved.T)
        level_of = np.array([person.level[place] for person, place in zip(people, places, strict=True)])
        group = subset[table.candidate[here]]
        found = _told(np.subtract.outer(level_of, level_of), variance, group[:, None] == group, level)
        compared[here], told[here] = found.compared, found.told_apart
    return Pairs(compared, told)


def _covariance(fit: Fit) -> Floats:
    """Posterior covariance of all candidates, ``(n, n)``."""
    rows = fit.system.matrix()
    shared = np.asarray(rows @ fit.post.covariance.times(rows.T.toarray()))
    if fit.border is not None:
        moved = fit.border.candidates(slice(None))
        shared += moved @ fit.border.covariance @ moved.T
    return shared + np.diag(1.0 / fit.system.precision)


def _difference_variances(covariance: Floats) -> Floats:
    """``Var(u_i - u_j)``, ``(n, n)``."""
    own = np.diag(covariance)
    return np.asarray(own[:, None] + own - 2.0 * covariance)


def _told(gap: Floats, variance: Floats, alike: npt.NDArray[np.bool_], level: float) -> Pairs:
    alike = alike & ~np.eye(len(gap), dtype=bool)
    z = float(ndtri(0.5 + level / 2.0))
    apart = alike & (np.abs(gap) > z * np.sqrt(np.maximum(variance, 0.0)))
    return Pairs(alike.sum(1).astype(np.intp), apart.sum(1).astype(np.intp))
