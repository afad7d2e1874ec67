"""Predictors of ratings and the derivatives of their likelihood, by the engine of the data set."""

import numpy as np
import numpy.typing as npt

from psychometrics.model import thresholds
from psychometrics.model.calibration.parameters import Parameters
from psychometrics.model.calibration.ratings import Codes
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.thresholds import Link, Moments

Floats = npt.NDArray[np.float64]


def predictor(structure: Structure, values: Parameters) -> Floats:
    """Linear predictor of every rating, ``(n,)`` logits."""
    if structure.walk is None:
        return values.eta(structure)
    from psychometrics.model.compiled import calibration

    return calibration.predictor(structure, values)


def moments(
    structure: Structure,
    eta: Floats,
    steps: Floats,
    points: Codes,
    *,
    spread: Floats | None = None,
    link: Link = "acl",
    out: Moments | None = None,
) -> Moments:
    """Derivatives of the smoothed log-likelihood, as ``thresholds.moments``."""
    if structure.walk is None:
        return thresholds.moments(eta, steps, points, spread=spread, link=link, out=out)
    from psychometrics.model.compiled import calibration

    return calibration.moments(eta, steps, points, spread=spread, link=link, out=out)
