"""A fit of several competencies as diagnostics take it.

Interviewers are examined on the fit of all ratings at full weight: a weight says how far a rating may move a level,
not how well it was made. Residuals leave out halo and performance, as those of one trait leave out halo; the general
factor, the competencies and all that candidates share stay in.

Every candidate's effects, performances among them, are eliminated from the normal equations one candidate at a time
(``algebra`` states the equations). Nothing is refitted, and no engine is asked: small dense matrices do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.derivatives import Moments
from psychometrics.model.fitted import FittedRatings
from psychometrics.model.levels import checks, fit, layout, structure
from psychometrics.model.levels.data import Coded
from psychometrics.model.levels.fit import State
from psychometrics.model.levels.layout import Layout
from psychometrics.model.levels.policy import GLOBAL_TERMS, Settings
from psychometrics.model.levels.results import LevelCalibration
from psychometrics.model.levels.scale import meets_the_bar
from psychometrics.model.levels.structure import Structure

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]

_HELD = 1e12  # prior precision of what the data may not move


@dataclass(frozen=True, slots=True, eq=False)
class EliminatedCandidate:
    """One candidate's part of the equations; ``m`` effects, ``q`` shared parameters."""

    rows: slice
    base: int
    """Effects that residuals keep come first: general factor and competencies."""
    effects: Floats
    """``(n, m)`` which rating holds which effect."""
    shared: Floats
    """``(n, q)`` the shared parameters of the ratings, steps last."""
    columns: Codes
    inverse: Floats
    """``(m, m)`` B^-1."""
    follows: Floats
    """``(m, q)`` W."""


def examined(run: LevelCalibration) -> FittedRatings:
    """The ratings of a run and what it expects of them."""
    data, placed = run.origin.data, run.origin.layout
    state = run.origin.full or run.origin.state
    link = run.settings.link
    indexed = structure.build(data, placed)
    moments = fit.moments_at(replace(data, weight=np.ones(data.n)), placed, state, link)
    absorption = LevelsAbsorption(data, placed, indexed, state, moments, run.settings)
    starts = np.append(0, np.cumsum(indexed.interviewers))
    unit = (starts[indexed.who] + indexed.interviewer).astype(np.intp)
    judge = np.searchsorted(placed.interviewers, data.interviewer)
    unit_interviewer = np.empty(starts[-1], np.int64)
    unit_interviewer[unit] = judge
    own, uncertain = absorption.predictors(state.own + moments.score / moments.information)
    steps = -state.shared[placed.steps]
    return FittedRatings(
        candidates=data.candidates,
        interviewers=placed.interviewers,
        questions=placed.criteria,
        candidate=indexed.who,
        interviewer=judge,
        question=np.searchsorted(placed.criteria, data.criterion),
        unit=unit,
        unit_candidate=np.repeat(np.arange(len(data.candidates)), indexed.interviewers),
        unit_interviewer=unit_interviewer,
        points=data.score,
        order=data.order,
        standing=_standing(indexed, own),
        eta=fit.shared_predictor(placed, state.shared) + own,
        uncertain=uncertain,
        halo=state.variances["halo"] if run.settings.halo else None,
        performance=np.where(indexed.answer >= 0, state.variances["performance"], 0.0),
        steps=steps,
        rating_steps=fit.steps_at(data, placed, state),
        link=link,
        absorption=absorption,
    )


def _standing(indexed: Structure, own: Floats) -> Floats:
    """Every candidate's mean over the competencies rated, of what their predictors have of their own."""
    seen = np.empty(len(indexed.competencies))
    seen[indexed.competency_starts[indexed.who] + indexed.competency] = own
    starts = indexed.competency_starts
    return np.asarray(np.add.reduceat(seen, starts[:-1]) / np.diff(starts))


class LevelsAbsorption:
    """``Absorption`` from the normal equations, candidate by candidate."""

    def __init__(
        self,
        data: Coded,
        placed: Layout,
        indexed: Structure,
        state: State,
        moments: Moments,
        settings: Settings,
    ) -> None:
        self._information = moments.information
        self._units = indexed.interviewers
        self._interviewer = indexed.interviewer
        self._steps = len(placed.steps)
        pull = moments.cross / moments.information
        self._people = list(eliminated(placed, indexed, state, moments.information, pull))
        dense = np.diag(_precision(data, placed, state, settings))
        for one in self._people:
            heavy = one.shared * self._information[one.rows, None]
            taken = (one.effects.T @ heavy).T @ one.follows
            dense[np.ix_(one.columns, one.columns)] += one.shared.T @ heavy - taken
        # Steps are no plain columns: what the ratings say about them beside the predictor is added.
        steps = placed.steps
        dense[np.ix_(steps, steps)] += moments.step_information - (pull * moments.information) @ pull.T
        self._covariance = np.linalg.inv(dense)

    def predictors(self, response: Floats) -> tuple[Floats, Floats]:
        """Candidates' own part of every predictor without halo and performance, and its posterior variance.

        ``response`` ``(n,)`` is the own part plus score over information, the shared part taken out.
        """
        own, variance = np.empty(len(response)), np.empty(len(response))
        for one in self._people:
            held, base = self._information[one.rows], one.effects[:, : one.base]
            effects = one.inverse @ (one.effects.T @ (held * response[one.rows]))
            own[one.rows] = base @ effects[: one.base]
            shared = one.shared.copy()
            shared[:, -self._steps :] = 0.0
            rest = shared - base @ one.follows[: one.base]
            around = self._covariance[np.ix_(one.columns, one.columns)]
            variance[one.rows] = ((base @ one.inverse[: one.base, : one.base]) * base).sum(1)
            variance[one.rows] += ((rest @ around) * rest).sum(1)
        return own, variance

    def of_owners(
        self,
        owner: NDArray[np.intp],
        owners: int,
        slope: Floats,
        weights: Floats,
        direction: Floats,
    ) -> Floats:
        """``Absorption.of_owners``."""
        right = np.zeros((len(self._covariance), owners))
        pulled = self._information * direction
        pushed = []
        for one in self._people:
            names, place = np.unique(owner[one.rows], return_inverse=True)
            each = np.zeros((len(place), len(names)))
            each[np.arange(len(place)), place] = pulled[one.rows]
            effects = one.effects.T @ each
            right[np.ix_(one.columns, names)] += one.shared.T @ each - one.follows.T @ effects
            pushed.append((names, place, effects))
        answer = self._covariance @ right
        taken = np.zeros(owners)
        felt = weights * slope
        for one, (names, place, effects) in zip(self._people, pushed, strict=True):
            shared = answer[np.ix_(one.columns, names)]
            own = one.inverse @ effects - one.follows @ shared
            moved = one.effects[:, : one.base] @ own[: one.base] + one.shared @ shared
            mine = felt[one.rows] * moved[np.arange(len(place)), place]
            taken[names] += np.bincount(place, mine, len(names))
        return taken

    def of_units(self, slope: Floats) -> Floats:
        """``Absorption.of_units``."""
        shares = np.empty(int(self._units.sum()))
        first = 0
        for one, units in zip(self._people, self._units.tolist(), strict=True):
            place = self._interviewer[one.rows]
            each = np.zeros((len(place), units))
            each[np.arange(len(place)), place] = 1.0
            effects = one.inverse @ (one.effects.T @ (each * self._information[one.rows, None]))
            moved = (one.effects[:, : one.base] @ effects[: one.base])[np.arange(len(place)), place]
            mine = slope[one.rows]
            total = np.bincount(place, mine, units)
            shares[first : first + units] = np.bincount(place, mine * moved, units) / total
            first += units
        return shares


def eliminated(
    placed: Layout, indexed: Structure, state: State, information: Floats, pull: Floats
) -> Iterator[EliminatedCandidate]:
    """Every candidate's effects and shared parameters, eliminated."""
    local = state.variances
    starts, first = indexed.starts.tolist(), indexed.column_starts.tolist()
    competencies = np.diff(indexed.competency_starts).tolist()
    for i, judges in enumerate(indexed.interviewers.tolist()):
        rows = slice(starts[i], starts[i + 1])
        answer, base = indexed.answer[rows], 1 + competencies[i]
        shown, number = np.unique(answer[answer >= 0], return_inverse=True)
        at = np.arange(len(answer))
        effects = np.zeros((len(at), base + judges + len(shown)))
        effects[:, 0] = 1.0
        effects[at, 1 + indexed.competency[rows]] = 1.0
        effects[at, base + indexed.interviewer[rows]] = 1.0
        effects[at[answer >= 0], base + judges + number] = 1.0
        precision = np.full(effects.shape[1], 1 / local["performance"])
        precision[0] = 1 / local["general"]
        precision[1:base] = 1 / local["competency"]
        precision[base : base + judges] = 1 / local["halo"]
        columns = indexed.columns[first[i] : first[i + 1]]
        shared = np.zeros((len(at), len(columns) + len(pull)))
        for term in range(placed.columns.shape[1]):
            place = indexed.place[rows, term]
            held = place >= 0
            shared[at[held], place[held]] = placed.values[placed.cell[rows][held], term]
        shared[:, len(columns) :] = pull[:, rows].T
        heavy = effects * information[rows, None]
        inverse = np.linalg.inv(effects.T @ heavy + np.diag(precision))
        yield EliminatedCandidate(
            rows=rows,
            base=base,
            effects=effects,
            shared=shared,
            columns=np.concatenate([columns, placed.steps]),
            inverse=inverse,
            follows=inverse @ (heavy.T @ shared),
        )


def _precision(data: Coded, placed: Layout, state: State, settings: Settings) -> Floats:
    """Prior precision of the shared parameters, ``(P,)``."""
    by_term = np.array([state.variances[term] for term in GLOBAL_TERMS])
    bar = meets_the_bar(-state.shared[placed.steps], data.meets, settings.link)
    first = layout.start(placed, data, settings)
    _, precision = layout.prior(placed, first, by_term, bar, settings.priors)
    if placed.spacing >= 0 and not checks.spacing_estimable(data, settings.limits):
        precision[placed.spacing] = _HELD
    return precision
