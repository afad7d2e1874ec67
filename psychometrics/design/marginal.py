"""What one more observation of each kind would take off a plan's evaluation gap.

The kinds: another interviewer in a session, another criterion rated in a session, another session.
Every value is computed from the enlarged plan: within a session evidence saturates, and weak
ratings gain when a strong one arrives, so values neither add up nor shrink predictably.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psychometrics._checks import between, whole_numbers
from psychometrics.design.evaluation_gap import TARGET_RELIABILITY, TRANSFER, checked_demand, evaluation_gap
from psychometrics.design.evidence import EvidenceModel, PlannedRatings, plan_evidence

if TYPE_CHECKING:
    from typing import TypeAlias

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MarginalValues:
    """Reductions of the gap, as shares of demand; S sessions, C competencies, K levels of realism."""

    gap: float
    """Of the plan as it stands."""
    sessions: NDArray[np.int64]
    """``(S,)`` the sessions' codes, ascending."""
    interviewer: Floats
    """``(S,)`` one more interviewer, who rates everything the session rates."""
    criterion: Floats
    """``(S, C, K)`` one more criterion in the session, rated by everyone present."""
    session: Floats
    """``(C, K)`` a new session of one interviewer rating one criterion."""
    strength: float
    """Of the criterion added."""


def marginal_values(
    weights: ArrayLike,
    demand: ArrayLike,
    observations: PlannedRatings,
    *,
    strength: float = 0.8,
    model: EvidenceModel | None = None,
    target_reliability: float = TARGET_RELIABILITY,
    transfer: float = TRANSFER,
) -> MarginalValues:
    """Value one more observation of each kind.

    Args:
        weights: importance of each competency, shape (C,), summing to 1.
        demand: share of each competency needed at each realism level, shape (C, K); rows sum to 1.
        observations: the plan.
        strength: loading of an added criterion on its competency, 0..1.

    Raises:
        BadInput: as ``evaluation_gap`` and ``plan_evidence``; a strength outside 0..1.

    >>> plan = PlannedRatings(session=[0], competency=[0], strength=[0.8], realism=[0], interviewers=[2])
    >>> found = marginal_values([0.6, 0.4], [[0, 0.5, 0.5], [1, 0, 0]], plan)
    >>> round(found.gap, 3), found.interviewer.round(3).tolist()
    (0.903, [0.024])
    >>> found.session.round(3).tolist()
    [[0.061, 0.121, 0.162], [0.108, 0.108, 0.108]]
    """
    share = between(strength, "strength", 0.0, 1.0)
    w, q = checked_demand(weights, demand)

    def gap(plan: PlannedRatings) -> float:
        carried = plan_evidence(plan, len(w), model=model, levels=q.shape[1])
        return evaluation_gap(w, q, carried, target_reliability=target_reliability, transfer=transfer).gap

    before = gap(observations)
    of_rating = whole_numbers(observations.session, "session")
    present = whole_numbers(observations.interviewers, "interviewers")
    sessions, first = np.unique(of_rating, return_index=True)
    added = int(sessions.max(initial=-1)) + 1
    result = MarginalValues(
        gap=before,
        sessions=sessions,
        interviewer=np.empty(len(sessions)),
        criterion=np.empty((len(sessions), *q.shape)),
        session=np.empty(q.shape),
        strength=share,
    )
    for place, session in enumerate(sessions):
        joined = replace(observations, interviewers=present + (of_rating == session))
        result.interviewer[place] = before - gap(joined)
        for c, k in np.ndindex(*q.shape):
            one = PlannedRatings([session], [c], [share], [k], [present[first[place]]])
            result.criterion[place, c, k] = before - gap(observations.joined(one))
    for c, k in np.ndindex(*q.shape):
        one = PlannedRatings([added], [c], [share], [k], [1])
        result.session[c, k] = before - gap(observations.joined(one))
    return result
