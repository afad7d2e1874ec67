"""The variance components of a run, how well they are known, and what one rating leaves undecided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model import log_variances
from psychometrics.model.levels import fit as fitting
from psychometrics.model.levels import variances as variances_of
from psychometrics.model.levels.calibrate import indexed
from psychometrics.model.levels.fit import Problem, State
from psychometrics.model.levels.policy import TERMS
from psychometrics.model.levels.results import LevelCalibration

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """Of the ratings at full weight, from which all variances come."""

    moving: tuple[str, ...]
    """Terms that were estimated, in the order of ``TERMS``; the others stand at their priors."""
    covariance: Floats
    """Posterior covariance of their log variances."""
    information: Floats
    """``(n,)`` of every rating about its predictor."""
    watched: float
    """Share of the ratings whose answer somebody else rated too: theirs alone hold a performance of its own."""


def components(run: LevelCalibration) -> Components:
    """Refits every estimated variance a little higher and a little lower: some times the cost of the fit."""
    origin = run.origin
    data = replace(origin.data, weight=np.ones(origin.data.n))
    state = origin.full or origin.state
    leveled = origin.layout.spacing >= 0
    problem = indexed(data, origin.layout, origin.vignettes, levels=leveled, settings=run.settings)
    moving = tuple(term for term in TERMS if term not in problem.fixed)
    centre = np.log([state.variances[term] for term in moving])
    return Components(
        moving=moving,
        covariance=log_variances.covariance(lambda at: _gradient(problem, state, moving, at), centre),
        information=fitting.moments_at(data, problem.layout, state, run.settings.link).information,
        watched=float(np.mean(problem.structure.answer >= 0)),
    )


def _gradient(problem: Problem, begin: State, moving: tuple[str, ...], at: Floats) -> Floats:
    """Of the log posterior in the log variances ``moving``, at ``at``."""
    variances = {**begin.variances, **dict(zip(moving, np.exp(at).tolist(), strict=True))}
    found = fitting.run(problem, begin=replace(begin, variances=variances), vary=False)
    solution = found.solution
    followed = problem.algebra.follow(found.parts, solution.shared, solution.covariance)
    effects = variances_of.effects_of(variances, solution, problem.layout, followed)
    priors = problem.settings.priors
    return np.array([
        variances_of.slope(variances[term], effects[term], priors.variance(term), priors.weight)
        for term in moving
    ])  # fmt: skip
