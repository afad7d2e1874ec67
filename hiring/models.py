"""Gathers the tables of the five slices for Django; import them from their slice."""

from hiring.calibration.models import (
    CalibrationRun,
    CriterionEstimate,
    InterviewerEstimate,
    LevelEstimate,
    PooledEstimate,
)
from hiring.decisions.models import Debrief, Decision, OutcomeRating, OutcomeReview
from hiring.loops.models import Loop, Stage, StageQuestion
from hiring.pipeline.models import Application, Assignment, Candidate, Interview, Opening
from hiring.scoring.models import Asked, InjectionReveal, Rating, Scorecard

__all__ = [
    "Application",
    "Asked",
    "Assignment",
    "CalibrationRun",
    "Candidate",
    "CriterionEstimate",
    "Debrief",
    "Decision",
    "InjectionReveal",
    "Interview",
    "InterviewerEstimate",
    "LevelEstimate",
    "Loop",
    "Opening",
    "OutcomeRating",
    "OutcomeReview",
    "PooledEstimate",
    "Rating",
    "Scorecard",
    "Stage",
    "StageQuestion",
]
