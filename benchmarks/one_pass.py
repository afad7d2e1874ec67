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
from psychometrics.model.bridges import find_bridges
from psychometrics.model.calibration import calibrate
from psychometrics.model.calibration.engines import algebra_of
from psychometrics.model.calibration.estimates import Posterior
from psychometrics.model.calibration.examined import examined
from psychometrics.model.calibration.fit import Fit, fit
from psychometrics.model.calibration.fit_statistics import fit_statistics
from psychometrics.model.calibration.qualifications import groups
from psychometrics.model.calibration.ratings import encode
from psychometrics.model.calibration.structure import build
from psychometrics.model.calibration.system import solve
from psychometrics.model.calibration.unpooled import own_measures
from psychometrics.model.calibration.variance_steps import prior_variances
from psychometrics.model.compiled import Engine
from psychometrics.model.connectedness import connected_subsets
from psychometrics.model.derivatives import empty_moments

_WARM = 1500  # ratings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Profile:
    """CPU seconds of the stages, and the arithmetic's limit of one pass."""

    stages: dict[str, float]
    passes: int
    limit: dict[str, float]


def profile(panel: Panel, *, engine: Engine = "numpy") -> Profile:
    """Time the stages of one calibration one by one."""
    columns = (panel.candidate, panel.interviewer, panel.question, panel.score)
    stages: dict[str, float] = {}
    calibrate(*(column[:_WARM] for column in columns), engine=engine)  # loads the kernels
    ratings = _timed(stages, "sort and code", lambda: encode(*columns, panel.interview))
    structure = _timed(stages, "index arrays", lambda: build(ratings, compiled=engine == "compiled"))
    best = _timed(
        stages,
        "all passes",
        lambda: fit(
            structure,
            variances=prior_variances(halo=True),
            estimate=frozenset({"candidate", "interviewer", "question", "halo"}),
        ),
    )
    algebra = algebra_of(structure)
    args = (algebra.predictor(best.values), best.steps, ratings.points)
    room = empty_moments(ratings.n, ratings.top)
    algebra.moments(*args, spread=best.post.eta, out=room)  # the passes write to memory already in use
    now = _timed(
        stages, "one pass: probabilities", lambda: algebra.moments(*args, spread=best.post.eta, out=room)
    )
    system, _ = _timed(
        stages, "one pass: Newton system", lambda: solve(structure, algebra, now, best.values, best.variances)
    )
    _timed(stages, "one pass: variances", lambda: algebra.spread(system))
    linkage = _timed(
        stages,
        "subsets",
        lambda: connected_subsets(ratings.candidate, ratings.interviewer, ratings.question),
    )
    _timed(stages, "bridges", lambda: find_bridges(ratings.candidate, ratings.interviewer))
    _timed(stages, "fit statistics", lambda: fit_statistics(examined(best)))
    posterior = Posterior(best, [best], np.ones(1), groups(ratings, linkage))
    people = posterior.candidates()
    _timed(stages, "own measures", lambda: own_measures(posterior, people))
    before = time.process_time()
    calibrate(*columns, interview=panel.interview, engine=engine)
    whole = time.process_time() - before
    named = sum(seconds for name, seconds in stages.items() if not name.startswith("one pass"))
    stages["everything else"] = max(whole - named, 0.0)
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


def describe(found: dict[Engine, Profile]) -> str:
    """The profiles as lines of text, engines side by side."""
    profiles = list(found.values())
    lines = [f"  {'where the time goes, CPU s':<36}" + "".join(f"{engine:>10}" for engine in found)]
    lines += [
        f"    {name:<34}" + "".join(f"{each.stages[name]:>10.4f}" for each in profiles)
        for name in profiles[0].stages
    ]
    first = profiles[0]
    limit = sum(first.limit.values())
    lines.append(f"  arithmetic of one pass, CPU s ({first.passes} passes)")
    lines += [f"    {name:<34}{seconds:>10.4f}" for name, seconds in first.limit.items()]
    lines.append(f"    {'all of it':<34}{limit:>10.4f}, in all passes {limit * first.passes:.2f}")
    for engine, each in found.items():
        one = each.stages["all passes"] / each.passes
        lines.append(f"  {engine}: one pass takes {one:.4f} CPU s, {one / limit:.1f} times its arithmetic")
    return "\n".join(lines)
