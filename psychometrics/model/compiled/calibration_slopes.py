"""Kernel of the interviewers' slopes: ``psychometrics.model.calibration.slopes.slope_moments`` as a loop."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from psychometrics.model.compiled.jit import kernel

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


@kernel
def slope_derivatives(
    eta: Floats,
    root: Floats,
    gain: Floats,
    steps: Floats,
    points: Codes,
    score: Floats,
    information: Floats,
    cross: Floats,
    step_cross: Floats,
) -> None:
    """Overwrite ``score`` to ``step_cross``; ``root`` ``(n,)`` is the distance of the outer nodes, or empty."""
    top = len(steps)
    total, chance = np.zeros(top + 1), np.empty(top + 1)
    for i in range(len(eta)):
        score[i], information[i], cross[i] = 0.0, 0.0, 0.0
        for k in range(top):
            step_cross[k, i] = 0.0
        for node in range(3 if len(root) else 1):
            weight, place = 1.0, eta[i]
            if len(root):
                weight = 2.0 / 3.0 if node == 1 else 1.0 / 6.0
                place += (node - 1) * root[i]
            highest = 0.0
            for k in range(top):
                total[k + 1] = total[k] + gain[i] * (place - steps[k])
                highest = max(highest, total[k + 1])
            whole, mean, square = 0.0, 0.0, 0.0
            for k in range(top + 1):
                chance[k] = np.exp(total[k] - highest)
                whole += chance[k]
                mean += chance[k] * total[k]
                square += chance[k] * total[k] ** 2
            mean /= whole
            score[i] += weight * (total[points[i]] - mean)
            information[i] += weight * (square / whole - mean * mean)
            beyond = 0.0
            for k in range(top, 0, -1):
                beyond += weight * gain[i] * chance[k] / whole * (total[k] - mean)
                step_cross[k - 1, i] += beyond
                cross[i] += beyond
