"""Priors, limits and constants of the level model, in one place.

Standard deviations are logits unless said. They are weak statements of scale ("an interviewer is
typically .6 logits off"), worth four observations each, and make the first candidates computable.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

#: Random terms in the order used throughout: of a candidate first, of the panel after.
LOCAL_TERMS: Final = ("general", "competency", "halo", "performance")
GLOBAL_TERMS: Final = ("severity", "difficulty", "pool", "profile")
TERMS: Final = LOCAL_TERMS + GLOBAL_TERMS

#: Steps assumed for a 1-4 scale before any data: about 13, 28, 37 and 22 % at the middle of a pool.
DEFAULT_STEPS_OF_FOUR_POINTS: Final = (-1.4, 0.1, 1.3)
DEFAULT_STEP_DISTANCE: Final = 1.35

LOWEST_LEVEL: Final = 1.0
HIGHEST_LEVEL: Final = 5.0
MIDDLE_TARGET: Final = 3.0


@dataclass(frozen=True, slots=True)
class Priors:
    """Prior scale of every term and how firmly it is held."""

    general: float = 0.70
    """Sd of a candidate's general factor."""
    competency: float = 0.60
    """Sd of a candidate's deviation on one competency."""
    halo: float = 0.45
    """Sd of one interviewer's impression of one candidate, shared by all their ratings."""
    performance: float = 0.45
    """Sd of one answer as shown, shared by everyone who watched it."""
    severity: float = 0.60
    """Sd of interviewers' severity."""
    difficulty: float = 0.50
    """Sd of what a criterion's target level does not explain about its difficulty."""
    pool: float = 0.50
    """Sd of pool means around the team's mean."""
    profile: float = 0.40
    """Sd of a pool's competency means around its own mean."""
    weight: float = 4.0
    """Observations each variance prior is worth (degrees of freedom of an inverse chi-square)."""
    step: float = 0.70
    """Sd of each step around its default."""
    team_level: float = 2.75
    """Level expected of the average candidate before any data."""
    team_level_sd: float = 1.0
    """Its sd, in levels."""
    spacing_sd: float = 0.25
    """Sd of the logits per level, as a share of the width of one scale point."""
    lowest_spacing: float = 0.35
    """Logits per level never fall below this share of the width of one scale point."""
    version_share: float = 0.75
    """Share of difficulty variance that versions of one criterion have in common."""
    known_level_sd: float = 0.3
    """Sd, in levels, of the error of a vignette's known level: what it was written to show, and shows."""
    reference_gap: float = 1.0
    """Sd of the team's average severity against reference raters, when there are some."""

    def variance(self, term: str) -> float:
        """Prior variance of one of ``TERMS``."""
        return float(getattr(self, term)) ** 2


@dataclass(frozen=True, slots=True)
class Limits:
    """Below these amounts of data a parameter keeps its prior value and a warning says so."""

    candidates_with_two_competencies: int = 12
    """At ten the estimate is noise: levels spread too far (slope of truth on estimate .94, not .97)."""
    doubly_rated_answers: int = 200
    target_values: int = 2
    criteria_per_target: int = 4
    ratings_for_fixed_components: int = 500
    """Below it, intervals carry the uncertainty of the variance components as well."""
    reference_vignettes: int = 5
    shared_interviewers: int = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a run depends on besides its data; printed and stored with the run."""

    link: Literal["acl", "cl"] = "acl"
    """Adjacent categories (rating scale) or cumulative logits."""
    halo: bool = True
    """Whether one interviewer's ratings of one candidate share an impression."""
    steps: Literal["common", "question"] = "common"
    """``"question"`` gives every criterion steps of its own, drawn towards the common ones."""
    priors: Priors = field(default_factory=Priors)
    limits: Limits = field(default_factory=Limits)
    max_iterations: int = 200
    tolerance: float = 1e-3
    """Largest Newton step, logits."""
    variance_tolerance: float = 2e-3
    """Largest change of a log variance."""

    def described(self, what: str) -> str:
        """The model of ``what`` in a line, for results."""
        scale = "cumulative logits" if self.link == "cl" else "rating scale"
        steps = ", question steps shrunk to common ones" if self.steps == "question" else ""
        halo = ", halo" if self.halo else ""
        return f"{what}, {scale}{steps}{halo}; smoothed empirical Bayes without target levels, version 2"
