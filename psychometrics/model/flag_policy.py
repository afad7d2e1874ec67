"""How large an effect has to be before it is worth a flag.

Significance says that an effect is there; with many ratings every effect is, however small. So a flag asks two things:
that the effect is found at a false discovery rate, and that its interval lies beyond a minimum that matters. The
minimums follow from what effects do to candidates' levels and to decisions: docs/methods/diagnostics.md has the table,
``python -m benchmarks.flag_consequences`` makes it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from psychometrics import _checks
from psychometrics.errors import BadInput

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FlagPolicy:
    """The smallest effects that matter, each in the unit of its test, and the interval that has to lie beyond them.

    An interviewer's effect in kind matters from where it moves the candidates they met by a tenth of a level (root mean
    square) or changes one decision in twenty about them. Of questions, which every later candidate is asked, and of
    differences between groups, which all go one way, half as much matters.

    Raises BadInput for a minimum that is negative or not finite, or a ``level`` outside 0 to 1.
    """

    noise: float = 0.2
    """Infit against the panel's."""
    drift: float = 0.8
    """Logits, later half against the earlier."""
    central_tendency: float = 0.6
    """Log of the steps' spread."""
    discrimination: float = 0.4
    """Log of the slope."""
    halo: float = 0.75
    """Variance of halo, logits squared."""
    differential_severity: float = 0.4
    """Logits, one group against the others."""
    differential_difficulty: float = 0.5
    """Logits, one group against the others."""
    question_drift: float = 0.5
    """Logits, later half against the earlier."""
    question_fit: float = 0.15
    """Infit against the other questions'."""
    level: float = 0.90
    """Coverage of the two-sided interval, so that an effect of just the minimum is flagged once in twenty."""

    def __post_init__(self) -> None:
        _checks.open_unit(self.level, "level")
        for name in self.__slots__:
            value = getattr(self, name)
            if not (np.isfinite(value) and value >= 0):
                raise BadInput(f"the minimum of {name} must be 0 or more and finite, got {value}")

    @property
    def width(self) -> float:
        """Half the width of the interval, in standard errors."""
        return float(ndtri(0.5 + self.level / 2))


DEFAULT_POLICY = FlagPolicy()


def beyond(lower: Floats, upper: Floats, minimum: float) -> npt.NDArray[np.bool_]:
    """Whether intervals lie beyond a minimum, on either side; False where they are not known (NaN)."""
    return np.asarray((lower > minimum) | (upper < -minimum))
