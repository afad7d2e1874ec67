"""The level a candidate's own ratings give, without leaning on the pool.

For a challenge or appeal: the general factor gets a flat prior (sd of ten logits), so that nothing
is borrowed from other candidates' levels; the prior on competency deviations is kept, for it says
only how uneven people are. Severity, difficulty, steps and spacing stay as fitted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.levels import fit as fitting
from psychometrics.model.levels import posterior
from psychometrics.model.levels.algebra import Likelihood, LocalVariances
from psychometrics.model.levels.fit import Fit
from psychometrics.model.levels.posterior import Posterior

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

_FLAT = 100.0  # variance of a general factor on which nothing is assumed, logits squared


def modes(fit: Fit, begin: Floats | None = None, chosen: Flags | None = None) -> Floats:
    """Own predictors ``(n,)`` at each candidate's own mode, looked for from ``begin``.

    Candidates not ``chosen`` ``(N,)`` stay where they begin; ``alone`` goes one step on in any case.
    """
    problem, state = fit.problem, fit.state
    at = Likelihood(
        predictor=fitting.shared_predictor(problem.layout, state.shared),
        spread=state.spread,
        steps=fitting.steps_at(problem.data, problem.layout, state),
        link=problem.settings.link,
        score=problem.data.score,
        weight=problem.data.weight,
    )
    first = state.own if begin is None else begin
    return problem.algebra.modes(at, _local(fit), first, problem.settings.tolerance, chosen)


def alone(fit: Fit, own: Floats | None = None) -> Posterior:
    """Levels from each candidate's own ratings; ``own`` are their modes, if known already."""
    problem, layout = fit.problem, fit.problem.layout
    state = replace(fit.state, own=modes(fit) if own is None else own)
    working = fitting.working_at(
        layout, fitting.moments_at(problem.data, layout, state, problem.settings.link), state
    )
    parts = problem.algebra.eliminate(working, _local(fit))
    return posterior.posterior(replace(fit, parts=parts), borrowing=False)


def _local(fit: Fit) -> LocalVariances:
    return LocalVariances.of({**fit.state.variances, "general": _FLAT})
