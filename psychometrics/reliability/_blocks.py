"""The mixed model equations split by candidate: built once, factorised at every step of a fit.

Effects of the splitting factor and of factors nested in it are *local*, the rest and the fixed effects *shared*.
Local effects of different candidates have no ratings in common, so the local part is block diagonal; candidates
with about as many effects are eliminated together, padded to one size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.errors import NotEnoughData

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Codes: TypeAlias = NDArray[np.intp]

# Shared effects are a dense matrix: 6,000 of them take 300 MB and half a minute a step.
MOST_SHARED = 6000
# Numbers held for the blocks of all candidates together: 1.2 GB.
MOST_CELLS = 150_000_000
# Numbers in the arrays of candidates eliminated together.
_BATCH = 2_000_000


@dataclass(frozen=True, slots=True)
class _Batch:
    """Candidates eliminated together: m of them with up to b local and g shared effects each.

    Products among local effects (m, b, b) and of local with shared ones (m, b, g); where these effects stand,
    (m, b) and (m, g), padding at the place after the last one.
    """

    inner: Floats
    cross: Floats
    local: Codes
    shared: Codes
    padding: int


@dataclass(frozen=True, slots=True)
class Blocks:
    """Everything about the ratings that does not change with the components."""

    batches: tuple[_Batch, ...]
    local: Any  # indicators of local effects, sparse (n, L)
    shared: Any  # fixed effects, then indicators of shared effects, sparse (n, G)
    among: Floats  # products among shared effects (G, G)
    local_owner: Codes  # factor of each local effect (L,)
    shared_owner: Codes  # factor of each shared effect (G,), -1 for fixed ones
    indicators: tuple[Any, ...]  # per factor, in the order given, sparse (n, levels)
    sizes: Floats  # levels per factor (K,)
    y: Floats
    n: int
    p: int

    def factorised(self, values: Floats) -> Solver:
        """Eliminate at these components, error last, all above 0."""
        return Solver(self, values)


class Solver:
    """The equations at given components: solutions, traces of the inverse, logarithm of the determinant."""

    def __init__(self, blocks: Blocks, values: Floats) -> None:
        from scipy.linalg import cho_factor, cho_solve

        self._blocks = blocks
        error = float(values[-1])
        roots = np.sqrt(values)
        self._s = np.append(roots[blocks.local_owner], 0.0)
        self._S = np.append(np.where(blocks.shared_owner < 0, 1.0, roots[blocks.shared_owner]), 0.0)
        size = len(blocks.shared_owner)
        reduced = np.zeros((size + 1, size + 1))
        reduced[:size, :size] = self._S[:-1, None] * blocks.among * self._S[:-1]
        reduced[np.arange(size), np.arange(size)] += np.where(blocks.shared_owner < 0, 0.0, error)
        self._inverses: list[Floats] = []
        self._onto: list[Floats] = []
        logdet = 0.0
        for batch in blocks.batches:
            s = self._s[batch.local]
            B = s[:, :, None] * batch.inner * s[:, None, :]
            diagonal = np.arange(B.shape[1])
            B[:, diagonal, diagonal] += error
            C = s[:, :, None] * batch.cross * self._S[batch.shared][:, None, :]
            logdet += float(np.linalg.slogdet(B)[1].sum()) - batch.padding * float(np.log(error))
            inverse = np.linalg.inv(B)
            onto = inverse @ C
            self._inverses.append(inverse)
            self._onto.append(onto)
            rows, columns = batch.shared[:, :, None], batch.shared[:, None, :]
            np.subtract.at(reduced, (rows, columns), np.swapaxes(C, 1, 2) @ onto)
        factor = cho_factor(reduced[:size, :size], lower=True)
        self.logdet = logdet + 2 * float(np.log(np.diag(factor[0])).sum())
        self._inverse = np.zeros((size + 1, size + 1))
        self._inverse[:size, :size] = cho_solve(factor, np.eye(size))

    def solve(self, right: Floats) -> tuple[Floats, Floats]:
        """Scaled local (L, r) and shared (G, r) effects for right-hand sides in ratings (n, r)."""
        b = self._blocks
        local = np.vstack([b.local.T @ right, np.zeros((1, right.shape[1]))]) * self._s[:, None]
        shared = np.vstack([b.shared.T @ right, np.zeros((1, right.shape[1]))]) * self._S[:, None]
        halves = []
        for batch, inverse, onto in zip(b.batches, self._inverses, self._onto, strict=True):
            halves.append(inverse @ local[batch.local])
            np.subtract.at(shared, batch.shared, np.swapaxes(onto, 1, 2) @ local[batch.local])
        shared = self._inverse @ shared
        found = np.zeros_like(local)
        for batch, half, onto in zip(b.batches, halves, self._onto, strict=True):
            found[batch.local] = half - onto @ shared[batch.shared]
        return found[:-1], shared[:-1]

    def fitted(self, solution: tuple[Floats, Floats]) -> Floats:
        """What effects add up to in each rating, (n, r)."""
        local, shared = solution
        b = self._blocks
        return np.asarray(b.local @ (self._s[:-1, None] * local) + b.shared @ (self._S[:-1, None] * shared))

    def fixed(self, solution: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
        """Fixed effects (p,) and their block of the inverse (p, p)."""
        p = self._blocks.p
        return solution[1][:p, 0], self._inverse[:p, :p]

    def traces(self) -> Floats:
        """Trace of the inverse over the effects of each factor, (K,)."""
        b = self._blocks
        found = np.zeros(len(b.sizes))
        random = b.shared_owner >= 0
        np.add.at(found, b.shared_owner[random], np.diag(self._inverse)[:-1][random])
        local = np.zeros(len(b.local_owner) + 1)
        for batch, inverse, onto in zip(b.batches, self._inverses, self._onto, strict=True):
            through = onto @ self._inverse[batch.shared[:, :, None], batch.shared[:, None, :]]
            local[batch.local] = np.diagonal(inverse, axis1=1, axis2=2) + (through * onto).sum(axis=2)
        np.add.at(found, b.local_owner, local[:-1])
        return found


def split(factors: Sequence[Codes], X: Floats, y: Floats) -> Blocks:
    """Choose the factor that leaves the fewest shared effects, and lay out the products.

    Raises:
        NotEnoughData: too many shared effects, or blocks too large to hold.
    """
    from scipy.sparse import csr_array, hstack

    n, sizes = len(y), np.array([int(code.max()) + 1 for code in factors])
    nested = [[_nested(inner, outer) for inner in factors] for outer in factors]
    left = [sum(size for size, inside in zip(sizes, row, strict=True) if not inside) for row in nested]
    best = int(np.argmin(left))
    G = X.shape[1] + left[best]
    if G > MOST_SHARED:
        raise NotEnoughData(
            f"{G} effects are shared by candidates (interviewers, questions and their pairs), more than the "
            f"{MOST_SHARED} this method takes; leave out a facet, take a part of the panel, or calibrate instead"
        )
    indicators = tuple(csr_array((np.ones(n), (np.arange(n), code))) for code in factors)
    inside = [k for k, is_nested in enumerate(nested[best]) if is_nested]
    outside = [k for k in range(len(factors)) if k not in inside]
    local = csr_array(hstack([indicators[k] for k in inside]))
    shared = csr_array(hstack([csr_array(X), *(indicators[k] for k in outside)]))
    block_of = np.concatenate([_first(factors[best], factors[k], int(sizes[k])) for k in inside])
    batches = _batches(csr_array(local.T @ local), csr_array(local.T @ shared), block_of)
    return Blocks(
        batches=batches,
        local=local,
        shared=shared,
        among=np.asarray((shared.T @ shared).todense(), dtype=np.float64),
        local_owner=np.repeat(inside, sizes[inside]).astype(np.intp),
        shared_owner=np.concatenate([np.full(X.shape[1], -1), np.repeat(outside, sizes[outside])]).astype(
            np.intp
        ),
        indicators=indicators,
        sizes=sizes.astype(float),
        y=y,
        n=n,
        p=X.shape[1],
    )


def _nested(inner: Codes, outer: Codes) -> bool:
    """Whether every level of ``inner`` occurs within one level of ``outer``."""
    levels = int(inner.max()) + 1
    return bool(np.array_equal(_first(outer, inner, levels)[inner], outer))


def _first(outer: Codes, inner: Codes, levels: int) -> Codes:
    """A level of ``outer`` that each level of ``inner`` occurs with."""
    found = np.zeros(levels, dtype=np.intp)
    found[inner] = outer
    return found


def _batches(inner: Any, cross: Any, block_of: Codes) -> tuple[_Batch, ...]:
    """Blocks in order of size, as many together as fit."""
    order = np.argsort(block_of, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(block_of[order]) > 0])
    members = np.split(order, starts[1:])
    touched = [np.unique(cross[rows].indices) for rows in members]
    heights = np.array([len(rows) for rows in members])
    widths = np.array([len(one) for one in touched])
    if float((heights * (heights + widths)).sum()) > MOST_CELLS:
        raise NotEnoughData(
            "the effects within single candidates are too many to hold; take a part of the panel, or calibrate instead"
        )
    sequence, found, at = np.lexsort((widths, heights)), [], 0
    while at < len(sequence):
        # As tall and wide as the last one taken; short blocks are not padded to twice their size.
        end, limit = at + 1, heights[sequence[at]] * 1.3 + 2
        while end < len(sequence) and heights[sequence[end]] <= limit:
            b = heights[sequence[end]]
            g = widths[sequence[at : end + 1]].max()
            if (end - at + 1) * (b * b + b * g + g * g) > _BATCH:
                break
            end += 1
        found.append(
            _batch(
                inner, cross, [members[i] for i in sequence[at:end]], [touched[i] for i in sequence[at:end]]
            )
        )
        at = end
    return tuple(found)


def _batch(inner: Any, cross: Any, members: list[Codes], touched: list[Codes]) -> _Batch:
    m, b = len(members), max(len(rows) for rows in members)
    g = max(len(one) for one in touched)
    local = np.full((m, b), inner.shape[0], dtype=np.intp)
    shared = np.full((m, g), cross.shape[1], dtype=np.intp)
    products, crosses = np.zeros((m, b, b)), np.zeros((m, b, g))
    for i, (rows, columns) in enumerate(zip(members, touched, strict=True)):
        local[i, : len(rows)], shared[i, : len(columns)] = rows, columns
        products[i, : len(rows), : len(rows)] = inner[rows][:, rows].toarray()
        crosses[i, : len(rows), : len(columns)] = cross[rows][:, columns].toarray()
    return _Batch(products, crosses, local, shared, m * b - sum(len(rows) for rows in members))
