"""The algebra of a fit with thousands of interviewers, on top of either engine."""

import numpy as np
import numpy.typing as npt

from psychometrics.model.calibration.algebra import Algebra, Reduced, Spread, System
from psychometrics.model.calibration.elimination import eliminate
from psychometrics.model.calibration.iterative.assembly import sparse_schur
from psychometrics.model.calibration.iterative.probes import draw
from psychometrics.model.calibration.iterative.schur import IterativeFactor, Warm
from psychometrics.model.calibration.iterative.variances import drawn_spread
from psychometrics.model.calibration.parameters import Parameters, Variances
from psychometrics.model.calibration.ratings import Codes
from psychometrics.model.calibration.sparsity import Sparsity
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.derivatives import Moments, SlopeMoments
from psychometrics.model.thresholds import Link

Floats = npt.NDArray[np.float64]

#: Draws behind every variance: while a fit goes on, and of what is reported.
DRAWS, DRAWS_REPORTED = 32, 128


class Iterative:
    """``Algebra`` whose Schur complement is never formed; passes over ratings are left to ``engine``."""

    def __init__(self, structure: Structure, sparsity: Sparsity, engine: Algebra) -> None:
        self._structure = structure
        self._sparsity = sparsity
        self._engine = engine
        self._warm = Warm()

    def predictor(self, values: Parameters) -> Floats:
        """``Algebra.predictor``."""
        return self._engine.predictor(values)

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
        return self._engine.moments(eta, steps, points, spread=spread, slope=slope, link=link, out=out)

    def slope_moments(
        self, eta: Floats, steps: Floats, points: Codes, gain: Floats, spread: Floats | None
    ) -> SlopeMoments:
        """``Algebra.slope_moments``."""
        return self._engine.slope_moments(eta, steps, points, gain, spread)

    def reduce(self, moments: Moments, values: Parameters, variances: Variances) -> Reduced:
        """``Algebra.reduce``."""
        found = eliminate(self._structure, self._sparsity, moments, values, variances)
        schur = sparse_schur(self._structure, self._sparsity, moments, variances, found, self._warm)
        return found.complete(schur)

    def substitute(
        self, moments: Moments, reduced: Reduced, step: Floats, halo_variance: float | None
    ) -> tuple[Floats, Floats | None]:
        """``Algebra.substitute``."""
        return self._engine.substitute(moments, reduced, step, halo_variance)

    def spread(self, system: System) -> Spread:
        """``Algebra.spread``, from draws."""
        return self._drawn(system, DRAWS)

    def reported(self, system: System, post: Spread) -> Spread:
        """``Algebra.reported``, from more draws."""
        return self._drawn(system, DRAWS_REPORTED)

    def _drawn(self, system: System, count: int) -> Spread:
        if not isinstance(system.factor, IterativeFactor):
            raise TypeError("the system was not solved by conjugate gradients")
        return drawn_spread(system, system.factor, draw(system, system.factor, count))
