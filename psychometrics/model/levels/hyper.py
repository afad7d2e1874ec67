"""What not knowing the variance components adds to the intervals of a small panel.

With few ratings each variance is known only within a factor of two or so. The posterior of a log variance is taken
for normal about its mode, with variance ``2 / (used + nu)``: ``used`` the effective number of effects behind it,
``nu`` the weight of its prior (the curvature of the log posterior; Gelman et al. 2013, Bayesian Data Analysis,
section 4.1). Of a level that stays where it is reported,

    E[error^2] = E[Var(level | s^2)] + E[(level | s^2 - level)^2]

Means over a log variance are those over its mode plus and minus one standard error, exact to the second order; the
excess over the variance at the mode is summed over terms, whose log variances are taken as independent. Severities
of interviewers are widened by the same rule. The spacing is no extra axis: it is among the shared parameters, whose
joint posterior the covariance already carries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.levels import fit as fitting
from psychometrics.model.levels.fit import Fit
from psychometrics.model.levels.policy import TERMS
from psychometrics.model.levels.posterior import Posterior, diagonal, posterior, widened
from psychometrics.model.levels.tables import severities_of

Floats: TypeAlias = NDArray[np.float64]

_REFIT_ITERATIONS = 3  # warm and with variances held: Newton steps settle it at once
_HALF = 0.5  # weight of either point
_LEAST_STRETCH = 0.5  # an expansion that takes away more than half of a variance is not trusted


@dataclass(frozen=True, slots=True)
class Unknown:
    """What not knowing the variance components adds."""

    moved: Floats
    """``(2 terms, R)`` how far each level moves with a variance, times the root of one half."""
    own: Floats
    """``(R,)`` how many times as large the candidate's own part of a level's variance is."""
    shared: Floats
    """``(R,)`` the same of the part that shared parameters bring."""
    severity: Floats
    """``(J,)`` what is added to the variance of a severity, logits squared."""
    severity_in_levels: Floats
    """``(J,)`` the same in levels squared."""

    def over(self, found: Posterior) -> Posterior:
        """``found`` with all this in its covariances."""
        return widened(found, self.moved, own=self.own, shared=self.shared)


def unknown(fit: Fit, found: Posterior) -> Unknown:
    """Refit with each variance moved up and down; ``found`` is the posterior of ``fit``, nothing added."""
    at = diagonal(found.structure)
    own, whole = found.rows.own[at], found.rows.covariance[at]
    severity, variance = severities_of(fit)
    moved = []
    more_own, more_shared = np.zeros(len(own)), np.zeros(len(own))
    in_logits, in_levels = np.zeros(len(severity)), np.zeros(len(severity))
    for other in _elsewhere(fit):
        rows = posterior(other, borrowing=False).rows
        moved.append(np.sqrt(_HALF) * (rows.level - found.rows.level))
        more_own += _HALF * (rows.own[at] - own)
        more_shared += _HALF * (rows.covariance[at] - rows.own[at] - whole + own)
        after, its_variance = severities_of(other)
        in_logits += _HALF * (its_variance - variance + (after - severity) ** 2)
        in_levels += _HALF * (after / other.spacing - severity / fit.spacing) ** 2
        in_levels += _HALF * (its_variance - variance) / fit.spacing**2
    return Unknown(
        moved=np.array(moved),
        own=np.maximum(1 + more_own / own, _LEAST_STRETCH),
        shared=np.maximum(1 + more_shared / (whole - own), _LEAST_STRETCH),
        severity=np.maximum(in_logits, 0.0),
        severity_in_levels=np.maximum(in_levels, 0.0),
    )


def _elsewhere(fit: Fit) -> Iterator[Fit]:
    """The fit with each variance in turn a standard error of its logarithm above, and below."""
    settings = replace(fit.problem.settings, max_iterations=_REFIT_ITERATIONS)
    problem = replace(fit.problem, settings=settings)
    for term in TERMS:
        known = 0.0 if term in problem.fixed else fit.used[term]
        error = float(np.sqrt(2 / (known + settings.priors.weight)))
        for log_factor in (error, -error):
            begin = fitting.with_variance(fit.state, term, float(np.exp(log_factor)))
            yield fitting.run(problem, begin=begin, vary=False)
