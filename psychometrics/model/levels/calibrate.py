"""The entrance: ratings in, levels with intervals out."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics import _checks
from psychometrics.errors import BadInput
from psychometrics.model import compiled
from psychometrics.model.compiled import Engine
from psychometrics.model.levels import (
    batched,
    checks,
    fit,
    hyper,
    layout,
    links,
    notices,
    posterior,
    structure,
    tables,
    unit,
    unpooled,
    updating,
    vignettes,
)
from psychometrics.model.levels.algebra import Algebra
from psychometrics.model.levels.data import Coded, LevelRatings, encode
from psychometrics.model.levels.policy import Settings
from psychometrics.model.levels.results import LevelCalibration

Codes: TypeAlias = NDArray[np.int64]


def calibrate_levels(
    data: LevelRatings,
    *,
    levels: bool = True,
    level: float = 0.90,
    settings: Settings | None = None,
    engine: Engine = "auto",
    progress: fit.Progress | None = None,
) -> LevelCalibration:
    """Fit the level model to all ratings of one team on one rating scale.

    Any design will do: candidates with different loops, missing ratings, one candidate only.
    Parameters the data cannot speak for keep their priors, and notices say which.

    Args:
        data: the ratings.
        levels: False leaves target levels out: logits and fair averages only.
        level: coverage of every interval.
        settings: priors, limits and tolerances, printed with every result.
        engine: "compiled" computes with numba (``pip install 'loopwright-psychometrics[compiled]'``), "numpy"
            without; the numbers are the same to 1e-8. "auto" compiles where numba is installed and there
            are enough ratings for it to pay.
        progress: called as ``progress(iteration, share_done)``.

    Raises:
        BadInput, NotEnoughData: an argument is out of range, the arrays break the contract or hold no rating.
    """
    _checks.open_unit(level, "level")
    problem = prepare(encode(data), levels=levels, settings=settings or Settings(), engine=engine)
    return _assembled(problem, level, None, progress)


def update_levels(
    run: LevelCalibration,
    data: LevelRatings,
    *,
    engine: Engine = "auto",
    progress: fit.Progress | None = None,
) -> LevelCalibration:
    """Fit ``data``, all ratings as they are now, beginning at ``run``, a fit of most of them.

    Ratings may have been added, changed or withdrawn; codes mean what they meant then. Settings, interval
    level and whether there are levels are the run's. Levels are those of ``calibrate_levels`` on the same
    ratings within a hundredth of a level while what is new is small beside what was there (an interview, a
    day's worth): a few Newton steps instead of fifteen or so.

    Raises:
        BadInput, NotEnoughData: as ``calibrate_levels``, or the rating scale is another one.
    """
    origin = run.origin
    coded = encode(data)
    if (coded.top, coded.meets) != (origin.data.top, origin.data.meets):
        raise BadInput("the ratings are on another scale than the run's; calibrate them anew")
    leveled = origin.layout.spacing >= 0
    problem = prepare(coded, levels=leveled, settings=run.settings, engine=engine)
    return _assembled(problem, run.confidence, updating.carried(origin, problem), progress)


def _assembled(
    problem: fit.Problem, level: float, begin: fit.Start | None, progress: fit.Progress | None
) -> LevelCalibration:
    """Fit, and everything said of the fit."""
    coded, chosen = problem.data, problem.settings
    found = fit.run_weighted(problem, begin=begin, progress=progress)
    people = posterior.posterior(found)
    if begin is None:
        modes = unpooled.modes(found)
    else:
        modes = unpooled.modes(found, begin.alone, begin.touched if begin.quick else None)
    alone = unpooled.alone(found, modes)
    small = coded.n < chosen.limits.ratings_for_fixed_components
    uncertain = hyper.unknown(found, people) if small else None
    if problem.layout.spacing >= 0:
        people, alone = unit.widened(found, people), unit.widened(found, alone)
    judges = len(problem.layout.interviewers)
    unknown = (np.zeros(judges), np.zeros(judges))
    if uncertain is not None:
        people = uncertain.over(people)
        unknown = (uncertain.severity, uncertain.severity_in_levels)
    contrasts = posterior.contrast_variances(found, people, coded.opening)
    scale = checks.scale_of(found, level)
    beside = None if problem.vignettes is None else problem.vignettes.data
    linked = links.find(coded, chosen.limits.shared_interviewers, vignettes=beside)
    known = 0 if beside is None else len(beside.candidates)
    anchored = checks.is_anchored(coded, chosen.limits, known)
    covariance = found.solution.covariance
    components = {term: float(np.sqrt(value)) for term, value in found.state.variances.items()}
    if not chosen.halo:
        del components["halo"]
    if found.state.own_steps is not None:
        components["question_steps"] = float(np.sqrt(found.state.own_steps.variance))
    return LevelCalibration(
        table=tables.level_table(found, people, contrasts, alone, level),
        people=people.people(coded.candidates),
        severities=tables.severity_table(found, level, unknown=unknown),
        criteria=tables.criterion_table(found),
        components=components,
        fixed=tuple(sorted(problem.fixed & components.keys())),
        scale=scale,
        links=linked,
        notices=notices.gather(found, scale, linked, anchored=anchored, widened=small),
        anchored=anchored,
        confidence=level,
        n_ratings=coded.n,
        iterations=found.iterations,
        converged=found.converged,
        settings=chosen,
        shared_covariance=covariance,
        origin=updating.Origin(
            coded, problem.vignettes, problem.layout, found.state, found.full, modes, covariance
        ),
    )


def prepare(coded: Coded, *, levels: bool, settings: Settings, engine: Engine = "auto") -> fit.Problem:
    """Index arrays of one data set, and what must be held at its prior."""
    placed = layout.build(coded, levels=levels, priors=settings.priors)
    shown = vignettes.of(coded, placed)
    if shown is not None:
        rated = np.isnan(coded.known)
        coded = coded.of(~np.isin(coded.candidates, shown.data.candidates))
        placed = replace(placed, cell=placed.cell[rated])
    return indexed(coded, placed, shown, levels=levels, settings=settings, engine=engine)


def indexed(
    coded: Coded,
    placed: layout.Layout,
    shown: vignettes.Vignettes | None,
    *,
    levels: bool,
    settings: Settings,
    engine: Engine = "auto",
) -> fit.Problem:
    """Candidates' ratings whose shared parameters have their places, and the vignettes beside them."""
    touched = structure.build(coded, placed)
    return fit.Problem(
        data=coded,
        layout=placed,
        structure=touched,
        algebra=_algebra(engine, touched, placed, coded.n),
        settings=settings,
        fixed=checks.fixed_terms(coded, settings),
        spacing_held=levels and shown is None and not checks.spacing_estimable(coded, settings.limits),
        vignettes=shown,
    )


def _algebra(engine: Engine, indexed: structure.Structure, placed: layout.Layout, ratings: int) -> Algebra:
    """The kernels of the chosen engine; a compiler is loaded only if it is to be used."""
    if not compiled.chosen(engine, ratings=ratings):
        return batched.Batched(indexed, placed)
    from psychometrics.model.compiled.levels import Compiled

    return Compiled(indexed, placed)
