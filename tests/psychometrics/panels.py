"""Simulated panels for tests of calibration: small ones, and honest ones of size S, calibrated once a process."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache

import numpy as np
import numpy.typing as npt

from benchmarks import generator
from psychometrics.model.calibration import Calibration, calibrate

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

STEPS = np.array([-1.4, 0.1, 1.3])


@dataclass(frozen=True, slots=True)
class Panel:
    """Ratings 0..3, ``(n,)`` each, and the truth."""

    candidate: Codes
    interviewer: Codes
    question: Codes
    score: Codes
    proficiency: Floats
    severity: Floats
    difficulty: Floats


def small(
    seed: int, *, candidates: int = 20, interviewers: int = 5, questions: int = 12, halo: float = 0.5
) -> Panel:
    """Three interviewers a candidate, three questions each: 180 ratings by default."""
    rng = np.random.default_rng(seed)
    truth = [rng.normal(0, sd, size) for sd, size in ((1, candidates), (0.6, interviewers), (0.7, questions))]
    who, by, what = [], [], []
    for person in range(candidates):
        for judge in rng.choice(interviewers, 3, replace=False):
            who += [person] * 3
            by += [judge] * 3
            what += list(rng.choice(questions, 3, replace=False))
    candidate, interviewer, question = (np.array(codes) for codes in (who, by, what))
    lean = np.repeat(rng.normal(0, halo, len(who) // 3) if halo else np.zeros(len(who) // 3), 3)
    eta = truth[0][candidate] - truth[1][interviewer] - truth[2][question] + lean
    return Panel(candidate, interviewer, question, rate(eta, rng), *truth)


def with_own_steps(
    seed: int, spread: float, candidates: int = 260
) -> tuple[tuple[Codes, Codes, Codes, Codes], Floats, Panel]:
    """A panel whose ten questions' steps differ with the sd ``spread``, and the deviations ``(10, 3)``."""
    rng = np.random.default_rng(seed)
    base = small(seed, candidates=candidates, interviewers=15, questions=10)
    own = rng.normal(0, spread, (10, 3)) if spread else np.zeros((10, 3))
    own -= own.mean(1, keepdims=True)
    eta = base.proficiency[base.candidate] - base.severity[base.interviewer] - base.difficulty[base.question]
    eta = eta + np.repeat(rng.normal(0, 0.4, len(eta) // 3), 3)
    odds = np.exp(
        np.column_stack([np.zeros(len(eta)), np.cumsum(eta[:, None] - STEPS - own[base.question], 1)])
    )
    below = np.cumsum(odds / odds.sum(1, keepdims=True), 1)[:, :3]
    score = (rng.random(len(eta))[:, None] > below).sum(1)
    return (base.candidate, base.interviewer, base.question, score), own, base


def rate(eta: Floats, rng: np.random.Generator) -> Codes:
    """Draw ratings 0..3 from the rating-scale model with steps -1.4, 0.1, 1.3."""
    weights = np.concatenate([np.zeros((1, len(eta))), np.cumsum(eta - STEPS[:, None], 0)])
    p = np.exp(weights - weights.max(0))
    p /= p.sum(0)
    return np.asarray((rng.random(len(eta)) > np.cumsum(p, 0)[:3]).sum(0))


@cache
def honest(seed: int) -> tuple[generator.Panel, Calibration]:
    """A panel of size S with halo .5 in which all assumptions hold, and its calibration; nobody may write to either."""
    panel = generator.simulate("S", halo=0.5, seed=seed)
    for field in fields(panel):
        getattr(panel, field.name).setflags(write=False)
    columns = (panel.candidate, panel.interviewer, panel.question, panel.score)
    return panel, calibrate(*columns, interview=panel.interview)


def rows(panel: Panel, *, name: Callable[[int], str] = "C{}".format, **more: str) -> list[dict[str, str]]:
    """The ratings as a score file has them, 1 to 4, every row with the cells ``more``."""
    columns = (panel.candidate, panel.interviewer, panel.question, panel.score)
    return [
        {"candidate": name(c), "interviewer": f"I{i}", "question": f"Q{q}", "score": str(y + 1), **more}
        for c, i, q, y in zip(*(column.tolist() for column in columns), strict=True)
    ]
