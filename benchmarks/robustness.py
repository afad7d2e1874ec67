"""How calibration fares when its assumptions are wrong, beside plain means.

    python -m benchmarks.robustness --seeds 20
    python -m benchmarks.robustness --null 200     false warnings where nothing is wrong
    python -m benchmarks.robustness --world finalists --selection informative

Every world is a panel of size S with halo .5 in which one assumption is broken: normal proficiency,
equal slopes, common steps, assignment that has nothing to do with proficiency, everybody staying to the end,
questions nobody knows beforehand. The last columns are the share of panels in which ``check_assumptions`` says
something, and what it says there.
"""

import argparse
import os
from collections import Counter
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from dataclasses import replace  # noqa: E402

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402

from benchmarks.broken_worlds import WORLDS, Change, Codes, Flags, plain, rate  # noqa: E402
from benchmarks.generator import Panel, simulate  # noqa: E402
from benchmarks.harder_worlds import HARDER  # noqa: E402
from psychometrics.model.calibration import Calibration, calibrate  # noqa: E402
from psychometrics.model.diagnostics import check_assumptions  # noqa: E402

HALO = 0.5
Z90 = 1.6448536


def main() -> None:
    """Print one line per world."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.robustness",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--world", default="", metavar="WORDS", help="only worlds whose name has these words")
    parser.add_argument("--slopes", choices=("auto", "common", "interviewer"), default="auto")
    parser.add_argument("--selection", choices=("ignorable", "informative"), default="ignorable")
    parser.add_argument("--null", type=int, default=0, metavar="PANELS")
    options = parser.parse_args()
    seeds = options.seeds
    if options.null:
        false_warnings(options.null)
        return
    print(
        f"{'world':<46}{'corr':>6}{'raw':>6}{'slope':>7}{'cover':>7}{'severity':>10}{'cover':>7}{'said':>7}  what"
    )
    model = {"slopes": options.slopes, "selection": options.selection}
    for name, change in (WORLDS | HARDER).items():
        if options.world not in name:
            continue
        found = [_one(change, seed, **model) for seed in range(1000, 1000 + seeds)]
        corr, raw, slope, cover, severity, severity_cover = np.mean([row for row, _ in found], axis=0)
        said = [names for _, names in found]
        print(
            f"{name:<46}{corr:>6.3f}{raw:>6.3f}{slope:>7.2f}{cover:>7.3f}"
            f"{severity:>10.3f}{severity_cover:>7.3f}{np.mean([bool(names) for names in said]):>7.2f}"
            f"  {_shares(said)}",
            flush=True,
        )


def false_warnings(panels: int) -> None:
    """Share of panels in which something is said although every assumption holds."""
    print(f"{panels} panels in which every assumption holds")
    for name, (steps, halo, people) in HONEST.items():
        said = []
        for seed in range(1000, 1000 + panels):
            panel = simulate("S", halo=halo, seed=seed)
            world = plain(panel)
            world = replace(world, steps=world.steps + steps)
            score = rate(world, np.random.default_rng([seed, 11]), halo=halo)
            said.append(
                _said(
                    _calibrated(panel, score, panel.candidate < people), panel.when[panel.candidate < people]
                )
            )
        print(f"  {name:<44}{np.mean([bool(names) for names in said]):>6.3f}  {_shares(said)}", flush=True)


#: Shift of the steps (logits), sd of halo, number of candidates.
HONEST = {
    "size S": (0.0, 0.5, 300),
    "questions too easy: most ratings at the top": (-1.5, 0.5, 300),
    "no halo": (0.0, 0.0, 300),
    "strong halo (sd 1)": (0.0, 1.0, 300),
    "100 candidates": (0.0, 0.5, 100),
    "30 candidates": (0.0, 0.5, 30),
}


def _shares(said: list[set[str]]) -> str:
    """How often each finding was made, the most frequent first."""
    names = Counter(name for found in said for name in found)
    return ", ".join(f"{name} {count / len(said):.2f}" for name, count in names.most_common())


def _calibrated(
    panel: Panel, score: Codes, kept: Flags, group: Codes | None = None, **model: Any
) -> Calibration:
    """Calibrate the ratings kept; ``model`` are options of ``calibrate``."""
    return calibrate(
        panel.candidate[kept],
        panel.interviewer[kept],
        panel.question[kept],
        score[kept],
        interview=panel.interview[kept],
        group=None if group is None else group[kept],
        **model,
    )


def _one(change: Change, seed: int, **model: str) -> tuple[tuple[float, ...], set[str]]:
    """Calibrate one panel of a world and compare with its truth; what was said against the model."""
    rng = np.random.default_rng([seed, 7])
    world = change(plain(simulate("S", halo=HALO, seed=seed)), rng)
    panel, score = world.panel, rate(world, rng)
    kept, group = np.ones(len(score), bool), None
    if world.selection is not None:
        kept, group = world.selection(world, score)
    result = _calibrated(panel, score, kept, group, **model)
    people, severity = result.candidates, result.interviewers
    truth = panel.proficiency[people.label] - panel.proficiency[people.label].mean()
    harsh = panel.severity[severity.label] - panel.severity[severity.label].mean()
    return (
        float(np.corrcoef(people.measure, truth)[0, 1]),
        float(np.corrcoef(people.raw_mean, truth)[0, 1]),
        float(people.measure @ truth / (people.measure @ people.measure)),
        float((np.abs(people.measure - truth) < Z90 * people.se).mean()),
        float(np.corrcoef(severity.severity, harsh)[0, 1]),
        float((np.abs(severity.severity - harsh) < Z90 * severity.se).mean()),
    ), _said(result, panel.when[kept])


def _said(result: Calibration, when: npt.NDArray[np.float32]) -> set[str]:
    """What points at a broken assumption."""
    return {finding.name for finding in check_assumptions(result, when=when)}


if __name__ == "__main__":
    main()
