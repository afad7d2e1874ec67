"""The algebra of a one-trait fit by compiled kernels: one walk over the candidates.

Kernels take arrays only; what is optional is an empty array or a zero here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from psychometrics.model import thresholds
from psychometrics.model.calibration.algebra import FLOOR, SMOOTHING_FLOOR, Reduced, Spread, System
from psychometrics.model.calibration.dense import DenseCovariance, DenseSchur, inverse_of
from psychometrics.model.calibration.parameters import Parameters, Variances
from psychometrics.model.calibration.posterior import group_cells
from psychometrics.model.calibration.priors import prior_gradient, prior_matrix
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.compiled import calibration_derivatives, calibration_equations, calibration_variances
from psychometrics.model.compiled.calibration_equations import Equations, Index
from psychometrics.model.compiled.calibration_slopes import slope_derivatives
from psychometrics.model.derivatives import Moments, SlopeMoments, empty_moments, empty_slope_moments
from psychometrics.model.thresholds import Link

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

_NONE = np.empty(0)
_NO_MATRIX = np.empty((0, 0))
_SAFE_EXPONENT = 600.0  # products of odds beyond exp(709) overflow


class Compiled:
    """``Algebra`` by kernels that go by the slices of candidates and units."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._index = _index(structure)

    def moments(
        self,
        eta: Floats,
        steps: Floats,
        points: Codes,
        *,
        spread: Floats | None = None,
        slope: Floats | None = None,
        link: Link = "acl",
        out: Moments | None = None,
    ) -> Moments:
        """``Algebra.moments``."""
        result = empty_moments(len(eta), len(steps)) if out is None else out
        steepest = 1.0 if slope is None else float(slope.max())
        away = 0.0 if spread is None else thresholds.NODES[-1] * np.sqrt(spread.max())
        reach = max(float(eta.max()), -float(eta.min())) + float(away) + float(np.abs(steps).max())
        if len(steps) * reach * steepest > _SAFE_EXPONENT:
            return thresholds.moments(eta, steps, points, spread=spread, slope=slope, link=link, out=result)
        factor = _NONE
        if spread is not None:
            factor = np.sqrt(spread)
            factor *= thresholds.NODES[-1]
            factor = factor if slope is None else factor * slope
            np.exp(factor, out=factor)
        derivatives = calibration_derivatives.Derivatives(
            result.score, result.information, result.cross, result.step_score, result.step_information
        )
        each = steps[:, None] if steps.ndim == 1 else steps
        if link == "acl":
            if slope is not None:
                eta, each = slope * eta, slope * each
            calibration_derivatives.adjacent(
                np.exp(eta), factor, np.exp(-each), points, _or_none(slope), derivatives
            )
        else:
            calibration_derivatives.cumulative(np.exp(eta), factor, np.exp(each), points, derivatives)
        return result

    def slope_moments(
        self, eta: Floats, steps: Floats, points: Codes, gain: Floats, spread: Floats | None
    ) -> SlopeMoments:
        """``Algebra.slope_moments``."""
        found = empty_slope_moments(len(eta), len(steps))
        root = _NONE if spread is None else thresholds.NODES[-1] * np.sqrt(spread)
        slope_derivatives(
            eta, root, gain, steps, points, found.score, found.information, found.cross, found.step_cross
        )
        return found

    def predictor(self, values: Parameters) -> Floats:
        """``Algebra.predictor``."""
        r = self._structure.ratings
        return calibration_equations.predictor(
            self._index.unit_ratings,
            r.unit_candidate,
            r.unit_interviewer,
            r.question,
            values.candidate,
            values.interviewer,
            values.question,
            _or_none(values.halo),
        )

    def reduce(self, moments: Moments, values: Parameters, variances: Variances) -> Reduced:
        """``Algebra.reduce``."""
        structure, r = self._structure, self._structure.ratings
        people, units = len(r.candidates), len(r.unit_candidate)
        lean = variances.halo is not None and values.halo is not None
        dense = prior_matrix(structure, moments, variances)
        gradient = prior_gradient(structure, moments, values, variances)
        reduced = Reduced(
            schur=DenseSchur(dense),
            gradient=gradient,
            candidate_gradient=np.empty(people),
            precision=np.empty(people),
            weights=np.empty(len(structure.indices)),
            question_information=np.empty(len(r.questions)),
            unit_information=np.empty(units) if lean else None,
            unit_gradient=np.empty(units) if lean else None,
            unit_cross=np.empty((r.top, units)),
        )
        prior = calibration_equations.Prior(
            halo=_or_none(values.halo),
            halo_precision=_inverse(variances.halo),
            candidate_precision=1.0 / variances.candidate,
            pull=values.deviation(structure) / variances.candidate,
            grouped=r.group is not None,
        )
        likelihood = calibration_equations.Likelihood(moments.score, moments.information, moments.cross)
        calibration_equations.eliminate(
            self._index, likelihood, prior, len(r.interviewers), _equations(dense, reduced)
        )
        return reduced

    def substitute(
        self, moments: Moments, reduced: Reduced, step: Floats, halo_variance: float | None
    ) -> tuple[Floats, Floats | None]:
        """``Algebra.substitute``."""
        r = self._structure.ratings
        first = len(r.interviewers)
        candidate = np.empty(len(r.candidates))
        halo = None if reduced.unit_gradient is None else np.empty(len(r.unit_candidate))
        calibration_equations.follow(
            self._index,
            r.question,
            first,
            first + len(r.questions),
            moments.information,
            _equations(_NO_MATRIX, reduced),
            _inverse(halo_variance),
            step,
            candidate,
            _or_none(halo),
        )
        return candidate, halo

    def reported(self, system: System, post: Spread) -> Spread:
        """``Algebra.reported``: exact ones can only stay."""
        return post

    def spread(self, system: System) -> Spread:
        """``Algebra.spread``."""
        structure, r = system.structure, system.structure.ratings
        covariance = inverse_of(system)
        step_with, question_with = covariance @ system.step_share, covariance @ system.question_share
        means = calibration_variances.Means(
            step_with=step_with,
            step=float(system.step_share @ step_with),
            question_with=question_with,
            question=float(system.question_share @ question_with),
            between=float(system.step_share @ question_with),
        )
        factored = calibration_variances.Factored(
            covariance,
            system.weights,
            system.precision,
            _or_none(system.unit_information),
            _or_none(system.unit_precision),
        )
        lean = system.unit_precision is not None
        without_halo = np.empty(r.n)
        candidate, followed = np.empty(len(r.candidates)), np.empty(len(structure.indices))
        halo = np.empty(len(r.unit_candidate)) if lean else None
        eta = np.empty(r.n) if lean else without_halo
        variances = calibration_variances.Variances(candidate, followed, _or_none(halo), eta, without_halo)
        calibration_variances.spread(self._index, factored, means, FLOOR, SMOOTHING_FLOOR, variances)
        with_group = group_cells(structure, followed)
        return Spread(DenseCovariance(covariance), candidate, with_group, halo, eta, without_halo)


def _index(structure: Structure) -> Index:
    """The slices and cells every kernel goes by."""
    slices = structure.slices
    if slices is None:
        raise ValueError("the structure was built for NumPy")
    return Index(
        slices.candidate_units,
        slices.unit_ratings,
        structure.unit_cell,
        structure.question_cell,
        structure.indptr,
        structure.indices,
    )


def _equations(dense: Floats, reduced: Reduced) -> Equations:
    """The arrays of a reduced system, for a kernel."""
    return Equations(
        dense,
        reduced.gradient,
        reduced.candidate_gradient,
        reduced.precision,
        reduced.weights,
        reduced.question_information,
        _or_none(reduced.unit_information),
        _or_none(reduced.unit_gradient),
        reduced.unit_cross,
    )


def _or_none(array: Floats | None) -> Floats:
    """An empty array for what is not in the model."""
    return _NONE if array is None else array


def _inverse(variance: float | None) -> float:
    """The precision; 0 for a term that is not in the model."""
    return 0.0 if variance is None else 1.0 / variance
