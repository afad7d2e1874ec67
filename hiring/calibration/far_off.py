"""Whose severity lies far from the panel's: a flag of the product's own beside those of ``psychometrics``.

Levels allow for severity; raw means, summaries and whoever reads a single scorecard do not. So it is flagged by the
rule of all flags: found at the run's false discovery rate, and an interval that lies beyond what matters. Imported by
workers, like ``standouts``.
"""

import math

import numpy as np

from hiring.calibration.fitting import Fitted
from hiring.calibration.flags import FAR_LEVELS, INTERVIEWERS, StoredFlag
from psychometrics.model.calibration.fit_statistics import false_discoveries
from psychometrics.model.flag_policy import DEFAULT_POLICY, beyond

#: Of all flags by severity, the share that may be false.
RATE = 0.10
VERDICTS = ("flagged", "nothing found", "cannot tell")


def of(found: Fitted) -> dict[int, dict[str, object]]:
    """By the fit's code of an interviewer: the severity as a test, in the form that runs keep tests in."""
    table, scale = found.result.severities, found.result.scale
    per, unit = (scale.spacing, "levels") if scale.valid else (1.0, "logits")
    minimum = FAR_LEVELS * (1.0 if scale.valid else scale.spacing)
    effect, se = table.severity / per, table.se / per
    lower, upper = effect - DEFAULT_POLICY.width * se, effect + DEFAULT_POLICY.width * se
    known = np.isfinite(effect) & (se > 0)
    p = np.array(
        [math.erfc(abs(e) / s / math.sqrt(2)) for e, s in zip(effect[known], se[known], strict=True)]
    )
    certain = np.zeros(len(effect), bool)
    if len(p):
        certain[known] = false_discoveries(p, RATE)
    flagged = certain & beyond(lower, upper, minimum)
    harmless = (lower > -minimum) & (upper < minimum)
    rows: dict[int, dict[str, object]] = {}
    for row in np.flatnonzero(known).tolist():
        rows[int(table.interviewer[row])] = {
            "test": "severity",
            "effect": float(effect[row]),
            "lower": float(lower[row]),
            "upper": float(upper[row]),
            "unit": unit,
            "verdict": VERDICTS[0 if flagged[row] else 1 if harmless[row] else 2],
        }
    return rows


def flag(test: dict[str, object]) -> StoredFlag | None:
    """The flag of a test by severity, if it is one."""
    if test["verdict"] != "flagged":
        return None
    effect, lower, upper = (float(str(test[name])) for name in ("effect", "lower", "upper"))
    code = "harsh" if effect > 0 else "lenient"
    return StoredFlag(code, effect, lower, upper, str(test["unit"]), INTERVIEWERS[code].finding)
