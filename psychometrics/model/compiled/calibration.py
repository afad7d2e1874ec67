"""The steps of a calibration that compiled kernels serve, with the signatures of their NumPy equals.

Kernels take arrays only; what is optional is an empty array or a zero here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from psychometrics.model import thresholds
from psychometrics.model.calibration.parameters import Parameters, Variances
from psychometrics.model.calibration.posterior import FLOOR, SMOOTHING_FLOOR, Spread
from psychometrics.model.calibration.reduction import Reduced, priors
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.calibration.system import System
from psychometrics.model.compiled import calibration_moments, calibration_spread, calibration_system
from psychometrics.model.compiled.calibration_system import Index, Into
from psychometrics.model.thresholds import Link, Moments

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

_NONE = np.empty(0)
_SAFE_EXPONENT = 600.0  # products of odds beyond exp(709) overflow


def moments(
    eta: Floats,
    steps: Floats,
    points: Codes,
    *,
    spread: Floats | None = None,
    link: Link = "acl",
    out: Moments | None = None,
) -> Moments:
    """Score and information of every rating, as ``thresholds.moments``."""
    result = thresholds.empty_moments(len(eta), len(steps)) if out is None else out
    away = 0.0 if spread is None else thresholds.NODES[-1] * np.sqrt(spread.max())
    reach = max(float(eta.max()), -float(eta.min())) + float(away) + float(np.abs(steps).max())
    if len(steps) * reach > _SAFE_EXPONENT:
        return thresholds.moments(eta, steps, points, spread=spread, link=link, out=result)
    factor = _NONE
    if spread is not None:
        factor = np.sqrt(spread)
        factor *= thresholds.NODES[-1]
        np.exp(factor, out=factor)
    into = calibration_moments.Into(
        result.score, result.information, result.cross, result.step_score, result.step_information
    )
    if link == "acl":
        easy = np.exp(-(steps[:, None] if steps.ndim == 1 else steps))
        calibration_moments.adjacent(np.exp(eta), factor, easy, points, into)
    else:
        calibration_moments.cumulative(np.exp(eta), factor, np.exp(steps), points, into)
    return result


def predictor(structure: Structure, values: Parameters) -> Floats:
    """Linear predictor of every rating, as ``Parameters.eta``."""
    r = structure.ratings
    return calibration_system.predictor(
        _index(structure).unit_ratings,
        r.unit_candidate,
        r.unit_interviewer,
        r.question,
        values.candidate,
        values.interviewer,
        values.question,
        _or_none(values.halo),
    )


def reduce(structure: Structure, moments: Moments, values: Parameters, variances: Variances) -> Reduced:
    """The system with halo and candidates eliminated, as ``reduction.reduce``."""
    r = structure.ratings
    people, units = len(r.candidates), len(r.unit_candidate)
    lean = variances.halo is not None and values.halo is not None
    dense, gradient = priors(structure, moments, values, variances)
    reduced = Reduced(
        dense=dense,
        gradient=gradient,
        candidate_gradient=np.empty(people),
        precision=np.empty(people),
        weights=np.empty(len(structure.indices)),
        question_information=np.empty(len(r.questions)),
        unit_information=np.empty(units) if lean else None,
        unit_gradient=np.empty(units) if lean else None,
        unit_cross=np.empty((r.top, units)),
    )
    prior = calibration_system.Prior(
        halo=_or_none(values.halo),
        halo_precision=_inverse(variances.halo),
        candidate_precision=1.0 / variances.candidate,
        pull=values.deviation(structure) / variances.candidate,
        grouped=r.group is not None,
    )
    told = calibration_system.Likelihood(moments.score, moments.information, moments.cross)
    calibration_system.eliminate(_index(structure), told, prior, len(r.interviewers), _into(reduced))
    return reduced


def substitute(
    structure: Structure, moments: Moments, reduced: Reduced, step: Floats, halo_variance: float | None
) -> tuple[Floats, Floats | None]:
    """How candidates and halo follow a step of the globals, as ``reduction.substitute``."""
    r = structure.ratings
    first = len(r.interviewers)
    candidate = np.empty(len(r.candidates))
    halo = None if reduced.unit_gradient is None else np.empty(len(r.unit_candidate))
    calibration_system.follow(
        _index(structure),
        r.question,
        first,
        first + len(r.questions),
        moments.information,
        _into(reduced),
        _inverse(halo_variance),
        step,
        candidate,
        _or_none(halo),
    )
    return candidate, halo


def spread(system: System) -> Spread:
    """Posterior variances, as ``posterior.spread``."""
    structure, r = system.structure, system.structure.ratings
    covariance = system.inverse()
    step_with, question_with = covariance @ system.step_share, covariance @ system.question_share
    means = calibration_spread.Means(
        step_with=step_with,
        step=float(system.step_share @ step_with),
        question_with=question_with,
        question=float(system.question_share @ question_with),
        between=float(system.step_share @ question_with),
    )
    factored = calibration_spread.Factored(
        covariance,
        system.weights,
        system.precision,
        _or_none(system.unit_information),
        _or_none(system.unit_precision),
    )
    lean = system.unit_precision is not None
    without_halo = np.empty(r.n)
    found = Spread(
        covariance=covariance,
        candidate=np.empty(len(r.candidates)),
        followed=np.empty(len(structure.indices)),
        halo=np.empty(len(r.unit_candidate)) if lean else None,
        eta=np.empty(r.n) if lean else without_halo,
        without_halo=without_halo,
    )
    into = calibration_spread.Found(
        found.candidate, found.followed, _or_none(found.halo), found.eta, without_halo
    )
    calibration_spread.spread(_index(structure), factored, means, FLOOR, SMOOTHING_FLOOR, into)
    return found


def _index(structure: Structure) -> Index:
    """The slices and cells every kernel goes by."""
    walk = structure.walk
    if walk is None:
        raise ValueError("the structure was built for NumPy")
    return Index(
        walk.candidate_units,
        walk.unit_ratings,
        structure.unit_cell,
        structure.question_cell,
        structure.indptr,
        structure.indices,
    )


def _into(reduced: Reduced) -> Into:
    """The arrays of a reduced system, for a kernel."""
    return Into(
        reduced.dense,
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
