"""What a run of the level model returns: frozen, plain arrays and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics import _checks
from psychometrics.errors import BadInput
from psychometrics.model.levels.links import Links
from psychometrics.model.levels.policy import Settings
from psychometrics.model.levels.posterior import CandidatePosterior
from psychometrics.model.levels.updating import Origin

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader of the results must know; ``code`` is stable, ``text`` is English."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class LevelTable:
    """One row per candidate and competency with at least one rating; ``(r,)`` arrays.

    Levels are on the 1-5 proficiency scale and not clamped; ``floor`` and ``ceiling`` bound what
    the criteria rated can show. ``se`` is marginal (levels, probabilities, gaps), ``contrast_se``
    is for differences between candidates of one opening; never mix them.
    """

    candidate: Codes
    competency: Codes
    opening: Codes
    level: Floats
    se: Floats
    lower: Floats
    upper: Floats
    contrast_se: Floats
    floor: Floats
    ceiling: Floats
    logit: Floats
    """Logits above "meets the bar" on an average criterion targeted at level 3."""
    logit_se: Floats
    fair_average: Floats
    """Expected rating (from 0) on this competency's average criterion by an average interviewer."""
    fair_lower: Floats
    fair_upper: Floats
    borrowed: Floats
    """Variance as a share of the variance without this competency's own ratings, in 0..1."""
    reliability: Floats
    """Share of the variance between candidates that is signal; severity counts as error."""
    own_level: Floats
    """Level from this candidate's ratings alone, for challenge; may lie far outside 1..5."""
    own_se: Floats
    raw_mean: Floats
    """Plain mean of the ratings, from 0."""
    ratings: Codes
    interviewers: Codes
    sessions: Codes


@dataclass(frozen=True, slots=True, eq=False)
class SeverityTable:
    """One row per interviewer; 0 is the average interviewer, or the reference when anchored.

    NaN where one interviewer gave all ratings and is not the reference: how strict they are cannot be told.
    """

    interviewer: Codes
    severity: Floats
    """Logits, higher = harsher."""
    se: Floats
    lower: Floats
    upper: Floats
    in_levels: Floats
    """Severity in levels: how much lower a level the same answer is given."""
    in_levels_lower: Floats
    in_levels_upper: Floats
    ratings: Codes
    candidates: Codes


@dataclass(frozen=True, slots=True, eq=False)
class CriterionTable:
    """One row per criterion rated."""

    criterion: Codes
    competency: Codes
    target: Floats
    difficulty: Floats
    """Logits beyond what the target level explains, higher = harder."""
    se: Floats
    ratings: Codes
    steps: Floats | None = None
    """``(K, L)`` logits, where criteria have steps of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """The rating scale and how many logits a level is worth."""

    steps: Floats
    meets: int
    bar: float
    """Predictor at which the expected rating is "meets the bar"."""
    width: float
    """Logits of one scale point there."""
    spacing: float
    """Logits per level."""
    spacing_ratio: float
    """Logits per level over the width of a scale point; 1 is what target levels promise."""
    ratio_se: float
    """Posterior standard deviation of the ratio; the prior's where it is held."""
    ratio_lower: float
    ratio_upper: float
    regression_ratio: float | None
    """The same from the data alone (difficulty regressed on target); None when not estimable."""
    regression_lower: float | None
    regression_upper: float | None
    estimated: bool
    valid: bool
    """False when target levels do not explain difficulty: levels must not be shown."""


@dataclass(frozen=True, slots=True, eq=False)
class LevelCalibration:
    """One fit of one team and one rating scale."""

    table: LevelTable
    people: tuple[CandidatePosterior, ...]
    """Joint uncertainty per candidate, ordered by candidate code."""
    severities: SeverityTable
    criteria: CriterionTable
    components: Mapping[str, float]
    """Standard deviations in logits by term. They drift up together with small panels while levels
    stay unbiased: report levels, reliabilities and ratios, not these."""
    fixed: tuple[str, ...]
    """Terms that kept their prior value for lack of data."""
    scale: Scale
    links: Links
    notices: tuple[Notice, ...]
    anchored: bool
    """Whether reference ratings anchor the levels; else they are relative to this team."""
    confidence: float
    n_ratings: int
    iterations: int
    converged: bool
    settings: Settings
    shared_covariance: Floats
    """``(P, P)`` covariance of the shared parameters, for comparisons between candidates."""
    origin: Origin = field(repr=False)
    """What ``update_levels`` starts from."""

    @property
    def competencies(self) -> int:
        """Number of competency codes, those without a rating included: codes are 0 to one less."""
        return int(self.origin.data.criterion_competency.max()) + 1

    def person(self, candidate: int) -> CandidatePosterior | None:
        """Joint posterior of a candidate, None without ratings.

        Raises BadInput for what is no whole number from 0.
        """
        code = _checks.count(candidate, "candidate")
        codes = self.origin.data.candidates
        at = int(np.searchsorted(codes, code))
        return self.people[at] if at < len(codes) and codes[at] == code else None

    def row(self, candidate: int, competency: int) -> int | None:
        """Row of the table, None when the competency was not assessed.

        Raises BadInput for a candidate that is no whole number from 0, or a competency that no criterion has.
        """
        code = _checks.count(candidate, "candidate")
        what = _checks.count(competency, "competency", most=self.competencies - 1)
        first, last = np.searchsorted(self.table.candidate, [code, code + 1])
        found = np.flatnonzero(self.table.competency[first:last] == what)
        return int(first + found[0]) if len(found) else None

    def rated(self, candidate: int) -> CandidatePosterior:
        """Joint posterior of a candidate with ratings.

        Raises BadInput for one without.
        """
        person = self.person(candidate)
        if person is None:
            codes = self.origin.data.candidates
            raise BadInput(
                f"no candidate {candidate} in this run: its {len(codes)} candidates bear codes from "
                f"{codes[0]} to {codes[-1]}"
            )
        return person
