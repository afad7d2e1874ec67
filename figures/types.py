"""What a figure is drawn from: small frozen records, no models, shares as 0 to 1.

Each of them checks what it is given, because a figure that draws nonsense is worse than none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from figures.schema import FigureDict

__all__ = [
    "Band",
    "CompetencyBar",
    "CoverageRow",
    "Estimate",
    "FigureDict",
    "FrontierPoint",
    "FunnelStep",
    "GapSplit",
    "Grid",
    "LayerGaps",
    "LoopBar",
    "NotEnoughDataError",
    "ShownLevel",
    "Spread",
    "StageEvidence",
]


class NotEnoughDataError(ValueError):
    """Nothing can be drawn; the message says what is missing, in words fit for the screen."""


@dataclass(frozen=True, slots=True)
class GapSplit:
    """An evaluation gap in its parts, as shares of the demand it is measured against."""

    content: float
    precision: float
    realism: float

    def __post_init__(self) -> None:
        if min(self.content, self.precision, self.realism) < -1e-9 or self.gap > 1 + 1e-9:
            raise ValueError(f"the parts of a gap are shares that sum to at most 1, not {self}")

    @property
    def gap(self) -> float:
        """Return the whole gap."""
        return self.content + self.precision + self.realism

    @property
    def covered(self) -> float:
        """Return what is left of the demand."""
        return 1.0 - self.gap


@dataclass(frozen=True, slots=True)
class CompetencyBar:
    """One competency's contribution to a gap; the split is in shares of the whole demand."""

    name: str
    weight: float
    split: GapSplit
    must_have: bool = False


@dataclass(frozen=True, slots=True)
class LoopBar:
    """The gap of one loop, for comparison with others."""

    name: str
    split: GapSplit
    note: str = ""


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """What a loop covers of one competency at controlled, constrained and production realism.

    ``coverage`` is what is covered at each; ``sufficiency`` is how much of the evidence needed there is at
    any realism (the rest is the precision gap, or the content gap where nothing is asked); ``gap`` is the
    competency's contribution to the whole.
    """

    name: str
    weight: float
    demand: tuple[float, float, float]
    coverage: tuple[float, float, float]
    sufficiency: float
    gap: float
    asked: bool = True


class Band(StrEnum):
    """Where a level stands against the required one."""

    UNKNOWN = "unknown"
    BELOW = "below"
    OPEN = "open"
    MEETS = "meets"


@dataclass(frozen=True, slots=True)
class ShownLevel:
    """A candidate's level on one competency.

    ``level`` is None where no point may be shown; with ``lower`` and ``upper`` the interval is drawn alone,
    without them ``note`` says why there is nothing. ``band`` says where the level stands and ``word`` how
    that is printed; left out, both come from the chance of being below.
    """

    name: str
    required: float
    level: float | None = None
    lower: float | None = None
    upper: float | None = None
    raw: float | None = None
    chance_below: float | None = None
    weight: float | None = None
    must_have: bool = False
    note: str = "not assessed"
    band: Band | None = None
    word: str = ""

    @property
    def interval_only(self) -> bool:
        """Whether there is an interval and no point."""
        return self.level is None and self.lower is not None and self.upper is not None


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate with its interval; ``value`` is None where there are too few observations."""

    name: str
    n: int
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    note: str = "not enough data"

    @property
    def known(self) -> bool:
        """Say whether there is something to draw."""
        return self.value is not None and self.lower is not None and self.upper is not None


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """People who reached one step, and the share of them that passed on, with its interval.

    ``people`` is None where there are too few to be shown: fewer than ``hidden_under``.
    """

    name: str
    people: int | None
    passed: float | None = None
    lower: float | None = None
    upper: float | None = None
    hidden_under: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """Days spent in one stage: five numbers, None where too few people have left it."""

    name: str
    n: int
    low: float | None = None
    q1: float | None = None
    median: float | None = None
    q3: float | None = None
    high: float | None = None
    note: str = "not enough data"


@dataclass(frozen=True, slots=True)
class Grid:
    """Values by row and column; None where too few observations stand behind a cell.

    ``cuts`` are the upper bounds of all steps but the last, in the values' unit; values whose unit is
    "share" are printed as whole percent.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[float | None]]
    cuts: Sequence[float]
    unit: str = ""

    def __post_init__(self) -> None:
        if len(self.values) != len(self.rows) or any(len(v) != len(self.columns) for v in self.values):
            raise ValueError("a grid needs one row of values per row, one value per column")


@dataclass(frozen=True, slots=True)
class LayerGaps:
    """The gap of one role through need, plan, evidence, decision and outcome; None where too few reviews."""

    role: str
    n: int
    gaps: tuple[float | None, float | None, float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """A loop that could be had: its minutes, its gap and its decision value; no loop leaves less than ``bound``."""

    minutes: int
    gap: float
    label: str = ""
    value: float | None = None
    bound: float | None = None


@dataclass(frozen=True, slots=True)
class StageEvidence:
    """Evidence one stage gives, by competency, as shares of what is needed: at production realism, below it."""

    name: str
    shares: tuple[tuple[float, float], ...]
    note: str = ""
