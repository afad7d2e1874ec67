"""Ratings that stand there twice: the same interviewer rated the same candidate on the same question again.

That may be right (a second session, two answers to one question) or a file pasted twice, and the ratings cannot
tell which. So they all count, and it is said: of copies the fit believes that halo and noise are smaller than
they are.
"""

import numpy as np

from psychometrics.model.calibration.group_sums import changes
from psychometrics.model.calibration.ratings import Ratings


def repeat_warnings(ratings: Ratings) -> list[str]:
    """How many ratings repeat another, and the first pair in the order given, counted from 1."""
    fresh = changes(ratings.unit, ratings.question)  # equal ones are neighbours
    repeated = int(len(fresh) - fresh.sum())
    if not repeated:
        return []
    cell = np.cumsum(fresh) - 1
    again = np.flatnonzero(np.bincount(cell) > 1)
    rows = np.flatnonzero(np.isin(cell, again))
    rows = rows[np.lexsort((ratings.order[rows], cell[rows]))]  # within a cell in the order given
    second = rows[1:][cell[rows[1:]] == cell[rows[:-1]]]
    later = second[np.argmin(ratings.order[second])]
    earlier = ratings.order[rows[cell[rows] == cell[later]]].min()
    same = int((~fresh & ~changes(ratings.points)).sum())
    scored = (
        f"{same} of them with the same score"
        if repeated > 1
        else f"with {'the same' if same else 'another'} score"
    )
    apart, told = ", question and interview", ""
    if ratings.sitting is None:
        apart, told = " and question", ", and name the interview where it was a second session"
    who, by = ratings.candidates[ratings.candidate[later]], ratings.interviewers[ratings.interviewer[later]]
    what = ratings.questions[ratings.question[later]]
    text = (
        f"{repeated:,} {'rating repeats' if repeated == 1 else 'ratings repeat'} another of the same candidate, "
        f"interviewer{apart}, {scored}: {'' if repeated == 1 else 'first '}rating {ratings.order[later] + 1}, "
        f"which repeats rating {earlier + 1} (candidate {who}, interviewer {by}, question {what}). All are "
        f"counted; if they are copies, intervals are too narrow: leave copies out{told}."
    )
    return [text]
