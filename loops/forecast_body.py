"""A forecast as JSON: what the command and the API give."""

from typing import Any

from loops.forecast import (
    CANDIDATES,
    INTERVIEWERS,
    QUESTIONS,
    SIMULATION_LEAVES_OUT,
    Decided,
    DesignRow,
    Forecast,
    Outcome,
)
from psychometrics.design.expected_validity import LEAVES_OUT, SOURCE


def forecast_body(found: Forecast) -> dict[str, Any]:
    """The forecast with shares in 0..1, to six decimals."""
    return {
        "base_rate": found.asked.base_rate,
        "hired": found.asked.hired,
        "calibrated": found.asked.calibrated,
        "seed": found.asked.seed,
        "candidates": CANDIDATES,
        "result": _decided_dict(found.here),
        "compared": _decided_dict(found.there) if found.there else None,
        "design": {
            "target_reliability": found.target,
            "interviewers": list(INTERVIEWERS),
            "questions": list(QUESTIONS),
            "pooled_two_questions_in_one_session": None if found.together is None else _round(found.together),
            "pooled": _design_dict(found.pooled) if found.pooled else None,
            "competencies": [_design_dict(row) for row in found.design],
        },
        "assumptions": [
            {"name": row.name, "value": _round(row.value.value), "source": row.value.source}
            for row in found.assumptions
        ],
        "leaves_out": [*SIMULATION_LEAVES_OUT, *LEAVES_OUT],
        "validity_source": SOURCE,
        "policy": found.policy_label,
    }


def _decided_dict(row: Decided) -> dict[str, Any]:
    return {
        "loop": row.name,
        "version": row.label,
        "minutes": row.minutes,
        "gap": _round(row.gap),
        "decision_value": None if row.decision_value is None else _round(row.decision_value),
        "pooled_reliability": None if row.pooled is None else _round(row.pooled),
        "outcome": _outcome_dict(row.outcome) if row.outcome else None,
    }


def _outcome_dict(row: Outcome) -> dict[str, Any]:
    found, validity = row.simulation, row.validity
    estimates = {
        "hired_meets": found.hired_meets,
        "hired_short": found.hired_short,
        "turned_away_meets": found.turned_away_meets,
        "turned_away_short": found.turned_away_short,
        "right_of_hired": found.right_of_hired,
        "same_verdict": found.same_verdict,
        "fails_again": found.fails_again,
    }
    return {
        **{
            name: None if one is None else {"value": _round(one.value), "error": _round(one.error)}
            for name, one in estimates.items()
        },
        "right_hires_in_batches_of_100": [found.batch_lower, found.batch_upper],
        "closed_form": {
            "right_of_hired": _round(row.exact.right_of_hired),
            "same_verdict": _round(row.exact.same_verdict),
            "fails_again": _round(row.exact.fails_again),
        },
        "expected_validity": {
            "lower": _round(validity.lower),
            "upper": _round(validity.upper),
            "ceiling": _round(validity.ceiling),
            "methods": [
                {"method": one.method, "lower": _round(one.lower), "upper": _round(one.upper)}
                for one in validity.methods
            ],
        },
    }


def _design_dict(row: DesignRow) -> dict[str, Any]:
    return {
        "competency": row.key,
        "name": row.name,
        "strength": None if row.strength is None else _round(row.strength),
        "now": None if row.now is None else _round(row.now),
        "reliability": [[_round(one) for one in line] for line in row.grid],
    }


def _round(share: float) -> float:
    """Six decimals, as gaps are given."""
    return round(share, 6) + 0.0
