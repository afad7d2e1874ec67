"""What one rating that is not there yet would tell, in a Gaussian posterior; whichever model was fitted.

A rating observes the predictors of its steps, ``y_l``, with information ``M`` ``(L, L)``. What is asked about, ``b``,
has covariance ``k`` with ``y``, and ``A`` is ``Cov(y)``: then ``Var(b | rating) = Var(b) - k' M (I + A M)^-1 k``,
whatever score will be given.
"""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from psychometrics.model.thresholds import NODE_WEIGHTS, NODES, Link, step_information

Floats = npt.NDArray[np.float64]

_LEAST = 1e-12
# Where a measure may move to, in standard deviations: enough for four digits of a probability.
_MOVES, _MOVE_WEIGHTS = np.polynomial.hermite_e.hermegauss(31)
_MOVE_WEIGHTS = _MOVE_WEIGHTS / _MOVE_WEIGHTS.sum()


def information(eta: Floats, spread: Floats, steps: Floats, link: Link) -> Floats:
    """Of one rating on the predictors of its steps, averaged over ``N(eta, spread)``; ``(..., L, L)``.

    ``eta`` and ``spread`` have one shape; ``steps`` are ``(L,)``, or ``(L, ...)`` where every rating has its own.
    """
    top, flat = len(steps), eta.ravel()
    own = steps if steps.ndim == 1 else steps.reshape(top, -1)
    root = np.sqrt(spread).ravel()
    total = np.zeros((flat.size, top, top))
    for node, weight in zip(NODES, NODE_WEIGHTS, strict=True):
        for low, high, about in step_information(flat + node * root, own, link=link):
            total[:, low, high] += weight * about
    above, right = np.triu_indices(top, 1)
    total[:, right, above] = total[:, above, right]
    return total.reshape(*eta.shape, top, top)


def variance_after(now: float, toward: Floats, joint: Floats, told: Floats) -> Floats:
    """``Var(b | rating)`` for ``k`` ``(..., L)``, ``A`` and ``M`` ``(..., L, L)``."""
    gained = np.linalg.solve(np.eye(toward.shape[-1]) + joint @ told, toward[..., None])
    after = now - (toward[..., None, :] @ told @ gained)[..., 0, 0]
    return np.asarray(np.maximum(after, _LEAST))


def expected_loss(distance: float, now: float, after: Floats) -> Floats:
    """Probability of a wrong verdict after the rating, averaged over where the measure may move.

    ``distance`` from the cut, ``now`` and ``after`` variances (preposterior analysis; Raiffa & Schlaifer 1961, ch. 5):
    ``m' ~ N(m, now - after)``.
    """
    moved = np.sqrt(np.maximum(now - after, 0.0))
    there = distance + moved[..., None] * _MOVES
    wrong = ndtr(-np.abs(there) / np.sqrt(after)[..., None]) @ _MOVE_WEIGHTS
    # Never more than now; the quadrature is exact to four digits only.
    return np.asarray(np.minimum(wrong, ndtr(-abs(distance) / np.sqrt(now))))
