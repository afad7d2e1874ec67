"""Calibration of one trait: who is proficient, who is severe, which question is hard.

``calibrate`` takes arrays and returns a frozen :class:`Calibration`. The model, its estimation and
its measured accuracy are described in docs/methods/calibration.md.
"""

from psychometrics.model.calibration.calibrate import calibrate
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
    "Questions",
    "Subset",
    "calibrate",
    "update",
]
