"""How calibration fares when its assumptions are wrong, beside plain means.

    python -m benchmarks.robustness --seeds 20

Every world is a panel of size S with halo .5 in which one assumption is broken: normal proficiency,
equal slopes, common steps, or assignment that has nothing to do with proficiency.
"""

import argparse
import os
from collections.abc import Callable

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from dataclasses import dataclass, replace  # noqa: E402

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402

from benchmarks.generator import ADJACENT_STEPS, Panel, simulate  # noqa: E402
from psychometrics.calibration import calibrate  # noqa: E402

Floats = npt.NDArray[np.float64]
HALO = 0.5
Z90 = 1.6448536


@dataclass(frozen=True, slots=True)
class World:
    """What a rating depends on, beyond the panel's truth."""

    proficiency: Floats
    slope: Floats
    """``(interviewers,)``"""
    stretch: Floats
    """``(interviewers,)`` factor of the spread of the steps."""
    steps: Floats
    """``(questions, 3)``"""


def main() -> None:
    """Print one line per world."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.robustness",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seeds", type=int, default=20)
    seeds = parser.parse_args().seeds
    print(f"{'world':<38}{'corr':>7}{'raw':>7}{'slope':>7}{'cover':>7}{'severity corr':>15}{'cover':>7}")
    for name, change in WORLDS.items():
        rows = [_one(change, seed) for seed in range(1000, 1000 + seeds)]
        corr, raw, slope, cover, severity, severity_cover = np.mean(rows, axis=0)
        print(
            f"{name:<38}{corr:>7.3f}{raw:>7.3f}{slope:>7.2f}{cover:>7.3f}"
            f"{severity:>15.3f}{severity_cover:>7.3f}"
        )


def _as_assumed(world: World, panel: Panel, rng: np.random.Generator) -> World:
    return world


def _skewed(world: World, panel: Panel, rng: np.random.Generator) -> World:
    drawn = rng.gamma(2.0, 1.0, len(world.proficiency))
    return replace(world, proficiency=(drawn - 2.0) / np.sqrt(2.0))


def _heavy_tailed(world: World, panel: Panel, rng: np.random.Generator) -> World:
    return replace(world, proficiency=rng.standard_t(4, len(world.proficiency)) / np.sqrt(2.0))


def _two_groups(world: World, panel: Panel, rng: np.random.Generator) -> World:
    side = np.where(rng.random(len(world.proficiency)) < 0.7, -0.6, 1.4)
    return replace(world, proficiency=side + rng.normal(0, 0.4, len(side)))


def _slopes(world: World, panel: Panel, rng: np.random.Generator) -> World:
    return replace(world, slope=np.exp(rng.normal(0, 0.3, len(world.slope))))


def _own_spread(world: World, panel: Panel, rng: np.random.Generator) -> World:
    return replace(world, stretch=np.exp(rng.normal(0, 0.3, len(world.stretch))))


def _own_steps(world: World, panel: Panel, rng: np.random.Generator) -> World:
    return replace(world, steps=world.steps + rng.normal(0, 0.4, world.steps.shape))


def _harsh_see_the_best(world: World, panel: Panel, rng: np.random.Generator) -> World:
    """Candidates met by harsh interviewers are better: correlation about .5 at candidate level."""
    count = np.bincount(panel.candidate)
    met = np.bincount(panel.candidate, panel.severity[panel.interviewer]) / count
    met = (met - met.mean()) / met.std()
    return replace(world, proficiency=np.sqrt(0.75) * world.proficiency + 0.5 * met)


Change = Callable[[World, Panel, np.random.Generator], World]
WORLDS: dict[str, Change] = {
    "as assumed": _as_assumed,
    "skewed proficiency (gamma 2)": _skewed,
    "heavy tails (t, 4 df)": _heavy_tailed,
    "two groups of candidates": _two_groups,
    "interviewers' slopes, log sd .3": _slopes,
    "interviewers' step spread, log sd .3": _own_spread,
    "questions' own steps, sd .4": _own_steps,
    "harsh interviewers meet better people": _harsh_see_the_best,
}


def _one(change: Change, seed: int) -> tuple[float, ...]:
    """Calibrate one panel of a world and compare with its truth."""
    panel = simulate("S", halo=HALO, seed=seed)
    rng = np.random.default_rng([seed, 7])
    staff, asked = len(panel.severity), len(panel.difficulty)
    plain = World(
        proficiency=panel.proficiency,
        slope=np.ones(staff),
        stretch=np.ones(staff),
        steps=np.tile(ADJACENT_STEPS, (asked, 1)),
    )
    world = change(plain, panel, rng)
    score = _rate(panel, world, rng)
    result = calibrate(panel.candidate, panel.interviewer, panel.question, score, interview=panel.interview)
    people, severity = result.candidates, result.interviewers
    truth = world.proficiency[people.label] - world.proficiency[people.label].mean()
    harsh = panel.severity[severity.label] - panel.severity[severity.label].mean()
    return (
        float(np.corrcoef(people.measure, truth)[0, 1]),
        float(np.corrcoef(people.raw_mean, truth)[0, 1]),
        float(people.measure @ truth / (people.measure @ people.measure)),
        float((np.abs(people.measure - truth) < Z90 * people.se).mean()),
        float(np.corrcoef(severity.severity, harsh)[0, 1]),
        float((np.abs(severity.severity - harsh) < Z90 * severity.se).mean()),
    )


def _rate(panel: Panel, world: World, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Draw ratings 0..3 of a world."""
    eta = world.proficiency[panel.candidate] - panel.severity[panel.interviewer]
    eta = eta - panel.difficulty[panel.question]
    eta = eta + rng.normal(0, HALO, int(panel.interview.max()) + 1)[panel.interview]
    steps = world.steps[panel.question] * world.stretch[panel.interviewer][:, None]
    gain = world.slope[panel.interviewer][:, None] * (eta[:, None] - steps)
    odds = np.exp(np.column_stack([np.zeros(len(eta)), np.cumsum(gain, 1)]))
    cumulative = np.cumsum(odds / odds.sum(1, keepdims=True), 1)[:, :3]
    return np.asarray((rng.random(len(eta))[:, None] > cumulative).sum(1))


if __name__ == "__main__":
    main()
