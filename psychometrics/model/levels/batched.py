"""The level model's linear algebra in NumPy: batch by batch, joint rows are never kept.

``psychometrics.model.levels.algebra`` states what is computed. Per candidate only ``B^-1`` (effects squared) and
``W`` (effects times shared parameters) outlive their batch.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model import thresholds
from psychometrics.model.levels import batched_rows, batches, stacked
from psychometrics.model.levels.algebra import (
    LARGEST_STEP,
    LEAST_INFORMATION,
    LEAST_SPREAD,
    MODE_STEPS,
    Eliminated,
    Followed,
    Likelihood,
    LocalVariances,
    Rows,
    Working,
    Yardstick,
)
from psychometrics.model.levels.batches import Batch, Runs
from psychometrics.model.levels.layout import Layout
from psychometrics.model.levels.policy import LOCAL_TERMS
from psychometrics.model.levels.stacked import Answers
from psychometrics.model.levels.structure import Structure

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Piece: TypeAlias = tuple[Floats, Floats]
"""``B^-1`` ``(b, r, r)`` and ``B^-1 Z' V~ (X, z)`` ``(b, r, q + 1)`` of one batch."""


class Batched:
    """Implements ``psychometrics.model.levels.algebra.Algebra``."""

    def __init__(self, structure: Structure, layout: Layout) -> None:
        self._structure, self._layout = structure, layout
        self._batches = batches.build(structure, layout)
        self._cell = np.append(layout.cell, 0)

    def eliminate(self, working: Working, local: LocalVariances) -> Eliminated:
        """Integrate the candidates out."""
        sums, pieces = _Sums(self._layout.size), []
        rows = stacked.JointRows(self._layout, self._cell, working)
        for batch in self._batches:
            joint = stacked.weighted(rows.of(batch), batch, rows.information, local.performance)
            r = batch.effects
            products = stacked.products(joint)
            across = products[:, :r, r:]
            inverse = np.linalg.inv(products[:, :r, :r] + stacked.prior(batch, local))
            weights = inverse @ across
            taken = stacked.times(np.swapaxes(across, 1, 2), weights)
            sums.add(
                batch.columns,
                products[:, r:-1, r:-1] - taken[:, :-1, :-1],
                products[:, r:-1, -1] - taken[:, :-1, -1],
            )
            pieces.append((inverse, weights))
        return Eliminated(*sums.total(), pieces, working, local)

    def follow(self, parts: Eliminated, shared: Floats, covariance: Floats) -> Followed:
        """Bring the candidates up to the shared parameters."""
        working, local = parts.working, parts.local
        n, top = len(working.information), len(self._layout.steps)
        own, spread = np.zeros(n + 1), np.zeros(n + 1)
        totals, known = np.zeros(len(LOCAL_TERMS)), np.zeros(len(LOCAL_TERMS))
        rows = stacked.JointRows(self._layout, self._cell, working)
        values, nearby = padded(shared, covariance)
        variances = (local.general, local.competency, local.halo, local.performance)
        for batch, piece in zip(self._batches, parts.pieces, strict=True):
            r = batch.effects
            joint = rows.of(batch)
            here = values[batch.columns]
            effects = piece[1][:, :, -1] - (piece[1][:, :, :-1] @ here[:, :, None])[:, :, 0]
            mine = (joint[:, :, :r] @ effects[:, :, None])[:, :, 0]
            left = joint[:, :, -2] - (joint[:, :, r:-2] @ here[:, :, None])[:, :, 0] - mine
            around = nearby[batch.columns[:, :, None], batch.columns[:, None, :]]
            answers = Answers.of(batch, rows.information[batch.ratings], local.performance)
            each = None if answers is None else answers.sums(joint[:, :, :-2])
            joint[:, :, -2 - top : -2] = 0.0
            joint = joint[:, :, :-2]
            extra: Floats | float = 0.0
            if answers is not None and each is not None:
                shown = answers.share * answers.sums(left)
                mine = mine + answers.spread(shown, mine.shape)
                extra = answers.spread(answers.share, mine.shape)
                joint = joint - answers.spread(answers.share[:, None] * each, joint.shape)
                unsure = answers.share + answers.share**2 * _of_answers(each, answers.runs, piece, around)
                real = answers.share > 0
                totals[3] += (shown[real] ** 2).sum()
                known[3] += (1 - unsure[real] / local.performance).sum()
            own[batch.ratings] = mine
            spread[batch.ratings] = _variance(joint, piece, around) + extra
            follows = piece[1][:, :, :-1]
            uncertain = np.einsum("brr->br", piece[0]) + (stacked.times(follows, around) * follows).sum(
                axis=2
            )
            for t, at in enumerate(stacked.terms(batch)):
                totals[t] += (effects[:, at] ** 2).sum()
                known[t] += (1 - uncertain[:, at] / variances[t]).sum()
        return Followed(own[:-1], np.maximum(spread[:-1], LEAST_SPREAD), totals, known)

    def rows(
        self, parts: Eliminated, shared: Floats, covariance: Floats, yardstick: Yardstick, *, borrowing: bool
    ) -> Rows:
        """Levels of all candidates."""
        table = batched_rows.Table(self._structure, self._layout, yardstick)
        rows = stacked.JointRows(self._layout, self._cell, parts.working)
        values, nearby = padded(shared, covariance)
        for batch, piece in zip(self._batches, parts.pieces, strict=True):
            around = nearby[batch.columns[:, :, None], batch.columns[:, None, :]]
            table.fill(batch, rows, piece, parts.local, values[batch.columns], around, borrowing=borrowing)
        return table.rows

    def modes(
        self,
        likelihood: Likelihood,
        local: LocalVariances,
        own: Floats,
        tolerance: float,
        chosen: Flags | None = None,
    ) -> Floats:
        """Candidates' own parts of the predictor at their modes, shared parameters held."""
        found = np.append(own, 0.0)
        at = Likelihood(
            np.append(likelihood.predictor, 0.0),
            np.append(likelihood.spread, 0.0),
            likelihood.steps
            if likelihood.steps.ndim == 1
            else np.concatenate([likelihood.steps, likelihood.steps[:, -1:]], axis=1),
            np.append(likelihood.score, 0),
            np.append(likelihood.weight, 0.0),
            likelihood.link,
        )
        for batch in self._batches:
            moving = np.ones(len(batch.rows), bool) if chosen is None else chosen[batch.rows]
            if moving.any():
                found[batch.ratings] = _modes(batch, at, local, found[batch.ratings], tolerance, moving)
        return found[:-1]


def padded(shared: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """With the zero that pads of ``columns`` point to."""
    size = len(shared)
    wider = np.zeros((size + 1, size + 1))
    wider[:size, :size] = covariance
    return np.append(shared, 0.0), wider


def _variance(joint: Floats, piece: Piece, around: Floats) -> Floats:
    """Posterior variance of rows over (effects, shared parameters), ``(b, n)``."""
    inverse, weights = piece
    z = joint[:, :, : inverse.shape[1]]
    rest = joint[:, :, inverse.shape[1] :] - stacked.times(z, weights[:, :, :-1])
    return np.asarray(((z @ inverse) * z).sum(axis=2) + (stacked.times(rest, around) * rest).sum(axis=2))


def _of_answers(each: Floats, runs: Runs, piece: Piece, around: Floats) -> Floats:
    """The same of the sums ``each`` ``(k, m)`` over runs; 0 where a run is no performance."""
    result = np.zeros(len(each) + 1)
    rows = np.concatenate([each, np.zeros((1, each.shape[1]))])[runs.place]
    result[runs.place] = _variance(rows, piece, around)
    return result[:-1]


def _modes(
    batch: Batch, at: Likelihood, local: LocalVariances, own: Floats, tolerance: float, moving: Flags
) -> Floats:
    """Newton steps for one batch; a candidate rests once their step is short, ``(b, n)``."""
    b, n, _ = batch.shape
    r = batch.effects
    seen, which = batch.ratings, batch.ratings.ravel()
    present = seen < len(at.predictor) - 1
    rows = np.zeros((b * n, r + 2))
    places = np.minimum(batch.places[:, :, :3].reshape(b * n, 3), r + 1)
    np.put_along_axis(rows, places, 1.0, axis=1)
    for _ in range(MODE_STEPS):
        now = thresholds.moments(
            (at.predictor[seen] + own).ravel(),
            at.steps if at.steps.ndim == 1 else at.steps[:, which],
            at.score[which],
            spread=at.spread[which],
            weight=at.weight[which],
            link=at.link,
        )
        information = np.maximum(now.information, LEAST_INFORMATION).reshape(b, n) * present
        joint = rows.reshape(b, n, r + 2).copy()
        joint[:, :, r] = own + (now.score / np.maximum(now.information, LEAST_INFORMATION)).reshape(b, n)
        target = joint[:, :, r].copy()
        extended = np.zeros(len(at.predictor))
        extended[seen] = information
        joint = stacked.weighted(joint, batch, extended, local.performance)
        products = stacked.products(joint)
        effects = np.linalg.solve(products[:, :r, :r] + stacked.prior(batch, local), products[:, :r, r:])
        new = (rows.reshape(b, n, r + 2)[:, :, :r] @ effects)[:, :, 0]
        answers = Answers.of(batch, information, local.performance)
        if answers is not None:
            new = new + answers.spread(answers.share * answers.sums(target - new), new.shape)
        move = np.where(present & moving[:, None], new - own, 0.0)
        step = np.abs(move).max(axis=1)
        own = own + np.minimum(1.0, LARGEST_STEP / np.maximum(step, 1e-12))[:, None] * move
        moving = moving & (step >= tolerance)
        if not moving.any():
            break
    return own


class _Sums:
    """Adds small matrices into one dense matrix."""

    def __init__(self, size: int) -> None:
        self._side = size + 1
        self._dense = np.zeros(self._side**2)
        self._right = np.zeros(self._side)

    def add(self, columns: Codes, left: Floats, right: Floats) -> None:
        """Matrices ``(b, q, q)`` and right-hand sides ``(b, q)`` of the parameters ``columns``."""
        cells = (columns * self._side)[:, :, None] + columns[:, None, :]
        np.add.at(self._dense, cells.ravel(), left.ravel())
        np.add.at(self._right, columns.ravel(), right.ravel())

    def total(self) -> tuple[Floats, Floats]:
        """The dense matrix and the right-hand side, without pads."""
        return self._dense.reshape(self._side, self._side)[:-1, :-1], self._right[:-1]
