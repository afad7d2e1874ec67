"""What is estimated: the effects and the variances they are drawn from."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.model.calibration.structure import Structure

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Variances:
    """Variances of the random effects, logits squared; ``halo`` is None without the term."""

    candidate: float
    interviewer: float
    question: float
    halo: float | None


@dataclass(slots=True)
class Parameters:
    """Current values, logits. Globals are signed so that a larger value raises the rating."""

    candidate: Floats
    interviewer: Floats
    """``(R,)`` leniency: minus severity."""
    question: Floats
    """``(Q,)`` easiness: minus difficulty."""
    easiness: Floats
    """``(L,)`` minus the steps."""
    halo: Floats | None
    """``(units,)``"""
    group: Floats | None = None
    """``(groups,)`` mean proficiency of each group; candidates are drawn towards their group's."""
    toward: Floats | None = None
    """``(candidates,)`` the mean each candidate is drawn towards by who met them, added to the group's; None: 0."""

    def deviation(self, structure: Structure) -> Floats:
        """Candidates less the mean they are drawn towards, ``(candidates,)``."""
        group = structure.ratings.group
        apart = self.candidate if self.group is None or group is None else self.candidate - self.group[group]
        return apart if self.toward is None else apart - self.toward

    def eta(self, structure: Structure) -> Floats:
        """Linear predictor of every rating, ``(n,)``."""
        ratings = structure.ratings
        shared = self.candidate[ratings.unit_candidate] + self.interviewer[ratings.unit_interviewer]
        if self.halo is not None:
            shared += self.halo
        eta = shared[ratings.unit]
        eta += self.question[ratings.question]
        return eta
