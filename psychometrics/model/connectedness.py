"""Which candidates can be compared at all: subsets of the candidate-interviewer-question graph.

A rating adds up to ``candidate - interviewer - question``. Whenever some candidates and everybody
who judged them could be shifted together without changing a single expected rating, comparing them
with the others rests on the prior, not on data. Two sites that share questions but no interviewer
are such a case, although a drawing of the graph looks connected. So what is computed is not mere
reachability but estimability: two candidates are comparable when every shift that leaves all
expected ratings alone moves both alike.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.linalg as sl
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

Codes = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

_PROBES = 3  # random shifts; two unlinked levels agree on all of them with probability zero
_RIDGE = 1e-9  # relative; separates shifts that cost nothing from those that cost something
_SPARSE = 8  # possible pairs per rating up to which pairs are counted, not sorted
_SAME = 1e-4  # shifts closer than this are equal


@dataclass(frozen=True, slots=True)
class Linkage:
    """Comparable classes of every facet; class 0 holds the largest number of candidates."""

    candidate: Codes
    """``(candidates,)`` subset of each candidate."""
    interviewer: Codes
    """``(R,)`` interviewers of one class can be compared with each other."""
    question: Codes
    """``(Q,)`` questions of one class can be compared with each other."""

    @property
    def subsets(self) -> int:
        """Number of candidate subsets; 1 means everybody can be compared."""
        return int(self.candidate.max()) + 1


def connected_subsets(
    candidate: npt.ArrayLike, interviewer: npt.ArrayLike, question: npt.ArrayLike
) -> Linkage:
    """Find the comparable classes of candidates, interviewers and questions.

    Arguments are integer codes ``0..``, one per rating, shape ``(n,)``. Levels that can only be shifted alike are
    drawn together first, which is linear and leaves one level of each facet in most panels. The null space of the
    additive design of what is left is probed by projecting three fixed random vectors on it.
    """
    columns = [np.asarray(codes, np.intp) for codes in (candidate, interviewer, question)]
    merged, rows = _drawn_together(columns)
    shifts = _probed(*rows)
    return Linkage(*(_classes(shift[own]) for shift, own in zip(shifts, merged, strict=True)))


def _drawn_together(columns: list[Codes]) -> tuple[list[Codes], list[Codes]]:
    """Merge levels that share the same levels of both other facets in some rating, until none do.

    Such levels move alike in every free shift. Returns the merged level of every level, and the distinct ratings of
    merged levels.
    """
    merged = [np.arange(int(codes.max()) + 1) for codes in columns]
    rows = columns
    while True:
        before = [int(codes.max()) + 1 for codes in rows]
        for facet in range(3):
            one, other = (rows[place] for place in range(3) if place != facet)
            label = _linked(rows[facet], _coded(one, other))
            merged[facet], rows[facet] = label[merged[facet]], label[rows[facet]]
        _, first = np.unique(_coded(_coded(rows[0], rows[1]), rows[2]), return_index=True)
        rows = [codes[first] for codes in rows]
        if [int(codes.max()) + 1 for codes in rows] == before:
            return merged, rows


def _coded(one: Codes, other: Codes) -> Codes:
    """One code ``0..`` for each pair of codes in use."""
    size = int(other.max()) + 1
    pairs = one * size + other
    if (int(one.max()) + 1) * size > _SPARSE * len(pairs):
        return np.asarray(np.unique(pairs, return_inverse=True)[1], np.intp)
    used = np.flatnonzero(np.bincount(pairs))
    place = np.zeros(int(used[-1]) + 1, np.intp)
    place[used] = np.arange(len(used))
    return np.asarray(place[pairs])


def _linked(level: Codes, key: Codes) -> Codes:
    """Per level the number of the part of the graph of levels and keys it lies in."""
    levels, keys = int(level.max()) + 1, int(key.max()) + 1
    graph = sp.csr_matrix(
        (np.ones(len(level), np.int8), (level, levels + key)), shape=(levels + keys, levels + keys)
    )
    label = connected_components(graph, directed=False)[1][:levels]
    return np.asarray(np.unique(label, return_inverse=True)[1], np.intp)


def _probed(who: Codes, by: Codes, what: Codes) -> tuple[Floats, Floats, Floats]:
    """Free shifts of candidates, interviewers and questions, ``(levels, probes)`` each; cost ``(R + Q)^3 / 3``."""
    people, interviewers, questions = who.max() + 1, by.max() + 1, what.max() + 1
    size = int(interviewers + questions)
    count = np.bincount(who, minlength=people)
    sums = sp.csr_matrix(
        (np.ones(2 * len(who)), (np.tile(who, 2), np.concatenate([by, interviewers + what]))),
        shape=(people, size),
    )
    cost = -(sums.T @ (sp.diags_array(1.0 / count) @ sums)).toarray()
    together = np.bincount(by * questions + what, minlength=interviewers * questions)
    cost[:interviewers, interviewers:] += together.reshape(interviewers, questions)
    cost[interviewers:, :interviewers] += together.reshape(interviewers, questions).T
    cost[np.arange(size), np.arange(size)] += np.concatenate([np.bincount(by), np.bincount(what)])
    shift = _free_shifts(cost)
    return np.asarray(sums @ shift) / count[:, None], shift[:interviewers], shift[interviewers:]


def one_subset(candidates: int, interviewers: int, questions: int) -> Linkage:
    """The linkage of a panel in which everybody can be compared."""
    return Linkage(*(np.zeros(levels, np.intp) for levels in (candidates, interviewers, questions)))


def _free_shifts(cost: Floats) -> Floats:
    """Project random vectors on the null space of a positive semi-definite matrix."""
    size = len(cost)
    ridge = _RIDGE * max(float(np.diag(cost).max()), 1.0)
    factor = sl.cho_factor(cost + ridge * np.eye(size), lower=True)
    vectors = np.random.default_rng(20260101).normal(size=(size, _PROBES))
    for _ in range(3):  # a shift costing c is damped by ridge / (ridge + c) each time
        vectors = ridge * sl.cho_solve(factor, vectors)
    return vectors


def _classes(shift: Floats) -> Codes:
    """Number the rows by equal shifts: largest class first, ties in order of appearance."""
    labels = np.zeros(len(shift), np.intp)
    for probe in shift.T:
        order = np.argsort(probe, kind="stable")
        jumps = np.concatenate([[0], np.cumsum(np.diff(probe[order]) > _SAME)])
        own = np.empty(len(probe), np.intp)
        own[order] = jumps
        labels = np.unique(labels * (len(probe) + 1) + own, return_inverse=True)[1]
    _, first, count = np.unique(labels, return_index=True, return_counts=True)
    rank = np.empty(len(count), np.intp)
    rank[np.lexsort((first, -count))] = np.arange(len(count))
    return rank[labels]
