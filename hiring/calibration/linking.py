"""How well the panels of openings can be compared in a run, and which loan would help.

Imported by workers, like ``standouts``; pages read what was stored, by ``links.py``.
"""

from collections import Counter, defaultdict
from itertools import combinations

import numpy as np

from hiring.calibration.dataset import Dataset
from hiring.calibration.fitting import Fitted
from psychometrics.model.bridges import find_bridges
from psychometrics.model.diagnostics.residuals import residuals
from psychometrics.model.diagnostics.runs import fitted_ratings
from psychometrics.model.loans import best_loan, group_errors

#: The widest comparisons are kept; a team with forty openings has 780 pairs, and nobody reads those.
MOST_PAIRS = 12


def of(data: Dataset, found: Fitted) -> dict[str, object]:
    """Pairs of openings, least comparable first, each with the loan that helps it most; and bridges."""
    shared = sorted({row.opening for row in data.rows})
    rows = {
        "pairs": _pairs(data, found, shared) if len(shared) > 1 else [],
        "bridges": _bridges(data, found),
        "unit": "levels" if found.result.scale.valid else "logits",
    }
    return dict(rows)


def _pairs(data: Dataset, found: Fitted, openings: list[int]) -> list[dict[str, object]]:
    result = found.result
    layout = result.origin.layout
    known = layout.severity >= 0
    people = [found.interviewers[int(code)] for code in layout.interviewers[known]]
    positions = layout.severity[known]
    if len(people) < 2:
        return []
    covariance = result.shared_covariance[np.ix_(positions, positions)]
    column = {pk: place for place, pk in enumerate(people)}
    counts = np.zeros((len(openings), len(people)))
    at = {pk: place for place, pk in enumerate(openings)}
    for row in data.rows:
        if row.interviewer in column:
            counts[at[row.opening], column[row.interviewer]] += 1
    counts = counts[counts.sum(axis=1) > 0]
    shares = counts / counts.sum(axis=1, keepdims=True)
    errors = group_errors(covariance, shares)
    per = result.scale.spacing if result.scale.valid else 1.0
    variance = _session_variance(data, found)
    pairs: list[dict[str, object]] = []
    for first, second in combinations(range(len(shares)), 2):
        both = np.flatnonzero((counts[first] > 0) & (counts[second] > 0))
        loan = best_loan(covariance, shares, first, second, variance)
        pairs.append(
            {
                "openings": [openings[first], openings[second]],
                "shared": len(both),
                "se": float(errors[first, second]) / per,
                "loan": None
                if loan is None
                else {
                    "interviewer": people[loan.interviewer],
                    "partner": people[loan.partner],
                    "opening": openings[loan.group],
                    "se": loan.after / per,
                },
            }
        )
    pairs.sort(key=lambda pair: -float(str(pair["se"])))
    return pairs[:MOST_PAIRS]


def _session_variance(data: Dataset, found: Fitted) -> float:
    """Of the difference between two interviewers' mean ratings of one interview, in squared logits."""
    fit = fitted_ratings(found.result)
    slope = residuals(fit).slope
    per_card = Counter(row.scorecard for row in data.rows)
    ratings = sum(per_card.values()) / len(per_card)
    return 2.0 * ((fit.halo or 0.0) + 1.0 / (float(slope.mean()) * ratings))


def _bridges(data: Dataset, found: Fitted) -> list[dict[str, object]]:
    """Interviewers without whom a part of the panel could not be compared with the rest."""
    applications = {pk: code for code, pk in enumerate(found.applications)}
    interviewers = {pk: code for code, pk in enumerate(found.interviewers)}
    met: dict[tuple[int, int], None] = defaultdict(lambda: None)
    for row in data.rows:
        met[applications[row.application], interviewers[row.interviewer]]
    who, by = zip(*met, strict=True)
    return [
        {
            "interviewer": found.interviewers[bridge.interviewer],
            "applications": bridge.candidates,
            "interviewers": bridge.interviewers,
        }
        for bridge in find_bridges(who, by)
    ]
