"""Gathers the tables of the slices for Django; import them from their slice."""

from hiring.calibration.models import (
    CalibrationRun,
    CriterionEstimate,
    InterviewerEstimate,
    LevelEstimate,
    PooledEstimate,
)
from hiring.decisions.models import Debrief, Decision
from hiring.lab.models import (
    Certificate,
    PathStep,
    Vignette,
    VignetteAnchor,
    VignettePair,
    VignetteRating,
    VignetteReference,
    VignetteSitting,
)
from hiring.outcomes.models import OutcomeRating, OutcomeReview
from hiring.pipeline.models import Application, Assignment, Candidate, Interview, Opening
from hiring.scoring.models import Asked, InjectionReveal, Rating, Scorecard

__all__ = [
    "Application",
    "Asked",
    "Assignment",
    "CalibrationRun",
    "Candidate",
    "Certificate",
    "CriterionEstimate",
    "Debrief",
    "Decision",
    "InjectionReveal",
    "Interview",
    "InterviewerEstimate",
    "LevelEstimate",
    "Opening",
    "OutcomeRating",
    "OutcomeReview",
    "PathStep",
    "PooledEstimate",
    "Rating",
    "Scorecard",
    "Vignette",
    "VignetteAnchor",
    "VignettePair",
    "VignetteRating",
    "VignetteReference",
    "VignetteSitting",
]
