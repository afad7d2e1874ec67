"""Kernels of the likelihood: ``psychometrics.model.thresholds.moments`` as loops.

Ratings are handled in blocks that stay in the processor's first cache. Each inner loop writes one array and reads
few: only then does the compiler use vector instructions. Exponentials come from NumPy, which has better ones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from psychometrics.model.compiled.jit import kernel

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

_BLOCK = 256


class Derivatives(NamedTuple):
    """The arrays of ``psychometrics.model.derivatives.Moments``, overwritten."""

    score: Floats
    information: Floats
    cross: Floats
    step_score: Floats
    step_information: Floats


class Work(NamedTuple):
    """Room for one block."""

    place: Floats
    square: Floats
    inverse: Floats
    mean: Floats
    tail: Floats
    """``(L + 1, block)``; the first row stays 1."""
    beyond: Floats
    sums: Floats
    """``(L, block)``, added up over blocks, like ``own`` and ``both``: the pairs of steps, row by row."""
    own: Floats
    both: Floats


@kernel
def adjacent(
    odds: Floats, factor: Floats, easy: Floats, points: Codes, slope: Floats, derivatives: Derivatives
) -> None:
    """Adjacent categories. ``odds`` ``(n,)`` exp(eta); ``easy`` exp(-step), ``(L, 1)`` or ``(L, n)``.

    ``factor`` ``(n,)`` is exp(node * sd), by which the odds at the outer nodes differ, or empty without
    smoothing. ``slope`` ``(n,)`` is what eta, sd and steps were multiplied by, or empty; derivatives are for what they
    were before.
    """
    n, top = len(odds), len(easy)
    pairs = top * (top + 1) // 2
    work = Work(
        np.empty(_BLOCK), np.empty(_BLOCK), np.empty(_BLOCK), np.empty(_BLOCK),
        np.ones((top + 1, _BLOCK)), np.empty((top, _BLOCK)),
        np.zeros((top, _BLOCK)), np.zeros((top if len(slope) else 0, _BLOCK)), np.zeros((pairs, _BLOCK)),
    )  # fmt: skip
    observed = np.zeros(top + 1)
    for start in range(0, n, _BLOCK):
        part = slice(start, min(start + _BLOCK, n))
        derivatives.score[part] = 0.0
        derivatives.information[part] = 0.0
        for k in range(top):
            derivatives.cross[k, part] = 0.0
        for node in range(3 if len(factor) else 1):
            weight = (2.0 / 3.0 if node == 1 else 1.0 / 6.0) if len(factor) else 1.0
            move(odds[part], factor[start : min(part.stop, len(factor))], node, work.place)
            weigh(easy, start, part.stop, work)
            add_block(points, weight, start, part.stop, slope, derivatives, work)
        for i in range(start, part.stop):
            observed[points[i]] += slope[i] if len(slope) else 1.0
        if len(slope):
            steepen(slope[part], start, derivatives)
    reached, pair = 0.0, 0
    for k in range(top - 1, -1, -1):
        reached += observed[k + 1]
        derivatives.step_score[k] = reached - work.sums[k].sum()
    own = work.own if len(slope) else work.sums
    for k in range(top):
        for low in range(k + 1):
            derivatives.step_information[k, low] = own[k].sum() - work.both[pair].sum()
            derivatives.step_information[low, k] = derivatives.step_information[k, low]
            pair += 1


@kernel
def steepen(slope: Floats, start: int, derivatives: Derivatives) -> None:
    """Take the derivatives of one block for eta before it was multiplied by ``slope``."""
    for i in range(len(slope)):
        derivatives.score[start + i] *= slope[i]
        derivatives.information[start + i] *= slope[i] * slope[i]
    for k in range(len(derivatives.cross)):
        shared = derivatives.cross[k, start : start + len(slope)]
        for i in range(len(slope)):
            shared[i] *= slope[i] * slope[i]


@kernel
def move(odds: Floats, factor: Floats, node: int, place: Floats) -> None:
    """The odds at a node of the quadrature."""
    for i in range(len(odds)):
        place[i] = odds[i]
    if node == 0:
        for i in range(len(factor)):
            place[i] /= factor[i]
    if node == 2:
        for i in range(len(factor)):
            place[i] *= factor[i]


@kernel
def weigh(easy: Floats, start: int, stop: int, work: Work) -> None:
    """Unnormalised: P(Y >= k) into ``tail``, E[Y 1(Y >= k)] into ``beyond``, E[Y^2] into ``square``."""
    top, m = len(easy), stop - start
    place, square = work.place, work.square
    for k in range(1, top + 1):
        now, before = work.tail[k], work.tail[k - 1]
        for i in range(m):
            now[i] = before[i] * place[i]
        if easy.shape[1] > 1:
            each = easy[k - 1, start:stop]
            for i in range(m):
                now[i] *= each[i]
        else:
            common = easy[k - 1, 0]
            for i in range(m):
                now[i] *= common
    square[:m] = 0.0
    for k in range(top, 0, -1):
        now, more = work.tail[k], work.beyond[k - 1]
        for i in range(m):
            square[i] += k * k * now[i]
        for i in range(m):
            more[i] = k * now[i]
        if k < top:
            above, further = work.tail[k + 1], work.beyond[k]
            for i in range(m):
                more[i] += further[i]
            for i in range(m):
                now[i] += above[i]


@kernel
def add_block(  # noqa: C901, PLR0912 -- a loop for each array written
    points: Codes, weight: float, start: int, stop: int, slope: Floats, derivatives: Derivatives, work: Work
) -> None:
    """Add one node's derivatives of one block."""
    top, m = len(derivatives.cross), stop - start
    given, score, information = (
        points[start:stop],
        derivatives.score[start:stop],
        derivatives.information[start:stop],
    )
    square, inverse, mean = work.square, work.inverse, work.mean
    steep = slope[start : min(stop, len(slope))]
    now, more = work.tail[1], work.beyond[0]
    for i in range(m):
        inverse[i] = 1.0 / (1.0 + now[i])
    for i in range(m):
        mean[i] = more[i] * inverse[i]
    for i in range(m):
        score[i] += weight * (given[i] - mean[i])
    for i in range(m):
        square[i] *= inverse[i]
    for i in range(m):
        information[i] += weight * (square[i] - mean[i] * mean[i])
    pair = 0
    for k in range(top):
        now, more, total = work.tail[k + 1], work.beyond[k], work.sums[k]
        shared = derivatives.cross[k, start:stop]
        for i in range(m):
            now[i] *= inverse[i]
        for i in range(m):
            more[i] *= inverse[i]
        for i in range(m):
            more[i] -= mean[i] * now[i]
        for i in range(m):
            shared[i] += weight * more[i]
        if len(slope):
            own = work.own[k]
            for i in range(m):
                total[i] += weight * steep[i] * now[i]
            for i in range(m):
                own[i] += weight * steep[i] * steep[i] * now[i]
        else:
            for i in range(m):
                total[i] += weight * now[i]
        for low in range(k + 1):
            other, both = work.tail[low + 1], work.both[pair]
            if len(slope):
                for i in range(m):
                    both[i] += weight * steep[i] * steep[i] * now[i] * other[i]
            else:
                for i in range(m):
                    both[i] += weight * now[i] * other[i]
            pair += 1


@kernel
def cumulative(  # noqa: C901 -- the formulas of one rating belong together
    odds: Floats, factor: Floats, hard: Floats, points: Codes, derivatives: Derivatives
) -> None:
    """Cumulative logits; ``hard`` exp(step), ``(L, 1)`` or ``(L, n)``, the rest as for adjacent categories."""
    n, top = len(odds), len(hard)
    smoothed, own_steps = len(factor) > 0, hard.shape[1] > 1
    tail, slope = np.zeros(top + 2), np.zeros(top + 2)
    chance, ratio = np.empty(top + 1), np.empty(top + 1)
    gain, own, shared = np.zeros(top), np.zeros(top), np.zeros(top)
    tail[0] = 1.0
    for i in range(n):
        score_sum, information_sum = 0.0, 0.0
        mine = i if own_steps else 0
        for step in range(top):
            derivatives.cross[step, i] = 0.0
        for node in range(3 if smoothed else 1):
            weight, place = 1.0, odds[i]
            if smoothed:
                weight = 2.0 / 3.0 if node == 1 else 1.0 / 6.0
                place = place / factor[i] if node == 0 else place * factor[i] if node == 2 else place
            for k in range(top):
                tail[k + 1] = place / (place + hard[k, mine])
                slope[k + 1] = tail[k + 1] * (1.0 - tail[k + 1])
            for k in range(top + 1):
                chance[k] = max(tail[k] - tail[k + 1], 1e-300)
                change = slope[k] - slope[k + 1]
                ratio[k] = change / chance[k]
                information_sum += weight * change * ratio[k]
            y = points[i]
            lower, upper = slope[y] / chance[y], slope[y + 1] / chance[y]
            score_sum += weight * (lower - upper)
            if y > 0:
                gain[y - 1] += weight * lower
            if y < top:
                gain[y] -= weight * upper
            for k in range(top):
                derivatives.cross[k, i] += weight * slope[k + 1] * (ratio[k + 1] - ratio[k])
                own[k] += weight * slope[k + 1] ** 2 * (1.0 / chance[k + 1] + 1.0 / chance[k])
                if k + 1 < top:
                    shared[k] += weight * slope[k + 1] * slope[k + 2] / chance[k + 1]
        derivatives.score[i], derivatives.information[i] = score_sum, information_sum
    derivatives.step_information[:, :] = 0.0
    for k in range(top):
        derivatives.step_score[k] = gain[k]
        derivatives.step_information[k, k] = own[k]
        if k + 1 < top:
            derivatives.step_information[k, k + 1] = -shared[k]
            derivatives.step_information[k + 1, k] = -shared[k]
