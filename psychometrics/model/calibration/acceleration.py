"""Steering the fixed-point iteration: ahead where it creeps, back where it swings."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_WIDE = 0.5  # logits squared; narrower posteriors do not swing


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


class Damped:
    """Halve the moves of those smoothing widths that swing to and fro.

    Someone rated best throughout has a wide posterior. A wider one lowers the information found by
    quadrature, which moves the estimate, which narrows the posterior: without damping such widths
    may alternate for ever. Widths that move steadily are left alone.
    """

    def __init__(self) -> None:
        self._last: Floats | None = None

    def next(self, width: Floats | None, wanted: Floats) -> Floats:
        """Return the width to use next, given the last one and the one now computed."""
        if width is None:
            return wanted
        move = np.log(wanted / width)
        if self._last is not None:
            move[(move * self._last < 0.0) & (wanted > _WIDE)] *= 0.5
        self._last = move
        return np.asarray(width * np.exp(move))
