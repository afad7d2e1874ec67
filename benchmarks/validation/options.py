"""One model: whatever is asked of the fit of several competencies, alone and together, intervals cover."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtri

from benchmarks.validation.claims import Claim
from psychometrics.model.levels import Settings, calibrate_levels
from tests.psychometrics.worlds import Truth, panel

_CANDIDATES = 40
_Z = float(ndtri(0.95))

WORLDS: Mapping[str, tuple[Truth, Settings]] = {
    "cumulative logits": (Truth(link="cl"), Settings(link="cl")),
    "criteria's own steps": (Truth(own_steps=0.5), Settings(steps="question")),
    "no halo": (Truth(halo=0.0), Settings(halo=False)),
    "two pools": (Truth(pools=(-0.5, 0.5)), Settings()),
    "all together": (
        Truth(link="cl", own_steps=0.4, halo=0.0, pools=(-0.5, 0.5)),
        Settings(link="cl", steps="question", halo=False),
    ),
}


def _measured(name: str, panels: int) -> Mapping[str, float]:
    """Levels, contrasts and severities over panels of forty candidates."""
    truth, settings = WORLDS[name]
    found: dict[str, list[float]] = {
        key: [] for key in ("bias", "slope", "coverage", "contrast coverage", "severity coverage")
    }
    for seed in range(panels):
        world = panel(np.random.default_rng([21, seed]), _CANDIDATES, truth=truth)
        run = calibrate_levels(world.ratings, settings=settings)
        table = run.table
        true = world.level[table.candidate, table.competency]
        found["bias"].append(float(np.mean(table.level - true)))
        found["slope"].append(float(np.polyfit(table.level, true, 1)[0]))
        found["coverage"].append(float(np.mean(np.abs(table.level - true) <= _Z * table.se)))
        # Contrasts are within an opening, by default the pool.
        group = np.asarray(table.opening) * run.competencies + table.competency
        apart = _within(table.level, group) - _within(true, group)
        found["contrast coverage"].append(float(np.mean(np.abs(apart) <= _Z * table.contrast_se)))
        severity = world.severity[run.severities.interviewer]
        off = run.severities.severity - (severity - severity.mean())
        found["severity coverage"].append(float(np.mean(np.abs(off) <= _Z * run.severities.se)))
    return {key: float(np.mean(values)) for key, values in found.items()}


def _within(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    _, place = np.unique(group, return_inverse=True)
    return np.asarray(values - (np.bincount(place, values) / np.bincount(place))[place])


def _obeyed(panels: int) -> Mapping[str, float]:
    """Standard errors with steps of the criteria's own over those without, where criteria share their steps."""
    ratios = []
    for seed in range(panels):
        ratings = panel(np.random.default_rng([22, seed]), _CANDIDATES).ratings
        plain = calibrate_levels(ratings)
        own = calibrate_levels(ratings, settings=Settings(steps="question"))
        ratios.append(float(np.median(own.table.se / plain.table.se)))
    return {"standard errors, ratio": float(np.mean(ratios))}


CLAIMS = (
    *(
        Claim(
            f"one model, {name}",
            "several competencies and shared answers stay in the fit, and its intervals cover",
            40,
            0,
            {
                "bias": (-0.10, 0.10),
                "slope": (0.93, 1.07),
                "coverage": (0.86, 0.94),
                "contrast coverage": (0.86, 0.94),
                "severity coverage": (0.85, 0.95),
            },
            lambda n, name=name: _measured(name, n),  # type: ignore[misc]
        )
        for name in WORLDS
    ),
    Claim(
        "one model, steps of the criteria's own where there are none",
        "an option that is not needed changes no standard error: nothing is swapped for it",
        20,
        0,
        {"standard errors, ratio": (0.95, 1.05)},
        _obeyed,
    ),
)
