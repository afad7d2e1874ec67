"""What moved in a run: severity month by month, and questions that became easier or harder.

Imported by workers, like ``standouts``.
"""

import math

import numpy as np

from hiring.calibration.dataset import Dataset
from hiring.calibration.fitting import Fitted
from psychometrics.model.diagnostics.drift import question_drift
from psychometrics.model.diagnostics.spans import severity_by_span

#: Of the questions flagged, the share that may be false: whoever believes one retires a question or asks who told.
RATE = 0.01


def _unit(found: Fitted) -> tuple[float, str]:
    scale = found.result.scale
    return (scale.spacing, "levels") if scale.valid else (1.0, "logits")


def months(data: Dataset, found: Fitted) -> list[list[dict[str, object]]]:
    """Severity of every interviewer by month of submission, oldest first, by the fit's codes."""
    names = [f"{row.submitted:%Y-%m}" for row in data.rows]
    order = sorted(set(names))
    place = {name: code for code, name in enumerate(order)}
    table = severity_by_span(found.result, np.array([place[name] for name in names]))
    per, _ = _unit(found)
    rows: list[list[dict[str, object]]] = [[] for _ in found.interviewers]
    for who, span, severity, se, n in zip(
        table.interviewer.tolist(),
        table.span.tolist(),
        table.severity.tolist(),
        table.se.tolist(),
        table.ratings.tolist(),
        strict=True,
    ):
        known = math.isfinite(severity) and math.isfinite(se)
        rows[int(found.result.severities.interviewer[who])].append(
            {
                "month": order[span],
                "severity": severity / per if known else None,
                "se": se / per if known else None,
                "n_ratings": n,
            }
        )
    return rows


def questions(data: Dataset, found: Fitted, drifting: set[int]) -> list[dict[str, object]]:
    """Every question's later ratings against its earlier ones, its criteria taken together; + is easier.

    Versions of one question are one: what is known outside does not ask for the version. Ratings by ``drifting``
    interviewers (the fit's codes) take no part: a question is not harder because somebody became stricter.
    """
    keys = sorted({facts.question for facts in data.criteria.values()})
    titles = {facts.question: facts.title for facts in data.criteria.values()}
    of_key = {key: code for code, key in enumerate(keys)}
    of_criterion = [of_key[data.criteria[pk].question] for pk in found.criteria]
    people = {found.interviewers[code] for code in drifting}
    when = np.ma.masked_array(
        [row.submitted.timestamp() for row in data.rows], [row.interviewer in people for row in data.rows]
    )
    test = question_drift(found.result, when, groups=np.array(of_criterion), rate=RATE)
    per, unit = _unit(found)
    n = [0] * len(keys)
    for row in data.rows:
        n[of_key[data.criteria[row.criterion].question]] += 1
    return [
        {
            "key": key,
            "title": titles[key],
            "effect": float(test.effect[code]) / per,
            "lower": float(test.lower[code]) / per,
            "upper": float(test.upper[code]) / per,
            "unit": unit,
            "flagged": bool(test.flagged[code]),
            "n_ratings": n[code],
        }
        for code, key in enumerate(keys)
        if math.isfinite(test.effect[code]) and math.isfinite(test.lower[code])
    ]
