"""Ratings of several competencies as integer codes: the only form the level model sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psychometrics import _checks
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.model.levels import keys
from psychometrics.model.levels.policy import HIGHEST_LEVEL, LOWEST_LEVEL

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LevelRatings:
    """``n`` ratings in long form; all codes are whole numbers from 0.

    ``names, codes = numpy.unique(labels, return_inverse=True)`` makes codes of labels.
    A rating not assessed is absent. Rows may come in any order. Candidates may have met different
    loops, interviewers and criteria: nothing needs to be balanced.
    """

    candidate: ArrayLike
    """``(n,)``"""
    session: ArrayLike
    """``(n,)`` the conversation the rating was made in; unique within a candidate is enough."""
    interviewer: ArrayLike
    """``(n,)``"""
    criterion: ArrayLike
    """``(n,)`` code of the criterion version (a question version for one competency)."""
    score: ArrayLike
    """``(n,)`` scale point counted from 0: a 1-4 scale gives 0..3."""
    criterion_competency: ArrayLike
    """``(K,)`` competency of each criterion."""
    criterion_target: ArrayLike
    """``(K,)`` target level 1-5 of each criterion: what "meets the bar" shows there."""
    pool: ArrayLike | None = None
    """``(n,)`` whose mean a rating leans on: the opening, or opening x stage of the session; one pool
    when left out. A candidate's level stands on the means of the pools their ratings came from, in
    proportion. Never the furthest stage reached: that is an outcome of the ratings themselves."""
    opening: ArrayLike | None = None
    """``(n,)`` the opening each candidate is compared within; the pool of most of their ratings when
    left out."""
    weight: ArrayLike | None = None
    """``(n,)`` likelihood weight: strength x realism weight x (1 - leak), in (0, 1]; 1 when left out."""
    criterion_parent: ArrayLike | None = None
    """``(K,)`` code shared by versions of one criterion, -1 for none."""
    top: int = 3
    """Highest scale point counted from 0."""
    meets: int = 2
    """The scale point that means "meets the bar", between the ends of the scale; the upper of two."""
    reference_interviewers: tuple[int, ...] = field(default=())
    """Interviewer codes whose ratings are the reference (severity 0 by definition)."""
    known_levels: Mapping[tuple[int, int], float] = field(default_factory=dict)
    """Level, 1 to 5, of each (candidate, competency) where the candidate is a vignette written to show it. These
    tell what a level is worth and where the team stands; a vignette gets no row in the results."""


@dataclass(frozen=True, slots=True)
class Coded:
    """Validated ratings sorted by candidate, then by content: shuffled rows give the same sums."""

    candidate: Codes
    session: Codes
    interviewer: Codes
    criterion: Codes
    competency: Codes
    pool: Codes
    opening: Codes
    """``(N,)`` one per candidate."""
    score: Codes
    weight: Floats
    criterion_competency: Codes
    criterion_target: Floats
    criterion_parent: Codes
    used_criteria: Codes
    """Criteria with at least one rating."""
    top: int
    meets: int
    reference_interviewers: Codes
    known: Floats
    """``(n,)`` level known of the vignette on the rating's competency, NaN for candidates."""
    candidates: Codes
    """``(N,)`` distinct candidate codes in order."""
    starts: Codes
    """``(N + 1,)`` where each candidate's ratings begin."""
    order: Codes
    """``(n,)`` where each rating stands among those that were given."""

    @property
    def n(self) -> int:
        """Number of ratings."""
        return len(self.score)

    def of(self, chosen: NDArray[np.bool_]) -> Coded:
        """The ratings of some candidates alone; ``chosen`` ``(N,)``."""
        lengths = np.diff(self.starts)
        rows = np.repeat(chosen, lengths)
        per_rating = (
            "candidate",
            "session",
            "interviewer",
            "criterion",
            "competency",
            "pool",
            "score",
            "weight",
            "known",
            "order",
        )
        return replace(
            self,
            **{name: getattr(self, name)[rows] for name in per_rating},
            opening=self.opening[chosen],
            candidates=self.candidates[chosen],
            starts=np.append(0, np.cumsum(lengths[chosen])).astype(np.int64),
        )


def encode(ratings: LevelRatings) -> Coded:
    """Check and sort the ratings.

    Raises BadInput (lengths, codes that are no whole numbers, ranges, the same rating twice, reference interviewers
    without a rating) and NotEnoughData (no ratings).
    """
    candidate = _codes(ratings.candidate, "candidate")
    n = len(candidate)
    if n == 0:
        raise NotEnoughData("there are no ratings to calibrate")
    session = _codes(ratings.session, "session", n)
    interviewer = _codes(ratings.interviewer, "interviewer", n)
    criterion = _codes(ratings.criterion, "criterion", n)
    score = _codes(ratings.score, "score", n)
    pool = np.zeros(n, np.int64) if ratings.pool is None else _codes(ratings.pool, "pool", n)
    opening = None if ratings.opening is None else _codes(ratings.opening, "opening", n)
    weight = _weights(ratings.weight, n)
    competency_of = _codes(ratings.criterion_competency, "criterion_competency")
    criteria = len(competency_of)
    target = _checks.numbers(ratings.criterion_target, "criterion_target")
    parent = np.full(criteria, -1)
    if ratings.criterion_parent is not None:
        parent = _codes(ratings.criterion_parent, "criterion_parent", criteria, lowest=-1)
    if criterion.max() >= criteria:
        raise BadInput(f"criterion codes must lie in 0..{criteria - 1}, got {criterion.max()}")
    used = np.unique(criterion)
    if target.shape != (criteria,) or not np.all((target[used] >= 1) & (target[used] <= 5)):
        raise BadInput("criterion_target must hold a level from 1 to 5 for every criterion rated")
    top, meets = _checks.count(ratings.top, "top"), _checks.count(ratings.meets, "meets")
    if top < 1 or not 0 < meets < max(top, 2):
        raise BadInput(
            'the scale needs at least 2 points and "meets the bar" between its ends; of two, the upper'
        )
    if score.max() > top:
        raise BadInput(f"scores must lie in 0..{top}, got {score.max()}")
    # A rating is known by four codes; the same four twice is a mistake, whatever the scores.
    key = keys.joint(candidate, session, criterion, interviewer)
    order = np.argsort(key, kind="stable")
    if np.any(np.diff(key[order]) == 0):
        raise BadInput("an interviewer has rated one criterion twice for one candidate in one session")
    people, starts = np.unique(candidate[order], return_index=True)
    known = _known(ratings.known_levels, candidate[order], competency_of[criterion[order]])
    return Coded(
        candidate=candidate[order],
        session=session[order],
        interviewer=interviewer[order],
        criterion=criterion[order],
        competency=competency_of[criterion[order]],
        pool=pool[order],
        opening=_one_each(candidate, pool if opening is None else opening, exact=opening is not None),
        score=score[order],
        weight=weight[order],
        criterion_competency=competency_of,
        criterion_target=target,
        criterion_parent=parent,
        used_criteria=used,
        top=top,
        meets=meets,
        reference_interviewers=_reference(ratings.reference_interviewers, interviewer),
        known=known,
        candidates=people,
        starts=np.append(starts, n).astype(np.int64),
        order=order,
    )


def _codes(values: ArrayLike, name: str, length: int | None = None, *, lowest: int = 0) -> Codes:
    array = np.asarray(_checks.column(values, name))
    if length is not None and len(array) != length:
        raise BadInput(f"{name} must have one entry per rating or criterion: {length}, got {len(array)}")
    try:
        codes = _checks.whole_numbers(array, name)
    except BadInput as error:
        raise BadInput(
            f"{name} must hold whole numbers from {lowest} ({error}); "
            "numpy.unique(labels, return_inverse=True)[1] makes them of labels"
        ) from error
    if len(codes) and codes.min() < lowest:
        raise BadInput(f"{name} must hold whole numbers from {lowest}, got {codes.min()}")
    return codes


def _reference(given: ArrayLike, interviewer: Codes) -> Codes:
    """Codes of the reference interviewers, each once, in order."""
    codes = np.unique(_codes(given, "reference_interviewers"))
    unknown = np.setdiff1d(codes, interviewer)
    if len(unknown):
        raise BadInput(f"reference_interviewers names interviewer {unknown[0]}, who has given no rating")
    return codes


def _known(levels: Mapping[tuple[int, int], float], candidate: Codes, competency: Codes) -> Floats:
    """Level known for each rating; a vignette's is known wherever it was rated, and somebody is no vignette."""
    rated = list(zip(candidate.tolist(), competency.tolist(), strict=True))
    for of, value in levels.items():
        _checks.between(value, f"known_levels of {of}", LOWEST_LEVEL, HIGHEST_LEVEL)
    unrated = set(levels) - set(rated)
    if unrated:
        raise BadInput(f"known_levels names (candidate, competency) {min(unrated)}, which has no rating")
    known = np.array([levels.get(of, np.nan) for of in rated])
    vignette = np.isin(candidate, [of[0] for of in levels])
    if np.any(vignette & np.isnan(known)):
        of = rated[int(np.flatnonzero(vignette & np.isnan(known))[0])]
        raise BadInput(f"known_levels must hold every competency a vignette was rated on; {of} is missing")
    if vignette.all():
        raise NotEnoughData("every candidate is a vignette: there is nobody to calibrate")
    return known


def _weights(values: ArrayLike | None, n: int) -> Floats:
    if values is None:
        return np.ones(n)
    weight = _checks.numbers(values, "weight")
    if weight.shape != (n,) or not np.all((weight > 0) & (weight <= 1)):
        raise BadInput("weights must lie above 0 and not above 1; leave out ratings that carry nothing")
    return weight


def _one_each(candidate: Codes, codes: Codes, *, exact: bool) -> Codes:
    """The code most of each candidate's ratings carry, the lowest among equals, ``(N,)``."""
    people, who = np.unique(candidate, return_inverse=True)
    names, what = np.unique(codes, return_inverse=True)
    pairs, counts = np.unique(who * len(names) + what, return_counts=True)
    owner, name = np.divmod(pairs, len(names))
    if exact and len(pairs) > len(people):
        raise BadInput("a candidate has ratings from two openings; code each application by itself")
    # Of each candidate's codes the one of most ratings stands first, the lowest among equals.
    order = np.lexsort((name, -counts, owner))
    first = np.searchsorted(owner, np.arange(len(people)))
    return np.asarray(names[name[order[first]]])
