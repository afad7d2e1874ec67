"""A slope of each interviewer's own: how strongly the ratings tell candidates apart.

``log P(y = l) / P(y = l-1) = a_j (eta - tau_l)``, ``log a_j ~ N(0, s^2)`` with mean 0 over the panel: the generalised
many-facet Rasch model (Uto & Ueno 2020) without slopes of the questions. With ``T = sum_{l <= y} a_j (eta - tau_l)``
a rating's score for ``log a_j`` is ``T - E T`` and its information ``Var T``; what it shares with the predictor is
``Cov(T, a y)``, with the easiness of step ``l`` ``Cov(T, a 1[y >= l])``. All are averaged over the posterior of eta.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.model.calibration.algebra import System
from psychometrics.model.calibration.border import Coupling
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.parameters import Parameters
from psychometrics.model.calibration.ratings import Codes, Ratings
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.derivatives import Moments, SlopeMoments, empty_slope_moments
from psychometrics.model.thresholds import NODE_WEIGHTS, NODES

Floats = npt.NDArray[np.float64]

PRIOR_SD = 0.25  # of log slopes
_SAFE_EXPONENT = 600.0  # exp() overflows at 709
_BLOCK = 8192  # ratings handled at once: keeps the work arrays inside the processor's cache


@dataclass(frozen=True, slots=True)
class Slopes:
    """Log slopes of the interviewers and the variance they are drawn from."""

    log: Floats
    """``(R,)``; they add up to zero."""
    variance: float

    def of_ratings(self, ratings: Ratings) -> Floats:
        """Slope of every rating, ``(n,)``."""
        return np.asarray(np.exp(self.log)[ratings.interviewer])


def slope_moments(
    eta: Floats, steps: Floats, points: Codes, gain: Floats, spread: Floats | None
) -> SlopeMoments:
    """Derivatives for the log slopes of ratings ``points`` ``(n,)`` with slopes ``gain`` ``(n,)``.

    eta ``(n,)`` and steps ``(L,)``, logits, are those before the slope; ``spread`` ``(n,)`` is the variance of eta.
    """
    n, top = len(eta), len(steps)
    found = empty_slope_moments(n, top)
    for array in (found.score, found.information, found.cross, found.step_cross):
        array[...] = 0.0
    nodes = [(0.0, 1.0)] if spread is None else list(zip(NODES, NODE_WEIGHTS, strict=True))
    widest = 0.0 if spread is None else float(np.sqrt(spread.max())) * NODES[-1]
    reach = top * float(gain.max()) * (float(np.abs(eta).max()) + widest + float(np.abs(steps).max()))
    for start in range(0, n, _BLOCK):
        part = slice(start, min(start + _BLOCK, n))
        root = 0.0 if spread is None else np.sqrt(spread[part])
        for node, share in nodes:
            total = np.empty((top + 1, part.stop - start))
            total[0] = 0.0
            for k in range(top):
                np.multiply(gain[part], eta[part] + (node * root - steps[k]), out=total[k + 1])
                total[k + 1] += total[k]
            here = np.exp(total if reach < _SAFE_EXPONENT else total - total.max(0))
            here /= here.sum(0)
            _add_node(found, part, gain[part], total, here, points[part], share)
    return found


def _add_node(
    found: SlopeMoments,
    part: slice,
    gain: Floats,
    total: Floats,
    here: Floats,
    points: Codes,
    share: float,
) -> None:
    """Add one node's derivatives of one block; ``total`` is T of every category, ``here`` its probability."""
    weighted = here * total
    mean = weighted.sum(0)
    found.score[part] += share * (total[points, np.arange(len(points))] - mean)
    found.information[part] += share * ((weighted * total).sum(0) - mean * mean)
    here *= mean
    weighted -= here  # P(y = l) (T_l - E T)
    weighted *= share * gain
    beyond = np.zeros(len(points))
    for k in range(len(total) - 1, 0, -1):
        beyond += weighted[k]
        found.step_cross[k - 1, part] += beyond
        found.cross[part] += beyond


def coupling(
    slopes: Slopes, structure: Structure, system: System, now: Moments, found: SlopeMoments
) -> Coupling:
    """What log slopes share with the system, halo eliminated."""
    r = structure.ratings
    interviewers, units = len(r.interviewers), len(r.unit_candidate)
    shared = by_group(r.unit, found.cross, units)
    own = by_group(r.interviewer, found.information, interviewers) + 1.0 / slopes.variance
    kept, share = np.ones(units), np.zeros(units)
    if system.unit_precision is not None and system.unit_information is not None:
        kept = 1.0 - system.unit_information / system.unit_precision
        share = shared / system.unit_precision
        own -= by_group(r.unit_interviewer, shared * share, interviewers)
    felt = shared * kept
    people = sp.csr_matrix(
        (felt, (r.unit_candidate, r.unit_interviewer)), shape=(len(r.candidates), interviewers)
    )
    return Coupling(
        candidates=people,
        globals=_globals(structure, now, found, felt, share),
        own=np.diag(own),
        owners=(slice(0, interviewers),),
        units=shared,
    )


def _globals(structure: Structure, now: Moments, found: SlopeMoments, felt: Floats, share: Floats) -> Floats:
    """What log slopes share with interviewers, questions and steps, ``(p, R)``."""
    r = structure.ratings
    interviewers, questions, units = len(r.interviewers), len(r.questions), len(r.unit_candidate)
    result = np.zeros((structure.size, interviewers))
    staff = np.arange(interviewers)
    result[staff, staff] = by_group(r.unit_interviewer, felt, interviewers)
    rest = found.cross - now.information * share[r.unit]
    pair = by_group(r.question * interviewers + r.interviewer, rest, questions * interviewers)
    result[interviewers : interviewers + questions] = pair.reshape(questions, interviewers)
    for step in range(r.top):
        inside = by_group(r.unit, found.step_cross[step] - now.cross[step] * share[r.unit], units)
        result[interviewers + questions + step] = by_group(r.unit_interviewer, inside, interviewers)
    return result


def pull(
    slopes: Slopes, structure: Structure, found: SlopeMoments, eta_step: Floats, step: Parameters
) -> Floats:
    """Gradient for the log slopes once all else has taken ``step``, ``(R,)``.

    ``eta_step`` ``(n,)`` is by how much the step moves the predictors.
    """
    r = structure.ratings
    felt = found.score - found.cross * eta_step - step.easiness @ found.step_cross
    return by_group(r.interviewer, felt, len(r.interviewers)) - slopes.log / slopes.variance
