"""The level model's linear algebra compiled: the same numbers as ``psychometrics.model.levels.batched``."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.compiled import levels_elimination, levels_modes, levels_posterior, levels_table
from psychometrics.model.compiled.levels_index import Index, Ratings, Scale, Table
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
from psychometrics.model.levels.layout import Layout
from psychometrics.model.levels.policy import GLOBAL_TERMS, LOCAL_TERMS
from psychometrics.model.levels.structure import Structure

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


class Compiled:
    """Implements ``psychometrics.model.levels.algebra.Algebra``."""

    def __init__(self, structure: Structure, layout: Layout) -> None:
        self._structure, self._layout = structure, layout
        self._index = _index(structure, layout)

    def eliminate(self, working: Working, local: LocalVariances) -> Eliminated:
        """Integrate the candidates out."""
        size = self._layout.size
        dense, right = np.zeros((size, size)), np.zeros(size)
        pieces = (np.empty(self._index.inverse_starts[-1]), np.empty(self._index.weight_starts[-1]))
        levels_elimination.eliminate(self._index, _ratings(working), _array(local), dense, right, *pieces)
        return Eliminated(dense, right, pieces, working, local)

    def follow(self, parts: Eliminated, shared: Floats, covariance: Floats) -> Followed:
        """Bring the candidates up to the shared parameters."""
        n = len(parts.working.information)
        own, spread = np.empty(n), np.empty(n)
        totals, known = np.zeros(len(LOCAL_TERMS)), np.zeros(len(LOCAL_TERMS))
        inverses, weights = parts.pieces
        levels_posterior.follow(
            self._index,
            _ratings(parts.working),
            _array(parts.local),
            shared,
            covariance,
            inverses,
            weights,
            own,
            spread,
            totals,
            known,
        )
        return Followed(own, np.maximum(spread, LEAST_SPREAD), totals, known)

    def rows(
        self, parts: Eliminated, shared: Floats, covariance: Floats, yardstick: Yardstick, *, borrowing: bool
    ) -> Rows:
        """Levels of all candidates."""
        layout = self._layout
        of_mean = np.concatenate([[layout.mean], layout.pool, layout.profile])
        found = Rows.empty(self._structure, len(layout.steps))
        unrated = np.empty(len(found.theta) if borrowing else 0)
        taken = np.empty(len(found.gradient) if borrowing else 0)
        if borrowing:
            ratings, variances = _ratings(parts.working), _array(parts.local)
            levels_elimination.without(self._index, ratings, variances, unrated, taken)
        scale = Scale(
            eta=yardstick.eta,
            spacing=yardstick.spacing,
            place=yardstick.place,
            pull=yardstick.pull,
            is_mean=np.isin(np.arange(layout.size), of_mean),
            is_severity=layout.term == GLOBAL_TERMS.index("severity"),
        )
        table = Table(*(getattr(found, name) for name in Table._fields))
        inverses, weights = parts.pieces
        levels_table.rows(self._index, shared, covariance, inverses, weights, scale, unrated, taken, table)
        return found

    def modes(
        self,
        likelihood: Likelihood,
        local: LocalVariances,
        own: Floats,
        tolerance: float,
        chosen: Flags | None = None,
    ) -> Floats:
        """Candidates' own parts of the predictor at their modes, shared parameters held."""
        found = own.copy()
        levels_modes.modes(
            self._index,
            _array(local),
            likelihood.predictor,
            likelihood.spread,
            np.ascontiguousarray(likelihood.steps.reshape(len(likelihood.steps), -1)),
            likelihood.score,
            likelihood.weight,
            likelihood.link == "cl",
            (tolerance, LARGEST_STEP, LEAST_INFORMATION, MODE_STEPS),
            np.ones(len(self._index.effects), bool) if chosen is None else chosen,
            found,
        )
        return found


def _index(structure: Structure, layout: Layout) -> Index:
    effects, competencies = structure.effects, np.diff(structure.competency_starts)
    columns = np.diff(structure.column_starts)
    top = len(layout.steps)
    touched_starts = structure.column_starts + top * np.arange(len(columns) + 1)
    own = np.ones(touched_starts[-1], bool)
    steps = touched_starts[1:, None] - top + np.arange(top)
    own[steps] = False
    touched = np.empty(len(own), np.int64)
    touched[own], touched[steps] = structure.columns, layout.steps
    place = structure.place
    entries = np.zeros((len(layout.cell), 3 + place.shape[1]), np.int32)
    entries[:, 1] = 1 + structure.competency
    entries[:, 2] = 1 + competencies[structure.who] + structure.interviewer
    entries[:, 3:] = np.where(place >= 0, place + effects[structure.who][:, None], -1)
    longest = effects + columns + top + 1
    most = (np.diff(structure.starts).max(), competencies.max(), effects.max(), longest.max())
    return Index(
        starts=structure.starts,
        entries=entries,
        cell=layout.cell,
        values=np.concatenate([np.ones((len(layout.values), 3)), layout.values], axis=1),
        answer=structure.answer,
        competencies=competencies,
        effects=effects,
        touched_starts=touched_starts,
        touched=touched,
        inverse_starts=np.append(0, np.cumsum(effects**2)),
        weight_starts=np.append(0, np.cumsum(effects * (columns + top + 1))),
        widest=(int(most[0]), int(most[1]), int(most[2]), int(most[3])),
    )


def _ratings(working: Working) -> Ratings:
    return Ratings(working.information, np.ascontiguousarray(working.pull), working.response)


def _array(local: LocalVariances) -> Floats:
    return np.array([local.general, local.competency, local.halo, local.performance])
