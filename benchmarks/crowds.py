"""Who rates whom where interviewers are thousands: drawn by whole columns.

Two shapes with the same counts tell apart what depends on the graph from what depends on size. ``departments`` has
departments of uneven size and a share of guests from elsewhere; ``random`` has one department, so that anybody meets
anybody: nothing in such a graph can be cut, which is the hardest case for elimination.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]

_REPERTOIRE = 12
_SPARE = 3  # interviewers drawn for each one wanted: some are drawn twice
_UNEVEN = 0.6  # sd of the log size of a department and of an interviewer's log load


@dataclass(frozen=True, slots=True)
class Crowd:
    """How large a panel is, and how mixed."""

    candidates: int
    interviewers: int
    questions: int
    departments: int
    guests: float
    """Share of interviewers who come from another department."""
    interviews_each: float
    questions_each: float


CROWDS = {
    "XL": Crowd(36_000, 11_000, 300, 180, 0.15, 6.0, 6.0),
    "XL-random": Crowd(36_000, 11_000, 300, 1, 0.0, 6.0, 6.0),
    "courses": Crowd(1_128, 2_972, 28, 14, 0.15, 65.0, 1.0),
}


def assign(rng: np.random.Generator, shape: Crowd) -> tuple[Codes, Codes, Codes, Codes]:
    """Candidate, interviewer, question and interview of every rating, in the order of candidates."""
    weight = rng.lognormal(0, _UNEVEN, shape.departments)
    home = np.sort(rng.choice(shape.departments, shape.interviewers, p=weight / weight.sum()))
    staffed = np.unique(home)
    share = weight[staffed] / weight[staffed].sum()
    department = rng.choice(staffed, shape.candidates, p=share)
    who, by = _met(rng, shape, home, department)
    repertoire = np.argsort(rng.random((shape.interviewers, shape.questions)), axis=1)[:, :_REPERTOIRE]
    wanted = np.clip(rng.poisson(max(shape.questions_each - 1, 0), len(who)) + 1, 1, repertoire.shape[1])
    order = np.argsort(rng.random((len(who), repertoire.shape[1])), axis=1)
    asked = np.arange(repertoire.shape[1]) < wanted[:, None]
    unit, place = np.nonzero(asked)
    what = repertoire[by[unit], order[unit, place]]
    return who[unit].astype(np.int32), by[unit].astype(np.int32), what.astype(np.int32), unit.astype(np.int32)


def _met(
    rng: np.random.Generator, shape: Crowd, home: npt.NDArray[np.intp], department: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Distinct pairs of candidate and interviewer; ``home`` is in ascending order."""
    load = np.cumsum(rng.lognormal(0, _UNEVEN, shape.interviewers))
    first, last = np.searchsorted(home, department), np.searchsorted(home, department, side="right")
    before = np.where(first > 0, load[first - 1], 0.0)
    draws = int(_SPARE * shape.interviews_each)
    at = before[:, None] + rng.random((shape.candidates, draws)) * (load[last - 1] - before)[:, None]
    drawn = np.minimum(np.searchsorted(load, at), shape.interviewers - 1)
    guest = rng.random(drawn.shape) < shape.guests
    drawn[guest] = rng.integers(0, shape.interviewers, int(guest.sum()))
    wanted = np.clip(rng.poisson(shape.interviews_each - 2, shape.candidates) + 2, 2, draws)
    pairs = np.arange(shape.candidates)[:, None] * shape.interviewers + drawn
    fresh = np.zeros(drawn.shape, bool)
    fresh.ravel()[np.unique(pairs, return_index=True)[1]] = True
    fresh &= np.cumsum(fresh, axis=1) <= wanted[:, None]
    rows, places = np.nonzero(fresh)
    return rows, drawn[rows, places]
