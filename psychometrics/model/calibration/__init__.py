"""Calibration of one trait: who is proficient, who is severe, which question is hard.

``calibrate`` takes arrays and returns a frozen :class:`Calibration`. The model, its estimation and
its measured accuracy are described in docs/methods/calibration.md.
"""

from psychometrics.model.calibration.calibrate import calibrate
from psychometrics.model.calibration.meetings import Meeting, MeetingPlan, plan_meetings
from psychometrics.model.calibration.next_rating import NextRating, next_rating
from psychometrics.model.calibration.results import (
    Calibration,
    Candidates,
    GroupMeans,
    Interviewers,
    Questions,
    Subset,
)
from psychometrics.model.calibration.updating import update

__all__ = [
    "Calibration",
    "Candidates",
    "GroupMeans",
    "Interviewers",
    "Meeting",
    "MeetingPlan",
    "NextRating",
    "Questions",
    "Subset",
    "calibrate",
    "next_rating",
    "plan_meetings",
    "update",
]
