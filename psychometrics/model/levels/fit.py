"""Fit the level model: smoothed Newton steps with variance updates (Fellner-Schall).

The likelihood's derivatives are averaged over each predictor's posterior spread, which makes the
fixed point a Gaussian variational one instead of the attenuated joint mode. No random numbers and
sums in a fixed order: the same ratings in any order give the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model import thresholds
from psychometrics.model.calibration.question_steps import QuestionSteps, advance
from psychometrics.model.derivatives import Moments
from psychometrics.model.levels import criterion_steps, damping, system
from psychometrics.model.levels import layout as layouts
from psychometrics.model.levels import variances as variances_of
from psychometrics.model.levels import vignettes as known
from psychometrics.model.levels.algebra import (
    LARGEST_STEP,
    LEAST_INFORMATION,
    Algebra,
    Eliminated,
    LocalVariances,
    Working,
)
from psychometrics.model.levels.data import Coded
from psychometrics.model.levels.policy import GLOBAL_TERMS, TERMS, Settings
from psychometrics.model.levels.scale import BarPoint, meets_the_bar
from psychometrics.model.levels.structure import Structure
from psychometrics.model.thresholds import Link

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Progress: TypeAlias = Callable[[int, float], None]

_NONE = 1e-8  # variance of a term that is left out, logits squared
_NEAR = 0.5  # logits; criteria's own steps follow once Newton steps are shorter
_FIRST_SHARE = 0.8  # of the work of a weighted fit lies in its variances
_SETTLING = 3  # iterations before the width of a scale point follows the estimated steps
_FIRST_SPREAD = 0.3  # logits squared
_NEARBY = 0.1  # logits; what a Newton step leaves is a fraction of its square
_LAST_LEAP = 60  # variances that have not settled by extrapolation until then are better left to creep


@dataclass(frozen=True, slots=True)
class Problem:
    """One data set with its index arrays; reused by refits that vary a variance."""

    data: Coded
    layout: layouts.Layout
    structure: Structure
    algebra: Algebra
    settings: Settings
    fixed: frozenset[str]
    """Terms whose variance keeps its prior value."""
    spacing_held: bool
    """Whether the logits per level keep their prior value."""
    vignettes: known.Vignettes | None = None
    """Ratings of vignettes whose levels are known, beside ``data``."""


@dataclass(frozen=True, slots=True)
class State:
    """Current values; starting from one of these is a warm start."""

    shared: Floats
    own: Floats
    spread: Floats
    variances: Mapping[str, float]
    vignettes: tuple[Floats, Floats]
    """Own parts of the predictor and spread of the ratings of vignettes, ``(v,)`` each."""
    own_steps: QuestionSteps | None = None
    """Deviations of the criteria's steps, in the layout's order; None where all share them."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted problem: values, posterior pieces and whether it converged."""

    problem: Problem
    state: State
    solution: system.Solution
    parts: Eliminated
    steps: Floats
    bar: BarPoint
    spacing: float
    """Logits per level; the width of a scale point without levels."""
    used: Mapping[str, float]
    """Effective number of effects the data speak for, per term."""
    iterations: int
    converged: bool
    full: State | None = None
    """Where the same ratings at full weight came to rest; None if all weights are 1."""


def starting(problem: Problem) -> State:
    """Prior means everywhere."""
    beside = 0 if problem.vignettes is None else problem.vignettes.data.n
    return State(
        shared=layouts.start(problem.layout, problem.data, problem.settings),
        own=np.zeros(problem.data.n),
        spread=np.full(problem.data.n, _FIRST_SPREAD),
        variances=_prior_variances(problem.settings),
        vignettes=(np.zeros(beside), np.full(beside, _FIRST_SPREAD)),
        own_steps=criterion_steps.starting(problem.data, problem.layout, problem.settings),
    )


def _prior_variances(settings: Settings) -> dict[str, float]:
    """The centre of every prior; of halo next to nothing where it is left out."""
    variances = {term: settings.priors.variance(term) for term in TERMS}
    return variances if settings.halo else {**variances, "halo": _NONE}


def run(
    problem: Problem,
    *,
    begin: State | None = None,
    vary: bool = True,
    spacing: float | None = None,
    quick: bool = False,
    progress: Progress | None = None,
) -> Fit:
    """Iterate to convergence.

    Args:
        begin: a warm start.
        vary: whether variances are estimated; else they stay as they begin.
        spacing: logits per level to condition on; None to estimate it (or hold it, if the problem does).
        quick: come to rest as soon as a step is so short that what it leaves is within the tolerance.
        progress: called with the iteration and the share of the way estimated to be done.
    """
    data, layout, settings = problem.data, problem.layout, problem.settings
    state = starting(problem) if begin is None else begin
    link = settings.link
    first = layouts.start(layout, data, settings)
    bar = meets_the_bar(-first[layout.steps], data.meets, link)
    rated = None if state.own_steps is None else criterion_steps.RatedCriteria.of(data, layout)
    converged, least = False, 1 if quick else _SETTLING + 1
    tolerance = max(settings.tolerance, _NEARBY) if quick else settings.tolerance
    moves: list[Floats] = []
    pace = damping.Damping()
    for iteration in range(1, settings.max_iterations + 1):
        if iteration > _SETTLING or begin is not None:
            bar = meets_the_bar(-state.shared[layout.steps], data.meets, link)
        moments = moments_at(data, layout, state, link)
        working = working_at(layout, moments, state)
        parts = problem.algebra.eliminate(working, LocalVariances.of(state.variances))
        prior = _prior(problem, first, bar, state)
        equations = system.equations(parts, layout, moments, working, state.shared, prior)
        met = _met(problem, bar, state)
        if met is not None:
            equations = known.added(equations, met, state.shared, layout.steps)
        solution = system.solve(
            equations,
            held=_held(problem, bar, spacing),
            lowest=settings.priors.lowest_spacing * bar.width,
        )
        found = problem.algebra.follow(parts, solution.shared, solution.covariance)
        shown, its_spread = _followed(problem, met, solution, state)
        move = np.concatenate(
            [solution.shared - state.shared, found.own - state.own, shown - state.vignettes[0]]
        )
        step = float(np.abs(move).max(initial=0.0))
        part = min(pace.of(move), LARGEST_STEP / max(step, 1e-12))
        effects = variances_of.effects_of(state.variances, solution, layout, found)
        variances, used = variances_of.updated(state.variances, effects, settings.priors)
        held_back = TERMS if not vary else problem.fixed
        variances.update({term: state.variances[term] for term in held_back})
        moves.append(np.array([np.log(variances[t] / state.variances[t]) for t in TERMS]))
        change = float(np.abs(moves[-1]).max())
        leaps = _SETTLING < iteration <= _LAST_LEAP and iteration % variances_of.LEAP_EVERY == 0
        if leaps and pace.is_full:
            variances = variances_of.leap(variances, moves[-2], moves[-1])
        state = State(
            shared=state.shared + part * move[: layout.size],
            own=state.own + part * move[layout.size : layout.size + data.n],
            vignettes=(state.vignettes[0] + part * move[layout.size + data.n :], its_spread),
            spread=pace.between(state.spread, found.spread),
            variances={t: float(pace.between(state.variances[t], variances[t])) for t in TERMS},
            own_steps=state.own_steps,
        )
        if vary and rated is not None and step < _NEAR:
            state, moved = _with_own_steps(state, layout, rated)
            step = max(step, moved)
        converged = step < tolerance and change < settings.variance_tolerance
        if progress is not None:
            progress(iteration, _share_done(step, change, settings))
        if converged and iteration >= least:
            break
    steps = -state.shared[layout.steps]
    bar = meets_the_bar(steps, data.meets, link)
    logits_per_level = float(state.shared[layout.spacing]) if layout.spacing >= 0 else bar.width
    return Fit(
        problem=problem,
        state=state,
        solution=solution,
        parts=parts,
        steps=steps,
        bar=bar,
        spacing=logits_per_level,
        used=used,
        iterations=iteration,
        converged=converged,
    )


@dataclass(frozen=True, slots=True)
class Start:
    """Where a warm fit begins."""

    state: State
    full: State | None
    """Of the same ratings at full weight; None if all weights are 1."""
    alone: Floats
    """``(n,)`` own predictors at each candidate's own mode."""
    touched: Flags
    """``(N,)`` candidates whose ratings changed."""
    quick: bool
    """Whether so little is new that a step or two will do."""


def run_weighted(problem: Problem, *, begin: Start | None = None, progress: Progress | None = None) -> Fit:
    """Fit with likelihood weights; the variances come from the same ratings at full weight.

    A weight says how far a rating may move a level. It does not say that people, interviewers or
    answers differ less: a weighted likelihood takes light ratings for noisy ones and would shrink
    every variance (by half at weights around .5, with intervals covering .80 instead of .90).
    """
    quick = begin is not None and begin.quick
    if np.all(problem.data.weight == 1.0):
        state = None if begin is None else begin.state
        return run(problem, begin=state, quick=quick, progress=progress)
    full = replace(problem, data=replace(problem.data, weight=np.ones(problem.data.n)))
    state = None if begin is None else begin.full
    first = run(full, begin=state, quick=quick, progress=_part_of(progress, 0, 0.0, _FIRST_SHARE))
    warm = first.state if begin is None else replace(begin.state, variances=first.state.variances)
    second = run(
        problem,
        begin=warm,
        vary=False,
        quick=quick,
        progress=_part_of(progress, first.iterations, _FIRST_SHARE, 1.0),
    )
    return replace(
        second,
        full=first.state,
        used=first.used,
        iterations=first.iterations + second.iterations,
        converged=first.converged and second.converged,
    )


def _part_of(progress: Progress | None, before: int, low: float, high: float) -> Progress | None:
    if progress is None:
        return None
    return lambda iteration, share: progress(before + iteration, low + (high - low) * share)


def with_variance(state: State, term: str, factor: float) -> State:
    """The same state with one variance multiplied."""
    return replace(state, variances={**state.variances, term: state.variances[term] * factor})


def _met(problem: Problem, bar: BarPoint, state: State) -> known.Met | None:
    """Vignettes at the current values, if there are any."""
    if problem.vignettes is None:
        return None
    beside, settings = problem.vignettes, problem.settings
    return known.meet(
        beside,
        bar,
        state.shared,
        state.vignettes,
        state.variances,
        sd=settings.priors.known_level_sd,
        rating_steps=steps_at(beside.data, beside.layout, state),
        link=settings.link,
    )


def _followed(
    problem: Problem, met: known.Met | None, solution: system.Solution, state: State
) -> tuple[Floats, Floats]:
    """Vignettes brought up to the shared parameters; as they stand where there are none."""
    if problem.vignettes is None or met is None:
        return state.vignettes
    found = problem.vignettes.algebra.follow(met.parts, solution.shared, solution.covariance)
    return found.own, found.spread


def _held(problem: Problem, bar: BarPoint, spacing: float | None) -> tuple[float, float] | None:
    if problem.layout.spacing < 0:
        return None
    if spacing is not None:
        return spacing, 0.0
    if problem.spacing_held:
        return bar.width, (problem.settings.priors.spacing_sd * bar.width) ** 2
    return None


def _prior(problem: Problem, first: Floats, bar: BarPoint, state: State) -> tuple[Floats, Floats]:
    by_term = np.array([state.variances[term] for term in GLOBAL_TERMS])
    return layouts.prior(problem.layout, first, by_term, bar, problem.settings.priors)


def _with_own_steps(
    state: State, layout: layouts.Layout, rated: criterion_steps.RatedCriteria
) -> tuple[State, float]:
    """One step of the criteria's own steps, the rest held, and how far it went."""
    if state.own_steps is None:
        return state, 0.0
    eta = shared_predictor(layout, state.shared) + state.own
    own, moved = advance(state.own_steps, rated, eta, state.spread, -state.shared[layout.steps])
    return replace(state, own_steps=own), moved


def steps_at(data: Coded, layout: layouts.Layout, state: State) -> Floats:
    """The steps ratings were made on: ``(L,)`` if common, else ``(L, n)``."""
    common = -state.shared[layout.steps]
    if state.own_steps is None:
        return common
    return state.own_steps.of_ratings(common, criterion_steps.RatedCriteria.of(data, layout))


def moments_at(data: Coded, layout: layouts.Layout, state: State, link: Link) -> Moments:
    """Smoothed score and information of every rating at the current values."""
    eta = shared_predictor(layout, state.shared) + state.own
    steps = steps_at(data, layout, state)
    found = thresholds.moments(eta, steps, data.score, spread=state.spread, weight=data.weight, link=link)
    return replace(found, information=np.maximum(found.information, LEAST_INFORMATION))


def shared_predictor(layout: layouts.Layout, shared: Floats) -> Floats:
    """Part of every predictor that comes from shared parameters, steps left out, ``(n,)``."""
    held = np.where(layout.columns >= 0, shared[layout.columns], 0.0)
    return np.asarray((held * layout.values).sum(axis=1)[layout.cell])


def working_at(layout: layouts.Layout, moments: Moments, state: State) -> Working:
    """The likelihood as a weighted least-squares problem around the current values."""
    pull = moments.cross / moments.information
    predictor = shared_predictor(layout, state.shared) + state.shared[layout.steps] @ pull + state.own
    return Working(moments.information, pull, predictor + moments.score / moments.information)


def _share_done(step: float, change: float, settings: Settings) -> float:
    """Rough share of the way: both criteria shrink about geometrically from 1."""
    far = np.array([step / settings.tolerance, change / settings.variance_tolerance])
    whole = -np.log([settings.tolerance, settings.variance_tolerance])
    left = float((np.log(np.maximum(far, 1.0)) / whole).max())
    return float(np.clip(1 - left, 0.0, 1.0))
