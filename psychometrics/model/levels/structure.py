"""Which effects and shared parameters each candidate's ratings touch, as flat index arrays.

A candidate's effects are numbered general factor first, then one deviation per competency rated, then
one halo per interviewer met. Performances are apart: ratings of one answer stand next to each other in
the sorted ratings, so that a performance is a run of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.levels import keys
from psychometrics.model.levels.data import Coded
from psychometrics.model.levels.layout import Layout

Codes: TypeAlias = NDArray[np.int64]
Places: TypeAlias = NDArray[np.int32]


@dataclass(frozen=True)
class Structure:
    """``N`` candidates with ``n`` ratings; ``*_starts`` ``(N + 1,)`` delimit each candidate's entries."""

    starts: Codes
    """Of ratings."""
    column_starts: Codes
    columns: Codes
    """Shared parameters each candidate touches, ascending, steps left out."""
    place: Places
    """``(n, E)`` where a rating's shared parameters stand among its candidate's, -1 for none."""
    competency_starts: Codes
    competencies: Codes
    """Competencies each candidate was rated on, ascending."""
    competency: Places
    """``(n,)`` place of the rating's competency among its candidate's."""
    interviewers: Codes
    """``(N,)`` how many interviewers rated each candidate."""
    interviewer: Places
    """``(n,)`` place of the rating's interviewer among its candidate's."""
    answer: Codes
    """``(n,)`` number of the performance, ascending; -1 where nobody else watched: a performance is told
    from the watching interviewer's halo only if somebody else watched too."""
    answers: int
    """Number of performances."""

    @cached_property
    def who(self) -> Codes:
        """``(n,)`` candidate of each rating, counted from 0."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    @cached_property
    def effects(self) -> Codes:
        """``(N,)`` number of effects of each candidate, performances left out."""
        return np.asarray(1 + np.diff(self.competency_starts) + self.interviewers)

    @cached_property
    def pair_starts(self) -> Codes:
        """``(N + 1,)`` where each candidate's matrix over competencies begins in a flat array."""
        return np.append(0, np.cumsum(np.diff(self.competency_starts) ** 2))

    def pairs(self) -> tuple[Codes, Codes]:
        """Rows (candidate x competency) that each entry of a flat matrix over competencies is of."""
        counts = np.diff(self.competency_starts)
        wide = np.repeat(counts, counts)
        first = np.repeat(np.arange(len(wide)), wide)
        place = np.arange(len(first)) - np.repeat(np.append(0, np.cumsum(wide))[:-1], wide)
        return first, np.repeat(np.repeat(self.competency_starts[:-1], counts), wide) + place

    def gradient_starts(self, steps: int) -> Codes:
        """``(N + 1,)`` the same of competencies times shared parameters, ``steps`` of them steps."""
        wide = np.diff(self.column_starts) + steps
        return np.append(0, np.cumsum(np.diff(self.competency_starts) * wide))


def build(data: Coded, layout: Layout) -> Structure:
    """Index one data set."""
    people = len(data.candidates)
    who = np.repeat(np.arange(people), np.diff(data.starts))
    per_term = [_within(who, layout.columns[layout.cell, e], people) for e in range(layout.columns.shape[1])]
    touched = np.stack([np.diff(starts) for starts, _, _ in per_term])
    before = np.cumsum(touched, axis=0) - touched
    column_starts = np.append(0, np.cumsum(touched.sum(axis=0)))
    columns = np.empty(column_starts[-1], np.int64)
    place = np.full((data.n, len(per_term)), -1, np.int32)
    for e, (starts, names, rank) in enumerate(per_term):
        owner = np.repeat(np.arange(people), touched[e])
        at = column_starts[owner] + before[e][owner] + np.arange(len(names)) - starts[owner]
        columns[at] = names
        place[:, e] = np.where(rank >= 0, rank + before[e][who], -1)
    competency_starts, competencies, competency = _within(who, data.competency, people)
    interviewer_starts, _, interviewer = _within(who, data.interviewer, people)
    answer, answers = _performances(data, who)
    return Structure(
        starts=data.starts,
        column_starts=column_starts,
        columns=columns,
        place=place,
        competency_starts=competency_starts,
        competencies=competencies,
        competency=competency.astype(np.int32),
        interviewers=np.diff(interviewer_starts),
        interviewer=interviewer.astype(np.int32),
        answer=answer,
        answers=answers,
    )


def _within(who: Codes, code: Codes, people: int) -> tuple[Codes, Codes, Codes]:
    """Distinct codes of each candidate: their starts, the codes, and each rating's rank, -1 for none."""
    held = code >= 0
    rank = np.full(len(code), -1)
    owner, mine = who[held], code[held]
    pairs, inverse = np.unique(keys.joint(owner, mine), return_inverse=True)
    some = np.empty(len(pairs), np.int64)
    some[inverse] = np.arange(len(inverse))  # any rating of the pair will do
    starts = np.append(0, np.cumsum(np.bincount(owner[some], minlength=people)))
    rank[held] = inverse - starts[owner]
    return starts.astype(np.int64), mine[some], rank


def _performances(data: Coded, who: Codes) -> tuple[Codes, int]:
    """Number of the performance each rating is of."""
    met = keys.joint(who, data.session)
    changed = np.append(True, met[1:] != met[:-1])
    conversation = np.cumsum(changed) - 1
    watchers = keys.distinct(conversation, data.interviewer, int(conversation[-1]) + 1)
    watched = watchers[conversation] > 1
    begins = changed | np.append(True, data.criterion[1:] != data.criterion[:-1])
    number = np.cumsum(begins & watched) - 1
    return np.where(watched, number, -1), int((begins & watched).sum())
