"""Which fits can be examined."""

from typing import TypeAlias

from psychometrics.model.calibration.examined import examined as examined_trait
from psychometrics.model.calibration.results import Calibration
from psychometrics.model.fitted import FittedRatings
from psychometrics.model.levels.examined import examined as examined_levels
from psychometrics.model.levels.results import LevelCalibration

Run: TypeAlias = Calibration | LevelCalibration
"""A fit of one trait, or of several competencies."""


def fitted_ratings(run: Run) -> FittedRatings:
    """The ratings of a run and what it expects of them."""
    if isinstance(run, LevelCalibration):
        return examined_levels(run)
    return examined_trait(run.posterior.best)


def interval_level(run: Run) -> float:
    """The coverage of a run's intervals."""
    return run.confidence if isinstance(run, LevelCalibration) else run.level
