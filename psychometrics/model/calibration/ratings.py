"""Ratings as sorted integer codes: the only form the fit sees."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from psychometrics import _checks
from psychometrics.errors import BadInput, NotEnoughData, NoVariation
from psychometrics.model.calibration.group_sums import changes, distinct

Codes = npt.NDArray[np.intp]
Labels = npt.NDArray[Any]

MIN_RATINGS = 10  # below this no variance component can be told from its prior
MAX_CATEGORIES = 30  # beyond this a rating is a measurement, not a category
_LARGEST_CODE = 2**53  # whole numbers up to here are exact as floats too


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
    sitting: Codes | None = None
    sittings: Labels | None = None
    """``(n,)`` interview of each rating and the interviews' labels; None without interviews."""
    group: Codes | None = None
    groups: Labels | None = None
    """``(candidates,)`` group (site, opening) of each candidate and the groups' labels; None without."""

    @property
    def n(self) -> int:
        """Number of ratings."""
        return len(self.points)

    @property
    def top(self) -> int:
        """Number of steps ``L``: the highest category index."""
        return len(self.categories) - 1

    def met(self) -> Codes:
        """Who was rated by whom: ``candidate * interviewers + interviewer``, distinct, ascending."""
        met = self.unit_candidate * len(self.interviewers) + self.unit_interviewer
        return met[changes(met)]  # units are in this order


def encode(
    candidate: npt.ArrayLike,
    interviewer: npt.ArrayLike,
    question: npt.ArrayLike,
    score: npt.ArrayLike,
    interview: npt.ArrayLike | None = None,
    group: npt.ArrayLike | None = None,
) -> Ratings:
    """Code labels and order the ratings; refuse what no model could use.

    Raises BadInput (lengths, missing labels or scores, labels of mixed kinds, over 30 distinct scores),
    NotEnoughData (under 10 ratings or 2 candidates) and NoVariation (one score only).
    """
    values = _checks.finite(_checks.column(score, "score"), "score")
    n = len(values)
    if n < MIN_RATINGS:
        raise NotEnoughData(
            f"{n} rating{'' if n == 1 else 's'}: at least {MIN_RATINGS} are needed to calibrate"
        )
    candidates, who = _coded(_checks.label_column(candidate, "candidate", n), "candidate")
    interviewers, by = _coded(_checks.label_column(interviewer, "interviewer", n), "interviewer")
    questions, what = _coded(_checks.label_column(question, "question", n), "question")
    categories, points = _coded_scores(values)
    if len(categories) < 2:
        raise NoVariation(f"all {n} ratings are {categories[0]:g}: nobody can be told apart")
    if len(categories) > MAX_CATEGORIES:
        raise BadInput(
            f"score has {len(categories)} distinct values, at most {MAX_CATEGORIES} are allowed; "
            "round the scores to the points of the rating scale"
        )
    if len(candidates) < 2:
        raise NotEnoughData("one candidate only: there is nobody to compare with")
    sittings = sitting = groups = belongs = None
    if interview is not None:
        sittings, sitting = _coded(_checks.label_column(interview, "interview", n), "interview")
    if group is not None:
        groups, given = _coded(_checks.label_column(group, "group", n), "group")
        belongs = group_of(who, given, candidates)
    return sort(
        who=who, by=by, what=what, points=points, sitting=sitting, candidates=candidates,
        interviewers=interviewers, questions=questions, categories=categories, sittings=sittings,
        group=belongs, groups=groups,
    )  # fmt: skip


def group_of(who: Codes, given: Codes, candidates: Labels) -> Codes:
    """The one group of every candidate; BadInput names a candidate who is in two."""
    lowest = np.full(len(candidates), given.max(), np.intp)
    highest = np.zeros(len(candidates), np.intp)
    np.minimum.at(lowest, who, given)
    np.maximum.at(highest, who, given)
    torn = np.flatnonzero(lowest != highest)
    if len(torn):
        raise BadInput(
            f"candidate {candidates[torn[0]]} is in two groups; give each candidate one, for instance the "
            "site or the opening, never the stage reached"
        )
    return lowest


def sort(
    *,
    who: Codes,
    by: Codes,
    what: Codes,
    points: Codes,
    sitting: Codes | None,
    candidates: Labels,
    interviewers: Labels,
    questions: Labels,
    categories: npt.NDArray[np.float64],
    sittings: Labels | None,
    group: Codes | None,
    groups: Labels | None,
) -> Ratings:
    """Order coded ratings and find the units."""
    keys = (points, what, *(() if sitting is None else (sitting,)), by, who)
    order = np.lexsort([digit for key in keys for digit in _digits(key)]).astype(np.intp)
    who, by, what = (codes[order].astype(np.intp, copy=False) for codes in (who, by, what))
    held = None if sitting is None else sitting[order].astype(np.intp, copy=False)
    fresh = changes(who, by) if held is None else changes(who, by, held)
    first = np.flatnonzero(fresh)
    answer = None
    if sittings is not None and held is not None:
        heard = (who * len(sittings) + held) * len(questions) + what
        answer = np.unique(heard, return_inverse=True)[1].astype(np.intp, copy=False)
    return Ratings(
        candidate=who,
        interviewer=by,
        question=what,
        unit=np.cumsum(fresh) - 1,
        points=points[order].astype(np.intp, copy=False),
        order=order,
        candidates=candidates,
        interviewers=interviewers,
        questions=questions,
        categories=categories,
        unit_candidate=who[first],
        unit_interviewer=by[first],
        answer=answer,
        sitting=held,
        sittings=sittings,
        group=group,
        groups=groups,
    )


def _coded(labels: Labels, name: str) -> tuple[Labels, Codes]:
    """The distinct labels, ascending, and the place of each among them.

    Whole numbers in a narrow range are counted, anything else is sorted.
    """
    if labels.dtype.kind in "iu":
        low, high = int(labels.min()), int(labels.max())
        if high - low < 4 * len(labels) and high < _LARGEST_CODE:
            used, codes = distinct(labels.astype(np.intp) - low, high - low + 1)
            return (used + low).astype(labels.dtype), codes
    return _checks.distinct_labels(labels, name)


def _coded_scores(values: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], Codes]:
    """The distinct scores, ascending, and the place of each among them."""
    whole = values.astype(np.intp) if float(np.abs(values).max()) < _LARGEST_CODE else None
    if whole is None or not np.array_equal(whole, values):
        return np.unique(values, return_inverse=True)
    categories, points = _coded(whole, "score")
    return categories.astype(np.float64), points


def _digits(codes: Codes) -> list[npt.NDArray[np.uint16]]:
    """The codes as numbers of 16 bits, lowest first: these are sorted by counting, in linear time."""
    digits = [(codes & 0xFFFF).astype(np.uint16)]
    rest = codes >> 16
    while rest.any():
        digits.append((rest & 0xFFFF).astype(np.uint16))
        rest = rest >> 16
    return digits
