"""Ratings as sorted integer codes: the only form the fit sees."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from psychometrics import _checks
from psychometrics.errors import BadInput, NotEnoughData, NoVariation

Codes = npt.NDArray[np.intp]
Labels = npt.NDArray[Any]

MIN_RATINGS = 10  # below this no variance component can be told from its prior
MAX_CATEGORIES = 30  # beyond this a rating is a measurement, not a category


@dataclass(frozen=True, slots=True)
class Ratings:
    """``n`` ratings, ordered by candidate, unit, question, interviewer and score.

    The order depends on the content alone, so shuffled rows give the same sums. A *unit* is the
    halo's: one candidate x interviewer (x interview).
    """

    candidate: Codes
    interviewer: Codes
    question: Codes
    unit: Codes
    points: Codes
    """``(n,)`` category index ``0..L`` of each rating; only categories in use are counted."""
    order: Codes
    """``(n,)`` position of each sorted rating in the caller's arrays."""
    candidates: Labels
    interviewers: Labels
    questions: Labels
    categories: npt.NDArray[np.float64]
    """``(L+1,)`` the distinct scores, ascending."""
    unit_candidate: Codes
    unit_interviewer: Codes
    answer: Codes | None
    """``(n,)`` candidate x interview x question of each rating; None without interviews."""

    @property
    def n(self) -> int:
        """Number of ratings."""
        return len(self.points)

    @property
    def top(self) -> int:
        """Number of steps ``L``: the highest category index."""
        return len(self.categories) - 1


def encode(
    candidate: npt.ArrayLike,
    interviewer: npt.ArrayLike,
    question: npt.ArrayLike,
    score: npt.ArrayLike,
    interview: npt.ArrayLike | None = None,
) -> Ratings:
    """Code labels and order the ratings; refuse what no model could use.

    Raises BadInput (lengths, missing or unordered scores, more than 30 distinct scores),
    NotEnoughData (under 10 ratings or 2 candidates) and NoVariation (one score only).
    """
    values = _checks.finite(_checks.column(score, "score"), "score")
    n = len(values)
    if n < MIN_RATINGS:
        raise NotEnoughData(f"{n} ratings: at least {MIN_RATINGS} are needed to calibrate")
    candidates, who = np.unique(_checks.column(candidate, "candidate", n), return_inverse=True)
    interviewers, by = np.unique(_checks.column(interviewer, "interviewer", n), return_inverse=True)
    questions, what = np.unique(_checks.column(question, "question", n), return_inverse=True)
    categories, points = np.unique(values, return_inverse=True)
    if len(categories) < 2:
        raise NoVariation(f"all {n} ratings are {categories[0]:g}: nobody can be told apart")
    if len(categories) > MAX_CATEGORIES:
        raise BadInput(
            f"score has {len(categories)} distinct values, at most {MAX_CATEGORIES} are allowed; "
            "round the scores to the points of the rating scale"
        )
    if len(candidates) < 2:
        raise NotEnoughData("one candidate only: there is nobody to compare with")
    pair = who.astype(np.int64) * len(interviewers) + by
    answer = None
    if interview is not None:
        sittings, sitting = np.unique(_checks.column(interview, "interview", n), return_inverse=True)
        pair = pair * len(sittings) + sitting
        heard = (who.astype(np.int64) * len(sittings) + sitting) * len(questions) + what
        answer = np.unique(heard, return_inverse=True)[1].astype(np.intp)
    order = np.lexsort((points, what, pair, who)).astype(np.intp)
    _, first, unit = np.unique(pair[order], return_index=True, return_inverse=True)
    who, by = who[order].astype(np.intp), by[order].astype(np.intp)
    return Ratings(
        candidate=who,
        interviewer=by,
        question=what[order].astype(np.intp),
        unit=unit.astype(np.intp),
        points=points[order].astype(np.intp),
        order=order,
        candidates=candidates,
        interviewers=interviewers,
        questions=questions,
        categories=categories,
        unit_candidate=who[first],
        unit_interviewer=by[first],
        answer=None if answer is None else answer[order],
    )
