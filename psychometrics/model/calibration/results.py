"""What a calibration returns: columns of numbers by label, and what qualifies them.

Arrays are read-only. Results are equal to themselves alone: compare the columns that matter.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from psychometrics._frozen import read_only
from psychometrics.errors import BadInput, NotComparable
from psychometrics.model.calibration.estimates import Posterior
from psychometrics.model.calibration.ratings import Codes, Labels
from psychometrics.model.thresholds import Floats, Link


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """One entry per candidate, each ``(candidates,)``; logits, higher is more proficient.

    ``measure`` is relative to the mean of the candidate's subset, NaN for a subset of one.
    ``fair_*`` are on the scale of the scores: the mean score expected from an average interviewer
    on an average question.
    """

    label: Labels
    measure: Floats
    se: Floats
    lower: Floats
    upper: Floats
    fair_average: Floats
    fair_lower: Floats
    fair_upper: Floats
    own_measure: Floats
    own_se: Floats
    """Measure from the candidate's own ratings alone, not drawn towards the panel's mean; for
    challenge. NaN for someone rated at one end of the scale throughout."""
    raw_mean: Floats
    n: Codes
    interviewers: Codes
    """Number of interviewers who rated the candidate."""
    subset: Codes

    def __post_init__(self) -> None:
        read_only(self)


@dataclass(frozen=True, slots=True, eq=False)
class Interviewers:
    """One entry per interviewer; severity in logits, higher is harsher."""

    label: Labels
    severity: Floats
    se: Floats
    lower: Floats
    upper: Floats
    infit: Floats
    outfit: Floats
    z: Floats
    fit_effect: Floats
    fit_lower: Floats
    fit_upper: Floats
    """Infit above the others', with its interval; NaN where there are fewer than three."""
    raw_mean: Floats
    n: Codes
    candidates: Codes
    """Number of candidates the interviewer rated."""
    slope: Floats
    slope_lower: Floats
    slope_upper: Floats
    """How strongly the interviewer tells candidates apart, 1 for the panel's (geometric) mean, with its interval; NaN
    where slopes are common."""
    flags: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        read_only(self)


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """One entry per question; difficulty in logits, higher is harder."""

    label: Labels
    difficulty: Floats
    se: Floats
    lower: Floats
    upper: Floats
    infit: Floats
    outfit: Floats
    z: Floats
    fit_effect: Floats
    fit_lower: Floats
    fit_upper: Floats
    """Infit above the others', with its interval; NaN where there are fewer than three."""
    raw_mean: Floats
    n: Codes
    flags: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        read_only(self)


@dataclass(frozen=True, slots=True, eq=False)
class GroupMeans:
    """One entry per group of candidates (site, opening): its mean proficiency, logits."""

    label: Labels
    mean: Floats
    """Against the average of the groups it is linked with; NaN where it is linked with none."""
    se: Floats
    lower: Floats
    upper: Floats
    candidates: Codes

    def __post_init__(self) -> None:
        read_only(self)


@dataclass(frozen=True, slots=True, eq=False)
class Subset:
    """Candidates who can be compared with each other, and who judged them."""

    number: int
    """From 1, largest first."""
    candidates: Labels
    interviewers: Labels
    questions: Labels
    ratings: int

    def __post_init__(self) -> None:
        read_only(self)


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A calibrated panel. Immutable; see docs/methods/calibration.md for every quantity."""

    candidates: Candidates
    interviewers: Interviewers
    questions: Questions
    components: dict[str, float | None]
    """Standard deviations in logits; None where a term has nothing to vary over or is not in the model."""
    estimated: frozenset[str]
    """Components estimated from these ratings; the others stand at their prior."""
    thresholds: Floats
    categories: Floats
    subsets: tuple[Subset, ...]
    warnings: tuple[str, ...]
    model: str
    link: Link
    level: float
    ratings: int
    iterations: int
    converged: bool
    posterior: Posterior = field(repr=False, compare=False)
    halo: bool = True
    """Whether halo was asked for; ``components`` says whether there was any to model."""
    slopes: Literal["common", "interviewer"] = "common"
    """Whether interviewers have slopes of their own."""
    selection: Literal["ignorable", "informative"] = "ignorable"
    """Whether candidates were drawn towards a mean of those who met them."""
    question_thresholds: Floats | None = None
    """``(questions, L)`` where questions have steps of their own; their means are ``thresholds``' mean."""
    groups: GroupMeans | None = None
    """None where no groups were given."""

    def __post_init__(self) -> None:
        read_only(self)

    def probability_better(self, first: object, second: object) -> float:
        """P(candidate ``first`` is more proficient than ``second``), by label.

        Uses the whole covariance: candidates seen by the same interviewers share their errors.
        Raises NotComparable across subsets, BadInput for an unknown label.
        """
        one, two = self._position(first), self._position(second)
        if one == two:
            return 0.5
        if self.candidates.subset[one] != self.candidates.subset[two]:
            raise NotComparable(
                f"{first} and {second} are in unlinked subsets: nothing in the ratings tells a "
                "difference in proficiency from a difference in severity or difficulty"
            )
        mean, error = self.posterior.difference(one, two)
        return float(ndtr(mean / error))

    def _position(self, label: object) -> int:
        found: npt.NDArray[np.intp] = np.flatnonzero(self.candidates.label == label)
        if not len(found):
            raise BadInput(f"no candidate {label!r}")
        return int(found[0])
