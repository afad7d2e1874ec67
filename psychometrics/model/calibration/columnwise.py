"""The algebra of a fit by NumPy: whole columns at once, no loop over candidates."""

import numpy as np
import numpy.typing as npt

from psychometrics.model import thresholds
from psychometrics.model.calibration import posterior, reduction, slopes
from psychometrics.model.calibration.algebra import Reduced, Spread, System
from psychometrics.model.calibration.parameters import Parameters, Variances
from psychometrics.model.calibration.ratings import Codes
from psychometrics.model.calibration.sparsity import Sparsity
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.derivatives import Moments, SlopeMoments
from psychometrics.model.thresholds import Link

Floats = npt.NDArray[np.float64]


class Columnwise:
    """``Algebra`` on the sparsity pattern of one data set."""

    def __init__(self, structure: Structure, sparsity: Sparsity) -> None:
        self._structure = structure
        self._sparsity = sparsity

    def predictor(self, values: Parameters) -> Floats:
        """``Algebra.predictor``."""
        return values.eta(self._structure)

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
        return thresholds.moments(eta, steps, points, spread=spread, slope=slope, link=link, out=out)

    def slope_moments(
        self, eta: Floats, steps: Floats, points: Codes, gain: Floats, spread: Floats | None
    ) -> SlopeMoments:
        """``Algebra.slope_moments``."""
        return slopes.slope_moments(eta, steps, points, gain, spread)

    def reduce(self, moments: Moments, values: Parameters, variances: Variances) -> Reduced:
        """``Algebra.reduce``."""
        return reduction.reduce(self._structure, self._sparsity, moments, values, variances)

    def substitute(
        self, moments: Moments, reduced: Reduced, step: Floats, halo_variance: float | None
    ) -> tuple[Floats, Floats | None]:
        """``Algebra.substitute``."""
        return reduction.substitute(self._structure, moments, reduced, step, halo_variance)

    def reported(self, system: System, post: Spread) -> Spread:
        """``Algebra.reported``: exact ones can only stay."""
        return post

    def spread(self, system: System) -> Spread:
        """``Algebra.spread``."""
        return posterior.spread(system, self._sparsity)
