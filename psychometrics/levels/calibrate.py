"""The entrance: ratings in, levels with intervals out."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.errors import BadInput
from psychometrics.levels import (
    batched,
    challenge,
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
)
from psychometrics.levels.data import Coded, LevelRatings, encode
from psychometrics.levels.policy import Settings
from psychometrics.levels.results import LevelCalibration

Codes: TypeAlias = NDArray[np.int64]


def calibrate_levels(
    data: LevelRatings,
    *,
    levels: bool = True,
    level: float = 0.90,
    settings: Settings | None = None,
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
        progress: called as ``progress(iteration, share_done)``.

    Raises:
        BadInput, NotEnoughData: the arrays break the contract or hold no rating.
    """
    if not 0 < level < 1:
        raise BadInput(f"level must lie between 0 and 1, got {level}")
    chosen = settings or Settings()
    problem = prepare(encode(data), levels=levels, settings=chosen)
    coded = problem.data
    found = fit.run_weighted(problem, progress=progress)
    people, alone = posterior.posterior(found), challenge.alone(found)
    full = coded.n >= chosen.limits.ratings_for_full_unit
    if full and problem.layout.spacing >= 0 and not problem.spacing_held:
        people, alone = unit.widened(found, people), unit.widened(found, alone)
    small = coded.n < chosen.limits.ratings_for_fixed_components
    judges = len(problem.layout.interviewers)
    unknown = (np.zeros(judges), np.zeros(judges))
    if small:
        moved = hyper.shifts(found, people)
        people = posterior.widened(people, moved.levels)
        unknown = ((moved.severity**2).sum(axis=0), (moved.severity_in_levels**2).sum(axis=0))
    contrasts = posterior.contrast_variances(found, people, coded.opening)
    scale = checks.scale_of(found, level)
    linked = links.find(coded, chosen.limits.shared_interviewers)
    anchored = checks.is_anchored(coded, chosen.limits)
    return LevelCalibration(
        table=tables.level_table(found, people, contrasts, alone, level),
        people=people.people(coded.candidates),
        severities=tables.severity_table(found, level, unknown=unknown),
        criteria=tables.criterion_table(found),
        components={term: float(np.sqrt(value)) for term, value in found.state.variances.items()},
        fixed=tuple(sorted(problem.fixed)),
        scale=scale,
        links=linked,
        notices=notices.gather(found, scale, linked, anchored=anchored, widened=small),
        anchored=anchored,
        confidence=level,
        n_ratings=coded.n,
        iterations=found.iterations,
        converged=found.converged,
        settings=chosen,
        shared_covariance=found.solution.covariance,
    )


def prepare(coded: Coded, *, levels: bool, settings: Settings) -> fit.Problem:
    """Index arrays of one data set, and what must be held at its prior."""
    placed = layout.build(coded, levels=levels, priors=settings.priors)
    indexed = structure.build(coded, placed)
    return fit.Problem(
        data=coded,
        layout=placed,
        structure=indexed,
        algebra=batched.Batched(indexed, placed),
        settings=settings,
        fixed=checks.fixed_terms(coded, settings.limits),
        spacing_held=levels and not checks.spacing_estimable(coded, settings.limits),
    )
