"""Designs against brute force: over small random banks every feasible choice is tried."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from benchmarks.validation.claims import Claim
from psychometrics.design.designer import Problem, design_loop
from psychometrics.design.evaluation_gap import sufficient

Floats = npt.NDArray[np.float64]


def random_problem(seed: int, *, options: int = 14, levels: int = 2, floors: bool | None = None) -> Problem:
    """A bank of options with groups, two limits, now and then floors, in either form of sufficiency.

    Every third has floors, and some of these no solution; options of one group stand for the same question held with
    more interviewers or more time.
    """
    rng = np.random.default_rng(seed)
    competencies = int(rng.integers(2, 5))
    by_level = rng.random((options, competencies, levels)) * (
        rng.random((options, competencies, levels)) < 0.4
    )
    evidence = np.cumsum((1.5 * by_level)[:, :, ::-1], axis=2)[:, :, ::-1]
    minutes = 5.0 * rng.integers(3, 13, options)
    people = minutes * rng.integers(1, 3, options)
    groups = [
        rng.choice(options, size=int(rng.integers(2, 5)), replace=False).tolist() for _ in range(options // 4)
    ]
    with_floors = seed % 3 == 0 if floors is None else floors
    floor = (
        (rng.random((options, 2)) < 0.35) * rng.integers(1, 3, (options, 2))
        if with_floors
        else np.zeros((options, 0))
    )
    return Problem(
        evidence,
        rng.dirichlet(np.ones(competencies)),
        rng.dirichlet(np.ones(levels), size=competencies),
        minutes,
        costs=np.stack([minutes, people], axis=1),
        limits=[5.0 * int(rng.integers(12, 40)), 400.0],
        resources=["minutes", "interviewers' minutes"],
        groups=groups,
        floors=floor,
        least=rng.integers(1, 4, floor.shape[1]),
        sufficiency="evidence" if seed % 2 else "reliability",
        target_reliability=0.8 if seed % 5 == 0 else 0.7,
    )


def smallest_gap(problem: Problem, limits: Floats | None = None) -> float | None:
    """The smallest gap over all choices that keep every rule; None where there is none."""
    n = len(problem)
    if n > 18:
        raise ValueError("brute force is for small banks")
    choice = (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(float)
    limits = np.asarray(problem.limits) if limits is None else limits
    kept = (choice @ np.asarray(problem.costs) <= limits + 1e-9).all(axis=1)
    kept &= (choice @ np.asarray(problem.floors) >= np.asarray(problem.least) - 1e-9).all(axis=1)
    for members in problem.members:
        kept &= choice[:, members].sum(axis=1) <= 1
    if not kept.any():
        return None
    shown = np.tensordot(choice[kept], np.asarray(problem.evidence), axes=(1, 0))
    share = sufficient(shown, problem.target_reliability, problem.sufficiency)
    return float((1 - (share * problem.values()).sum(axis=(1, 2))).min())


def _against_brute_force(banks: int) -> Mapping[str, float]:
    worst, above, proved = 0.0, 0.0, 0
    for seed in range(1000, 1000 + banks):
        problem = random_problem(seed)
        best, found = smallest_gap(problem), design_loop(problem, seconds=30, seed=seed)
        if best is None:
            proved += not found.feasible
            continue
        worst = max(worst, abs(found.gap - best) if found.feasible else 1.0)
        above = max(above, (found.bound or 0.0) - best)
        proved += found.proved
    return {
        "largest difference of gaps": worst,
        "bound above the best": above,
        "share proved": proved / banks,
    }


CLAIMS = (
    Claim(
        name="design against brute force",
        says="no choice leaves a gap smaller by more than 1e-4, and the bound never lies above the smallest",
        panels=200,
        slice=25,
        limits={
            "largest difference of gaps": (0.0, 1e-4),
            "bound above the best": (0.0, 1e-9),
            "share proved": (1.0, 1.0),
        },
        measure=_against_brute_force,
    ),
)
