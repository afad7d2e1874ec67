"""Vignettes whose levels are known: what they add to the equations of the shared parameters.

A vignette was written to show level ``L`` on a competency. It is not drawn from the pool: its proficiency is

    theta = e + (L - 3) Delta + error,      error ~ N(0, (sd Delta)^2)

so that a rating of it on a criterion with target ``T`` has the predictor ``e + (L - T) Delta + error`` less severity
and difficulty, with halo and performance as anybody's. ``Delta`` is then learned from ``L - T``, and where the team
stands from how it rates what is known. Linear in all shared parameters but for ``e``, which follows the steps; it is
linearised at their current values like the likelihood itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model import thresholds
from psychometrics.model.derivatives import Moments
from psychometrics.model.levels import system
from psychometrics.model.levels.algebra import (
    LEAST_INFORMATION,
    Algebra,
    Eliminated,
    LocalVariances,
    Working,
)
from psychometrics.model.levels.batched import Batched
from psychometrics.model.levels.data import Coded
from psychometrics.model.levels.layout import Layout
from psychometrics.model.levels.scale import BarPoint
from psychometrics.model.levels.structure import build
from psychometrics.model.thresholds import Link

Floats: TypeAlias = NDArray[np.float64]

_NO_GENERAL = 1e-6  # variance, logits squared: errors of a vignette's levels have nothing in common


@dataclass(frozen=True, slots=True)
class Vignettes:
    """Ratings of vignettes beside those of the candidates; shared parameters are the same."""

    data: Coded
    layout: Layout
    algebra: Algebra


@dataclass(frozen=True, slots=True)
class Met:
    """Vignettes at the current values of a fit."""

    parts: Eliminated
    moments: Moments
    working: Working


def of(coded: Coded, placed: Layout) -> Vignettes | None:
    """Vignettes among all ratings; their levels take the place of the pool's means."""
    rows = np.isfinite(coded.known)
    if not rows.any() or placed.spacing < 0:
        return None
    data = coded.of(np.add.reduceat(rows, coded.starts[:-1]) > 0)
    columns, values = placed.columns[placed.cell[rows]], placed.values[placed.cell[rows]]
    means = np.concatenate([[placed.mean], placed.pool, placed.profile])
    columns = np.where(np.isin(columns, means), -1, columns)
    beyond = (data.known - data.criterion_target[data.criterion])[:, None]
    values = np.where(columns == placed.spacing, beyond, values)
    layout = replace(placed, columns=columns, values=values, cell=np.arange(data.n))
    return Vignettes(data, layout, Batched(build(data, layout), layout))


def meet(
    vignettes: Vignettes,
    bar: BarPoint,
    shared: Floats,
    held: tuple[Floats, Floats],
    variances: Mapping[str, float],
    *,
    sd: float,
    rating_steps: Floats,
    link: Link,
) -> Met:
    """Integrate the vignettes out; ``held`` are their own parts of the predictor and its spread, ``(v,)`` each.

    ``sd`` is the standard deviation of the error of a known level, in levels; ``rating_steps`` ``(L,)`` or ``(L, v)``
    are the steps of the ratings.
    """
    data, layout = vignettes.data, vignettes.layout
    own, spread = held
    touched = np.where(layout.columns >= 0, shared[layout.columns], 0.0)
    predictor = (touched * layout.values).sum(axis=1)[layout.cell]
    steps = shared[layout.steps]
    moments = thresholds.moments(
        predictor + bar.eta + own, rating_steps, data.score, spread=spread, weight=data.weight, link=link
    )
    information = np.maximum(moments.information, LEAST_INFORMATION)
    pull = moments.cross / information - bar.pull[:, None]
    working = Working(information, pull, predictor + steps @ pull + own + moments.score / information)
    terms = {**variances, "general": _NO_GENERAL, "competency": (sd * bar.width) ** 2}
    parts = vignettes.algebra.eliminate(working, LocalVariances.of(terms))
    return Met(parts, replace(moments, information=information), working)


def added(
    equations: system.Equations, met: Met, shared: Floats, steps: NDArray[np.int64]
) -> system.Equations:
    """The equations with what ratings of vignettes say of the shared parameters."""
    moments, pull = met.moments, met.moments.cross / met.moments.information
    dense, right = equations.dense + met.parts.dense, equations.right + met.parts.right
    left_over = moments.step_information - moments.cross @ pull.T
    dense[np.ix_(steps, steps)] += left_over
    right[steps] += moments.step_score - pull @ moments.score + left_over @ shared[steps]
    return replace(equations, dense=dense, right=right)
