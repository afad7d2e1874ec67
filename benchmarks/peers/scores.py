"""What a program's effects are worth against the truth: the same arithmetic for every program, ours included."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median
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
class Contrasts:
    """One facet of one panel: effects and truth, each against its mean, ``(levels,)``."""

    effect: Floats
    truth: Floats
    """Logits."""
    variance: Floats

    @property
    def flat(self) -> bool:
        """Whether all effects are equal, as where a program puts a component of variance at nothing."""
        return not np.any(self.effect)

    @property
    def correlation(self) -> float | None:
        """Of effects with the truth; None where they are all equal."""
        return None if self.flat else float(np.corrcoef(self.effect, self.truth)[0, 1])

    @property
    def factor(self) -> float | None:
        """What effects are to be multiplied with to be nearest to the truth; None where they are all equal."""
        return None if self.flat else float(self.effect @ self.truth / (self.effect @ self.effect))

    @property
    def at_an_end(self) -> npt.NDArray[np.bool_]:
        """Whether an effect is in the lowest or highest tenth, at least one each; ``(levels,)``."""
        tenth = max(len(self.effect) // 10, 1)
        place = self.effect.argsort().argsort()
        return np.asarray((place < tenth) | (place >= len(place) - tenth))


@dataclass(frozen=True, slots=True)
class Score:
    """How near effects are to the truth after a linear scaling that suits them; logits.

    One factor serves all panels of a program: the median of those that suit each panel best. It is kind:
    programs that treat scores as numbers have another unit, and a user has no truth to find the factor by.
    """

    rmse: float
    correlation: float | None
    """Mean over the panels that have one."""
    half_width: float | None
    """Mean half-width of the 90 % intervals, scaled alike; None without variances."""
    coverage: float | None
    """Share of 90 % intervals that contain the true contrast with the mean."""
    ends: float | None
    """The same among the tenth of a panel estimated lowest and the tenth estimated highest."""


def contrasts(found: Effects, truth: Floats) -> Contrasts:
    """Set effects beside the truth of their levels; ``truth`` is ``(all levels,)``, in logits."""
    wanted = truth[found.label]
    return Contrasts(found.effect - found.effect.mean(), wanted - wanted.mean(), found.variance)


def score(panels: Sequence[Contrasts]) -> Score:
    """Compare a program's contrasts over all its panels with the truth."""
    effect = np.concatenate([panel.effect for panel in panels])
    truth = np.concatenate([panel.truth for panel in panels])
    variance = np.concatenate([panel.variance for panel in panels])
    factors = [panel.factor for panel in panels if panel.factor is not None]
    factor = median(factors) if factors else 1.0
    correlations = [panel.correlation for panel in panels if panel.correlation is not None]
    error = factor * effect - truth
    width = abs(factor) * Z90 * np.sqrt(variance)
    known = bool(np.isfinite(width).all())
    inside = np.abs(error) < width
    return Score(
        rmse=float(np.sqrt((error**2).mean())),
        correlation=fmean(correlations) if correlations else None,
        half_width=float(width.mean()) if known else None,
        coverage=float(inside.mean()) if known else None,
        ends=float(inside[np.concatenate([panel.at_an_end for panel in panels])].mean()) if known else None,
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
