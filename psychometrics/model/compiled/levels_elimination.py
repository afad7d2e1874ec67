"""Compiled loops that integrate candidates out, one after another; see ``psychometrics.model.levels.algebra``.

Few entries of a joint row are not zero: they are listed, and products formed of the lists. Inner loops add
multiples of rows, which compilers turn into vector instructions without changing the order of a sum.
"""

from __future__ import annotations

import numpy as np

from psychometrics.model.compiled.jit import kernel
from psychometrics.model.compiled.levels_index import Codes, Floats, Index, Ratings

EFFECTS = 3  # entries of a joint row that are effects: general factor, deviation, halo


@kernel
def eliminate(
    index: Index,
    ratings: Ratings,
    variances: Floats,
    dense: Floats,
    right: Floats,
    inverses: Floats,
    weights: Floats,
) -> None:
    """Add every candidate to the normal equations; keep ``B^-1`` and ``W``.

    Of ``dense`` only the lower triangle is added to; ``variances`` are those of ``LOCAL_TERMS``.
    """
    _, _, most, longest = index.widest
    products, lower = np.empty((longest, longest)), np.zeros((most, most))
    for i in range(len(index.effects)):
        c, r = index.competencies[i], index.effects[i]
        place = index.touched[index.touched_starts[i] : index.touched_starts[i + 1]]
        q = len(place)
        accumulate(index, ratings, i, -1, longest, variances[3], products)
        add_prior(products, c, r, variances)
        factor(products, r)
        rows = weights[index.weight_starts[i] : index.weight_starts[i + 1]].reshape(r, q + 1)
        forward(products, rows, r, q + 1)
        scatter(products, rows, place, r, dense, right)
        backward(products, rows, r, q + 1)
        inverse = inverses[index.inverse_starts[i] : index.inverse_starts[i + 1]].reshape(r, r)
        invert(products, lower, r)
        square(lower, inverse, r)


@kernel
def without(index: Index, ratings: Ratings, variances: Floats, own: Floats, taken: Floats) -> None:
    """Levels had one competency not been rated: conditional variance ``(R,)`` and weights ``(sum c q,)``."""
    _, _, most, longest = index.widest
    products, toward = np.empty((longest, longest)), np.empty(most)
    row, slope = 0, 0
    for i in range(len(index.effects)):
        c, r = index.competencies[i], index.effects[i]
        q = index.touched_starts[i + 1] - index.touched_starts[i]
        for a in range(c):
            accumulate(index, ratings, i, 1 + a, EFFECTS, variances[3], products)
            add_prior(products, c, r, variances)
            factor(products, r)
            solve_for(products, r, 1 + a, toward)
            own[row] = toward[0] + toward[1 + a]
            for b in range(q):
                total = 0.0
                for k in range(r):
                    total += toward[k] * products[r + b, k]
                taken[slope + b] = total
            row, slope = row + 1, slope + q


@kernel
def accumulate(
    index: Index, ratings: Ratings, i: int, left_out: int, reach: int, performance: float, products: Floats
) -> None:
    """Lower triangle of ``J' V~ J`` over a candidate's joint rows, those of one deviation left out.

    ``reach`` is how many entries of each row are multiplied by all: with ``EFFECTS`` only the columns of
    effects are complete.
    """
    r, q = index.effects[i], index.touched_starts[i + 1] - index.touched_starts[i]
    for a in range(r + q + 1):
        for b in range(a + 1):
            products[a, b] = 0.0
    width = index.entries.shape[1] + len(ratings.pull) + 1
    at, value = np.empty(width, np.int64), np.empty(width)
    each, seen, marked = np.zeros(r + q + 1), np.empty(r + q + 1, np.int64), np.zeros(r + q + 1, np.int64)
    n, end = index.starts[i], index.starts[i + 1]
    while n < end:
        if index.entries[n, 1] == left_out:
            n += 1
            continue
        answer, total, touched = index.answer[n], 0.0, 0
        while n < end and index.answer[n] == answer:
            count = listed(index, ratings, n, r, q, at, value)
            v = ratings.information[n]
            add(at, value, count, v, reach, products)
            n += 1
            if answer < 0:
                break
            touched = gather(at, value, count, v, each, seen, marked, touched)
            total += v
        if answer >= 0:
            take(each, seen, marked, touched, performance / (1.0 + performance * total), products)


@kernel
def listed(index: Index, ratings: Ratings, n: int, r: int, q: int, at: Codes, value: Floats) -> int:
    """List the entries of one joint row, response included; how many there are."""
    count, cell, top = 0, index.cell[n], len(ratings.pull)
    for e in range(index.entries.shape[1]):
        if index.entries[n, e] >= 0:
            at[count], value[count] = index.entries[n, e], index.values[cell, e]
            count += 1
    for step in range(top):
        at[count + step], value[count + step] = r + q - top + step, ratings.pull[step, n]
    at[count + top], value[count + top] = r + q, ratings.response[n]
    return count + top + 1


@kernel
def add(at: Codes, value: Floats, count: int, v: float, reach: int, products: Floats) -> None:
    """Add ``v`` times a listed row's products to the lower triangle, by the first ``reach`` entries."""
    for a in range(count):
        scaled, high = v * value[a], at[a]
        for b in range(min(a + 1, reach)):
            products[high, at[b]] += scaled * value[b]


@kernel
def gather(
    at: Codes, value: Floats, count: int, v: float, each: Floats, seen: Codes, marked: Codes, touched: int
) -> int:
    """Add ``v`` times a listed row to ``each``; how many places of it have been seen so far."""
    for a in range(count):
        if marked[at[a]] == 0:
            marked[at[a]], seen[touched] = 1, at[a]
            touched += 1
        each[at[a]] += v * value[a]
    return touched


@kernel
def take(each: Floats, seen: Codes, marked: Codes, touched: int, share: float, products: Floats) -> None:
    """Integrate a performance out of the products; empties ``each``."""
    for a in range(touched):
        for b in range(a + 1):
            high, low = max(seen[a], seen[b]), min(seen[a], seen[b])
            products[high, low] -= share * each[seen[a]] * each[seen[b]]
    for a in range(touched):
        each[seen[a]], marked[seen[a]] = 0.0, 0


@kernel
def add_prior(products: Floats, c: int, r: int, variances: Floats) -> None:
    """Add the prior precision of the effects to the diagonal."""
    for k in range(r):
        products[k, k] += 1.0 / variances[0 if k == 0 else (1 if k <= c else 2)]


@kernel
def factor(matrix: Floats, r: int) -> None:
    """Cholesky of the leading ``r x r``, in place in the lower triangle."""
    for k in range(r):
        for j in range(k + 1):
            total = matrix[k, j]
            for m in range(j):
                total -= matrix[k, m] * matrix[j, m]
            matrix[k, j] = np.sqrt(total) if j == k else total / matrix[j, j]


@kernel
def forward(products: Floats, rows: Floats, r: int, wide: int) -> None:
    """``rows = L^-1 C`` with L and C out of the lower triangle of ``products``."""
    for k in range(r):
        for a in range(wide):
            rows[k, a] = products[r + a, k]
        for j in range(k):
            by = products[k, j]
            for a in range(wide):
                rows[k, a] -= by * rows[j, a]
        by = 1.0 / products[k, k]
        for a in range(wide):
            rows[k, a] *= by


@kernel
def scatter(products: Floats, rows: Floats, place: Codes, r: int, dense: Floats, right: Floats) -> None:
    """Add what is left of one candidate to the normal equations."""
    q = len(place)
    for a in range(q + 1):
        for k in range(r):
            by = rows[k, a]
            for b in range(a + 1):
                products[r + a, r + b] -= by * rows[k, b]
        if a < q:
            row = place[a]
            for b in range(a + 1):
                dense[row, place[b]] += products[r + a, r + b]
        else:
            for b in range(q):
                right[place[b]] += products[r + a, r + b]


@kernel
def backward(products: Floats, rows: Floats, r: int, wide: int) -> None:
    """``rows = L'^-1 rows``."""
    for k in range(r - 1, -1, -1):
        for j in range(k + 1, r):
            by = products[j, k]
            for a in range(wide):
                rows[k, a] -= by * rows[j, a]
        by = 1.0 / products[k, k]
        for a in range(wide):
            rows[k, a] *= by


@kernel
def invert(matrix: Floats, lower: Floats, r: int) -> None:
    """Inverse of a lower triangular matrix into ``lower``."""
    for j in range(r):
        lower[j, j] = 1.0 / matrix[j, j]
        for k in range(j + 1, r):
            total = 0.0
            for m in range(j, k):
                total -= matrix[k, m] * lower[m, j]
            lower[k, j] = total / matrix[k, k]


@kernel
def square(lower: Floats, inverse: Floats, r: int) -> None:
    """``inverse = lower' lower``."""
    for k in range(r):
        for j in range(k + 1):
            total = 0.0
            for m in range(k, r):
                total += lower[m, k] * lower[m, j]
            inverse[k, j] = inverse[j, k] = total


@kernel
def solve_for(products: Floats, r: int, at: int, toward: Floats) -> None:
    """``B^-1`` times the row (general factor, deviation ``at``), by the factor in ``products``."""
    for k in range(r):
        total = 1.0 if k in (0, at) else 0.0
        for j in range(k):
            total -= products[k, j] * toward[j]
        toward[k] = total / products[k, k]
    for k in range(r - 1, -1, -1):
        total = toward[k]
        for j in range(k + 1, r):
            total -= products[j, k] * toward[j]
        toward[k] = total / products[k, k]
