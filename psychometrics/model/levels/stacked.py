"""Joint rows of a batch: effects, shared parameters and response of every rating side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.levels.algebra import LocalVariances, Working
from psychometrics.model.levels.batches import Batch, Runs
from psychometrics.model.levels.layout import Layout

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]

_MOST_PRODUCTS = 250_000  # multiplications of one small matrix product


class JointRows:
    """Fills joint rows; per-rating arrays are padded with the zero that pads of a batch point to."""

    def __init__(self, layout: Layout, cell: Codes, working: Working) -> None:
        self._values, self._cell = layout.values, cell
        self._pull = np.concatenate([working.pull, np.zeros((len(working.pull), 1))], axis=1).T
        self._response = np.append(working.response, 0.0)
        self.information = np.append(working.information, 0.0)

    def of(self, batch: Batch) -> Floats:
        """``(b, n, m + 1)``, the last column filled by pads."""
        b, n, m = batch.shape
        top = self._pull.shape[1]
        joint = np.zeros((b * n, m + 1))
        at = batch.places.reshape(b * n, -1) + np.arange(0, joint.size, m + 1)[:, None]
        filled = np.ones(at.shape)
        filled[:, 3:] = self._values[self._cell[batch.ratings.ravel()]]
        joint.reshape(-1)[at] = filled
        joint[:, m - 1 - top : m - 1] = self._pull[batch.ratings.ravel()]
        joint[:, m - 1] = self._response[batch.ratings.ravel()]
        return joint.reshape(b, n, m + 1)


@dataclass(frozen=True, slots=True)
class Answers:
    """The performances of a batch, integrated out of its ratings."""

    runs: Runs
    information: Floats
    """``(b * n,)`` v."""
    total: Floats
    """``(k,)`` sum of v over each run."""
    share: Floats
    """``(k,)`` ``s^2 / (1 + s^2 sum v)``, the variance the ratings leave the performance; 0 where a run
    is none."""

    @classmethod
    def of(cls, batch: Batch, information: Floats, variance: float) -> Answers | None:
        """None where the batch has no performance; ``information`` is ``(b, n)``."""
        if batch.runs is None:
            return None
        v = information.ravel()
        total = np.add.reduceat(v, batch.runs.starts)
        share = np.where(batch.runs.shared, variance / (1 + variance * total), 0.0)
        return cls(batch.runs, v, total, share)

    def sums(self, rows: Floats) -> Floats:
        """``v``-weighted sums of rows ``(b, n, ...)`` over every run, ``(k, ...)``."""
        flat = rows.reshape(len(self.information), -1)
        summed = np.add.reduceat(flat * self.information[:, None], self.runs.starts, axis=0)
        return np.asarray(summed.reshape(len(summed), *rows.shape[2:]))

    def spread(self, each: Floats, shape: tuple[int, ...]) -> Floats:
        """A value per run ``(k, ...)`` given back to the rows of it, ``(b, n, ...)``."""
        return np.asarray(each[self.runs.of].reshape(shape))

    def root(self) -> Floats:
        """``(k,)`` g with ``V~ = M' M`` for ``M x = sqrt(V) (x - g sum(v x))``."""
        known = np.maximum(self.total, 1e-300)
        return np.asarray((1 - np.sqrt(np.maximum(1 - self.share * self.total, 0.0))) / known)


def weighted(joint: Floats, batch: Batch, information: Floats, performance: float) -> Floats:
    """``V~^(1/2)`` times the joint rows, in place; the column of pads is left out."""
    v = information[batch.ratings]
    answers = Answers.of(batch, v, performance)
    if answers is not None:
        joint -= answers.spread(answers.root()[:, None] * answers.sums(joint), joint.shape)
    joint *= np.sqrt(v)[:, :, None]
    return joint[:, :, :-1]


def products(joint: Floats) -> Floats:
    """``J' J`` of every candidate, ``(b, m, m)``.

    By a copy: where NumPy sees one array on both sides it fills half the product and mirrors it element by
    element, which takes several times as long for matrices this small.
    """
    return times(np.swapaxes(joint, 1, 2), joint.copy())


def times(left: Floats, right: Floats) -> Floats:
    """``left @ right`` of many small matrices, ``(b, x, y)``.

    Rows are multiplied in shares small enough to be left to one thread: OpenBLAS calls in its other threads from
    262,144 multiplications on, and waking them for each of a thousand small products takes many times as long.
    """
    rows = max(1, _MOST_PRODUCTS // (left.shape[2] * right.shape[2]))
    if rows >= left.shape[1]:
        return np.asarray(left @ right)
    result = np.empty((left.shape[0], left.shape[1], right.shape[2]))
    for start in range(0, left.shape[1], rows):
        part = slice(start, start + rows)
        np.matmul(left[:, part], right, out=result[:, part])
    return result


def prior(batch: Batch, local: LocalVariances) -> Floats:
    """Prior precision of the effects, ``(r, r)``."""
    precision = np.full(batch.effects, 1 / local.halo)
    precision[0] = 1 / local.general
    precision[1 : 1 + batch.competencies] = 1 / local.competency
    return np.diag(precision)


def terms(batch: Batch) -> tuple[slice, slice, slice]:
    """Effects of the general factor, the competencies and the halos."""
    c = batch.competencies
    return slice(0, 1), slice(1, 1 + c), slice(1 + c, batch.effects)
