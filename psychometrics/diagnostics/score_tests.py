"""Score tests of one extra parameter per interviewer, clustered by unit.

A unit is one candidate x interviewer (x interview): its ratings share halo, so they are summed before
they are squared. With ``u_v`` the unit's score and ``i_v`` its information about the parameter, the
one-step estimate is ``sum u / sum i`` (a single Newton step from the fitted model). Estimation leaves an
offset common to the panel, so what is tested is the difference from the panel's median estimate; the
variance is the units' own, drawn towards the panel's where units are few.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from psychometrics.calibration.ratings import Codes
from psychometrics.calibration.sums import by_group

Floats = npt.NDArray[np.float64]

MIN_UNITS = 5  # an interviewer with fewer interviews is not tested
_BORROWED_UNITS = 30.0  # weight of the panel's variance, in units
_DETECTION = 1.959964 + 0.841621  # two-sided 5 %, power 80 %


@dataclass(frozen=True, slots=True)
class InterviewerTest:
    """One test of every interviewer, ``(interviewers,)`` each; NaN where there is not enough data."""

    name: str
    effect: Floats
    """Difference from the panel in the test's own unit."""
    se: Floats
    z: Floats
    p: Floats
    """Two-sided, before any correction for the number of tests."""
    smallest: Floats
    """The smallest effect that would be found with 80 % power at p < .05; below it: cannot tell."""
    flagged: npt.NDArray[np.bool_]
    """Found at the false discovery rate over all tests and interviewers of one diagnosis."""


def score_test(name: str, score: Floats, information: Floats, owner: Codes, owners: int) -> InterviewerTest:
    """Test every owner. ``score``, ``information``, ``owner`` are ``(units,)``."""
    units = np.bincount(owner, minlength=owners)
    known = by_group(owner, information, owners)
    tested = (units >= MIN_UNITS) & (known > 0)
    safe = np.where(tested, known, 1.0)
    estimate = np.where(tested, by_group(owner, score, owners) / safe, np.nan)
    centre = _weighted_median(estimate[tested], known[tested]) if tested.any() else 0.0
    borrowed = _BORROWED_UNITS / (units + _BORROWED_UNITS)
    share = by_group(owner, information**2, owners) / safe**2
    null = _spread(score - centre * information, owner, owners)
    own = np.where(tested, estimate, centre)[owner] * information
    # An estimate fits its own units too well by the share it takes from each.
    spread = _spread(score - own, owner, owners) / np.maximum(1.0 - share, 0.5)
    known = np.where(tested, known, 0.0)
    error = [
        np.where(
            tested, np.sqrt((1.0 - borrowed) * squares + borrowed * _typical(squares, known)) / safe, np.nan
        )
        for squares in (null, spread)
    ]
    effect = estimate - centre
    z = effect / error[0]
    # An effect adds to the variance its own test allows for.
    left = 1.0 - _DETECTION**2 * (1.0 - borrowed) * share
    with np.errstate(invalid="ignore", divide="ignore"):
        smallest = np.where(left > 0, _DETECTION * error[1] / np.sqrt(left), np.inf)
    return InterviewerTest(
        name=name,
        effect=effect,
        se=error[1],
        z=z,
        p=2.0 * ndtr(-np.abs(z)),
        smallest=np.where(tested, smallest, np.nan),
        flagged=np.zeros(owners, bool),
    )


def _spread(score: Floats, owner: Codes, owners: int) -> Floats:
    """Sum of squares of each owner's units."""
    return by_group(owner, score**2, owners)


def _typical(squares: Floats, known: Floats) -> Floats:
    """What the panel's units would have given with each owner's information."""
    return np.asarray(squares[known > 0].sum() / max(float(known.sum()), 1e-300) * known)


def _weighted_median(values: Floats, weights: Floats) -> float:
    """The value that splits the weight in halves."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])
