"""Aitken extrapolation of a slowly converging fixed-point iteration."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Aitken:
    """Jump ahead along the slowest direction once the iteration has settled into it.

    Near its fixed point the fit moves along one direction (the halo's variance, and with it the
    whole scale) by a constant factor a step, about .7. When two successive moves ``f`` of the log
    variances are parallel, the remaining way is the sum of the geometric series, so the *whole*
    state has to move by ``rate / (1 - rate)`` times its last move. Extrapolating the variances
    alone would leave parameters and smoothing behind and gain nothing.
    """

    def __init__(self, *, parallel: float = 0.98, largest_gain: float = 3.0) -> None:
        self._parallel = parallel
        self._largest_gain = largest_gain
        self._last: Floats | None = None

    def gain(self, move: Floats) -> float:
        """Multiple of the last move still to go, 0 while the direction has not settled."""
        last, self._last = self._last, move
        if last is None:
            return 0.0
        length, before = float(np.linalg.norm(move)), float(np.linalg.norm(last))
        if length == 0.0 or before == 0.0:
            return 0.0
        cosine = float(move @ last) / (length * before)
        rate = length / before
        if cosine < self._parallel or rate >= 1.0:
            return 0.0
        self._last = None  # the jump breaks the sequence: watch two plain steps before the next
        return min(rate / (1.0 - rate), self._largest_gain)
