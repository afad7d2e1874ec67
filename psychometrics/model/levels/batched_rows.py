"""Levels of a batch of candidates in NumPy, written into flat arrays over all candidates."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.levels import stacked
from psychometrics.model.levels.algebra import LocalVariances, Rows, Yardstick
from psychometrics.model.levels.batches import Batch
from psychometrics.model.levels.layout import Layout
from psychometrics.model.levels.policy import GLOBAL_TERMS, MIDDLE_TARGET
from psychometrics.model.levels.structure import Structure

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


class Table:
    """The rows of all candidates, filled batch by batch."""

    def __init__(self, structure: Structure, layout: Layout, yardstick: Yardstick) -> None:
        self._structure, self._layout, self._yardstick = structure, layout, yardstick
        of_mean = np.concatenate([[layout.mean], layout.pool, layout.profile])
        self._gradient_starts = structure.gradient_starts(len(layout.steps))
        self._is_mean = np.isin(np.arange(layout.size + 1), of_mean)
        self._is_severity = np.append(layout.term == GLOBAL_TERMS.index("severity"), False)
        self.rows = Rows.empty(structure, len(layout.steps))

    def fill(
        self,
        batch: Batch,
        rows: stacked.JointRows,
        piece: tuple[Floats, Floats],
        local: LocalVariances,
        shared: Floats,
        around: Floats,
        *,
        borrowing: bool,
    ) -> None:
        """Add one batch; ``shared`` ``(b, q)`` and ``around`` ``(b, q, q)`` are its shared parameters."""
        c, r, yardstick = batch.competencies, batch.effects, self._yardstick
        inverse, weights = piece
        joint = rows.of(batch)
        rated = np.swapaxes(joint[:, :, 1 : 1 + c], 1, 2)
        means = rated @ joint[:, :, r:-2] / np.maximum(rated.sum(axis=2), 1)[:, :, None]
        means *= self._is_mean[batch.columns][:, None, :]
        effects = weights[:, :, -1] - (weights[:, :, :-1] @ shared[:, :, None])[:, :, 0]
        theta = (means @ shared[:, :, None])[:, :, 0] + effects[:, :1] + effects[:, 1 : 1 + c]
        level = MIDDLE_TARGET + (theta - yardstick.eta) / yardstick.spacing
        own = inverse[:, :1, :1] + inverse[:, 1 : 1 + c, :1] + inverse[:, :1, 1 : 1 + c]
        own = own + inverse[:, 1 : 1 + c, 1 : 1 + c]
        means[:, :, means.shape[2] - len(yardstick.pull) :] += yardstick.pull
        flat = means - weights[:, :1, :-1] - weights[:, 1 : 1 + c, :-1]
        towards = stacked.times(flat, around)
        gradient, followed = self._in_levels(flat, towards, level, batch, around)
        covariance = own / yardstick.spacing**2 + followed @ np.swapaxes(gradient, 1, 2)
        alone = np.einsum("bcc->bc", own)
        of_severity = flat * self._is_severity[batch.columns][:, None, :]
        share = np.ones_like(theta)
        if borrowing:
            without = self._without(batch, rows, joint, local, means, around, level)
            share = np.minimum(np.einsum("bcc->bc", covariance) / without, 1.0)
        have = np.arange(c) < np.diff(self._structure.competency_starts)[batch.rows][:, None]
        self._write(batch, have, "theta", theta)
        self._write(batch, have, "level", level)
        self._write(batch, have, "logit_variance", alone + (towards * flat).sum(axis=2))
        self._write(
            batch, have, "error", alone + (stacked.times(of_severity, around) * of_severity).sum(axis=2)
        )
        self._write(batch, have, "borrowed", share)
        self._write_pairs(batch, have, "own", own / yardstick.spacing**2)
        self._write_pairs(batch, have, "covariance", covariance)
        self._write_gradient(batch, have, gradient)

    def _in_levels(
        self, flat: Floats, towards: Floats, level: Floats, batch: Batch, around: Floats
    ) -> tuple[Floats, Floats]:
        """From ``theta - e`` to levels: gradients, and these times the covariance ``around``.

        The spacing enters a level twice: through theta, and as the unit.
        """
        spacing = self._yardstick.spacing
        gradient, followed = flat / spacing, towards / spacing
        b, q = np.nonzero(batch.columns == self._yardstick.place)
        unit = (level[b] - MIDDLE_TARGET) / spacing
        gradient[b, :, q] -= unit
        followed[b] -= unit[:, :, None] * around[b, q][:, None, :]
        return gradient, followed

    def _without(
        self,
        batch: Batch,
        rows: stacked.JointRows,
        joint: Floats,
        local: LocalVariances,
        means: Floats,
        around: Floats,
        level: Floats,
    ) -> Floats:
        """Variance of each level had its competency not been rated for this candidate, ``(b, c)``.

        An answer is of one criterion and so of one competency: performances come and go as a whole.
        """
        c, r, spacing = batch.competencies, batch.effects, self._yardstick.spacing
        rated = joint[:, :, 1 : 1 + c] > 0
        joint = stacked.weighted(joint, batch, rows.information, local.performance)[:, :, :-1]
        whole = stacked.times(np.swapaxes(joint[:, :, :r], 1, 2), joint)
        whole[:, :, :r] += stacked.prior(batch, local)
        own, flat = np.empty((len(batch.rows), c)), np.empty_like(means)
        for a in range(c):
            mine = np.where(rated[:, :, a, None], joint[:, :, :r], 0.0)
            left = whole - stacked.times(np.swapaxes(mine, 1, 2), joint)
            towards = np.zeros((len(batch.rows), r, 1))
            towards[:, [0, 1 + a]] = 1.0
            follow = np.linalg.solve(left[:, :, :r], towards)
            own[:, a] = follow[:, 0, 0] + follow[:, 1 + a, 0]
            flat[:, a] = means[:, a] - (np.swapaxes(follow, 1, 2) @ left[:, :, r:])[:, 0]
        gradient, followed = self._in_levels(flat, stacked.times(flat, around), level, batch, around)
        return np.asarray(own / spacing**2 + (followed * gradient).sum(axis=2))

    def _write(self, batch: Batch, have: Flags, name: str, values: Floats) -> None:
        starts = self._structure.competency_starts[batch.rows]
        at = starts[:, None] + np.arange(values.shape[1])
        getattr(self.rows, name)[at[have]] = values[have]

    def _write_pairs(self, batch: Batch, have: Flags, name: str, values: Floats) -> None:
        count = have.sum(axis=1)
        at = self._structure.pair_starts[batch.rows][:, None, None]
        c = np.arange(values.shape[1])
        at = at + c[:, None] * count[:, None, None] + c
        both = have[:, :, None] & have[:, None, :]
        getattr(self.rows, name)[at[both]] = values[both]

    def _write_gradient(self, batch: Batch, have: Flags, values: Floats) -> None:
        touched = batch.columns < self._layout.size
        wide = touched.sum(axis=1)
        at = self._gradient_starts[batch.rows][:, None, None]
        at = at + np.arange(values.shape[1])[:, None] * wide[:, None, None]
        at = at + (np.cumsum(touched, axis=1) - 1)[:, None, :]
        both = have[:, :, None] & touched[:, None, :]
        self.rows.gradient[at[both]] = values[both]
