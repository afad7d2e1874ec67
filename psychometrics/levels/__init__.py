"""Levels of several competencies from interview ratings, with honest intervals."""

from psychometrics.levels.calibrate import calibrate_levels
from psychometrics.levels.data import LevelRatings
from psychometrics.levels.display import (
    KAPPA,
    Comparison,
    LevelEstimate,
    PooledGap,
    RequirementCheck,
    compare,
    estimate,
    pooled_gap,
    requirement,
    status,
)
from psychometrics.levels.links import Links
from psychometrics.levels.policy import Limits, Priors, Settings
from psychometrics.levels.posterior import CandidatePosterior
from psychometrics.levels.results import (
    CriterionTable,
    LevelCalibration,
    LevelTable,
    Notice,
    Scale,
    SeverityTable,
    Status,
)

__all__ = [
    "KAPPA",
    "CandidatePosterior",
    "Comparison",
    "CriterionTable",
    "LevelCalibration",
    "LevelEstimate",
    "LevelRatings",
    "LevelTable",
    "Limits",
    "Links",
    "Notice",
    "PooledGap",
    "Priors",
    "RequirementCheck",
    "Scale",
    "Settings",
    "SeverityTable",
    "Status",
    "calibrate_levels",
    "compare",
    "estimate",
    "pooled_gap",
    "requirement",
    "status",
]
