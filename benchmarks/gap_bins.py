"""P(gap) bin by bin: the share of levels short of a requirement against the probability given for it.

Levels of one panel err together, so that standard errors are those of a bootstrap over panels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_REPLICATES = 400


@dataclass(frozen=True)
class GapBins:
    """Five equal bins of the probability given; ``(5,)`` each."""

    difference: Floats
    """Share short of the requirement less the mean probability given for it; NaN for an empty bin."""
    se: Floats
    share: Floats
    """Of all levels."""

    def row(self) -> str:
        """Cells of a table."""
        cells = zip(self.difference, self.se, self.share, strict=True)
        return " | ".join(f"{gap:+.3f} ± {se:.3f} ({share:.2f})" for gap, se, share in cells)


def gap_bins(probability: Sequence[Floats], short: Sequence[Floats], *, seed: int, bins: int = 5) -> GapBins:
    """Compare probabilities of falling short with what was true, one array per panel."""
    excess, count = np.zeros((len(short), bins)), np.zeros((len(short), bins))
    for panel, (given, happened) in enumerate(zip(probability, short, strict=True)):
        place = np.clip((given * bins).astype(int), 0, bins - 1)
        excess[panel] = np.bincount(place, happened - given, bins)
        count[panel] = np.bincount(place, minlength=bins)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(short), np.full(len(short), 1 / len(short)), size=_REPLICATES)
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = excess.sum(axis=0) / count.sum(axis=0)
        resampled = (drawn @ excess) / (drawn @ count)
    return GapBins(difference, np.nanstd(resampled, axis=0), count.sum(axis=0) / count.sum())
