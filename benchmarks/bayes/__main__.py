"""Our fits beside NumPyro's NUTS on the same panels: python -m benchmarks.bayes --python VENV/bin/python.

    python3 -m venv bayes && bayes/bin/pip install numpyro
    python -m benchmarks.bayes --python bayes/bin/python [--only small ...] [--data FOLDER]

Three worlds (180 ratings; one trait with halo; three competencies whose answers two interviewers watched together) and
two published sets, which are read from ``--data`` or LOOPWRIGHT_REFERENCE_DATA and left out without it. Per panel: how
far our estimates are from the posterior means in posterior standard deviations, our standard errors over the
posterior's, components, coverage of 90 % intervals where the truth is known, CPU seconds.
"""

import argparse
import csv
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.calibration import calibrate
from psychometrics.model.levels import LevelRatings, calibrate_levels
from tests.psychometrics import panels

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

_HERE = Path(__file__).parent
_Z = 1.6448536
_OF_LEVELS = {"general": "candidate", "severity": "interviewer", "difficulty": "question"}


@dataclass(frozen=True)
class Case:
    """One panel; ``truth`` ``(candidates, competencies)`` where it is known."""

    columns: Mapping[str, Codes]
    truth: Floats | None = None
    severity: Floats | None = None


@dataclass(frozen=True)
class Estimates:
    """Contrasts with the mean and their standard errors."""

    proficiency: Floats
    proficiency_sd: Floats
    severity: Floats
    severity_sd: Floats
    components: Mapping[str, float]
    seconds: float
    rhat: float | None = None


def _one_trait(candidates: int, interviewers: int, questions: int, seed: int) -> Case:
    panel = panels.small(seed, candidates=candidates, interviewers=interviewers, questions=questions)
    columns = {
        "candidate": panel.candidate, "interviewer": panel.interviewer, "question": panel.question,
        "score": panel.score,
    }  # fmt: skip
    return _case(columns, panel.proficiency[:, None], panel.severity)


def _several(seed: int = 5) -> Case:
    """Forty candidates, two interviewers in each of three conversations, three competencies."""
    rng = np.random.default_rng(seed)
    people, staff = 40, 8
    truth = rng.normal(0, 0.7, (people, 1)) + rng.normal(0, 0.6, (people, 3))
    severity, difficulty = rng.normal(0, 0.6, staff), rng.normal(0, 0.5, 9)
    halo, shown = rng.normal(0, 0.45, (people, staff)), rng.normal(0, 0.45, (people, 9))
    rows = [
        (i, j, k, k % 3)
        for i in range(people)
        for met in range(3)
        for j in rng.choice(staff, 2, replace=False)
        for k in range(3 * met, 3 * met + 3)
    ]
    who, by, what, competency = np.array(rows).T
    eta = truth[who, competency] - severity[by] - difficulty[what] + halo[who, by] + shown[who, what]
    columns = {
        "candidate": who, "interviewer": by, "question": what, "score": panels.rate(eta, rng),
        "competency": competency, "answer": who * 9 + what,
    }  # fmt: skip
    return _case(columns, truth, severity)


def _case(columns: Mapping[str, Codes], truth: Floats | None = None, severity: Floats | None = None) -> Case:
    """Number everything from 0 and add what the sampler needs."""
    found = {name: np.unique(values, return_inverse=True)[1].ravel() for name, values in columns.items()}
    n = len(found["score"])
    found["halo"] = _joint(found["candidate"], found["interviewer"])
    found.setdefault("competency", np.zeros(n, np.int64))
    answer = found.pop("answer", np.full(n, -1))
    counts = np.bincount(_joint(answer)) if answer.max() >= 0 else np.zeros(1)
    shared = counts[_joint(answer)] > 1 if answer.max() >= 0 else np.zeros(n, bool)
    found["performance"] = np.where(shared, answer, -1)
    return Case(found, truth, severity)


def _joint(*codes: Codes) -> Codes:
    return np.unique(np.stack(codes), axis=1, return_inverse=True)[1].ravel()


def _guilford(folder: Path) -> Case:
    with (folder / "guilford1954.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    names = {"candidate": "scientist", "interviewer": "judge", "question": "trait"}
    columns = {ours: np.array([row[theirs] for row in rows]) for ours, theirs in names.items()}
    return _case({**columns, "score": np.array([int(row["rating"]) for row in rows])})


def _writing(folder: Path) -> Case:
    with (folder / "ratings1.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    long = [
        (row["idstud"], row["rater"], item, int(row[item]))
        for row in rows
        for item in ("k1", "k2", "k3", "k4", "k5")
        if row[item] not in {"", "NA"}
    ]
    who, by, what, score = zip(*long, strict=True)
    return _case(
        {
            "candidate": np.array(who),
            "interviewer": np.array(by),
            "question": np.array(what),
            "score": np.array(score),
        }
    )


WORLDS: Mapping[str, Callable[[], Case]] = {
    "180 ratings": lambda: _one_trait(20, 5, 12, 1),
    "one trait": lambda: _one_trait(150, 12, 10, 2),
    "three competencies": _several,
}
SETS: Mapping[str, Callable[[Path], Case]] = {"Guilford 1954": _guilford, "writing (sirt ratings1)": _writing}


def ours(case: Case) -> Estimates:
    """The fit of this package."""
    c = case.columns
    began = time.process_time()
    if not c["competency"].any():
        run = calibrate(c["candidate"], c["interviewer"], c["question"], c["score"])
        spent = time.process_time() - began
        return Estimates(
            run.candidates.measure[:, None], run.candidates.se[:, None],
            run.interviewers.severity, run.interviewers.se,
            {name: value for name, value in run.components.items() if value is not None}, spent,
        )  # fmt: skip
    shape = (int(c["candidate"].max()) + 1, int(c["competency"].max()) + 1)
    first = np.unique(c["question"], return_index=True)[1]
    top = int(c["score"].max())
    levels = calibrate_levels(
        LevelRatings(
            candidate=c["candidate"], session=c["question"] // 3, interviewer=c["interviewer"],
            criterion=c["question"], score=c["score"], criterion_competency=c["competency"][first],
            criterion_target=np.full(len(first), 3), top=top, meets=top - 1,
        ),
        levels=False,
    )  # fmt: skip
    spent = time.process_time() - began
    logit = levels.table.logit.reshape(shape)
    return Estimates(
        logit - logit.mean(0), (levels.table.contrast_se * levels.scale.spacing).reshape(shape),
        levels.severities.severity, levels.severities.se,
        {_OF_LEVELS.get(name, name): value for name, value in levels.components.items()}, spent,
    )  # fmt: skip


def sampled(case: Case, python: str) -> Estimates:
    """NumPyro's posterior."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "panel.npz", Path(folder) / "found.npz"
        np.savez(source, **case.columns)
        subprocess.run([python, str(_HERE / "nuts.py"), str(source), str(target)], check=True)
        found = dict(np.load(target))
    return Estimates(
        found["proficiency"], found["proficiency_sd"], found["severity"], found["severity_sd"],
        {name[3:]: float(value) for name, value in found.items() if name.startswith("sd_")},
        float(found["seconds"]), float(found["rhat"]),
    )  # fmt: skip


def _covered(case: Case, found: Estimates) -> str:
    if case.truth is None or case.severity is None:
        return "–"
    apart = case.truth - case.truth.mean(0)
    people = np.mean(np.abs(found.proficiency - apart) <= _Z * found.proficiency_sd)
    judges = np.mean(
        np.abs(found.severity - (case.severity - case.severity.mean())) <= _Z * found.severity_sd
    )
    return f"{people:.2f} / {judges:.2f}"


def _line(name: str, case: Case, mine: Estimates, theirs: Estimates) -> str:
    cells = [name, str(len(case.columns["score"]))]
    for facet in ("proficiency", "severity"):
        value, sd = getattr(theirs, facet), getattr(theirs, f"{facet}_sd")
        off = (getattr(mine, facet) - value) / sd
        ratio = getattr(mine, f"{facet}_sd") / sd
        r = np.corrcoef(getattr(mine, facet).ravel(), value.ravel())[0, 1]
        cells += [f"{r:.4f}", f"{np.sqrt((off**2).mean()):.2f}", f"{np.median(ratio):.2f}"]
    both = [key for key in theirs.components if key in mine.components]
    cells.append(
        ", ".join(f"{key} {mine.components[key]:.2f} / {theirs.components[key]:.2f}" for key in both)
    )
    cells += [_covered(case, mine), _covered(case, theirs), f"{mine.seconds:.2f}", f"{theirs.seconds:.0f}"]
    return "| " + " | ".join([*cells, f"{theirs.rhat:.3f}"]) + " |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", required=True, help="a Python with numpyro")
    parser.add_argument("--only", nargs="+", choices=[*WORLDS, *SETS])
    parser.add_argument(
        "--data", default=os.environ.get("LOOPWRIGHT_REFERENCE_DATA"), help="folder of published sets"
    )
    options = parser.parse_args()
    cases = {name: make() for name, make in WORLDS.items() if not options.only or name in options.only}
    if options.data:
        folder = Path(options.data) / "ratings"
        cases |= {
            name: make(folder) for name, make in SETS.items() if not options.only or name in options.only
        }
    head = ["panel", "ratings"]
    for facet in ("proficiency", "severity"):
        head += [f"{facet}: r", "off, posterior sds", "se over posterior sd"]
    head += [
        "sds ours / NUTS",
        "coverage ours",
        "coverage NUTS",
        "CPU s ours",
        "CPU s NUTS",
        "largest R-hat of a variance",
    ]
    print("| " + " | ".join(head) + " |\n" + "|---" * len(head) + "|", flush=True)
    for name, case in cases.items():
        print(_line(name, case, ours(case), sampled(case, options.python)), flush=True)


if __name__ == "__main__":
    main()
