"""Loops for several roles at once that hold some sessions in common: one problem, so that one proof holds for all.

Every role has a copy of each session for itself, and besides each session there is once for all of them. A shared
session shows each role what that role demands of it, counts against the limits of every role, and takes its
questions out of every role's loop. With R roles, private choices x_ri and shared choices s_i:

    smallest  1/R sum_r gap_r(x_r + s)
    such that each role's limits, groups and floors hold for x_r + s
              sum_i s_i >= least_shared

which is a :class:`Problem` over R blocks of cells. Its gap is the mean of the roles' gaps; bound and proof are of that.
Shared sessions are those that all of the roles hold; what only some of them have in common is not looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import count
from psychometrics.design.designer.dominance import undominated
from psychometrics.design.designer.options import Requirements, SessionOptions
from psychometrics.design.designer.problem import Problem, cell_values
from psychometrics.design.evaluation_gap import TARGET_RELIABILITY, TRANSFER, checked_demand
from psychometrics.errors import BadInput

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    from psychometrics.design.evaluation_gap import Sufficiency

    Floats: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = NDArray[np.int64]

SHARED = -1


@dataclass(frozen=True, eq=False)
class RoleDemand:
    """What one role asks: weights (C,) and demand (C, K) over the sessions' competencies, limits and floors."""

    weights: ArrayLike
    demand: ArrayLike
    required: Requirements


@dataclass(frozen=True, eq=False)
class SharedProblem:
    """The joint problem: option i is session ``session[i]`` of the options, for role ``role[i]`` or for all (-1)."""

    problem: Problem
    role: Places
    session: Places

    def of_role(self, chosen: Sequence[int], role: int) -> list[int]:
        """The sessions of one role's loop, the shared ones first."""
        return [
            int(self.session[i]) for i in sorted(chosen, key=self._order) if self.role[i] in (SHARED, role)
        ]

    def shared(self, chosen: Sequence[int]) -> list[int]:
        """The sessions that are held for all."""
        return [int(self.session[i]) for i in chosen if self.role[i] == SHARED]

    def _order(self, option: int) -> int:
        return int(self.role[option])


def shared_problem(
    options: SessionOptions,
    roles: Sequence[RoleDemand],
    least_shared: int,
    *,
    target_reliability: float = TARGET_RELIABILITY,
    transfer: float = TRANSFER,
    sufficiency: Sufficiency = "reliability",
    competencies: Sequence[str] = (),
) -> SharedProblem:
    """The problem of designing a loop for each role with at least ``least_shared`` sessions in common.

    Options that no best choice needs are left out: of one role's sessions by what they show that role, of shared ones
    by what they show all of them. ``competencies`` are their names, for messages.

    Raises:
        BadInput: fewer than two roles, shapes that do not fit, or requirements as in :meth:`SessionOptions.problem`.
    """
    if len(roles) < 2:
        raise BadInput("sessions are shared among at least two roles")
    count(least_shared, "least_shared")
    houses, minutes, N = options.houses(), options.minutes, len(options)
    limits = [options.limits(role.required) for role in roles]
    floors = [
        options.floors(role.required, np.asarray(role.weights, dtype=np.float64), competencies)
        for role in roles
    ]
    worth = [_worth(role, transfer) for role in roles]
    flat = options.evidence.reshape(N, -1)

    def useful(members: Sequence[int]) -> Places:
        costs = np.hstack([*(limits[r][1] for r in members), minutes[:, None]])
        most = np.concatenate([*(limits[r][2] for r in members)])
        shown = np.hstack([part for r in members for part in (flat[:, worth[r]], floors[r][1])])
        fits = np.asarray((costs[:, :-1] <= most + 1e-9).all(axis=1), dtype=np.float64)
        return undominated(houses, costs, np.asarray(shown * fits[:, None]))

    kept = [useful([r]) for r in range(len(roles))]
    common = useful(range(len(roles)))
    session = np.concatenate([*kept, common])
    role = np.concatenate(
        [*(np.full(len(each), r) for r, each in enumerate(kept)), np.full(len(common), SHARED)]
    )
    if not len(session):
        session, role = np.array([0]), np.array([SHARED])
    serves = [(role == r) | (role == SHARED) for r in range(len(roles))]
    evidence = np.concatenate(
        [options.evidence[session] * serves[r][:, None, None] for r in range(len(roles))], axis=1
    )
    problem = Problem(
        evidence,
        np.concatenate([np.asarray(each.weights, dtype=np.float64) / len(roles) for each in roles]),
        np.concatenate([np.asarray(each.demand, dtype=np.float64) for each in roles]),
        minutes[session],
        costs=np.hstack([limits[r][1][session] * serves[r][:, None] for r in range(len(roles))]),
        limits=np.concatenate([each[2] for each in limits]),
        resources=[f"{name} of role {r}" for r, each in enumerate(limits) for name in each[0]],
        groups=_groups(houses, session, serves),
        floors=np.hstack(
            [
                *(floors[r][1][session] * serves[r][:, None] for r in range(len(roles))),
                (role == SHARED)[:, None] * 1.0,
            ]
        ),
        least=np.concatenate([*(each[2] for each in floors), [float(least_shared)]]),
        floor_names=[
            *(f"{name} for role {r}" for r, each in enumerate(floors) for name in each[0]),
            "shared sessions",
        ],
        target_reliability=target_reliability,
        transfer=transfer,
        sufficiency=sufficiency,
    )
    return SharedProblem(problem, role.astype(np.int64), session.astype(np.int64))


def _worth(role: RoleDemand, transfer: float) -> NDArray[np.bool_]:
    """Which cells a role needs anything of, (C * K,)."""
    values = cell_values(*checked_demand(role.weights, role.demand), transfer)
    return np.asarray(values.ravel() > 0)


def _groups(
    houses: Sequence[tuple[int, ...]], session: Places, serves: Sequence[NDArray[np.bool_]]
) -> list[list[int]]:
    """What a role's loop may hold one of, with the shared sessions in every role's."""
    groups: dict[tuple[int, int], list[int]] = {}
    for r, mine in enumerate(serves):
        for position in np.flatnonzero(mine).tolist():
            for house in houses[session[position]]:
                groups.setdefault((r, house), []).append(position)
    return [members for members in groups.values() if len(members) > 1]
