"""How far to follow each Newton step: all the way, unless the steps turn back on themselves.

The smoothing of the likelihood follows the posterior spread of the predictors, and the spread follows
the likelihood. In a small panel of extreme ratings the two can throw each other back and forth for
ever; going part of the way settles them. Panels that behave are never slowed down.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

_SHORTER, _LONGER = 0.5, 1.2
_SHORTEST = 0.05
_TURNED = -0.2  # cosine between neighbouring steps below which they point back
_SHRINKING = 0.6  # a step that turned but is this much shorter is settling by itself


class Damping:
    """The share of a step to take, kept from one iteration to the next."""

    def __init__(self) -> None:
        self._share = 1.0
        self._before: Floats | None = None

    @property
    def is_full(self) -> bool:
        """Whether steps are taken whole."""
        return self._share == 1.0

    def of(self, move: Floats) -> float:
        """Share of ``move`` to take, from how it relates to the move before."""
        before, self._before = self._before, move
        if before is None:
            return self._share
        long, short = float(np.linalg.norm(before)), float(np.linalg.norm(move))
        turned = float(before @ move) < _TURNED * long * short
        if turned and short > _SHRINKING * long:
            self._share = max(self._share * _SHORTER, _SHORTEST)
        elif not turned:
            self._share = min(self._share * _LONGER, 1.0)
        return self._share

    def between(self, old: Floats | float, new: Floats | float) -> Floats:
        """A positive quantity moved by the same share, on the log scale."""
        if self.is_full:
            return np.asarray(new, dtype=np.float64)
        moved = np.asarray(old) ** (1 - self._share) * np.asarray(new) ** self._share
        return np.asarray(moved, dtype=np.float64)
