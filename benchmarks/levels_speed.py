"""Speed and memory of the level fit, beside the one-trait fit of the same ratings.

    python -m benchmarks.levels_speed                 sizes S and M
    python -m benchmarks.levels_speed --sizes L       1.5 million ratings
    python -m benchmarks.levels_speed --profile M     where the time of a level fit goes, both engines
    python -m benchmarks.levels_speed --fifteen M     fifteen competencies and weights beside six without

Six competencies in turn, harder questions targeted one level higher, halo in both fits. Every measurement
runs in a process of its own on one thread. CPU seconds are of the call alone: ``fit`` of all interviews but
the last, ``one more`` of adding that one. Memory is the process's peak up to the end of the fit, the
simulated panel included. What numba takes to compile everything once, and to load it again in a later
process, stands apart.
"""

import argparse
import cProfile
import json
import os
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402

from benchmarks.generator import SIZES, Panel, simulate  # noqa: E402
from psychometrics.model.calibration import calibrate, update  # noqa: E402
from psychometrics.model.compiled import Engine, installed  # noqa: E402
from psychometrics.model.levels import LevelRatings, calibrate_levels, update_levels  # noqa: E402

Flags = npt.NDArray[np.bool_]

MODELS = ("one trait", "levels")
_FEW = 20  # candidates of the panel on which kernels are compiled
_UPDATES = {"S": 3, "M": 3, "L": 1}  # the best of so many
_PER_RATING = ("candidate", "session", "interviewer", "criterion", "score")

#: Stages of a level fit by the functions that do them: (module, function).
STAGES = {
    "sort and code": (("data", "encode"),),
    "index arrays": (
        ("layout", "build"),
        ("structure", "build"),
        ("batched", "__init__"),
        ("levels", "__init__"),
    ),
    "probabilities": (("fit", "moments_at"), ("fit", "working_at")),
    "passes: candidates integrated out": (("batched", "eliminate"), ("levels", "eliminate")),
    "passes: shared parameters solved": (("system", "equations"), ("system", "solve")),
    "passes: candidates followed": (("batched", "follow"), ("levels", "follow")),
    "levels of all candidates": (("batched", "rows"), ("levels", "rows")),
    "levels from own ratings": (("batched", "modes"), ("levels", "modes")),
    "contrasts": (("posterior", "contrast_variances"),),
}


def ratings_of(panel: Panel, competencies: int = 6) -> LevelRatings:
    """The panel's ratings as several competencies' worth."""
    questions = np.arange(int(panel.question.max()) + 1)
    return LevelRatings(
        candidate=panel.candidate,
        session=panel.interview,
        interviewer=panel.interviewer,
        criterion=panel.question,
        score=panel.score,
        criterion_competency=questions % competencies,
        criterion_target=3 + (panel.difficulty[questions] > 0),
    )


def fifteen(size: str, engine: Engine) -> list[float]:
    """CPU seconds of a fit with six competencies, and with fifteen whose ratings weigh a quarter to one."""
    panel = simulate(size, halo=0.5)
    prepare(panel, "levels", engine)
    weight = np.random.default_rng(1).choice([0.25, 0.5, 0.75, 1.0], len(panel.score))
    spent = []
    for ratings in (ratings_of(panel), replace(ratings_of(panel, 15), weight=weight)):
        tries = []
        for _ in range(_UPDATES[size]):
            started = time.process_time()
            calibrate_levels(ratings, engine=engine)
            tries.append(time.process_time() - started)
        spent.append(min(tries))
    return spent


def part(ratings: LevelRatings, rows: Flags) -> LevelRatings:
    """Some of the ratings."""
    chosen: dict[str, Any] = {name: np.asarray(getattr(ratings, name))[rows] for name in _PER_RATING}
    return replace(ratings, **chosen)


def measure(size: str, model: str, engine: Engine) -> dict[str, Any]:
    """Fit one panel without its last interview, then add that."""
    panel = simulate(size, halo=0.5)
    prepare(panel, model, engine)
    new = panel.interview == panel.interview[-1]
    ratings = ratings_of(panel)
    old = part(ratings, ~new)
    columns = (panel.candidate, panel.interviewer, panel.question, panel.score)
    earlier, later = [column[~new] for column in columns], [column[new] for column in columns]
    started = time.process_time()
    if model == "levels":
        run = calibrate_levels(old, engine=engine)
        iterations = run.iterations
    else:
        base = calibrate(*earlier, interview=panel.interview[~new], engine=engine)
        iterations = base.iterations
    spent = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    more = []
    for _ in range(_UPDATES[size]):
        started = time.process_time()
        if model == "levels":
            update_levels(run, ratings, engine=engine)
        else:
            update(base, *later, interview=panel.interview[new])
        more.append(time.process_time() - started)
    return {
        "ratings": len(panel.score),
        "fit": spent,
        "iterations": iterations,
        "memory": memory,
        "more": min(more),
    }


def prepare(panel: Panel, model: str, engine: Engine) -> float:
    """CPU seconds until the kernels of both calls are compiled or loaded."""
    started = time.process_time()
    few = panel.candidate < _FEW
    if engine == "compiled" and model == "levels":
        ratings = part(ratings_of(panel), few)
        update_levels(calibrate_levels(ratings, engine=engine), ratings, engine=engine)
    elif engine == "compiled":
        columns = (panel.candidate, panel.interviewer, panel.question, panel.score)
        calibrate(*(column[few] for column in columns), interview=panel.interview[few], engine=engine)
    return time.process_time() - started


def stages(size: str, engine: Engine) -> dict[str, float]:
    """CPU seconds of the stages of a level fit."""
    panel = simulate(size, halo=0.5)
    prepare(panel, "levels", engine)
    ratings = ratings_of(panel)
    profiler = cProfile.Profile(time.process_time)
    profiler.runcall(calibrate_levels, ratings, engine=engine)
    spent = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    by_function = {
        (Path(file).stem, name): times[3]
        for (file, _, name), times in spent.items()
        if "psychometrics" in file
    }
    found = {
        stage: sum(by_function.get(key, 0.0) for key in functions) for stage, functions in STAGES.items()
    }
    whole = by_function["calibrate", "calibrate_levels"]
    return {**found, "everything else": whole - sum(found.values()), "whole call": whole}


def child(*arguments: str, cache: str | None = None) -> Any:
    """The answer of this module in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.levels_speed", "--child", *arguments]
    environment = os.environ if cache is None else {**os.environ, "NUMBA_CACHE_DIR": cache}
    return json.loads(subprocess.run(command, capture_output=True, check=True, env=environment).stdout)


def answer(what: str, *arguments: Any) -> Any:
    """What a process of its own is asked."""
    if what == "measure":
        return measure(*arguments)
    if what == "stages":
        return stages(*arguments)
    if what == "fifteen":
        return fifteen(*arguments)
    return prepare(simulate("S", halo=0.5), "levels", "compiled")


def main() -> None:
    """Print the table, or a profile."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", default="S,M", help=f"of {', '.join(SIZES)} (default S,M)")
    parser.add_argument("--profile", metavar="SIZES", help="where the time goes, instead")
    parser.add_argument(
        "--fifteen", metavar="SIZES", help="fifteen weighted competencies beside six, instead"
    )
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(answer(*options.child)))
        return
    engines = ("numpy", "compiled") if installed() else ("numpy",)
    if options.profile:
        print_profiles(options.profile.split(","), engines)
        return
    if options.fifteen:
        for size in options.fifteen.split(","):
            for engine in engines:
                six, more = child("fifteen", size, engine)
                print(
                    f"{size}, {engine}: six {six:.2f} CPU s, fifteen weighted {more:.2f}, {more / six:.2f} times"
                )
        return
    print("| size | ratings | fit | engine | CPU s | iterations | peak MB | one more interview, CPU s |")
    print("|---|---|---|---|---|---|---|---|")
    for size in options.sizes.split(","):
        for model in MODELS:
            for engine in engines:
                row = child("measure", size, model, engine)
                print(
                    f"| {size} | {row['ratings']:,} | {model} | {engine} | {row['fit']:.2f} "
                    f"| {row['iterations']} | {row['memory']:.0f} | {row['more']:.3f} |",
                    flush=True,
                )
    if "compiled" in engines:
        with tempfile.TemporaryDirectory() as folder:
            once, again = (child("compile", cache=folder) for _ in range(2))
        print(f"\ncompiling the level kernels: {once:.1f} CPU s once, {again:.1f} s to load them later")


def print_profiles(sizes: list[str], engines: tuple[str, ...]) -> None:
    """Print the stages of a level fit side by side."""
    for size in sizes:
        found = {engine: child("stages", size, engine) for engine in engines}
        print(f"\n| {size}, CPU s | " + " | ".join(engines) + " |")
        print("|---|" + "---|" * len(engines))
        for stage in found["numpy"]:
            print(f"| {stage} | " + " | ".join(f"{found[engine][stage]:.2f}" for engine in engines) + " |")


if __name__ == "__main__":
    main()
