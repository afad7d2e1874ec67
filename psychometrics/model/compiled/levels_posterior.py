"""Compiled loops from the shared parameters back to the candidates; see ``psychometrics.model.levels.algebra``."""

from __future__ import annotations

import numpy as np

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
    own: Floats,
    spread: Floats,
    totals: Floats,
    known: Floats,
) -> None:
    """Own predictors, spreads, and what the variances are moved by."""
    _, _, most, longest = index.widest
    joint, effects = np.empty((longest, longest)), np.empty(most)
    turned, across = np.empty((longest, most)), np.empty((most, longest))
    for i in range(len(index.effects)):
        c, r = index.competencies[i], index.effects[i]
        place = index.touched[index.touched_starts[i] : index.touched_starts[i + 1]]
        rows = weights[index.weight_starts[i] : index.weight_starts[i + 1]].reshape(r, len(place) + 1)
        inverse = inverses[index.inverse_starts[i] : index.inverse_starts[i + 1]].reshape(r, r)
        effects_of(rows, place, shared, effects)
        joint_covariance(covariance, inverse, rows, place, turned, across, joint)
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
def joint_covariance(
    covariance: Floats,
    inverse: Floats,
    rows: Floats,
    place: Codes,
    turned: Floats,
    across: Floats,
    joint: Floats,
) -> None:
    """Posterior covariance of a candidate's effects and shared parameters together, into ``joint``."""
    r, q = len(inverse), len(place)
    for a in range(q):
        source = place[a]
        for b in range(a + 1):
            joint[r + a, r + b] = covariance[source, place[b]]
            joint[r + b, r + a] = joint[r + a, r + b]
        for k in range(r):
            turned[a, k] = rows[k, a]
    for k in range(r):
        for b in range(q):
            across[k, b] = 0.0
        for a in range(q):
            by = rows[k, a]
            for b in range(q):
                across[k, b] += by * joint[r + a, r + b]
    for k in range(r):
        for j in range(r):
            joint[k, j] = inverse[k, j]
        for a in range(q):
            by = across[k, a]
            for j in range(r):
                joint[k, j] += by * turned[a, j]
            joint[k, r + a] = joint[r + a, k] = -by


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
