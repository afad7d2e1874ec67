"""The loop designer: how soon, how good and how near to the best, on two kinds of instances.

    python -m benchmarks.assembly                   both
    python -m benchmarks.assembly --hard 5          the hard instance, five seeds, beside CP-SAT where it is installed
    python -m benchmarks.assembly --starter         every role of the starter bank at 180, 240 and 360 minutes
    python -m benchmarks.assembly --minutes 300     the same at other minutes

The hard instance is described in benchmarks/hard_assembly.py; nobody proves it. The designer gets 10 seconds and two
threads, CP-SAT (extra ``benchmarks``) 20 seconds and two threads, one after the other. On the starter bank: two
interviewers a session, 5 minutes of set-up, at most three competencies a session, sessions of one or two questions and
up to 90 minutes, no take-homes; reliability form, target .70, transfer .5; ended by the proof. Seconds are of the
clock and, on the starter bank, of the processor too, since machines may be busy.
"""

import argparse
import os
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402
from ruamel.yaml import YAML  # noqa: E402

from benchmarks.hard_assembly import cp_sat, hard_problem  # noqa: E402
from psychometrics.design.designer import (  # noqa: E402
    Problem,
    Progress,
    Requirements,
    SessionOptions,
    SessionQuestion,
    SessionRules,
    design_loop,
    sessions,
)

PACK = Path(__file__).parents[1] / "packs" / "starter"
REALISM = ("controlled", "constrained", "production")
OURS, THEIRS = 10.0, 20.0


def main() -> None:
    """Run what was asked for and print tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.assembly",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--hard", type=int, metavar="SEEDS")
    parser.add_argument("--starter", action="store_true")
    parser.add_argument("--minutes", type=float, nargs="+", default=[180.0, 240.0, 360.0])
    parser.add_argument("--seconds", type=float, default=60.0, help="most for one role (default 60)")
    options = parser.parse_args()
    if options.starter or options.hard is None:
        starter(options.minutes, options.seconds)
    if options.hard is not None or not options.starter:
        hard(options.hard or 3)


def hard(seeds: int) -> None:
    """The hard instance: our first answer, ours after 10 seconds, CP-SAT's after 20."""
    beside = find_spec("ortools") is not None
    if not beside:
        print("CP-SAT: skipped, ortools is not installed (extra benchmarks)")
    print("seed  options   first s  first gap   10 s gap  10 s bound  CP-SAT gap  CP-SAT bound  CP-SAT s")
    for seed in range(1, seeds + 1):
        problem = hard_problem(seed)
        told: list[Progress] = []
        found = design_loop(problem, seconds=OURS, on_progress=told.append)
        line = f"{seed:4} {len(problem):8} {told[0].elapsed:9.3f} {told[0].gap:10.4f}"
        line += f" {found.gap:10.4f} {found.bound:11.4f}"
        if beside:
            started = time.monotonic()
            gap, bound, _ = cp_sat(problem, THEIRS, threads=2, seed=seed)
            line += f" {gap:11.4f} {bound:13.4f} {time.monotonic() - started:9.1f}"
        print(line, flush=True)


def starter(minutes: list[float], seconds: float) -> None:
    """Every role of the starter bank: gap, bound, options and seconds until the proof."""
    print(
        "role                          min  options  enumerate s  first gap      gap    bound  proved      s  CPU s"
    )
    took: list[float] = []
    for role in read("roles")["roles"]:
        for limit in minutes:
            started = time.monotonic()
            problem, _ = starter_problem(role, limit)
            enumerated = time.monotonic() - started
            told: list[Progress] = []
            used = time.process_time()
            found = design_loop(problem, seconds=seconds, on_progress=told.append)
            used = time.process_time() - used
            took.append(found.elapsed)
            print(
                f"{role['key']:28}{limit:5.0f}{len(problem):9}{enumerated:13.2f}{told[0].gap:11.4f}{found.gap:9.4f}"
                f"{found.bound:9.4f}{'yes' if found.proved else 'no':>8}{found.elapsed:7.2f}{used:7.2f}",
                flush=True,
            )
    print(f"{len(took)} designs; slowest {max(took):.2f} s, median {float(np.median(took)):.2f} s, "
          f"{sum(each < 2 for each in took)} under 2 s")  # fmt: skip


def starter_problem(role: dict[str, Any], minutes: float) -> tuple[Problem, SessionOptions]:
    """A role of the starter bank as a problem, and its sessions."""
    needs = role["competencies"]
    code = {need["competency"]: number for number, need in enumerate(needs)}
    bank = [
        SessionQuestion(
            key=question["key"],
            minutes=question["minutes"],
            realism=REALISM.index(question["realism"]),
            criteria=[
                (code[e["competency"]], e["strength"])
                for e in question["evidences"]
                if e["competency"] in code
            ],
            format=question["format"],
            take_home=question["format"] == "take_home",
        )
        for path in sorted((PACK / "questions").glob("*.yaml"))
        for question in read(f"questions/{path.stem}")["questions"]
    ]
    weights = np.array([need["weight"] for need in needs], dtype=float)
    demand = np.array([[need["realism_demand"][level] for level in REALISM] for need in needs], dtype=float)
    options = sessions(bank, SessionRules(take_homes=False), n_competencies=len(needs))
    return options.problem(
        weights / weights.sum(), demand / demand.sum(axis=1, keepdims=True), Requirements(minutes=minutes)
    )


_READ: dict[str, Any] = {}


def read(name: str) -> Any:
    """A file of the starter pack; each is read once."""
    if name not in _READ:
        _READ[name] = YAML(typ="safe").load((PACK / f"{name}.yaml").read_text(encoding="utf-8"))
    return _READ[name]


if __name__ == "__main__":
    main()
