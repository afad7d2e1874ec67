"""Compiled loops that read every candidate's levels off a fit; see ``psychometrics.model.levels.algebra``."""

from __future__ import annotations

import numpy as np

from psychometrics.model.compiled.jit import kernel
from psychometrics.model.compiled.levels_index import Codes, Flags, Floats, Index, Scale, Table


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
    table: Table,
) -> None:
    """Levels of every candidate; ``unrated`` and ``taken`` come from ``without``, or are empty."""
    _, widest, _, longest = index.widest
    around = np.empty((longest, longest))
    means, moved = np.empty((widest, longest)), np.empty((widest, longest))
    row, pair, slope = 0, 0, 0
    for i in range(len(index.effects)):
        c, r = index.competencies[i], index.effects[i]
        place = index.touched[index.touched_starts[i] : index.touched_starts[i + 1]]
        q = len(place)
        mine = weights[index.weight_starts[i] : index.weight_starts[i + 1]].reshape(r, q + 1)
        inverse = inverses[index.inverse_starts[i] : index.inverse_starts[i + 1]].reshape(r, r)
        gradient = table.gradient[slope : slope + c * q].reshape(c, q)
        for a in range(q):
            for b in range(a + 1):
                around[a, b] = around[b, a] = covariance[place[a], place[b]]
        means_of(index, i, place, scale.is_mean, c, means)
        values(place, shared, mine, scale, c, means, gradient, table.theta[row:], table.level[row:])
        multiply(around, gradient, moved)
        logits(around, inverse, place, gradient, scale, moved, table.logit_variance[row:], table.error[row:])
        in_levels(around, place, scale, table.level[row:], gradient, moved)
        spreads(inverse, gradient, moved, scale.spacing, table.own[pair:], table.covariance[pair:])
        for a in range(c):
            table.borrowed[row + a] = 1.0
        if len(unrated) > 0:
            for a in range(c):
                for b in range(q):
                    means[a, b] -= taken[slope + a * q + b]
            multiply(around, means[:c, :q], moved)
            in_levels(around, place, scale, table.level[row:], means[:c, :q], moved)
            for a in range(c):
                total = unrated[row + a] / scale.spacing**2
                for b in range(q):
                    total += moved[a, b] * means[a, b]
                table.borrowed[row + a] = min(table.covariance[pair + a * c + a] / total, 1.0)
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
        theta[a] = mine[0, q] + mine[1 + a, q]
        for b in range(q):
            gradient[a, b] = means[a, b] - mine[0, b] - mine[1 + a, b]
            theta[a] += gradient[a, b] * shared[place[b]]
        level[a] = 3.0 + (theta[a] - scale.eta) / scale.spacing
        for step in range(top):
            means[a, q - top + step] += scale.pull[step]
            gradient[a, q - top + step] += scale.pull[step]


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
def in_levels(
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
