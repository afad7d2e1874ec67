"""A one-trait fit as diagnostics take it.

Fitting takes part of an effect that the model does not know up: candidates' measures, severities, difficulties and
steps move by ``H^-1 X' I d``. ``H`` is eliminated as in the fit, halo first, then candidates, which leaves a small
dense part: one pass over the ratings for all owners of an effect together.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.model.calibration.engines import algebra_of
from psychometrics.model.calibration.fit import Fit
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.fitted import FittedRatings

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


def examined(fit: Fit) -> FittedRatings:
    """The ratings of a fit and what it expects of them.

    Of a fit with slopes of the interviewers' own it is what common slopes expect: a slope far from the others' is
    among the things to be found, and someone who rates at random would otherwise have the slope 0 and fit.
    """
    fit = fit.common or fit
    r = fit.structure.ratings
    return FittedRatings(
        candidates=r.candidates,
        interviewers=r.interviewers,
        questions=r.questions,
        candidate=r.candidate,
        interviewer=r.interviewer,
        question=r.question,
        unit=r.unit,
        unit_candidate=r.unit_candidate,
        unit_interviewer=r.unit_interviewer,
        points=r.points,
        order=r.order,
        standing=fit.values.deviation(fit.structure),
        eta=algebra_of(fit.structure).predictor(replace(fit.values, halo=None)),
        uncertain=fit.post.without_halo,
        halo=fit.variances.halo,
        performance=np.zeros(r.n),
        steps=fit.steps,
        rating_steps=fit.rating_steps,
        link=fit.link,
        absorption=OneTraitAbsorption(fit),
    )


class OneTraitAbsorption:
    """``Absorption`` from the factored system of the fit."""

    def __init__(self, fit: Fit) -> None:
        self._fit = fit

    def of_owners(
        self, owner: Codes, owners: int, slope: Floats, weights: Floats, direction: Floats
    ) -> Floats:
        """``Absorption.of_owners``."""
        fit = self._fit
        r, system = fit.structure.ratings, fit.system
        people = len(r.candidates)
        now = fit.moments()
        pull = now.information * direction
        globally = _globals(fit, owner, owners, pull, now.cross * direction)
        if system.unit_precision is not None:
            # Halo takes up its share of the unit first; the rest of the unit feels that.
            units = len(system.unit_precision)
            lean = _table(r.unit, owner, pull, (units, owners))
            lean = sp.csr_matrix(sp.diags(1.0 / system.unit_precision) @ lean)
            globally -= _units(fit, now.information, now.cross).T @ lean
            kept = 1.0 - by_group(r.unit, now.information, units) / system.unit_precision
            pull = pull * kept[r.unit]
        matrix = system.matrix()
        candidates = _table(r.candidate, owner, pull, (people, owners))
        driven = sp.csr_matrix(globally - matrix.T @ candidates)
        felt = weights * slope
        through = _table(r.candidate, owner, felt, (people, owners))
        own = candidates.multiply(through).multiply(1.0 / system.precision[:, None])
        rest = sp.csr_matrix(_globals(fit, owner, owners, felt, now.cross * weights) - matrix.T @ through)
        return np.asarray(own.sum(0)).ravel() + fit.post.covariance.forms(rest, driven)

    def of_units(self, slope: Floats) -> Floats:
        """``Absorption.of_units``."""
        fit = self._fit
        r = fit.structure.ratings
        information = by_group(r.unit, slope, len(r.unit_candidate))
        kept = information / (1.0 + (fit.variances.halo or 0.0) * information)
        return np.asarray(kept / fit.system.precision[r.unit_candidate])


def _table(row: Codes, column: Codes, values: Floats, shape: tuple[int, int]) -> sp.csr_matrix:
    """Sums by row and column."""
    return sp.csr_matrix((values, (row, column)), shape=shape)


def _globals(fit: Fit, owner: Codes, owners: int, values: Floats, stepped: Floats) -> sp.csr_matrix:
    """``X_g' values`` of every owner, ``(p, owners)``; ``stepped`` ``(L, n)`` are the values felt by steps."""
    r = fit.structure.ratings
    first = len(r.interviewers)
    last = first + len(r.questions)
    shape = (fit.structure.size, owners)
    result: sp.csr_matrix = _table(r.interviewer, owner, values, shape)
    result = result + _table(first + r.question, owner, values, shape)
    for step in range(r.top):
        result = result + _table(np.full(r.n, last + step), owner, stepped[step], shape)
    return sp.csr_matrix(result)


def _units(fit: Fit, information: Floats, cross: Floats) -> sp.csr_matrix:
    """``X_v' I X_g``: what every unit shares with the globals, ``(units, p)``."""
    r = fit.structure.ratings
    return sp.csr_matrix(_globals(fit, r.unit, len(r.unit_candidate), information, cross).T)
