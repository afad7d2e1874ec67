"""Accuracy and honesty of levels on simulated panels, beside the rule they replace.

    python -m benchmarks.levels [--share 1.0] [--worlds prior equal_targets ...] [--sizes 3 10] [--seed 1]

For each world and panel size: bias and RMSE of the level, slope of truth on estimate (mean over
panels), coverage of 90 % intervals of levels, pooled gaps and contrasts, the mean absolute
calibration error of P(gap), the share of panels with a notice about the worth of a level, and how many
panels had their levels withheld. The baseline reads every rating as target level + (point - "meets the
bar") and averages. Standard errors are those of a mean over panels: within one, errors go together.
A second table holds P(gap) in five equal bins: the share that was short less what was expected, and the share of
levels in the bin. ``--share`` scales the number of panels; ``--told-sds`` gives the fit the true variances.
"""

import argparse
import os
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from scipy.special import ndtr, ndtri  # noqa: E402

from benchmarks.gap_bins import GapBins, gap_bins  # noqa: E402
from psychometrics.model.levels import (  # noqa: E402
    KAPPA,
    LevelCalibration,
    LevelRatings,
    Priors,
    Settings,
    calibrate_levels,
    pooled_gap,
)
from tests.psychometrics import worlds  # noqa: E402
from tests.psychometrics.worlds import REQUIRED, WEIGHTS, Truth, World  # noqa: E402

Floats = NDArray[np.float64]

CONFIDENCE = 0.90
#: Panels per size: the small ones vary more.
PANELS = {3: 500, 10: 250, 30: 180, 100: 100}
LEVEL_SPREAD = 0.4  # sd of the pools' mean levels between panels
EQUAL = tuple(tuple(3 for _ in row) for row in worlds.TARGETS)
SDS = ("general", "competency", "halo", "performance", "severity", "difficulty", "profile")
WORLDS: Mapping[str, Truth] = {
    "prior": Truth(),
    "equal_targets": Truth(targets=EQUAL),
    "spacing_80": Truth(spacing=0.8),
    "spacing_120": Truth(spacing=1.2),
    "equal_80": Truth(targets=EQUAL, spacing=0.8),
    "spread_out": Truth(general=0.9, competency=0.8, halo=0.6, performance=0.6, severity=0.8, difficulty=0.6),
    "alike": Truth(
        general=0.5, competency=0.4, halo=0.3, performance=0.3, severity=0.4, difficulty=0.35, profile=0.3
    ),
    "spacing_drawn": Truth(),
    "all_drawn": Truth(),
    "half_logit_under": Truth(level=3 - 0.5 / worlds.widths()[1]),
    "known_team": Truth(level=3 - 0.5 / worlds.widths()[1], severity=0.05, difficulty=0.05),
}
#: Worlds whose pools all have the one mean, half a logit below the level that counts as reaching level 3.5.
PLACED = {
    "half_logit_under": np.full(len(REQUIRED), 3 + KAPPA),
    "known_team": np.full(len(REQUIRED), 3 + KAPPA),
}
#: What is drawn from its prior anew for every panel: there a coherent model must be right on average.
DRAWN: Mapping[str, tuple[str, ...]] = {"spacing_drawn": ("spacing",), "all_drawn": ("spacing", *SDS)}
#: Notices that speak of the worth of a level.
SPACING_NOTICES = {"spacing_assumed", "spacing_unusual", "spacing_uncertain"}


def drawn(rng: np.random.Generator, truth: Truth, names: Collection[str], priors: Priors) -> Truth:
    """``truth`` with the parameters named drawn from the priors of the model.

    The spacing is normal, cut off at the lowest value the model allows; a variance is a scaled inverse
    chi-square.
    """
    sds = {
        name: getattr(priors, name) * float(np.sqrt(priors.weight / rng.chisquare(priors.weight)))
        for name in names
        if name != "spacing"
    }
    if "spacing" in names:
        lowest = float(ndtr((priors.lowest_spacing - 1) / priors.spacing_sd))
        sds["spacing"] = 1 + priors.spacing_sd * float(ndtri(rng.uniform(lowest, 1)))
    return replace(truth, **sds)


@dataclass(frozen=True)
class Study:
    """What repeated panels of one size showed."""

    candidates: int
    panels: int
    bias: float
    rmse: float
    correlation: float
    slope: float
    slope_se: float
    coverage: float
    coverage_se: float
    pooled_coverage: float
    pooled_se: float
    contrast_coverage: float
    gap_calibration: float
    gap_bins: GapBins
    told: float
    """Share of panels with a notice about the worth of a level, of those that show levels."""
    withheld: int
    """Panels, beside those counted, whose target levels seemed to explain nothing: no levels are shown."""
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
    redrawn: Collection[str] = (),
    told_sds: bool = False,
    placed: Floats | None = None,
    vignettes: int = 0,
) -> Study:
    """Simulate, fit and score ``panels`` panels; the same seed gives the same numbers.

    ``redrawn`` names what is drawn from its prior for every panel instead of taken from ``truth``. With
    ``told_sds`` the fit is given the true variances: the best that any estimate of them could do. ``placed`` are the
    levels required, ``(C,)``, of pools that all have the mean level of ``truth``; else means vary between panels.
    Every interviewer rates so many ``vignettes`` of known level beside the candidates.
    """
    rng = np.random.default_rng([seed, candidates])
    outcomes, withheld = [], 0
    for _ in range(panels):
        true = drawn(rng, truth, redrawn, Priors()) if redrawn else truth
        level = float(rng.normal(true.level, LEVEL_SPREAD if placed is None else 0.0))
        world = worlds.panel(
            rng, candidates, truth=replace(true, level=level), per_session=per_session, lightest=lightest
        )
        ratings = worlds.with_vignettes(rng, world, vignettes, true) if vignettes else world.ratings
        started = time.process_time()
        settings = Settings(priors=_certain(true) if told_sds else Priors())
        run = calibrate_levels(ratings, level=CONFIDENCE, settings=settings)
        seconds = time.process_time() - started
        if run.scale.valid:
            outcomes.append(_scored(world, run, seconds, REQUIRED if placed is None else placed))
        else:
            withheld += 1
    columns = {name: np.concatenate([one[name] for one in outcomes]) for name in outcomes[0]}
    slopes = np.array([_slope(one["level"], one["truth"]) for one in outcomes])
    error, raw_error = columns["level"] - columns["truth"], columns["raw"] - columns["truth"]
    return Study(
        candidates=candidates,
        panels=len(outcomes),
        withheld=withheld,
        bias=float(error.mean()),
        rmse=float(np.sqrt((error**2).mean())),
        correlation=float(np.mean([_correlation(one["level"], one["truth"]) for one in outcomes])),
        slope=float(slopes.mean()),
        slope_se=_standard_error(slopes),
        coverage=float(columns["covered"].mean()),
        coverage_se=_standard_error(np.array([one["covered"].mean() for one in outcomes])),
        pooled_coverage=float(columns["pooled"].mean()),
        pooled_se=_standard_error(np.array([one["pooled"].mean() for one in outcomes])),
        contrast_coverage=float(columns["contrast"].mean()),
        gap_calibration=calibration_error(columns["probability"], columns["short"]),
        gap_bins=gap_bins(*([one[name] for one in outcomes] for name in ("probability", "short")), seed=seed),
        told=float(columns["told"].mean()),
        raw_bias=float(raw_error.mean()),
        raw_rmse=float(np.sqrt((raw_error**2).mean())),
        raw_slope=float(np.mean([_slope(one["raw"], one["truth"]) for one in outcomes])),
        seconds=float(columns["seconds"].mean()),
    )


def _certain(true: Truth) -> Priors:
    """Priors that stand at the true standard deviations and do not move."""
    return replace(Priors(weight=1e9), **{name: getattr(true, name) for name in SDS})


def _scored(world: World, run: LevelCalibration, seconds: float, levels: Floats) -> dict[str, Floats]:
    """One panel: estimates beside the truth, and whether each interval covered it."""
    table = run.table
    true = world.level[table.candidate, table.competency]
    required = levels[table.competency]
    z = float(ndtri((1 + CONFIDENCE) / 2))
    pooled = []
    for person in run.people:
        found = pooled_gap(run, person.candidate, WEIGHTS, levels)
        share = WEIGHTS[person.competencies] / WEIGHTS[person.competencies].sum()
        gap = share @ (levels - world.level[person.candidate])[person.competencies]
        if found.lower is not None and found.upper is not None:
            pooled.append(float(found.lower <= gap <= found.upper))
    contrast = []
    for competency in range(len(levels)):
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
        "told": np.array([any(notice.code in SPACING_NOTICES for notice in run.notices)], dtype=float),
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


def _standard_error(values: Floats) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values)))


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
    parser.add_argument("--sizes", nargs="*", type=int, choices=list(PANELS), default=list(PANELS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--told-sds", action="store_true", help="give the fit the true variances")
    parser.add_argument("--vignettes", type=int, default=0, help="of known level, rated by every interviewer")
    arguments = parser.parse_args()
    print(_HEAD)
    bins = []
    for name in arguments.worlds:
        for candidates in arguments.sizes:
            s = study(
                WORLDS[name],
                candidates,
                max(2, round(PANELS[candidates] * arguments.share)),
                seed=arguments.seed,
                redrawn=DRAWN.get(name, ()),
                told_sds=arguments.told_sds,
                placed=PLACED.get(name),
                vignettes=arguments.vignettes,
            )
            print(f"| {name} | {s.candidates} | {s.panels} | {_figures(s)} |", flush=True)
            bins.append(f"| {name} | {s.candidates} | {s.panels} | {s.gap_bins.row()} |")
    print("", _BINS, *bins, sep="\n")


_HEAD = """\
| world | N | panels | bias | RMSE (raw) | r | slope (raw) | coverage | pooled | contrast | P(gap) \
| told | withheld | s |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"""
_BINS = """\
| world | N | panels | 0 to .2 | .2 to .4 | .4 to .6 | .6 to .8 | .8 to 1 |
|---|---|---|---|---|---|---|---|"""


def _figures(s: Study) -> str:
    """Cells of the table of accuracy."""
    return (
        f"{s.bias:+.3f} | {s.rmse:.2f} ({s.raw_rmse:.2f}) "
        f"| {s.correlation:.2f} | {s.slope:.2f} ± {s.slope_se:.2f} ({s.raw_slope:.2f}) "
        f"| {s.coverage:.3f} ± {s.coverage_se:.3f} | {s.pooled_coverage:.3f} ± {s.pooled_se:.3f} "
        f"| {s.contrast_coverage:.3f} | {s.gap_calibration:.3f} | {s.told:.2f} "
        f"| {s.withheld} | {s.seconds:.2f}"
    )


if __name__ == "__main__":
    main()
