"""Where the time of a fit goes, and how far it is from what the arithmetic needs.

The arithmetic of one pass: category probabilities at three nodes (an exponential and a dozen multiplications
per rating and step), the squares of the coupling rows (once for the Schur complement, once for the
variances), and factoring and inverting a dense matrix over interviewers, questions and steps. How long that
takes at this machine's own rates, measured here, is the limit for any program that does these passes.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from benchmarks.generator import Panel
from psychometrics.calibration import calibrate
from psychometrics.calibration.fit import Fit, fit, prior_variances
from psychometrics.calibration.posterior import spread
from psychometrics.calibration.ratings import encode
from psychometrics.calibration.structure import build
from psychometrics.calibration.system import solve
from psychometrics.thresholds import moments

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Profile:
    """CPU seconds of the stages, and the arithmetic's limit of one pass."""

    stages: dict[str, float]
    passes: int
    limit: dict[str, float]


def profile(panel: Panel) -> Profile:
    """Time the stages of one calibration one by one."""
    columns = (panel.candidate, panel.interviewer, panel.question, panel.score, panel.interview)
    stages: dict[str, float] = {}
    ratings = _timed(stages, "sort and code", lambda: encode(*columns))
    structure = _timed(stages, "index arrays", lambda: build(ratings))
    before = time.process_time()
    best = fit(
        structure,
        variances=prior_variances(halo=True),
        estimate=frozenset({"candidate", "interviewer", "question", "halo"}),
    )
    stages["all passes"] = time.process_time() - before
    args = (best.values.eta(structure), best.steps, ratings.points)
    now = _timed(stages, "one pass: probabilities", lambda: moments(*args, spread=best.post.eta))
    system, _ = _timed(
        stages, "one pass: Newton system", lambda: solve(structure, now, best.values, best.variances)
    )
    _timed(stages, "one pass: variances", lambda: spread(system))
    before = time.process_time()
    calibrate(*columns[:4], interview=panel.interview)
    whole = time.process_time() - before
    stages["everything else"] = (
        whole - stages["all passes"] - stages["sort and code"] - stages["index arrays"]
    )
    stages["whole call"] = whole
    return Profile(stages, best.iterations, _limit(best))


def _timed(stages: dict[str, float], name: str, work: Callable[[], T]) -> T:
    before = time.process_time()
    result = work()
    stages[name] = time.process_time() - before
    return result


def _limit(best: Fit) -> dict[str, float]:
    """Seconds of one pass at this machine's rates."""
    structure, r = best.structure, best.structure.ratings
    block = np.linspace(-2.0, 2.0, 8192)
    out = np.empty_like(block)
    exponential = _rate(lambda: np.exp(block, out=out)) / len(block)
    product = _rate(lambda: np.multiply(block, block, out=out)) / len(block)
    size = min(structure.size, 600)
    square = np.eye(size) + 0.1
    flop = _rate(lambda: square @ square) / (2.0 * size**3)
    cells = float((np.diff(structure.indptr).astype(float) ** 2).sum())
    return {
        "probabilities at three nodes": 3 * r.n * (exponential + 12 * r.top * product),
        "squares of coupling rows, twice": 4.0 * cells * flop * _SPARSE,
        "factor and invert": float(structure.size) ** 3 * flop,
    }


#: A product gathered through indices costs about as much as four in a dense block.
_SPARSE = 4.0


def _rate(work: Callable[[], object]) -> float:
    """Seconds of one call, the best of five tries of a hundredth of a second."""
    best = np.inf
    for _ in range(5):
        calls, before = 0, time.process_time()
        while time.process_time() - before < 0.01:
            work()
            calls += 1
        best = min(best, (time.process_time() - before) / calls)
    return best


def describe(found: Profile) -> str:
    """The profile as lines of text."""
    lines = ["  where the time goes, CPU s"]
    lines += [f"    {name:<34}{seconds:>10.4f}" for name, seconds in found.stages.items()]
    limit = sum(found.limit.values())
    lines.append(f"  arithmetic of one pass, CPU s ({found.passes} passes)")
    lines += [f"    {name:<34}{seconds:>10.4f}" for name, seconds in found.limit.items()]
    lines.append(f"    {'all of it':<34}{limit:>10.4f}")
    one = found.stages["all passes"] / found.passes
    lines.append(f"  one pass takes {one / limit:.1f} times its arithmetic")
    return "\n".join(lines)
