"""Sums by group, typed."""

import numpy as np
import numpy.typing as npt

from psychometrics.calibration.ratings import Codes

Floats = npt.NDArray[np.float64]


def by_group(group: Codes, values: Floats, groups: int) -> Floats:
    """Sum of ``values`` ``(n,)`` in each of ``groups`` groups; always in the order of the rows."""
    return np.bincount(group, values, groups).astype(np.float64, copy=False)
