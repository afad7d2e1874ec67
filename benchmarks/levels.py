"""Accuracy and honesty of levels on simulated panels, beside the rule they replace.

    python -m benchmarks.levels [--share 1.0] [--worlds prior equal_targets ...] [--seed 1]

For each world and panel size: bias and RMSE of the level, slope of truth on estimate (mean over
panels), coverage of 90 % intervals of levels, pooled gaps and contrasts, and the mean absolute
calibration error of P(gap). The baseline reads every rating as target level + (point - "meets the
bar") and averages. ``--share`` scales the number of panels.
"""

import argparse
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from scipy.special import ndtr, ndtri  # noqa: E402

from psychometrics.levels import (  # noqa: E402
    KAPPA,
    LevelCalibration,
    LevelRatings,
    calibrate_levels,
    pooled_gap,
)
from tests.psychometrics import worlds  # noqa: E402
from tests.psychometrics.worlds import REQUIRED, WEIGHTS, Truth, World  # noqa: E402

Floats = NDArray[np.float64]

CONFIDENCE = 0.90
#: Panels per size: the small ones vary more.
PANELS = {3: 400, 10: 160, 30: 80, 100: 40}
LEVEL_SPREAD = 0.4  # sd of the pools' mean levels between panels
WORLDS: Mapping[str, Truth] = {
    "prior": Truth(),
    "equal_targets": Truth(targets=tuple(tuple(3 for _ in row) for row in worlds.TARGETS)),
    "spacing_80": Truth(spacing=0.8),
    "spacing_120": Truth(spacing=1.2),
    "spread_out": Truth(general=0.9, competency=0.8, halo=0.6, performance=0.6, severity=0.8, difficulty=0.6),
    "alike": Truth(
        general=0.5, competency=0.4, halo=0.3, performance=0.3, severity=0.4, difficulty=0.35, profile=0.3
    ),
}


@dataclass(frozen=True)
class Study:
    """What repeated panels of one size showed."""

    candidates: int
    panels: int
    bias: float
    rmse: float
    correlation: float
    slope: float
    coverage: float
    pooled_coverage: float
    contrast_coverage: float
    gap_calibration: float
    raw_bias: float
    raw_rmse: float
    raw_slope: float
    seconds: float
    """Processor seconds per fit."""


def study(
    truth: Truth,
    candidates: int,
    panels: int,
    *,
    seed: int,
    per_session: int = 2,
    lightest: float = 1.0,
) -> Study:
    """Simulate, fit and score ``panels`` panels; the same seed gives the same numbers."""
    rng = np.random.default_rng([seed, candidates])
    outcomes = []
    for _ in range(panels):
        level = float(rng.normal(truth.level, LEVEL_SPREAD))
        world = worlds.panel(
            rng, candidates, truth=replace(truth, level=level), per_session=per_session, lightest=lightest
        )
        started = time.process_time()
        run = calibrate_levels(world.ratings, level=CONFIDENCE)
        outcomes.append(_scored(world, run, time.process_time() - started))
    columns = {name: np.concatenate([one[name] for one in outcomes]) for name in outcomes[0]}
    error, raw_error = columns["level"] - columns["truth"], columns["raw"] - columns["truth"]
    return Study(
        candidates=candidates,
        panels=panels,
        bias=float(error.mean()),
        rmse=float(np.sqrt((error**2).mean())),
        correlation=float(np.mean([_correlation(one["level"], one["truth"]) for one in outcomes])),
        slope=float(np.mean([_slope(one["level"], one["truth"]) for one in outcomes])),
        coverage=float(columns["covered"].mean()),
        pooled_coverage=float(columns["pooled"].mean()),
        contrast_coverage=float(columns["contrast"].mean()),
        gap_calibration=calibration_error(columns["probability"], columns["short"]),
        raw_bias=float(raw_error.mean()),
        raw_rmse=float(np.sqrt((raw_error**2).mean())),
        raw_slope=float(np.mean([_slope(one["raw"], one["truth"]) for one in outcomes])),
        seconds=float(columns["seconds"].mean()),
    )


def _scored(world: World, run: LevelCalibration, seconds: float) -> dict[str, Floats]:
    """One panel: estimates beside the truth, and whether each interval covered it."""
    table = run.table
    true = world.level[table.candidate, table.competency]
    required = REQUIRED[table.competency]
    z = float(ndtri((1 + CONFIDENCE) / 2))
    pooled = []
    for person in run.people:
        found = pooled_gap(run, person.candidate, WEIGHTS, REQUIRED)
        share = WEIGHTS[person.competencies] / WEIGHTS[person.competencies].sum()
        gap = share @ (REQUIRED - world.level[person.candidate])[person.competencies]
        if found.lower is not None and found.upper is not None:
            pooled.append(float(found.lower <= gap <= found.upper))
    contrast = []
    for competency in range(len(REQUIRED)):
        rows = table.competency == competency
        if rows.sum() > 1:
            apart = (table.level[rows] - table.level[rows].mean()) - (true[rows] - true[rows].mean())
            contrast.append(np.abs(apart) <= z * table.contrast_se[rows])
    return {
        "level": table.level,
        "truth": true,
        "raw": raw_levels(world.ratings, run),
        "covered": ((table.lower <= true) & (true <= table.upper)).astype(float),
        "pooled": np.array(pooled),
        "contrast": np.concatenate(contrast).astype(float),
        "probability": ndtr((required - KAPPA - table.level) / table.se),
        "short": (true < required - KAPPA).astype(float),
        "seconds": np.array([seconds]),
    }


def raw_levels(ratings: LevelRatings, run: LevelCalibration) -> Floats:
    """The baseline: mean of target + (point - "meets the bar") over a competency's ratings."""
    criterion = np.asarray(ratings.criterion)
    read = np.asarray(ratings.criterion_target)[criterion] + np.asarray(ratings.score) - ratings.meets
    key = np.stack([np.asarray(ratings.candidate), np.asarray(ratings.criterion_competency)[criterion]])
    _, row = np.unique(key, axis=1, return_inverse=True)
    means = np.bincount(row.ravel(), read) / np.bincount(row.ravel())
    if len(means) != len(run.table.level):
        raise ValueError("the table has other rows than the ratings")
    return np.asarray(means)


def calibration_error(probability: Floats, happened: Floats, bins: int = 10) -> float:
    """Mean absolute difference between predicted and observed shares over equal-width bins."""
    place = np.clip((probability * bins).astype(int), 0, bins - 1)
    count = np.bincount(place, minlength=bins)
    predicted = np.bincount(place, probability, bins)
    observed = np.bincount(place, happened, bins)
    return float(np.abs(predicted - observed).sum() / count.sum())


def _slope(estimate: Floats, truth: Floats) -> float:
    centred = estimate - estimate.mean()
    return float(centred @ truth / (centred @ centred))


def _correlation(estimate: Floats, truth: Floats) -> float:
    return float(np.corrcoef(estimate, truth)[0, 1])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--worlds", nargs="*", choices=list(WORLDS), default=list(WORLDS))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(
        "| world | N | panels | bias | RMSE (raw) | r | slope (raw) | coverage | pooled | contrast "
        "| P(gap) | s |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for name in arguments.worlds:
        for candidates, panels in PANELS.items():
            s = study(WORLDS[name], candidates, max(2, round(panels * arguments.share)), seed=arguments.seed)
            print(
                f"| {name} | {s.candidates} | {s.panels} | {s.bias:+.3f} | {s.rmse:.2f} ({s.raw_rmse:.2f}) "
                f"| {s.correlation:.2f} | {s.slope:.2f} ({s.raw_slope:.2f}) | {s.coverage:.3f} "
                f"| {s.pooled_coverage:.3f} | {s.contrast_coverage:.3f} | {s.gap_calibration:.3f} "
                f"| {s.seconds:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
