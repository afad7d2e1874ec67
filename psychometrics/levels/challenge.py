"""The level a candidate's own ratings give, without leaning on the pool.

For a challenge or appeal: the general factor gets a flat prior (sd of ten logits), so that nothing
is borrowed from other candidates' levels; the prior on competency deviations is kept, for it says
only how uneven people are. Severity, difficulty, steps and spacing stay as fitted.
"""

from __future__ import annotations

from dataclasses import replace

from psychometrics.levels import fit as fitting
from psychometrics.levels import posterior
from psychometrics.levels.algebra import Likelihood, LocalVariances
from psychometrics.levels.fit import Fit
from psychometrics.levels.posterior import Posterior

_FLAT = 100.0  # variance of a general factor on which nothing is assumed, logits squared


def alone(fit: Fit) -> Posterior:
    """Levels from each candidate's own ratings."""
    problem, state = fit.problem, fit.state
    data, layout = problem.data, problem.layout
    local = LocalVariances.of({**state.variances, "general": _FLAT})
    at = Likelihood(
        predictor=fitting.shared_predictor(layout, state.shared),
        spread=state.spread,
        steps=fit.steps,
        score=data.score,
        weight=data.weight,
    )
    own = problem.algebra.modes(at, local, state.own, problem.settings.tolerance)
    state = replace(state, own=own)
    working = fitting.working_at(layout, fitting.moments_at(data, layout, state), state)
    return posterior.posterior(replace(fit, parts=problem.algebra.eliminate(working, local)), borrowing=False)
