"""Simulated hiring panels with known truth: the same seed gives the same ratings everywhere.

Candidates belong to departments and meet three to eight of its interviewers (one in ten comes from
elsewhere); interviewers carry uneven loads and ask three to ten questions out of a repertoire of
twelve. Ratings follow the rating-scale model with optional halo, or cumulative logits.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.crowds import CROWDS, assign
from psychometrics.model.thresholds import Link

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

ADJACENT_STEPS = np.array([-1.4, 0.1, 1.3])
CUMULATIVE_CUTS = np.array([-1.9, 0.0, 1.9])
FIRST_SEED = 20260101
_REPERTOIRE = 12
_ELSEWHERE = 0.10


@dataclass(frozen=True, slots=True)
class Size:
    """How large a panel is."""

    candidates: int
    interviewers: int
    questions: int
    departments: int
    interviews_each: float
    questions_each: float


SIZES = {
    "S": Size(300, 30, 24, 3, 5, 5.33),
    "M": Size(5_000, 300, 90, 10, 5, 6.0),
    "L": Size(50_000, 2_000, 300, 40, 5, 6.0),
}


@dataclass(frozen=True, slots=True)
class Panel:
    """Ratings, ``(n,)`` each, and the truth they came from."""

    candidate: Codes
    interviewer: Codes
    question: Codes
    interview: Codes
    score: npt.NDArray[np.int8]
    when: npt.NDArray[np.float32]
    """Position in time, 0 to 1."""
    proficiency: Floats
    severity: Floats
    difficulty: Floats


def simulate(
    size: str,
    *,
    link: Link = "acl",
    halo: float = 0.0,
    seed: int = FIRST_SEED,
    spread: tuple[float, float, float] = (1.0, 0.6, 0.7),
    steps: Floats = ADJACENT_STEPS,
) -> Panel:
    """Simulate a panel of a size of ``SIZES`` or ``CROWDS``; ``spread`` holds the sds of the three facets, logits.

    ``steps`` are those of the rating scale; cumulative logits keep their own cuts.
    """
    shape = CROWDS[size] if size in CROWDS else SIZES[size]
    rng = np.random.default_rng([seed, shape.candidates, int(halo * 100)])
    proficiency = rng.normal(0, spread[0], shape.candidates)
    severity = rng.normal(0, spread[1], shape.interviewers)
    difficulty = rng.normal(0, spread[2], shape.questions)
    candidate, interviewer, question, interview = (
        _assign(rng, shape) if isinstance(shape, Size) else assign(rng, shape)
    )
    interviews = int(interview[-1]) + 1
    lean = rng.normal(0, halo, interviews) if halo > 0 else np.zeros(interviews)
    eta = proficiency[candidate] - severity[interviewer] - difficulty[question] + lean[interview]
    return Panel(
        candidate=candidate,
        interviewer=interviewer,
        question=question,
        interview=interview,
        score=_rate(eta, rng.random(len(eta)), link, steps),
        when=(candidate / shape.candidates).astype(np.float32),
        proficiency=proficiency,
        severity=severity,
        difficulty=difficulty,
    )


def _assign(rng: np.random.Generator, shape: Size) -> tuple[Codes, Codes, Codes, Codes]:
    """Who is asked what by whom."""
    department = rng.integers(0, shape.departments, shape.candidates)
    home = np.arange(shape.interviewers) % shape.departments
    load = rng.lognormal(0, 0.6, shape.interviewers)
    repertoire = [
        rng.choice(shape.questions, size=min(shape.questions, _REPERTOIRE), replace=False)
        for _ in range(shape.interviewers)
    ]
    staff = [np.where(home == number)[0] for number in range(shape.departments)]
    who: list[int] = []
    by: list[int] = []
    what: list[int] = []
    sitting: list[int] = []
    interviews = 0
    for person in range(shape.candidates):
        for judge in _interviewers(rng, shape, staff[department[person]], load):
            wanted = int(np.clip(rng.poisson(shape.questions_each - 3) + 3, 3, 10))
            known = repertoire[judge]
            asked = rng.choice(known, size=min(wanted, len(known)), replace=False)
            who += [person] * len(asked)
            by += [judge] * len(asked)
            what += asked.tolist()
            sitting += [interviews] * len(asked)
            interviews += 1
    return (
        np.array(who, np.int32),
        np.array(by, np.int32),
        np.array(what, np.int32),
        np.array(sitting, np.int32),
    )


def _interviewers(
    rng: np.random.Generator, shape: Size, staff: npt.NDArray[np.intp], load: Floats
) -> list[int]:
    """Three to eight interviewers of one department, one in ten replaced by a guest."""
    wanted = int(np.clip(rng.poisson(shape.interviews_each - 3) + 3, 3, 8))
    share = load[staff] / load[staff].sum()
    chosen = list(rng.choice(staff, size=min(wanted, len(staff)), replace=False, p=share))
    for place in range(len(chosen)):
        if rng.random() < _ELSEWHERE:
            guest = int(rng.integers(0, shape.interviewers))
            if guest not in chosen:
                chosen[place] = guest
    return [int(judge) for judge in chosen]


def _rate(eta: Floats, uniform: Floats, link: Link, steps: Floats) -> npt.NDArray[np.int8]:
    """Draw ratings 0..3."""
    if link == "cl":
        cumulative = 1 / (1 + np.exp(-(CUMULATIVE_CUTS[None, :] - eta[:, None])))
    else:
        weights = np.stack([np.zeros_like(eta), *np.cumsum(eta[None, :] - steps[:, None], 0)]).T
        p = np.exp(weights - weights.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        cumulative = np.cumsum(p, 1)[:, :3]
    return np.asarray((uniform[:, None] > cumulative).sum(1), dtype=np.int8)
