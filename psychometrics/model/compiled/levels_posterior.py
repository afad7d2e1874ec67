"""Compiled loops from the shared parameters back to the candidates; see ``psychometrics.model.levels.algebra``."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from psychometrics.model.compiled.jit import kernel
from psychometrics.model.compiled.levels_index import Codes, Floats, Index, Ratings


@kernel
def follow(
    index: Index,
    ratings: Ratings,
    variances: Floats,
    shared: Floats,
    covariance: Floats,
    inverses: Floats,
    weights: Floats,
    shares: Floats,
    own: Floats,
    spread: Floats,
    totals: Floats,
    known: Floats,
) -> None:
    """Own predictors, spreads, and what the variances are moved by."""
    _, _, most, longest = index.widest
    joint, effects = np.empty((longest, longest)), np.empty(most)
    turned, across = np.empty((longest, most)), np.empty((most, longest))
    around, marked = np.empty((longest, longest)), np.zeros((most, longest), np.int8)
    slope = 0
    for i in range(len(index.effects)):
        c, r = index.competencies[i], index.effects[i]
        place = index.touched[index.touched_starts[i] : index.touched_starts[i + 1]]
        rows = weights[index.weight_starts[i] : index.weight_starts[i + 1]].reshape(r, len(place) + 1)
        inverse = inverses[index.inverse_starts[i] : index.inverse_starts[i + 1]].reshape(r, r)
        effects_of(rows, place, shared, effects)
        share = shares[slope : slope + c * (r - c)].reshape(c, r - c)
        slope += c * (r - c)
        mark(index, i, len(ratings.pull), marked)
        nearby(covariance, place, around)
        follow_covariance(rows, share, marked, c, around, turned, across)
        joint_covariance(inverse, rows, c, around, turned, across, joint)
        for k in range(r):
            term = 0 if k == 0 else (1 if k <= c else 2)
            totals[term] += effects[k] ** 2
            known[term] += 1.0 - joint[k, k] / variances[term]
        predictors(index, i, joint, effects, own, spread)
        answers(index, ratings, i, variances[3], joint, shared, own, spread, totals, known)


@kernel
def effects_of(rows: Floats, place: Codes, shared: Floats, effects: Floats) -> None:
    """A candidate's effects, given the shared parameters."""
    q = len(place)
    for k in range(len(rows)):
        total = rows[k, q]
        for a in range(q):
            total -= rows[k, a] * shared[place[a]]
        effects[k] = total


@kernel
def mark(index: Index, i: int, top: int, marked: npt.NDArray[np.int8]) -> None:
    """Which shared parameters the ratings of each competency touch."""
    c, r = index.competencies[i], index.effects[i]
    q = index.touched_starts[i + 1] - index.touched_starts[i]
    for d in range(c):
        for a in range(q):
            marked[d, a] = 1 if a >= q - top else 0
    for n in range(index.starts[i], index.starts[i + 1]):
        for e in range(3, index.entries.shape[1]):
            if index.entries[n, e] >= 0:
                marked[index.entries[n, 1] - 1, index.entries[n, e] - r] = 1


@kernel
def nearby(covariance: Floats, place: Codes, around: Floats) -> None:
    """The covariance of the shared parameters a candidate touches."""
    for a in range(len(place)):
        source = covariance[place[a]]
        for b in range(a + 1):
            around[a, b] = around[b, a] = source[place[b]]


@kernel
def follow_covariance(
    rows: Floats,
    share: Floats,
    marked: npt.NDArray[np.int8],
    c: int,
    around: Floats,
    turned: Floats,
    across: Floats,
) -> None:
    """``W S^-1`` into ``across``, ``W'`` into ``turned``.

    A deviation follows the general factor and the halos by ``share``; beyond that only what its own ratings touch.
    """
    r, q = len(rows), rows.shape[1] - 1
    for k in range(r):
        for a in range(q):
            turned[a, k] = rows[k, a]
            across[k, a] = 0.0
    for j in range(r - c):
        k = 0 if j == 0 else c + j
        for a in range(q):
            add_row(rows[k, a], around[a, :q], across[k])
    for d in range(c):
        for a in range(q):
            if marked[d, a]:
                by = rows[1 + d, a]
                for j in range(r - c):
                    by += share[d, j] * rows[0 if j == 0 else c + j, a]
                add_row(by, around[a, :q], across[1 + d])
        for j in range(r - c):
            add_row(-share[d, j], across[0 if j == 0 else c + j, :q], across[1 + d])


@kernel
def add_row(by: float, row: Floats, result: Floats) -> None:
    """Add a multiple of a row, unless it is none."""
    if by != 0.0:
        for b in range(len(row)):
            result[b] += by * row[b]


@kernel
def joint_covariance(
    inverse: Floats, rows: Floats, c: int, around: Floats, turned: Floats, across: Floats, joint: Floats
) -> None:
    """Posterior covariance of a candidate's effects and shared parameters together, into ``joint``.

    Two deviations are never read together, no rating being of two competencies: theirs is left at zero.
    """
    r, q = len(inverse), rows.shape[1] - 1
    for a in range(q):
        for b in range(q):
            joint[r + a, r + b] = around[a, b]
        for k in range(r):
            joint[k, r + a] = joint[r + a, k] = -across[k, a]
    for k in range(r):
        if k == 0 or k > c:
            for j in range(r):
                joint[k, j] = inverse[k, j]
            for a in range(q):
                by = across[k, a]
                for j in range(r):
                    joint[k, j] += by * turned[a, j]
    for d in range(1, 1 + c):
        for j in range(r):
            joint[d, j] = joint[j, d] if j == 0 or j > c else 0.0
        total = inverse[d, d]
        for a in range(q):
            total += across[d, a] * rows[d, a]
        joint[d, d] = total


@kernel
def predictors(index: Index, i: int, joint: Floats, effects: Floats, own: Floats, spread: Floats) -> None:
    """Own part of each predictor and its variance, performances left out."""
    width = index.entries.shape[1]
    for n in range(index.starts[i], index.starts[i + 1]):
        cell, total = index.cell[n], 0.0
        own[n] = effects[0] + effects[index.entries[n, 1]] + effects[index.entries[n, 2]]
        for a in range(width):
            high, half = index.entries[n, a], 0.0
            if high < 0:
                continue
            for b in range(a):
                low = index.entries[n, b]
                if low >= 0:
                    half += joint[high, low] * index.values[cell, b]
            total += index.values[cell, a] * (2.0 * half + joint[high, high] * index.values[cell, a])
        spread[n] = total


@kernel
def answers(
    index: Index,
    ratings: Ratings,
    i: int,
    performance: float,
    joint: Floats,
    shared: Floats,
    own: Floats,
    spread: Floats,
    totals: Floats,
    known: Floats,
) -> None:
    """Add the performances of candidate ``i``."""
    r, first = index.effects[i], index.touched_starts[i]
    size = r + index.touched_starts[i + 1] - first
    top = len(ratings.pull)
    each, towards = np.empty(size), np.empty(size)
    n, end = index.starts[i], index.starts[i + 1]
    while n < end:
        begin, answer, total, left = n, index.answer[n], 0.0, 0.0
        if answer < 0:
            n += 1
            continue
        each[:] = 0.0
        while n < end and index.answer[n] == answer:
            v, residual = ratings.information[n], ratings.response[n] - own[n]
            for e in range(index.entries.shape[1]):
                at, value = index.entries[n, e], index.values[index.cell[n], e]
                if at >= 0:
                    each[at] += v * value
                if at >= r:
                    residual -= value * shared[index.touched[first + at - r]]
            for step in range(top):
                at = size - top + step
                each[at] += v * ratings.pull[step, n]
                residual -= ratings.pull[step, n] * shared[index.touched[first + at - r]]
            total += v
            left += v * residual
            n += 1
        share = performance / (1.0 + performance * total)
        whole = product(joint, each, towards)
        show(index, begin, n, share, share * left, whole, towards, own, spread)
        totals[3] += (share * left) ** 2
        known[3] += 1.0 - (share + share * share * whole) / performance


@kernel
def product(joint: Floats, each: Floats, towards: Floats) -> float:
    """``towards = joint each``, and ``each' joint each``; most of ``each`` is zero."""
    total = 0.0
    towards[:] = 0.0
    for a in range(len(each)):
        by = each[a]
        if by != 0.0:
            for b in range(len(each)):
                towards[b] += by * joint[a, b]
    for a in range(len(each)):
        total += each[a] * towards[a]
    return total


@kernel
def show(
    index: Index,
    begin: int,
    end: int,
    share: float,
    shown: float,
    whole: float,
    towards: Floats,
    own: Floats,
    spread: Floats,
) -> None:
    """Add one performance to the ratings of it."""
    for n in range(begin, end):
        crossed = 0.0
        for e in range(index.entries.shape[1]):
            if index.entries[n, e] >= 0:
                crossed += index.values[index.cell[n], e] * towards[index.entries[n, e]]
        own[n] += shown
        spread[n] += share - 2.0 * share * crossed + share * share * whole
