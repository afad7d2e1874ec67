"""D study on the evidence model: what more interviewers, questions or sessions would make of a competency's score.

With E the evidence of a design in signal-to-noise units (:mod:`psychometrics.design.evidence`) a competency's score
has the reliability ``E / (1 + E)``, a generalizability coefficient (Brennan 2001, chapter 4) with the components
performance (shared by a session), halo (shared by an interviewer in it) and rating. The weighted composite of the
competencies' means, which go together among candidates with the correlations B, has

    w' B w / (w' B w + sum w_c^2 / E_c)

(Brennan 2001, chapter 9; Mosier 1943). :mod:`psychometrics.reliability.generalizability` is the same study on
components estimated from a table of ratings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import column, count, finite, number
from psychometrics.design.evidence import EvidenceModel, session_evidence
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.reliability.spearman_brown import reliability_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Nobody plans more of either; beyond, a whole number is a mistake.
_MOST = 1000


def planned_evidence(
    strength: float,
    *,
    interviewers: int,
    questions: int = 1,
    sessions: int = 1,
    model: EvidenceModel | None = None,
) -> float:
    """Evidence on one competency of ``sessions`` like sessions, in signal-to-noise units.

    Args:
        strength: loading 0..1 of every question's criterion on the competency.
        interviewers: in every session, each of whom rates every question.
        questions: in every session.

    Raises:
        BadInput: a strength outside 0..1, or a number below 1.

    >>> round(planned_evidence(1.0, interviewers=2), 3), round(planned_evidence(1.0, interviewers=1, sessions=2), 3)
    (1.257, 1.571)
    """
    a = number(strength, "strength")
    questions = count(questions, "questions", least=1, most=_MOST)
    sessions = count(sessions, "sessions", least=1, most=_MOST)
    interviewers = count(interviewers, "interviewers", least=1, most=_MOST)
    return sessions * session_evidence(np.full(questions, a), interviewers, model=model)


def planned_reliability(
    strength: float,
    *,
    interviewers: int,
    questions: int = 1,
    sessions: int = 1,
    model: EvidenceModel | None = None,
) -> float:
    """Reliability, 0..1, of the score that :func:`planned_evidence` speaks of.

    Raises:
        BadInput: a strength outside 0..1, or a number below 1.

    >>> round(planned_reliability(1.0, interviewers=1), 3)
    0.44
    """
    return reliability_of(
        planned_evidence(
            strength, interviewers=interviewers, questions=questions, sessions=sessions, model=model
        )
    )


def pooled_reliability(weights: ArrayLike, evidence: ArrayLike, *, between: float = 0.3) -> float:
    """Reliability, 0..1, of the weighted composite of the competencies' mean ratings.

    Errors of two competencies are taken to be independent, as in the evidence model.

    Args:
        weights: of the competencies, at least 0, shape (C,).
        evidence: on each of them, in signal-to-noise units, shape (C,).
        between: correlation of two competencies among candidates, at least 0 and below 1.

    Raises:
        NotEnoughData: nothing weighs anything, or a competency that weighs something has no evidence: it has no
            mean to be pooled.
        BadInput: shapes differ or values out of range.

    >>> round(pooled_reliability([0.5, 0.5], [0.7857, 0.7857], between=0.0), 3)
    0.44
    >>> round(pooled_reliability([0.5, 0.5], [0.7857, 0.7857], between=0.3), 3)
    0.505
    """
    w = finite(column(weights, "weights"), "weights")
    carried = finite(column(evidence, "evidence", len(w)), "evidence")
    between = number(between, "between")
    if np.any(w < 0) or np.any(carried < 0):
        raise BadInput("weights and evidence must not be negative")
    if not 0 <= between < 1:
        raise BadInput(f"between must lie at 0 or above and below 1, got {between}")
    weighs = w > 0
    if not weighs.any():
        raise NotEnoughData("nothing weighs anything: there is no composite")
    if np.any(carried[weighs] == 0):
        first = int(np.flatnonzero(weighs & (carried == 0))[0])
        raise NotEnoughData(f"competency {first} has no evidence; leave it out and say so")
    share = w[weighs] / w.sum()
    universe = float((1 - between) * share @ share + between * share.sum() ** 2)
    error = float((share**2 / carried[weighs]).sum())
    return universe / (universe + error)
