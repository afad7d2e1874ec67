"""Compiled loops from the shared parameters back to the candidates; see ``psychometrics.levels.algebra``."""

from __future__ import annotations

import numpy as np

from psychometrics.compiled.jit import kernel
from psychometrics.compiled.levels_index import Codes, Flags, Floats, Index, Ratings, Scale, Table


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


@kernel
def rows(
    index: Index,
    shared: Floats,
    covariance: Floats,
    inverses: Floats,
    weights: Floats,
    scale: Scale,
    unrated: Floats,
    taken: Floats,
    found: Table,
) -> None:
    """Levels of every candidate; ``unrated`` and ``taken`` come from ``without``, or are empty."""
    _, widest, most, longest = index.widest
    around, effects = np.empty((longest, longest)), np.empty(most)
    means, moved = np.empty((widest, longest)), np.empty((widest, longest))
    row, pair, slope = 0, 0, 0
    for i in range(len(index.effects)):
        c, r = index.competencies[i], index.effects[i]
        place = index.touched[index.touched_starts[i] : index.touched_starts[i + 1]]
        q = len(place)
        mine = weights[index.weight_starts[i] : index.weight_starts[i + 1]].reshape(r, q + 1)
        inverse = inverses[index.inverse_starts[i] : index.inverse_starts[i + 1]].reshape(r, r)
        gradient = found.gradient[slope : slope + c * q].reshape(c, q)
        effects_of(mine, place, shared, effects)
        for a in range(q):
            for b in range(a + 1):
                around[a, b] = around[b, a] = covariance[place[a], place[b]]
        means_of(index, i, place, scale.is_mean, c, means)
        values(place, effects, shared, mine, scale, c, means, gradient, found.theta[row:], found.level[row:])
        multiply(around, gradient, moved)
        logits(around, inverse, place, gradient, scale, moved, found.logit_variance[row:], found.error[row:])
        into_levels(around, place, scale, found.level[row:], gradient, moved)
        spreads(inverse, gradient, moved, scale.spacing, found.own[pair:], found.covariance[pair:])
        for a in range(c):
            found.borrowed[row + a] = 1.0
        if len(unrated) > 0:
            for a in range(c):
                for b in range(q):
                    means[a, b] -= taken[slope + a * q + b]
            multiply(around, means[:c, :q], moved)
            into_levels(around, place, scale, found.level[row:], means[:c, :q], moved)
            for a in range(c):
                total = unrated[row + a] / scale.spacing**2
                for b in range(q):
                    total += moved[a, b] * means[a, b]
                found.borrowed[row + a] = min(found.covariance[pair + a * c + a] / total, 1.0)
        row, pair, slope = row + c, pair + c * c, slope + c * q


@kernel
def means_of(index: Index, i: int, place: Codes, is_mean: Flags, c: int, means: Floats) -> None:
    """Coefficients of the pool means in each competency: averages over its ratings."""
    r, q = index.effects[i], len(place)
    for a in range(c):
        rated = 0
        for b in range(q):
            means[a, b] = 0.0
        for n in range(index.starts[i], index.starts[i + 1]):
            if index.entries[n, 1] != 1 + a:
                continue
            rated += 1
            for e in range(3, index.entries.shape[1]):
                at = index.entries[n, e]
                if at >= 0 and is_mean[place[at - r]]:
                    means[a, at - r] += index.values[index.cell[n], e]
        for b in range(q):
            means[a, b] /= rated


@kernel
def values(
    place: Codes,
    effects: Floats,
    shared: Floats,
    mine: Floats,
    scale: Scale,
    c: int,
    means: Floats,
    gradient: Floats,
    theta: Floats,
    level: Floats,
) -> None:
    """Predictors and levels; completes ``means`` by the steps, and the gradient of ``theta - e``."""
    q, top = len(place), len(scale.pull)
    for a in range(c):
        theta[a] = effects[0] + effects[1 + a]
        for b in range(q):
            theta[a] += means[a, b] * shared[place[b]]
        level[a] = 3.0 + (theta[a] - scale.eta) / scale.spacing
        for step in range(top):
            means[a, q - top + step] += scale.pull[step]
        for b in range(q):
            gradient[a, b] = means[a, b] - mine[0, b] - mine[1 + a, b]


@kernel
def logits(
    around: Floats,
    inverse: Floats,
    place: Codes,
    gradient: Floats,
    scale: Scale,
    moved: Floats,
    logit_variance: Floats,
    error: Floats,
) -> None:
    """Variance of ``theta - e``, and its part that is the candidate's own or comes from severities."""
    c, q = gradient.shape
    for a in range(c):
        alone = inverse[0, 0] + 2.0 * inverse[1 + a, 0] + inverse[1 + a, 1 + a]
        total, of_severity = alone, alone
        for k in range(q):
            total += moved[a, k] * gradient[a, k]
            if scale.is_severity[place[k]]:
                for b in range(q):
                    if scale.is_severity[place[b]]:
                        of_severity += gradient[a, k] * around[k, b] * gradient[a, b]
        logit_variance[a], error[a] = total, of_severity


@kernel
def into_levels(
    around: Floats, place: Codes, scale: Scale, level: Floats, gradient: Floats, moved: Floats
) -> None:
    """From ``theta - e`` to levels; the spacing enters twice: through theta, and as the unit."""
    for a in range(len(gradient)):
        unit = (level[a] - 3.0) / scale.spacing
        for b in range(len(place)):
            gradient[a, b] /= scale.spacing
            moved[a, b] /= scale.spacing
        for b in range(len(place)):
            if place[b] == scale.place:
                gradient[a, b] -= unit
                for k in range(len(place)):
                    moved[a, k] -= unit * around[b, k]


@kernel
def multiply(around: Floats, left: Floats, result: Floats) -> None:
    """Rows over the shared parameters times their covariance."""
    c, q = left.shape
    for a in range(c):
        for b in range(q):
            result[a, b] = 0.0
        for k in range(q):
            by = left[a, k]
            for b in range(q):
                result[a, b] += by * around[k, b]


@kernel
def spreads(
    inverse: Floats, gradient: Floats, moved: Floats, spacing: float, own: Floats, covariance: Floats
) -> None:
    """Covariance of the levels: what the candidate's ratings leave open, and with the shared parameters."""
    c, q = gradient.shape
    for a in range(c):
        for b in range(c):
            left = inverse[0, 0] + inverse[0, 1 + b] + inverse[1 + a, 0] + inverse[1 + a, 1 + b]
            total = left / spacing**2
            own[a * c + b] = total
            for k in range(q):
                total += moved[a, k] * gradient[b, k]
            covariance[a * c + b] = total
