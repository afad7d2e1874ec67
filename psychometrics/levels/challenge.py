"""The level a candidate's own ratings give, without leaning on the pool.

For a challenge or appeal: the general factor gets a flat prior (sd of ten logits), so that nothing
is borrowed from other candidates' levels; the prior on competency deviations is kept, for it says
only how uneven people are. Severity, difficulty, steps and spacing stay as fitted.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from psychometrics.levels import fit as fitting
from psychometrics.levels import system
from psychometrics.levels.fit import Fit
from psychometrics.levels.posterior import CandidatePosterior, candidates

_FLAT = 100.0  # variance of a general factor on which nothing is assumed, logits squared
_ITERATIONS = 30
_LARGEST_STEP = 1.5


def alone(fit: Fit) -> list[CandidatePosterior]:
    """Levels from each candidate's own ratings, in the order of ``Coded.candidates``."""
    problem = fit.problem
    variances = {**fit.state.variances, "general": _FLAT}
    state = replace(fit.state, variances=variances)
    local = fitting.local_variances(variances)
    for _ in range(_ITERATIONS):
        moments = fitting.moments_at(problem.data, problem.layout, state)
        parts = system.blocks(problem.batches, problem.layout, moments, local)
        response = fitting.working_response(problem.layout, moments, state)
        dual, own = system.given_shared(parts, response, state.shared)
        step = np.abs(own - state.own).max(initial=0.0)
        state = replace(state, own=state.own + min(1.0, _LARGEST_STEP / max(step, 1e-12)) * (own - state.own))
        if step < problem.settings.tolerance:
            break
    solution = replace(fit.solution, dual=dual, own=own)
    free = replace(fit, state=state, parts=parts, moments=moments, solution=solution)
    return candidates(free, borrowing=False)
