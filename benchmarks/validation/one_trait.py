"""The one-trait fit: effects of the size they are, and the smallest that would be found."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

import numpy as np
import numpy.typing as npt

from benchmarks import diagnostics as planting
from benchmarks.generator import simulate
from benchmarks.validation.claims import Claim
from psychometrics.model.calibration import calibrate
from psychometrics.model.diagnostics import diagnose
from tests.psychometrics import panels as small_panels

Z90 = 1.6448536


def _small(panels: int) -> Mapping[str, float]:
    """Panels of 180 ratings."""
    people, staff, slopes = [], [], []
    for seed in range(panels):
        panel = small_panels.small(seed)
        result = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score)
        error = _error(result.candidates.measure, panel.proficiency, result.candidates.label)
        people.append((np.abs(error) < Z90 * result.candidates.se).mean())
        measure = result.candidates.measure
        slopes.append(1 - measure @ error / (measure @ measure))
        error = _error(result.interviewers.severity, panel.severity, result.interviewers.label)
        staff.append((np.abs(error) < Z90 * result.interviewers.se).mean())
    return {
        "coverage": float(np.mean(people)),
        "interviewers' coverage": float(np.mean(staff)),
        "slope": float(np.mean(slopes)),
    }


def _error(
    estimate: npt.NDArray[np.float64], truth: npt.NDArray[np.float64], label: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """Estimates minus the truth, its origin their mean."""
    return np.asarray(estimate - (truth[label] - truth[label].mean()))


def _faults(panels: int) -> Mapping[str, float]:
    """Share of planted faults that their own test finds at p < .05, fifteen interviewers of 450 ratings a fault."""
    hits: dict[str, list[float]] = {name: [] for name in planting.FAULTS}
    for seed in range(panels):
        panel, score, kept, planted = planting.with_faults(450, 50 + seed)
        found = planting.diagnosed(panel, score, kept)
        for name, staff in planted.items():
            hits[name] += (found.tests[name].p[np.isin(found.interviewer, staff)] < 0.05).tolist()
    return {name: float(np.mean(each)) for name, each in hits.items()}


def _effects(name: str, panels: int) -> Mapping[str, float]:
    """Thirty interviewers a panel of size M, half of either sign."""
    truth = planting.TRUTH[name]
    found = [planting.planted_effects(name, truth, seed) for seed in range(panels)]
    effect, se = np.concatenate(found, axis=1)
    return {
        "mean over truth": float(effect.mean() / truth),
        "coverage": float((np.abs(effect - truth) < 1.645 * se).mean()),
    }


def _smallest(panels: int) -> Mapping[str, float]:
    """Steps at the middle of exactly the size stated, thirty interviewers a panel."""
    found = []
    for seed in range(panels):
        panel, rng = simulate("M", halo=0.5, seed=7100 + seed), np.random.default_rng(seed)
        base = diagnose(planting.calibrated(panel, panel.score), when=panel.when).tests["drift"]
        chosen = rng.choice(np.flatnonzero(np.bincount(panel.interviewer) >= 120), 30, replace=False)
        shift = np.zeros(len(panel.severity))
        shift[chosen] = np.where(np.arange(30) % 2, 1, -1) * base.smallest[chosen]
        middle = np.array([np.median(panel.when[panel.interviewer == judge]) for judge in range(300)])
        eta = panel.proficiency[panel.candidate] - panel.severity[panel.interviewer]
        eta = eta - panel.difficulty[panel.question]
        eta = eta + rng.normal(0, 0.5, panel.interview.max() + 1)[panel.interview]
        eta = eta + shift[panel.interviewer] * ((panel.when > middle[panel.interviewer]) - 0.5)
        score = small_panels.rate(eta, rng)
        test = diagnose(planting.calibrated(panel, score), when=panel.when).tests["drift"]
        found.append(test.p[chosen] < 0.05)
    return {"found": float(np.mean(found))}


def _steps(panels: int) -> Mapping[str, float]:
    """Questions with steps of their own, 120 ratings a question."""
    found, truth, spread = [], [], []
    for seed in range(100, 100 + panels):
        columns, own, _ = small_panels.with_own_steps(seed, 0.5, candidates=133)
        result = calibrate(*columns, steps="question")
        truth.append((own - own.mean(0)).ravel())
        found.append((result.question_thresholds - result.thresholds).ravel())
        spread.append(result.components["question_steps"])
    true, estimate = np.concatenate(truth), np.concatenate(found)
    return {
        "spread off by": float(np.mean(spread) - true.std() * np.sqrt(1.5)),
        "slope": float(estimate @ true / (estimate @ estimate)),
    }


CLAIMS = (
    Claim(
        "one trait, 180 ratings",
        "intervals of 90 % cover in panels of twenty candidates and five interviewers",
        24,
        6,
        {"coverage": (0.86, 0.94), "interviewers' coverage": (0.85, 0.95), "slope": (0.88, 1.05)},
        _small,
    ),
    Claim(
        "faults of interviewers at 450 ratings",
        "are found by their own test at p < .05",
        4,
        0,
        dict.fromkeys(planting.FAULTS, (0.8, inf)),
        _faults,
    ),
    *(
        Claim(
            f"effects of interviewers, {name}",
            "estimated without bias, intervals of 90 % cover",
            3,
            1 if name == "drift" else 0,
            {"mean over truth": (0.85, 1.15), "coverage": (0.8, 0.98)},
            lambda n, name=name: _effects(name, n),  # type: ignore[misc]
        )
        for name in planting.TRUTH
    ),
    Claim(
        "the smallest effect that would be found",
        "is found four times in five at p < .05",
        4,
        0,
        {"found": (0.7, 0.9)},
        _smallest,
    ),
    Claim(
        "steps of a question's own",
        "their spread is found, and they are drawn to the common ones as far as they should be",
        25,
        4,
        {"spread off by": (-0.04, 0.04), "slope": (0.9, 1.1)},
        _steps,
    ),
)
