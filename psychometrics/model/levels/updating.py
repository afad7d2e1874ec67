"""One more interview on a fitted panel: a few Newton steps instead of a fit from nothing.

Shared parameters, variances and each rating's smoothing are carried over by what they belong to. The
candidates whose ratings changed are settled first, everything they share held where it was; the joint
steps that follow start next to their goal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.levels import criterion_steps, keys, layout
from psychometrics.model.levels import fit as fitting
from psychometrics.model.levels.algebra import LARGEST_STEP, LocalVariances
from psychometrics.model.levels.batched import Batched
from psychometrics.model.levels.data import Coded
from psychometrics.model.levels.fit import Problem, Start, State
from psychometrics.model.levels.structure import build
from psychometrics.model.levels.vignettes import Vignettes

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

_LOCAL_STEPS = 8
_FEW = 0.1  # share of the ratings that may have changed for a step or two to do


@dataclass(frozen=True, slots=True)
class Origin:
    """What a later update starts from."""

    data: Coded
    vignettes: Vignettes | None
    layout: layout.Layout
    state: State
    full: State | None
    """Where the same ratings at full weight came to rest, which the variances come from; None if all
    weights are 1."""
    alone: Floats
    """``(n,)`` own predictors at each candidate's own mode."""
    covariance: Floats
    """``(P, P)`` of the shared parameters."""


def carried(origin: Origin, problem: Problem) -> Start:
    """Lay the state of an earlier fit out for the ratings of ``problem``."""
    data, old = problem.data, origin.data
    before = _matched(_identity(old), _identity(data))
    same = before >= 0
    same[same] = (old.score[before[same]] == data.score[same]) & (
        old.weight[before[same]] == data.weight[same]
    )
    touched = np.zeros(len(data.candidates), bool)
    touched[problem.structure.who[~same]] = True
    counts = dict(zip(old.candidates.tolist(), np.diff(old.starts).tolist(), strict=True))
    lengths = np.diff(problem.structure.starts)
    touched |= lengths != np.array([counts.get(code, 0) for code in data.candidates.tolist()])
    place = _matched(layout.identity(origin.layout, old), layout.identity(problem.layout, data))
    covariance = _covariance(origin, problem, place)

    alike = _unchanged(origin.vignettes, problem.vignettes)

    def moved(state: State, weight: Floats) -> State:
        begin = _laid_out(state, origin.layout, problem, place, before)
        if alike:
            begin = replace(begin, vignettes=state.vignettes)
        return _settled(replace(problem, data=replace(data, weight=weight)), begin, covariance, touched)

    state, full = moved(origin.state, data.weight), None
    if np.any(data.weight != 1.0):
        full = moved(origin.full or origin.state, np.ones(data.n))
    alone = np.where(before >= 0, origin.alone[before], state.own)
    withdrawn = old.n - int((before >= 0).sum())
    quick = alike and int((~same).sum()) + withdrawn < _FEW * data.n
    return Start(state, full, alone, touched, quick=quick)


def _identity(data: Coded) -> tuple[Codes, ...]:
    return data.candidate, data.session, data.criterion, data.interviewer


def _matched(old: tuple[Codes, ...], new: tuple[Codes, ...]) -> Codes:
    """Where each of the new stood among the old, -1 for none."""
    together = [np.concatenate(pair) for pair in zip(old, new, strict=True)]
    key = keys.joint(*together)
    first = key[: len(old[0])]
    order = np.argsort(first, kind="stable")
    at = np.minimum(np.searchsorted(first[order], key[len(first) :]), len(first) - 1)
    found = order[at]
    return np.where(first[found] == key[len(first) :], found, -1)


def _covariance(origin: Origin, problem: Problem, place: Codes) -> Floats:
    """Covariance of the shared parameters, new ones at their priors."""
    known = place >= 0
    wider = np.zeros((len(place), len(place)))
    wider[np.ix_(known, known)] = origin.covariance[np.ix_(place[known], place[known])]
    new = np.flatnonzero(~known)
    wider[new, new] = 1.0
    return wider


def _laid_out(state: State, old: layout.Layout, problem: Problem, place: Codes, before: Codes) -> State:
    data = problem.data
    begin = fitting.starting(problem)
    shared = np.where(place >= 0, state.shared[place], begin.shared)
    known = before >= 0
    own = np.where(known, state.own[before], 0.0)
    who = problem.structure.who
    met = np.bincount(who[known], minlength=len(data.candidates))
    usual = np.bincount(who[known], own[known], len(data.candidates)) / np.maximum(met, 1)
    return State(
        shared=shared,
        own=np.where(known, own, usual[who]),
        spread=np.where(known, state.spread[before], float(np.median(state.spread))),
        variances={**state.variances, **{term: begin.variances[term] for term in problem.fixed}},
        vignettes=begin.vignettes,
        own_steps=criterion_steps.carried(state.own_steps, old, begin.own_steps, problem.layout),
    )


def _unchanged(before: Vignettes | None, now: Vignettes | None) -> bool:
    """Whether the vignettes, their ratings and their levels are those of before."""
    if before is None or now is None:
        return before is now
    names = ("candidate", "session", "criterion", "interviewer", "score", "weight", "known")
    return all(np.array_equal(getattr(before.data, name), getattr(now.data, name)) for name in names)


def _settled(problem: Problem, state: State, covariance: Floats, touched: Flags) -> State:
    """Bring the candidates rated anew to their mode, everything they share held."""
    rows = np.flatnonzero(touched[problem.structure.who])
    if not len(rows):
        return state
    data = problem.data.of(touched)
    placed = replace(problem.layout, cell=problem.layout.cell[rows])
    algebra = Batched(build(data, placed), placed)
    local = LocalVariances.of(state.variances)
    mine = replace(state, own=state.own[rows], spread=state.spread[rows])
    for _ in range(_LOCAL_STEPS):
        working = fitting.working_at(
            placed, fitting.moments_at(data, placed, mine, problem.settings.link), mine
        )
        found = algebra.follow(algebra.eliminate(working, local), state.shared, covariance)
        move = found.own - mine.own
        step = float(np.abs(move).max())
        mine = replace(
            mine, own=mine.own + min(1.0, LARGEST_STEP / max(step, 1e-12)) * move, spread=found.spread
        )
        if step < problem.settings.tolerance:
            break
    own, spread = state.own.copy(), state.spread.copy()
    own[rows], spread[rows] = mine.own, mine.spread
    return replace(state, own=own, spread=spread)
