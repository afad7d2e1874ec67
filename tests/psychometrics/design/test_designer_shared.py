"""Loops for several roles that share sessions: the joint problem against trying everything."""

from itertools import combinations, product

import numpy as np
import pytest

from psychometrics.design.designer import (
    Requirements,
    RoleDemand,
    SessionOptions,
    SessionQuestion,
    SessionRules,
    design_loop,
    sessions,
    shared_problem,
)
from psychometrics.errors import BadInput

DEMAND = np.tile([0.0, 0.5, 0.5], (3, 1))


def world(seed: int) -> tuple[SessionOptions, list[RoleDemand]]:
    """Five questions on three competencies, and two roles that weigh these differently."""
    rng = np.random.default_rng(seed)
    bank = [
        SessionQuestion(
            f"q{number}",
            minutes=float(rng.integers(20, 50)),
            realism=int(rng.integers(1, 3)),
            criteria=[
                (c, float(rng.uniform(0.3, 1))) for c in rng.permutation(3)[: rng.integers(1, 3)].tolist()
            ],
            format="scenario",
        )
        for number in range(5)
    ]
    options = sessions(bank, SessionRules(most_questions=1), n_competencies=3)
    roles = [
        RoleDemand(weights, DEMAND, Requirements(minutes=110))
        for weights in ([0.8, 0.2, 0.0], [0.1, 0.2, 0.7])
    ]
    return options, roles


def tried(options: SessionOptions, roles: list[RoleDemand], least: int) -> float:
    """The smallest mean gap of all pairs of loops with so many sessions in common."""
    loops = []
    for role in roles:
        problem, kept = options.problem(role.weights, role.demand, role.required)
        place = {kept.keys(i): i for i in range(len(kept))}
        whole = [
            frozenset(options.keys(i) for i in members)
            for size in range(len(options) + 1)
            for members in combinations(range(len(options)), size)
            if options.minutes[list(members)].sum() <= 110
        ]
        loops.append({loop: problem.gap([place[key] for key in loop if key in place]) for loop in whole})
    return min(
        (one + other) / 2
        for (a, one), (b, other) in product(loops[0].items(), loops[1].items())
        if len(a & b) >= least
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("least", [0, 1, 2])
def test_the_joint_problem_finds_the_best_pair_of_loops(seed: int, least: int) -> None:
    options, roles = world(seed)
    made = shared_problem(options, roles, least)
    found = design_loop(made.problem, seconds=5)
    assert found.proved
    assert found.gap == pytest.approx(tried(options, roles, least), abs=1.5e-4)
    loops = [made.of_role(found.chosen, r) for r in (0, 1)]
    assert len(set(loops[0]) & set(loops[1])) >= len(made.shared(found.chosen)) >= least
    assert all(options.minutes[loop].sum() <= 110 for loop in loops)


def test_sharing_takes_roles_and_more_of_it_costs_no_less() -> None:
    options, roles = world(1)
    with pytest.raises(BadInput, match="at least two roles"):
        shared_problem(options, roles[:1], 1)
    gaps = [design_loop(shared_problem(options, roles, k).problem, seconds=5).gap for k in range(3)]
    assert gaps == sorted(gaps)
    impossible = design_loop(shared_problem(options, roles, 5).problem, seconds=5)
    assert [each.floor for each in impossible.unmet] == ["shared sessions"]


def test_a_session_needs_as_many_people_who_can_rate_as_it_has_interviewers() -> None:
    bank = [
        SessionQuestion("outage", minutes=45, realism=2, criteria=[(0, 0.9), (1, 0.5)]),
        SessionQuestion("hand-over", minutes=25, realism=1, criteria=[(1, 0.9)]),
    ]
    rules = SessionRules(interviewers=(1, 2), most_questions=1, able={0: 1})
    held = sessions(bank, rules, n_competencies=2)
    assert {(held.keys(i), int(held.interviewers[i])) for i in range(len(held))} == {
        (("outage",), 1),
        (("hand-over",), 1),
        (("hand-over",), 2),
    }
