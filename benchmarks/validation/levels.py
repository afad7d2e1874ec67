"""Levels: unbiased, with honest intervals, from three candidates to a hundred; and tests of their interviewers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from math import inf

import numpy as np

from benchmarks.levels import DRAWN, SPACING_NOTICES, WORLDS, study
from benchmarks.validation.claims import Claim, Limits
from psychometrics.model.diagnostics import TESTS, diagnose
from psychometrics.model.levels import calibrate_levels
from tests.psychometrics import worlds

HONEST: Mapping[str, Limits] = {
    "bias": (-0.10, 0.10),
    "slope": (0.95, 1.05),
    "coverage": (0.87, 0.93),
    "pooled coverage": (0.87, 0.93),
    "contrast coverage": (0.87, 0.93),
    "P(gap) error": (-inf, 0.03),
    "error below raw": (0.03, inf),
}
#: Not knowing the variances widens intervals of so few; here they happen to be those of the priors.
FEW_HONEST: Mapping[str, Limits] = {
    **HONEST,
    "coverage": (0.87, 0.95),
    "pooled coverage": (0.87, 0.96),
    "contrast coverage": (0.87, 0.95),
    "P(gap) error": (-inf, 0.04),
}
NOISY, DRIFTING = 2, 5  # interviewers


def _studied(
    world: str,
    candidates: int,
    panels: int,
    *,
    seed: int = 1,
    redrawn: Collection[str] = (),
    per_session: int = 2,
    lightest: float = 1.0,
    vignettes: int = 0,
) -> Mapping[str, float]:
    """Figures of ``benchmarks.levels.study`` by the names of the limits."""
    found = study(
        WORLDS[world],
        candidates,
        panels,
        seed=seed,
        redrawn=redrawn,
        per_session=per_session,
        lightest=lightest,
        vignettes=vignettes,
    )
    return {
        "bias": found.bias,
        "slope": found.slope,
        "coverage": found.coverage,
        "pooled coverage": found.pooled_coverage,
        "contrast coverage": found.contrast_coverage,
        "P(gap) error": found.gap_calibration,
        "error below raw": found.raw_rmse - found.rmse,
        "told": found.told,
    }


def _told(panels: int) -> Mapping[str, float]:
    """Share of runs that show levels with exactly one notice about their worth; four sizes, both worlds."""
    told = []
    for spacing in (0.8, 1.2):
        for candidates in (1, 3, 10, 30):
            for seed in range(panels):
                world = worlds.panel(
                    np.random.default_rng(seed), candidates, truth=worlds.Truth(spacing=spacing)
                )
                run = calibrate_levels(world.ratings)
                if run.scale.valid:
                    told.append(sum(notice.code in SPACING_NOTICES for notice in run.notices) == 1)
    return {"told": float(np.mean(told))}


def _withheld(panels: int) -> Mapping[str, float]:
    """Of panels of three candidates whose levels are worth a fifth less than a point."""
    scales = []
    for seed in range(panels):
        world = worlds.panel(np.random.default_rng(seed), 3, truth=worlds.Truth(spacing=0.8))
        scales.append(calibrate_levels(world.ratings).scale)
    hazy = [scale for scale in scales if scale.regression_lower is not None and scale.regression_lower <= 0]
    return {
        "withheld": float(np.mean([not scale.valid for scale in scales])),
        "shown of the hazy": float(np.mean([scale.valid for scale in hazy])) if hazy else 1.0,
    }


def _null(panels: int) -> Mapping[str, float]:
    """Share of honest interviewers at p < .05 by each test, 12 a panel of 60 candidates."""
    p: dict[str, list[float]] = {name: [] for name in TESTS}
    for seed in range(panels):
        rng = np.random.default_rng(seed)
        run = calibrate_levels(worlds.panel(rng, 60, interviewers=12).ratings)
        for name, test in diagnose(run, when=rng.random(run.n_ratings)).tests.items():
            p[name] += test.p.tolist()
    return {name: float(np.mean(np.array(values) < 0.05)) for name, values in p.items()}


def _power(panels: int) -> Mapping[str, float]:
    """Share of panels of 80 candidates in which a careless and a drifting interviewer are found, p < .05."""
    found: dict[str, list[bool]] = {"noise": [], "drift": []}
    for seed in range(panels):
        rng = np.random.default_rng([9, seed])
        ratings = worlds.panel(rng, 80, interviewers=12).ratings
        score, by = np.array(ratings.score), np.asarray(ratings.interviewer)
        when = rng.random(len(score))
        careless = (by == NOISY) & (rng.random(len(score)) < 0.4)
        score[careless] = rng.integers(0, 4, int(careless.sum()))
        late = (by == DRIFTING) & (when > 0.5)
        score[late] = np.maximum(score[late] - 1, 0)
        tests = diagnose(calibrate_levels(replace(ratings, score=score)), when=when).tests
        found["noise"].append(bool(tests["noise"].p[NOISY] < 0.05))
        found["drift"].append(bool(tests["drift"].p[DRIFTING] < 0.05))
    return {name: float(np.mean(values)) for name, values in found.items()}


CLAIMS = (
    *(
        Claim(
            f"levels, {candidates} candidates",
            "unbiased, intervals of 90 % cover, P(gap) comes true, nearer to the truth than raw means",
            panels,
            few,
            FEW_HONEST if candidates == 3 else HONEST,
            lambda n, candidates=candidates: _studied("prior", candidates, n),  # type: ignore[misc]
        )
        for candidates, panels, few in ((3, 80, 8), (10, 40, 4), (30, 30, 3), (100, 10, 2))
    ),
    *(
        Claim(
            f"levels, unit drawn from its prior, {candidates} candidates",
            "the same where neither the prior's mean nor anything else is known better than the model says",
            panels,
            few,
            {
                "bias": (-0.10, 0.10),
                "slope": (0.93, 1.07),
                "coverage": (0.87, 0.95 if candidates == 3 else 0.93),
                "pooled coverage": (0.86, 0.96 if candidates == 3 else 0.94),
                "P(gap) error": (-inf, 0.04 if candidates == 3 else 0.03),
            },
            lambda n, candidates=candidates: _studied(  # type: ignore[misc]
                "spacing_drawn", candidates, n, redrawn=DRAWN["spacing_drawn"]
            ),
        )
        for candidates, panels, few in ((3, 80, 6), (30, 60, 3))
    ),
    Claim(
        "levels, all targets equal",
        "levels stand, and it is said that the worth of a level was assumed",
        25,
        3,
        {"bias": (-0.10, 0.10), "coverage": (0.87, 0.96), "P(gap) error": (-inf, 0.05), "told": (1.0, 1.0)},
        lambda n: _studied("equal_targets", 10, n),
    ),
    *(
        Claim(
            f"levels, targets spaced at {name.removeprefix('spacing_')} %",
            "levels bear targets a fifth off; the prior stands in the way of their slope, intervals still cover",
            20,
            2,
            {
                "bias": (-0.10, 0.10),
                "coverage": (0.86, 0.95),
                "P(gap) error": (-inf, 0.04),
                "told": (1.0, 1.0),
            },
            lambda n, name=name: _studied(name, 30, n),  # type: ignore[misc]
        )
        for name in ("spacing_80", "spacing_120")
    ),
    *(
        Claim(
            f"levels, targets spaced at {name.removeprefix('spacing_')} %, eight vignettes",
            "vignettes of known level tell what a level is worth: neither slope nor bias is left",
            40,
            2,
            {
                "bias": (-0.05, 0.05),
                "slope": (0.94, 1.05),
                "coverage": (0.87, 0.93),
                "P(gap) error": (-inf, 0.03),
            },
            lambda n, name=name: _studied(name, 30, n, vignettes=8),  # type: ignore[misc]
        )
        for name in ("spacing_80", "spacing_120")
    ),
    Claim(
        "levels, a misjudged unit",
        "is never passed over, nor spoken of twice: one notice, from one candidate to thirty",
        10,
        0,
        {"told": (1.0, 1.0)},
        _told,
    ),
    Claim(
        "levels, a hazy regression on targets",
        "of few ratings withholds levels seldom: it reaches 0 because it says little",
        40,
        8,
        {"withheld": (-inf, 0.1), "shown of the hazy": (0.2, inf)},
        _withheld,
    ),
    Claim(
        "levels, one interviewer a session",
        "intervals still cover",
        16,
        2,
        {"coverage": (0.86, 0.94), "P(gap) error": (-inf, 0.04)},
        lambda n: _studied("prior", 30, n, per_session=1),
    ),
    Claim(
        "levels, light weights",
        "weights that only keep ratings from moving levels as far leave intervals honest",
        20,
        2,
        {"bias": (-0.10, 0.10), "coverage": (0.87, 0.96)},
        lambda n: _studied("prior", 30, n, seed=3, lightest=0.2),
    ),
    Claim(
        "diagnostics of levels, honest interviewers",
        "each test finds one in twenty at p < .05",
        40,
        2,
        dict.fromkeys(TESTS, (0.02, 0.08)),
        _null,
    ),
    Claim(
        "diagnostics of levels, planted faults",
        "40 % of ratings at random, and a point less in the later half, are found by their own test",
        30,
        2,
        {"noise": (0.9, inf), "drift": (0.9, inf)},
        _power,
    ),
)
