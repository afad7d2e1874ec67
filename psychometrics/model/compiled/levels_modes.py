"""Compiled Newton steps to each candidate's own mode, shared parameters held."""

from __future__ import annotations

import numpy as np

from psychometrics.model.compiled.jit import kernel
from psychometrics.model.compiled.levels_index import Codes, Flags, Floats, Index


@kernel
def modes(
    index: Index,
    variances: Floats,
    predictor: Floats,
    spread: Floats,
    steps: Floats,
    score: Codes,
    weight: Floats,
    is_cumulative: bool,
    limits: tuple[float, float, float, int],
    chosen: Flags,
    own: Floats,
) -> None:
    """Newton from ``own``; ``limits``: tolerance, longest step, least information, most steps.

    ``steps`` are ``(L, 1)``, or ``(L, n)`` where criteria have steps of their own.
    """
    tolerance, longest, least, most_steps = limits
    many, _, most, _ = index.widest
    information, target, new = np.empty(many), np.empty(many), np.empty(many)
    matrix, effects, odds = np.empty((most, most)), np.empty(most), np.empty(len(steps) + 1)
    for i in range(len(index.effects)):
        begin, end = index.starts[i], index.starts[i + 1]
        for _ in range(most_steps if chosen[i] else 0):
            for n in range(begin, end):
                at, mine = predictor[n] + own[n], n if steps.shape[1] > 1 else 0
                if is_cumulative:
                    gained, v = smoothed_tails(at, spread[n], steps, mine, score[n], weight[n])
                else:
                    gained, v = smoothed(at, spread[n], steps, mine, score[n], weight[n], odds)
                information[n - begin] = max(v, least)
                target[n - begin] = own[n] + gained / information[n - begin]
            reduced(index, i, variances, information, target, matrix, effects)
            solve(matrix, effects, index.effects[i])
            predicted(index, i, variances[3], information, target, effects, new)
            step = 0.0
            for n in range(begin, end):
                step = max(step, abs(new[n - begin] - own[n]))
            part = min(1.0, longest / max(step, 1e-12))
            for n in range(begin, end):
                own[n] += part * (new[n - begin] - own[n])
            if step < tolerance:
                break


@kernel
def smoothed(
    eta: float, spread: float, steps: Floats, mine: int, score: int, weight: float, odds: Floats
) -> tuple[float, float]:
    """Score and information of one rating, averaged over the spread of its predictor (three nodes).

    ``mine`` is the column of its steps.
    """
    gained, information, reach = 0.0, 0.0, np.sqrt(3.0 * spread)
    for node in range(-1, 2):
        here = eta + node * reach
        share = weight * (2.0 / 3.0 if node == 0 else 1.0 / 6.0)
        odds[0], highest = 0.0, 0.0
        for step in range(len(steps)):
            odds[step + 1] = odds[step] + here - steps[step, mine]
            highest = max(highest, odds[step + 1])
        whole, mean, square = 0.0, 0.0, 0.0
        for k in range(len(odds)):
            p = np.exp(odds[k] - highest)
            whole += p
            mean += k * p
            square += k * k * p
        mean /= whole
        gained += share * (score - mean)
        information += share * (square / whole - mean * mean)
    return gained, information


@kernel
def smoothed_tails(
    eta: float, spread: float, steps: Floats, mine: int, score: int, weight: float
) -> tuple[float, float]:
    """The same of cumulative logits."""
    gained, information, reach, top = 0.0, 0.0, np.sqrt(3.0 * spread), len(steps)
    for node in range(-1, 2):
        here = eta + node * reach
        share = weight * (2.0 / 3.0 if node == 0 else 1.0 / 6.0)
        below, slope_below = 1.0, 0.0
        for k in range(top + 1):
            above, slope_above = 0.0, 0.0
            if k < top:
                above = 0.5 * (1.0 + np.tanh(0.5 * (here - steps[k, mine])))
                slope_above = above * (1.0 - above)
            chance, change = max(below - above, 1e-300), slope_below - slope_above
            information += share * change * change / chance
            if k == score:
                gained += share * change / chance
            below, slope_below = above, slope_above
    return gained, information


@kernel
def reduced(
    index: Index,
    i: int,
    variances: Floats,
    information: Floats,
    target: Floats,
    matrix: Floats,
    right: Floats,
) -> None:
    """``B`` (lower triangle) and ``Z' V~ target`` of one candidate."""
    r = index.effects[i]
    for k in range(r):
        right[k] = 0.0
        for j in range(k):
            matrix[k, j] = 0.0
        matrix[k, k] = 1.0 / variances[0 if k == 0 else (1 if k <= index.competencies[i] else 2)]
    begin = index.starts[i]
    for n in range(begin, index.starts[i + 1]):
        v, own, judge = information[n - begin], index.entries[n, 1], index.entries[n, 2]
        matrix[0, 0] += v
        matrix[own, 0] += v
        matrix[own, own] += v
        matrix[judge, 0] += v
        matrix[judge, own] += v
        matrix[judge, judge] += v
        right[0] += v * target[n - begin]
        right[own] += v * target[n - begin]
        right[judge] += v * target[n - begin]
    n = begin
    while n < index.starts[i + 1]:
        n = without_answer(
            index, n, begin, index.starts[i + 1], variances[3], information, target, matrix, right
        )


@kernel
def without_answer(
    index: Index,
    first: int,
    begin: int,
    end: int,
    performance: float,
    information: Floats,
    target: Floats,
    matrix: Floats,
    right: Floats,
) -> int:
    """Integrate the performance that begins at rating ``first`` out; the first rating after it."""
    answer, own, total, aimed = index.answer[first], index.entries[first, 1], 0.0, 0.0
    if answer < 0:
        return first + 1
    last = first
    while last < end and index.answer[last] == answer:
        total += information[last - begin]
        aimed += information[last - begin] * target[last - begin]
        last += 1
    share = performance / (1.0 + performance * total)
    matrix[0, 0] -= share * total * total
    matrix[own, 0] -= share * total * total
    matrix[own, own] -= share * total * total
    right[0] -= share * total * aimed
    right[own] -= share * total * aimed
    for n in range(first, last):
        judge, by = index.entries[n, 2], share * information[n - begin]
        matrix[judge, 0] -= by * total
        matrix[judge, own] -= by * total
        right[judge] -= by * aimed
        for m in range(first, last):
            if index.entries[m, 2] <= judge:
                matrix[judge, index.entries[m, 2]] -= by * information[m - begin]
    return last


@kernel
def solve(matrix: Floats, right: Floats, r: int) -> None:
    """Solve ``matrix x = right`` by Cholesky, in place; the lower triangle alone counts."""
    for k in range(r):
        for j in range(k + 1):
            total = matrix[k, j]
            for m in range(j):
                total -= matrix[k, m] * matrix[j, m]
            matrix[k, j] = np.sqrt(total) if j == k else total / matrix[j, j]
    for k in range(r):
        for j in range(k):
            right[k] -= matrix[k, j] * right[j]
        right[k] /= matrix[k, k]
    for k in range(r - 1, -1, -1):
        for j in range(k + 1, r):
            right[k] -= matrix[j, k] * right[j]
        right[k] /= matrix[k, k]


@kernel
def predicted(
    index: Index,
    i: int,
    performance: float,
    information: Floats,
    target: Floats,
    effects: Floats,
    new: Floats,
) -> None:
    """A candidate's own predictors out of their effects, performances included."""
    begin, end = index.starts[i], index.starts[i + 1]
    for n in range(begin, end):
        new[n - begin] = effects[0] + effects[index.entries[n, 1]] + effects[index.entries[n, 2]]
    n = begin
    while n < end:
        first, answer, total, left = n, index.answer[n], 0.0, 0.0
        if answer < 0:
            n += 1
            continue
        while n < end and index.answer[n] == answer:
            total += information[n - begin]
            left += information[n - begin] * (target[n - begin] - new[n - begin])
            n += 1
        shown = performance / (1.0 + performance * total) * left
        for m in range(first, n):
            new[m - begin] += shown
