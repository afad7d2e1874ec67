"""What not knowing the variance components adds to the intervals of a small panel.

With few ratings each variance is known only within a factor of two or so. To first order, a level
moves by its derivative with respect to every log variance, so

    Cov(level) += sum over terms of (d level / d log s^2) (d level / d log s^2)' * 2 / (used + nu)

with ``used`` the effective number of effects behind the variance and ``nu`` the weight of its prior
(the curvature of the log posterior of a log variance). Derivatives come from warm refits with one
variance moved by its standard error. Severities of interviewers are widened by the same rule. The
spacing is no extra axis: it is among the shared parameters, whose joint posterior the covariance
already carries.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.levels import fit as fitting
from psychometrics.model.levels.fit import Fit
from psychometrics.model.levels.policy import TERMS
from psychometrics.model.levels.posterior import Posterior, posterior
from psychometrics.model.levels.tables import severities_of

Floats: TypeAlias = NDArray[np.float64]

_REFIT_ITERATIONS = 3  # warm and with variances held: Newton steps settle it at once


@dataclass(frozen=True, slots=True)
class Shifts:
    """How far everything moves when one log variance moves by its standard error."""

    levels: Floats
    """``(terms, R)``"""
    severity: Floats
    """``(terms, J)`` logits."""
    severity_in_levels: Floats
    """``(terms, J)``"""


def shifts(fit: Fit, found: Posterior) -> Shifts:
    """Refit with each variance moved and note what follows it."""
    settings = replace(fit.problem.settings, max_iterations=_REFIT_ITERATIONS)
    problem = replace(fit.problem, settings=settings)
    before = severities_of(fit)
    levels = np.zeros((len(TERMS), len(found.rows.level)))
    severity = np.zeros((len(TERMS), len(before)))
    in_levels = np.zeros_like(severity)
    for t, term in enumerate(TERMS):
        known = 0.0 if term in problem.fixed else fit.used[term]
        error = float(np.sqrt(2 / (known + settings.priors.weight)))
        begin = fitting.with_variance(fit.state, term, float(np.exp(error)))
        other = fitting.run(problem, begin=begin, vary=False)
        levels[t] = posterior(other, borrowing=False).rows.level - found.rows.level
        after = severities_of(other)
        severity[t] = after - before
        in_levels[t] = after / other.spacing - before / fit.spacing
    return Shifts(levels, severity, in_levels)
