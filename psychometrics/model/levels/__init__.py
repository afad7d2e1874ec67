"""Levels of several competencies from interview ratings, with honest intervals.

Names are imported when first used: ``psychometrics.model.levels.rules``, what pages need to show a stored
level, must not load NumPy and SciPy with it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psychometrics.model.levels.calibrate import calibrate_levels, update_levels
    from psychometrics.model.levels.data import LevelRatings
    from psychometrics.model.levels.display import (
        Comparison,
        DisplayedLevel,
        PooledGap,
        RequirementCheck,
        compare,
        estimate,
        pooled_gap,
        requirement,
    )
    from psychometrics.model.levels.links import Links
    from psychometrics.model.levels.next_rating import next_level_rating
    from psychometrics.model.levels.policy import Limits, Priors, Settings
    from psychometrics.model.levels.posterior import CandidatePosterior
    from psychometrics.model.levels.results import (
        CriterionTable,
        LevelCalibration,
        LevelTable,
        Notice,
        Scale,
        SeverityTable,
    )
    from psychometrics.model.levels.rules import KAPPA, LevelStatus, status

_EXPORTS = {
    "KAPPA": "rules",
    "CandidatePosterior": "posterior",
    "Comparison": "display",
    "CriterionTable": "results",
    "LevelCalibration": "results",
    "DisplayedLevel": "display",
    "LevelRatings": "data",
    "LevelTable": "results",
    "Limits": "policy",
    "Links": "links",
    "Notice": "results",
    "PooledGap": "display",
    "Priors": "policy",
    "RequirementCheck": "display",
    "Scale": "results",
    "Settings": "policy",
    "SeverityTable": "results",
    "LevelStatus": "rules",
    "calibrate_levels": "calibrate",
    "compare": "display",
    "estimate": "display",
    "next_level_rating": "next_rating",
    "pooled_gap": "display",
    "requirement": "display",
    "status": "rules",
    "update_levels": "calibrate",
}

__all__ = [
    "KAPPA",
    "CandidatePosterior",
    "Comparison",
    "CriterionTable",
    "DisplayedLevel",
    "LevelCalibration",
    "LevelRatings",
    "LevelStatus",
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
    "calibrate_levels",
    "compare",
    "estimate",
    "next_level_rating",
    "pooled_gap",
    "requirement",
    "status",
    "update_levels",
]


def __getattr__(name: str) -> Any:
    """Import the module that defines ``name`` on first use."""
    if name in _EXPORTS:
        return getattr(import_module(f"{__name__}.{_EXPORTS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the lazy names too."""
    return sorted([*globals(), *__all__])
