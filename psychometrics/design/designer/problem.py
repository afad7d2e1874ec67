"""What is to be designed: options, what each shows and costs, and the rules a choice must keep.

N options, of which a choice takes some, each at most once. Written with x in {0, 1}^N:

    smallest  gap = 1 - sum_cl v_cl A(sum_i E_icl x_i)
    such that sum_i cost_ir x_i <= limit_r      limits: minutes, people's time, numbers of sessions
              sum_{i in g} x_i <= 1             groups: the same question, a variant family, enemies
              sum_i share_if x_i >= least_f     floors: what must be there

``v_cl = sum_k D_ck (t_lk - t_{l-1,k})`` is what full sufficiency at level l or above is worth, so that this gap is
that of :func:`psychometrics.design.evaluation_gap.evaluation_gap` exactly. ``A`` is concave, hence the whole is a
mixed-integer programme after outer approximation (van der Linden 2005, *Linear Models for Optimal Test Design*).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import between, column, finite, open_unit, whole_numbers
from psychometrics.design.evaluation_gap import TARGET_RELIABILITY, TRANSFER, checked_demand, sufficient
from psychometrics.errors import BadInput

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    from psychometrics.design.evaluation_gap import Sufficiency

    Floats: TypeAlias = NDArray[np.float64]

# Sums of costs and shares are compared with limits and floors this far off, relative to their size.
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Problem:
    """Options and rules; arrays are checked and converted when it is made.

    Attributes:
        evidence: what each option shows of each competency at or above each realism level, in signal-to-noise
            units, shape (N, C, K); options add. Not negative, and not rising from level to level.
        weights: of the competencies, shape (C,), summing to 1.
        demand: split of each competency over realism levels, shape (C, K), rows summing to 1.
        minutes: of the candidate, shape (N,); among choices of equal gap the shortest is preferred.
        costs: of each resource, shape (N, R), not negative.
        limits: most of each resource, shape (R,).
        resources: names of the resources, for messages; R of them, or none.
        groups: sets of options, as sequences of their positions; at most one option of each may be chosen.
        floors: share of each option in each floor, shape (N, F), not negative.
        least: least sum of each floor, shape (F,).
        floor_names: names of the floors, for messages; F of them, or none.
        target_reliability, transfer, sufficiency: as in ``evaluation_gap``, but the form is the share of the
            needed reliability unless said otherwise.

    Raises:
        BadInput: shapes that do not fit, or numbers out of range; the message names the argument.
    """

    evidence: ArrayLike
    weights: ArrayLike
    demand: ArrayLike
    minutes: ArrayLike
    costs: ArrayLike = ()
    limits: ArrayLike = ()
    resources: Sequence[str] = ()
    groups: Sequence[Iterable[int]] = ()
    floors: ArrayLike = ()
    least: ArrayLike = ()
    floor_names: Sequence[str] = ()
    target_reliability: float = TARGET_RELIABILITY
    transfer: float = TRANSFER
    sufficiency: Sufficiency = "reliability"
    members: tuple[NDArray[np.int64], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        w, q = checked_demand(self.weights, self.demand)
        e = finite(self.evidence, "evidence")
        if e.ndim != 3 or e.shape[1:] != q.shape or not len(e):
            raise BadInput(f"evidence must have shape (options, {q.shape[0]}, {q.shape[1]}), got {e.shape}")
        if np.any(e < 0) or np.any(np.diff(e, axis=2) > TOLERANCE * (1 + e[:, :, :-1])):
            raise BadInput("evidence at or above a level must not be negative, nor rise from level to level")
        n = len(e)
        minutes = finite(column(self.minutes, "minutes", n), "minutes")
        if np.any(minutes < 0):
            raise BadInput("minutes must not be negative")
        costs, limits = _table(self.costs, self.limits, n, ("costs", "limits"))
        floors, least = _table(self.floors, self.least, n, ("floors", "least"))
        settled = {
            "weights": w, "demand": q, "evidence": e, "minutes": minutes, "costs": costs, "limits": limits,
            "floors": floors, "least": least,
            "resources": _names(self.resources, len(limits), "resource", "resources"),
            "floor_names": _names(self.floor_names, len(least), "floor", "floor_names"),
            "members": tuple(_members(group, n, number) for number, group in enumerate(self.groups)),
            "target_reliability": open_unit(self.target_reliability, "target_reliability"),
            "transfer": between(self.transfer, "transfer", 0, 1),
        }  # fmt: skip
        for name, value in settled.items():
            object.__setattr__(self, name, value)
        sufficient(np.zeros(1), self.target_reliability, self.sufficiency)  # refuses an unknown form

    def __len__(self) -> int:
        return len(self.minutes)  # type: ignore[arg-type]

    def gap(self, chosen: Iterable[int]) -> float:
        """The evaluation gap that the chosen options leave."""
        picked = np.fromiter(chosen, dtype=np.int64)
        carried = np.asarray(self.evidence)[picked].sum(axis=0)
        share = sufficient(carried, self.target_reliability, self.sufficiency)
        return float(1.0 - (self.values() * share).sum())

    def values(self) -> Floats:
        """Worth of full sufficiency at each level or above, shape (C, K); the sum is 1."""
        return cell_values(np.asarray(self.weights), np.asarray(self.demand), self.transfer)


def cell_values(w: Floats, q: Floats, transfer: float) -> Floats:
    """``v_cl = sum_k D_ck (t_lk - t_{l-1,k})``, shape (C, K), from weights (C,) and demand (C, K)."""
    steps = np.arange(q.shape[1])
    carried = np.where(steps[:, None] >= steps, 1.0, transfer ** np.maximum(steps - steps[:, None], 0.0))
    gained = np.diff(np.vstack([np.zeros(len(steps)), carried]), axis=0)
    return np.asarray((w[:, None] * q) @ gained.T)


def _table(rows: ArrayLike, bounds: ArrayLike, n: int, names: tuple[str, str]) -> tuple[Floats, Floats]:
    """A table with a row per option and a bound per column."""
    bound = finite(column(bounds, names[1]), names[1])
    table = finite(rows, names[0])
    if not table.size:
        table = np.zeros((n, 0))
    if table.shape != (n, len(bound)):
        raise BadInput(f"{names[0]} must have shape ({n}, {len(bound)}), a column per entry of {names[1]}, "
                       f"got {table.shape}")  # fmt: skip
    if np.any(table < 0) or np.any(bound < 0):
        raise BadInput(f"{names[0]} and {names[1]} must not be negative")
    return table, bound


def _names(given: Sequence[str], expected: int, word: str, argument: str) -> tuple[str, ...]:
    if not given:
        return tuple(f"{word} {number}" for number in range(1, expected + 1))
    if len(given) != expected:
        raise BadInput(f"{argument} has {len(given)} names, expected {expected}")
    return tuple(str(name) for name in given)


def _members(group: Iterable[int], n: int, number: int) -> NDArray[np.int64]:
    found = np.unique(whole_numbers(list(group), f"groups[{number}]"))
    if found.size and (found[0] < 0 or found[-1] >= n):
        raise BadInput(f"groups[{number}] must hold positions of options, 0..{n - 1}")
    return found
