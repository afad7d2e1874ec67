"""Do interviewers differ in slope at all? The evidence for it before any slope is fitted.

At a fit with common slopes the log slopes have the profiled gradient ``z`` and information ``J`` (everything else
unknown). With ``log a ~ N(0, s^2 I)`` the log likelihood, to second order, gains

    -1/2 log |I + s^2 J| + 1/2 z' (J + I / s^2)^-1 z

over ``s = 0``. Slopes are fitted where twice its maximum over ``s`` exceeds what chance gives in one panel of
twenty: half of a chi-squared of one degree of freedom, for ``s`` is at its bound (Self & Liang 1987).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.linalg as sl

from psychometrics.model.calibration import slopes as slopes_of
from psychometrics.model.calibration.border import bordered
from psychometrics.model.calibration.engines import algebra_of
from psychometrics.model.calibration.fit import Fit
from psychometrics.model.calibration.slopes import Slopes
from psychometrics.model.calibration.system import solve

Floats = npt.NDArray[np.float64]

TELLING = 2.71  # twice the gain in log likelihood
_LEAST_START = 0.1  # from less, the variance would need many steps
_SPREADS = np.geomspace(0.02, 1.0, 60)  # of log slopes


@dataclass(frozen=True, slots=True)
class SlopeEvidence:
    """What the ratings say about differences in slope."""

    gain: float
    """Twice the gain in log likelihood at the most likely spread of log slopes."""
    start: Slopes
    """One Newton step from common slopes at that spread."""

    @property
    def telling(self) -> bool:
        """Whether slopes of the interviewers' own are worth fitting."""
        return self.gain > TELLING


def slope_evidence(at: Fit) -> SlopeEvidence:
    """Weigh slopes of the interviewers' own against common ones, at or near a fit with common slopes."""
    structure, values, width = at.structure, at.values, at.post.eta
    r, algebra = structure.ratings, algebra_of(structure)
    staff = len(r.interviewers)
    level = Slopes(np.zeros(staff), 1.0)
    eta = algebra.predictor(values)
    now = algebra.moments(eta, at.steps, r.points, spread=width, link=at.link)
    system, step = solve(structure, algebra, now, values, at.variances)
    found = algebra.slope_moments(eta, at.steps, r.points, level.of_ratings(r), width)
    border = bordered(system, slopes_of.coupling(level, structure, system, now, found))
    pull = slopes_of.pull(level, structure, found, algebra.predictor(step), step)
    basis = np.asarray(sl.helmert(staff).T)  # log slopes that add up to zero
    known, axes = np.linalg.eigh(basis.T @ border.precision @ basis - np.eye(staff - 1))
    known = np.maximum(known, 0.0)
    along = axes.T @ (basis.T @ pull)
    gains = [_gain(known, along, spread**2) for spread in _SPREADS.tolist()]
    best = int(np.argmax(gains))
    variance = float(max(_SPREADS[best], _LEAST_START) ** 2)
    log = basis @ (axes @ (along * variance / (1.0 + variance * known)))
    return SlopeEvidence(gains[best], Slopes(np.asarray(log), variance))


def _gain(known: Floats, along: Floats, variance: float) -> float:
    """Twice the gain in log likelihood of a variance, in the axes of the information."""
    shrunk = variance / (1.0 + variance * known)
    return float((along**2 * shrunk - np.log1p(variance * known)).sum())
