"""Psychometrics of interview ratings: NumPy and SciPy only, usable without Django or a database.

Every statistic is a function of arrays with a page of its own under ``docs/methods``. Names are
exported lazily, so that importing the package costs nothing until a statistic is asked for.
"""

from importlib import import_module
from typing import Any

_EXPORTS = {
    "EvaluationGap": "psychometrics.evaluation_gap",
    "EvidenceModel": "psychometrics.evidence",
    "MadeRatings": "psychometrics.evidence",
    "PlannedRatings": "psychometrics.evidence",
    "intraclass_correlations": "psychometrics.icc",
    "krippendorff_alpha": "psychometrics.agreement",
    "marginal_gaps": "psychometrics.evaluation_gap",
    "plan_evidence": "psychometrics.evidence",
    "rating_evidence": "psychometrics.evidence",
    "session_evidence": "psychometrics.evidence",
    "Calibration": "psychometrics.calibration",
    "calibrate": "psychometrics.calibration",
    "calibrate_levels": "psychometrics.levels",
    "LevelRatings": "psychometrics.levels",
    "connected_subsets": "psychometrics.connectedness",
    "diagnose": "psychometrics.diagnostics",
    "differential_severity": "psychometrics.diagnostics",
    "reliability_table": "psychometrics.diagnostics",
}

__all__ = sorted(_EXPORTS)  # noqa: PLE0605 -- names resolve through __getattr__


def __getattr__(name: str) -> Any:
    """Import the module that defines ``name`` on first use."""
    if name in _EXPORTS:
        return getattr(import_module(_EXPORTS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the lazy names too."""
    return sorted([*globals(), *_EXPORTS])
