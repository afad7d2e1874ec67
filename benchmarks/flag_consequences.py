"""What an interviewer's or a question's effect does to the candidates concerned: where the minimums of flags come from.

    python -m benchmarks.flag_consequences --seeds 20

Panels of 200 candidates who meet three of twelve interviewers for three questions each. Three interviewers (or
questions) get an effect, and the panel is rated and calibrated with it and without it, by the same chance. What is
printed is of the candidates who met one of them: how far their level moves (root mean square, one level is 1.56
logits); how many of them fall on the other side of a bar half a standard deviation above the mean; and their error,
the root mean square distance from the truth, with the effect over that without. "Rated anew" is what the same
comparison gives if these interviewers are honest and merely rate a second time.
"""

import argparse
import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402

from benchmarks.generator import Panel  # noqa: E402
from benchmarks.planted_effects import OF_QUESTIONS, Draws, draws, owners, rated  # noqa: E402
from benchmarks.small_panels import simulate_small  # noqa: E402
from psychometrics.model.calibration import calibrate  # noqa: E402

Floats = npt.NDArray[np.float64]

Move = tuple[Floats, npt.NDArray[np.bool_], Floats, Floats]

CANDIDATES, INTERVIEWERS, BEARERS = 200, 12, 3
LEVEL = 1.563  # logits, the width of a level on the default scale
BAR = 0.5  # logits above the mean candidate
SIZES: dict[str, tuple[float, ...]] = {
    "noise": (0.05, 0.10, 0.15, 0.2, 0.3),
    "overfit": (0.3, 0.5, 0.7, 0.9),
    "drift": (0.4, 0.8, 1.2, 1.6),
    "central_tendency": (-1.0, -0.5, -0.25, 0.25, 0.5, 1.0),
    "discrimination": (-0.8, -0.4, -0.2, 0.2, 0.4, 0.8),
    "halo": (-0.25, 0.5, 1.0, 2.0),
    "differential_severity": (0.2, 0.4, 0.8, 1.2),
    "question_drift": (0.25, 0.5, 1.0, 1.5),
    "differential_difficulty": (0.25, 0.5, 1.0, 1.5),
    "question_fit": (0.05, 0.10, 0.15, 0.2, 0.3),
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.flag_consequences",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seeds", type=int, default=20, help="panels a line (default 20)")
    seeds = range(parser.parse_args().seeds)
    print(f"{'effect':<26}{'size':>8}{'infit':>8}{'moved, levels':>16}{'decisions changed':>20}{'error':>8}")
    for name in ("noise", "question_fit"):
        moved, changed, error = anew(name, seeds)
        print(f"{'rated anew, ' + name:<26}{'':>8}{'':>8}{moved:>16.3f}{changed:>20.3f}{error:>8.2f}")
    for name, sizes in SIZES.items():
        for size in sizes:
            moved, changed, error, infit = consequence(name, size, seeds)
            shown = f"{infit:>8.2f}" if name in {"noise", "overfit", "question_fit"} else " " * 8
            print(f"{name:<26}{size:>8.2f}{shown}{moved:>16.3f}{changed:>20.3f}{error:>8.2f}", flush=True)


def consequence(name: str, size: float, seeds: range) -> tuple[float, float, float, float]:
    """Move in levels, decisions changed, error over that without, and the bearers' infit above the others'."""
    moves, infit = [], []
    for seed in seeds:
        panel, chance, bearer = _panel(name, seed)
        honest = rated(panel, name, np.zeros(len(bearer)), chance)
        with_it = rated(panel, name, size * bearer, chance)
        moves.append(_difference(panel, honest, with_it, bearer[owners(panel, name)]))
        fit = calibrate(panel.candidate, panel.interviewer, panel.question, with_it)
        found = fit.questions if name in OF_QUESTIONS else fit.interviewers
        held = bearer[found.label]
        infit.append(found.infit[held].mean() - np.median(found.infit[~held]))
    return *_summary(moves), float(np.mean(infit))


def anew(name: str, seeds: range) -> tuple[float, float, float]:
    """The same of honest bearers who rate a second time."""
    moves = []
    for seed in seeds:
        panel, chance, bearer = _panel(name, seed)
        again = draws(panel, np.random.default_rng([seed, 1]))
        none = np.zeros(len(bearer))
        theirs = bearer[owners(panel, name)]
        score = np.where(theirs, rated(panel, name, none, again), rated(panel, name, none, chance))
        moves.append(_difference(panel, rated(panel, name, none, chance), score, theirs))
    return _summary(moves)


def _panel(name: str, seed: int) -> tuple[Panel, Draws, npt.NDArray[np.bool_]]:
    """A panel, its chance, and which interviewers or questions bear the effect."""
    panel = simulate_small(seed, candidates=CANDIDATES, interviewers=INTERVIEWERS)
    rng = np.random.default_rng([seed, 0])
    chance = draws(panel, rng)
    levels = len(panel.difficulty if name in OF_QUESTIONS else panel.severity)
    bearer = np.zeros(levels, bool)
    bearer[rng.choice(levels, BEARERS, replace=False)] = True
    return panel, chance, bearer


def _difference(
    panel: Panel, one: npt.NDArray[np.int8], other: npt.NDArray[np.int8], theirs: npt.NDArray[np.bool_]
) -> Move:
    """Of the candidates concerned: how far they moved, in levels, whether they crossed the bar, errors in logits."""
    met = np.unique(panel.candidate[theirs])
    before, after = (
        calibrate(panel.candidate, panel.interviewer, panel.question, score).candidates.measure[met]
        for score in (one, other)
    )
    truth = panel.proficiency[met] - panel.proficiency.mean()
    return (after - before) / LEVEL, (before > BAR) != (after > BAR), before - truth, after - truth


def _summary(moves: list[Move]) -> tuple[float, float, float]:
    moved, crossed, before, after = (np.concatenate(parts) for parts in zip(*moves, strict=True))
    return (
        float(np.sqrt(np.mean(moved**2))),
        float(np.mean(crossed)),
        float(np.sqrt(np.mean(after**2) / np.mean(before**2))),
    )


if __name__ == "__main__":
    main()
