"""Gathers the tables of the slices for Django; import them from their slice."""

from hiring.calibration.models import (
    CalibrationRun,
    CriterionEstimate,
    InterviewerEstimate,
    LevelEstimate,
    PooledEstimate,
)
from hiring.calibration.noise_models import NoiseAudit
from hiring.decisions.live.models import LiveDebrief, Rescore
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
from hiring.outcomes.models import OutcomeRating, OutcomeReview, ReviewRequest
from hiring.pipeline.models import Application, Assignment, Candidate, Interview, Opening
from hiring.pipeline.outside import OutsideLink
from hiring.reminders.models import RemindersStopped
from hiring.scoring.models import Asked, InjectionReveal, Rating, Scorecard
from hiring.scoring.sights import FirstSight
from hiring.scoring.withdrawals import Withdrawal

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
    "FirstSight",
    "InjectionReveal",
    "Interview",
    "InterviewerEstimate",
    "LevelEstimate",
    "LiveDebrief",
    "NoiseAudit",
    "Opening",
    "OutcomeRating",
    "OutcomeReview",
    "OutsideLink",
    "PathStep",
    "PooledEstimate",
    "Rating",
    "RemindersStopped",
    "Rescore",
    "ReviewRequest",
    "Scorecard",
    "Vignette",
    "VignetteAnchor",
    "VignettePair",
    "VignetteRating",
    "VignetteReference",
    "VignetteSitting",
    "Withdrawal",
]
