"""What the evaluation-gap report knows: the report's data, and what its template finds by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import TeamPolicy
from accounts.models.policy import Sufficiency
from figures.types import FigureDict
from loops.best import BestPossible
from loops.coverage import Split, split_for_display
from loops.gaps import CompetencyGap, LoopGap
from loops.models import Loop
from reports.evaluation_gap.proposals import Step
from roles.models import RoleProfile


@dataclass(frozen=True)
class StageRow:
    """What one stage contributes: how far the gap rises without it."""

    name: str
    minutes: int
    interviewers: int
    ratings: int
    without: float | None

    @property
    def per_ten(self) -> float | None:
        """Points of gap closed per ten candidate minutes."""
        return self.without * 10 / self.minutes if self.without is not None else None


@dataclass(frozen=True)
class CompetencyRow:
    """A competency in the table: percentages of the whole demand."""

    gap: CompetencyGap
    reliability: float | None
    own: float

    @property
    def split(self) -> Split:
        """The competency's own parts, as printed."""
        return split_for_display(self.gap)


@dataclass(frozen=True)
class Heaviest:
    """The competencies that one part of the gap weighs most on: how many, and their names."""

    n: int
    names: str


@dataclass(frozen=True)
class HeaviestByPart:
    """The same for each part of the gap."""

    content: Heaviest
    precision: Heaviest
    realism: Heaviest


@dataclass(frozen=True)
class WorkedPart:
    """One realism in the worked example."""

    name: str
    demand: float
    coverage: float


@dataclass(frozen=True)
class Worked:
    """The computation for one competency, with its numbers."""

    row: CompetencyGap
    evidence: float
    parts: Sequence[WorkedPart]

    @property
    def split(self) -> Split:
        """The competency's parts, as printed."""
        return split_for_display(self.row)


@dataclass(frozen=True)
class EvaluationGapData:
    """One loop's gap, where it sits, what each stage contributes, and what would lower it.

    ``contrast`` is the conventional loop's gap, None where there is none or this is it. ``snr`` is the
    signal-to-noise ratio of a single rating, ``needed`` that of the target reliability.
    """

    loop: Loop
    gap: LoopGap
    best: BestPossible | None
    contrast: LoopGap | None
    comparison: FigureDict
    boxes: FigureDict | None
    by_stage: FigureDict | None
    rows: Sequence[CompetencyRow]
    stages: Sequence[StageRow]
    steps: Sequence[Step]
    worst: HeaviestByPart
    worked: Worked | None
    policy: TeamPolicy
    snr: float
    needed: float
    leaks: Sequence[tuple[str, float]]

    @property
    def profile(self) -> RoleProfile:
        """The role profile that the loop is measured against."""
        return self.loop.profile

    @property
    def split(self) -> Split:
        """The gap as printed."""
        return split_for_display(self.gap)

    @property
    def by_reliability(self) -> bool:
        """Whether the share of the needed reliability counts, and not that of the needed evidence."""
        return self.policy.sufficiency == Sufficiency.RELIABILITY

    @property
    def contrast_split(self) -> Split | None:
        """The conventional loop's gap as printed."""
        return split_for_display(self.contrast) if self.contrast else None

    @property
    def minutes_more(self) -> int:
        """How many more minutes the conventional loop takes."""
        return self.contrast.minutes - self.gap.minutes if self.contrast else 0

    @property
    def tested(self) -> bool:
        """Whether any competency of the role is asked for."""
        return any(row.is_tested for row in self.gap.competencies)

    @property
    def over_limit(self) -> bool:
        """Whether a proposed step makes the loop longer than the team asks of a candidate."""
        return any(step.over_limit for step in self.steps)
