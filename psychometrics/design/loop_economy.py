"""What a loop makes of its minutes: waste, and efficiency against the best loop of the same length.

Companions of the evaluation gap. A minute is wasted where it observes a competency nobody asks for, or one that the
other observations already cover. Efficiency compares what a loop covers with the most that any choice from the bank
covers in the same time (:func:`psychometrics.design.assembly.assemble_loop`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import above_zero, between, column, finite, open_unit
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Waste:
    """Share of all minutes that went to nothing, and the share of each observation, shape (n,)."""

    share: float
    observations: Floats


def wasted_minutes(
    weights: ArrayLike,
    loadings: ArrayLike,
    level: ArrayLike,
    minutes: ArrayLike,
    *,
    snr: float = 0.44 / 0.56,
    target_reliability: float = 0.70,
) -> Waste:
    """Share of minutes spent on competencies without weight or already covered by the other observations.

    An observation's minutes are divided over competencies in proportion to its loadings. A competency counts as covered
    where the rest of the loop reaches ``S* = r* / (1 - r*)`` at the observation's realism or above. Two observations of
    which one would do are both counted: either may go, not both.

    Args:
        weights: of the competencies, at least 0, shape (C,).
        loadings: strength of each observation on each competency, 0..1, shape (n, C); each loads on something.
        level: realism of each observation, shape (n,).
        minutes: cost of each observation, at least 0, shape (n,).
        snr: signal-to-noise ratio of one full observation.
        target_reliability: at which a competency counts as covered.

    Raises:
        NotEnoughData: no observation, or none that takes time.
        BadInput: shapes differ or values out of range.
    """
    w, a = finite(column(weights, "weights"), "weights"), finite(loadings, "loadings")
    if a.ndim != 2 or a.shape[1] != len(w):
        raise BadInput(f"loadings must have shape (n, {len(w)}), got {a.shape}")
    place = finite(column(level, "level", len(a)), "level")
    cost = finite(column(minutes, "minutes", len(a)), "minutes")
    if np.any(w < 0) or np.any(cost < 0):
        raise BadInput("weights and minutes must not be negative")
    if np.any((a < 0) | (a > 1)) or np.any(a.sum(axis=1) <= 0):
        raise BadInput("loadings must lie between 0 and 1, and every observation must load on something")
    if not cost.sum() > 0:
        raise NotEnoughData("waste needs at least one observation that takes time")
    enough = open_unit(target_reliability, "target_reliability")
    enough = enough / (1 - enough)
    carried = a * above_zero(snr, "snr")
    at_or_above = (place[None, :] >= place[:, None]).astype(float)
    others = at_or_above @ carried - carried
    idle = (w == 0) | (others >= enough - 1e-12)
    own = (a / a.sum(axis=1, keepdims=True) * idle).sum(axis=1)
    return Waste(float(own @ cost / cost.sum()), own)


def design_efficiency(gap: float, smallest_gap: float) -> float:
    """``(1 - gap) / (1 - smallest_gap)``: coverage against the best loop of the same minutes, 1 where it is the best.

    Raises:
        BadInput: a gap outside 0..1, or under the smallest one (which was then not the smallest).
        NotEnoughData: even the best choice covers nothing.
    """
    own, best = between(gap, "gap", 0, 1), between(smallest_gap, "smallest_gap", 0, 1)
    if own < best - 1e-9:
        raise BadInput(
            f"the gap {own:g} is under the smallest one {best:g}; assemble again from the same bank"
        )
    if best >= 1:
        raise NotEnoughData("even the best choice covers nothing: there is nothing to compare with")
    return min((1 - own) / (1 - best), 1.0)
