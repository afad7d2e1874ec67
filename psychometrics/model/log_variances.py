"""How well the variances of a fit are known: a Gaussian posterior of their logarithms around the mode."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_DIFFERENCE = 0.25  # log units; wide enough to see the curvature the interval sees
_WIDEST = 1.0  # log units; largest standard deviation believed of a log variance


def covariance(gradient: Callable[[Floats], Floats], centre: Floats) -> Floats:
    """Posterior covariance ``(d, d)`` of log variances: minus the inverse of the gradient's slope at ``centre``.

    ``gradient`` is of the log posterior at given log variances, everything else refitted; it is asked ``2 d`` times.
    """
    size = len(centre)
    curvature = np.empty((size, size))
    for axis in range(size):
        step = np.zeros(size)
        step[axis] = _DIFFERENCE
        curvature[axis] = (gradient(centre - step) - gradient(centre + step)) / (2 * _DIFFERENCE)
    spread, axes = np.linalg.eigh((curvature + curvature.T) / 2)
    return np.asarray((axes / np.maximum(spread, 1.0 / _WIDEST**2)) @ axes.T)
