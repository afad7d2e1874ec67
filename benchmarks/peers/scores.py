"""What a program's effects are worth against the truth: the same arithmetic for every program, ours included."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from benchmarks.generator import Panel

Floats: TypeAlias = npt.NDArray[np.float64]
Z90 = 1.6448536
#: A standard deviation below this share of the largest is one a program put at zero.
NOTHING = 0.01


@dataclass(frozen=True, slots=True)
class Effects:
    """One facet's effects by label, ``(levels,)`` each, in the program's own units."""

    label: npt.NDArray[np.intp]
    effect: Floats
    variance: Floats
    """Of each effect given the ratings; NaN where the program gives none."""


@dataclass(frozen=True, slots=True)
class Score:
    """How near effects are to the truth after centring and the best linear scaling of them; logits.

    The scaling is as kind as can be: programs that treat scores as numbers have another unit, and a
    user has no truth to find the factor by.
    """

    rmse: float
    correlation: float
    half_width: float | None
    """Mean half-width of the 90 % intervals, scaled alike; None without variances."""
    coverage: float | None
    """Share of 90 % intervals that contain the true contrast with the mean."""


def score(found: Effects, truth: Floats) -> Score:
    """Compare effects with the truth of their levels; ``truth`` is ``(all levels,)``, in logits."""
    wanted = truth[found.label] - truth[found.label].mean()
    effect = found.effect - found.effect.mean()
    factor = float(effect @ wanted / (effect @ effect))
    error = factor * effect - wanted
    width = abs(factor) * Z90 * np.sqrt(found.variance)
    known = bool(np.isfinite(width).all())
    return Score(
        rmse=float(np.sqrt((error**2).mean())),
        correlation=float(np.corrcoef(effect, wanted)[0, 1]),
        half_width=float(width.mean()) if known else None,
        coverage=float((np.abs(error) < width).mean()) if known else None,
    )


def plain_means(panel: Panel, facet: str) -> Effects:
    """Mean scores by level, with the variance of a mean of independent ratings: what a spreadsheet says."""
    codes = getattr(panel, facet)
    value = panel.score.astype(float)
    count = np.bincount(codes)
    label = np.flatnonzero(count)
    mean = np.bincount(codes, value)[label] / count[label]
    spread = np.maximum(np.bincount(codes, value**2)[label] / count[label] - mean**2, 0.0)
    return Effects(label, mean, spread / np.maximum(count[label] - 1, 1))


def put_at_zero(deviations: dict[str, float]) -> tuple[str, ...]:
    """The components a program estimated as nothing; ``deviations`` are standard deviations by name."""
    largest = max(deviations.values(), default=0.0)
    return tuple(name for name, size in deviations.items() if size <= NOTHING * largest)
