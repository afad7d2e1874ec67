"""What connects the candidates: without common interviewers or criteria nothing can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from psychometrics.model.levels.data import Coded

Codes: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Links:
    """Connected subsets of the panel and groups of openings that share enough to be compared.

    Subset 0 holds the lowest candidate code, and so on.
    """

    subsets: int
    candidate_subset: Codes
    """``(N,)`` in the order of ``Coded.candidates``."""
    interviewers: Codes
    interviewer_subset: Codes
    openings: Codes
    opening_group: Codes
    """``(O,)`` openings of different groups share fewer interviewers than needed and no criterion."""


def find(data: Coded, shared_interviewers: int, *, vignettes: Coded | None = None) -> Links:
    """Trace the graph of candidates, interviewers and criteria.

    ``vignettes`` of known level link whoever rated any of them, and whatever they were rated on: what is known is
    on one scale. Openings are linked by them where enough interviewers of each have rated some.
    """
    who = np.searchsorted(data.candidates, data.candidate)
    interviewers, by = np.unique(data.interviewer, return_inverse=True)
    criteria, what = np.unique(data.criterion, return_inverse=True)
    people, judges = len(data.candidates), len(interviewers)
    size = people + judges + len(criteria)
    rows = np.concatenate([who, who])
    columns = np.concatenate([people + by, people + judges + what])
    known_by, known_what = _on_vignettes(vignettes, interviewers, criteria)
    told = np.concatenate([people + known_by, people + judges + known_what])
    # What is known stands last, so that subsets keep the order of the candidates.
    rows, columns = np.concatenate([rows, told]), np.concatenate([columns, np.full(len(told), size)])
    size += 1 if len(told) else 0
    graph = sp.coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    subsets, label = connected_components(graph, directed=False)
    openings, home = np.unique(data.opening, return_inverse=True)
    where = home[who]
    common_interviewers = _common(where, by, len(openings))
    common_criteria = _common(where, what, len(openings))
    linked = (common_interviewers >= shared_interviewers) | (common_criteria >= 1)
    tied = _met(where, by, len(openings))[:, known_by].sum(1) >= shared_interviewers
    linked |= tied[:, None] & tied
    _, group = connected_components(sp.csr_matrix(linked.astype(np.float64)), directed=False)
    return Links(
        subsets=int(subsets),
        candidate_subset=label[:people].astype(np.int64),
        interviewers=interviewers,
        interviewer_subset=label[people : people + judges].astype(np.int64),
        openings=openings,
        opening_group=group.astype(np.int64),
    )


def _on_vignettes(vignettes: Coded | None, interviewers: Codes, criteria: Codes) -> tuple[Codes, Codes]:
    """Places of the interviewers who rated a vignette, and of the criteria they rated it on."""
    if vignettes is None:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    by, what = np.isin(interviewers, vignettes.interviewer), np.isin(criteria, vignettes.criterion)
    return np.flatnonzero(by), np.flatnonzero(what)


def _met(opening: Codes, thing: Codes, openings: int) -> NDArray[np.float64]:
    """Which things each opening has met."""
    met = np.zeros((openings, int(thing.max()) + 1))
    met[opening, thing] = 1.0
    return met


def _common(opening: Codes, thing: Codes, openings: int) -> NDArray[np.float64]:
    """How many distinct things every two openings have in common."""
    met = _met(opening, thing, openings)
    return np.asarray(met @ met.T)
