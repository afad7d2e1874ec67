"""The one-trait fit: effects of the size they are, and the smallest that would be found."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, sqrt

import numpy as np
import numpy.typing as npt

from benchmarks import diagnostics as planting
from benchmarks.broken_worlds import plain, rate
from benchmarks.generator import ADJACENT_STEPS, simulate
from benchmarks.validation.claims import Claim, Limits
from psychometrics.errors import BadInput, DidNotConverge, NotEnoughData
from psychometrics.model.calibration import calibrate
from psychometrics.model.diagnostics import (
    TESTS,
    check_assumptions,
    diagnose,
    differential_severity,
    question_drift,
    reliability_table,
)
from psychometrics.model.diagnostics.runs import fitted_ratings
from psychometrics.model.diagnostics.step_differences import step_differences
from psychometrics.model.thresholds import central_moments
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


def _verdicts(panels: int) -> Mapping[str, float]:
    """What is said of bearers of faults: thinned to 30 ratings they are not to be cleared, at 450 to be judged."""
    said: dict[int, list[bool]] = {30: [], 450: []}
    for seed in range(panels):
        for load, wanted in ((30, ("nothing found",)), (450, ("flagged", "nothing found"))):
            panel, score, kept, planted = planting.with_faults(load, 3 + seed)
            found = planting.diagnosed(panel, score, kept)
            place = {label: position for position, label in enumerate(found.interviewer)}
            for name in ("drift", "halo", "discrimination"):
                said[load] += [
                    found.verdicts(place[who])[name] in wanted for staff in planted.values() for who in staff
                ]
    return {"cleared at 30": float(np.mean(said[30])), "judged at 450": float(np.mean(said[450]))}


def _reliability(panels: int) -> Mapping[str, float]:
    """Three interviewers with five questions each."""
    inside = []
    for seed in range(FIRST, FIRST + panels):
        panel, run = small_panels.honest(seed)
        table = reliability_table(run, (3,), (5,))
        eta = panel.proficiency[panel.candidate] - panel.severity[panel.interviewer]
        _, information, _ = central_moments(eta - panel.difficulty[panel.question], ADJACENT_STEPS)
        truth = 1 / (1 + 0.5**2 / 3 + 1 / information.mean() / 15)
        inside.append(bool(table.relative_lower[0, 0] < truth < table.relative_upper[0, 0]))
    return {"coverage": float(np.mean(inside))}


def _effects(name: str, panels: int) -> Mapping[str, float]:
    """Thirty interviewers a panel of size M, half of either sign."""
    truth = planting.TRUTH[name]
    found = [planting.planted_effects(name, (truth,), seed) for seed in range(panels)]
    effect = np.concatenate([each.effect for each in found])
    return {
        "mean over truth": float(effect.mean() / truth),
        "coverage": float(np.mean([each.covered(truth) for each in found])),
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


FIRST = 1030  # seeds from here: the first ten panels lie near the middle of sixty, so that a change either way shows
ALARM = 3.89  # standard errors a figure keeps within but once in ten thousand


def _around(middle: float, error: float) -> Limits:
    """Limits of a figure whose standard error over the panels of the full run is known."""
    return middle - ALARM * error, middle + ALARM * error


def _spread(values: int, middle: float = 1.0) -> Limits:
    """Limits of the standard deviation of so many values: its relative error is ``1 / sqrt(2 n)``."""
    return _around(middle, middle / sqrt(2 * values))


def _share(values: int, rate: float) -> Limits:
    """Limits of a share among so many values."""
    return _around(rate, sqrt(rate * (1 - rate) / values))


def _size_s(panels: int) -> Mapping[str, float]:
    """Three hundred candidates and thirty interviewers a panel; components against the spread of what was drawn."""
    found: dict[str, list[float]] = {}
    errors: dict[str, list[npt.NDArray[np.float64]]] = {"candidates": [], "interviewers": []}

    def note(figure: str, value: float) -> None:
        found.setdefault(figure, []).append(float(value))

    for seed in range(FIRST, FIRST + panels):
        panel, run = small_panels.honest(seed)
        people, staff = run.candidates, run.interviewers
        error = _error(people.measure, panel.proficiency, people.label)
        note("coverage", (np.abs(error) < Z90 * people.se).mean())
        note("root mean square error", np.sqrt((error**2).mean()))
        note("slope", 1 - people.measure @ error / (people.measure @ people.measure))
        errors["candidates"].append(error / people.se)
        harsh = _error(staff.severity, panel.severity, staff.label)
        note("interviewers' coverage", (np.abs(harsh) < Z90 * staff.se).mean())
        errors["interviewers"].append(harsh / staff.se)
        known = np.isfinite(people.own_measure)
        truth = (people.measure - error)[known]
        note("own slope", people.own_measure[known] @ truth / (truth @ truth))
        note("drawn-in slope", people.measure[known] @ truth / (truth @ truth))
        own = np.abs(people.own_measure[known] - truth) < Z90 * people.own_se[known]
        note("own coverage", own.mean())
        note("candidates' sd over truth", run.components["candidate"] / panel.proficiency.std())
        note("interviewers' sd over truth", run.components["interviewer"] / panel.severity.std())
        note("questions' sd over truth", run.components["question"] / panel.difficulty.std())
        note("halo over truth", run.components["halo"] / 0.5)
        note("iterations", run.iterations)
        note("infit", staff.infit.mean())
    figures = {name: float(np.mean(values)) for name, values in found.items()}
    for name, values in errors.items():
        figures[f"errors over se, {name}"] = float(np.concatenate(values).std())
    return figures


def _honest(panels: int) -> Mapping[str, float]:
    """Thirty interviewers and 24 questions a panel; two fifths of the candidates drawn as the focal group."""
    z: dict[str, list[npt.NDArray[np.float64]]] = {}
    flagged, warned = [], []
    for seed in range(FIRST, FIRST + panels):
        panel, run = small_panels.honest(seed)
        found = diagnose(run, when=panel.when)
        flagged.append(any(test.flagged.any() for test in found.tests.values()))
        warned.append(bool(check_assumptions(run, when=panel.when, diagnostics=found)))
        for name, test in found.tests.items():
            z.setdefault(name, []).append(test.z)
        z.setdefault("question drift", []).append(question_drift(run, panel.when).z)
        focal = (np.random.default_rng(8).random(len(panel.proficiency)) < 0.4)[panel.candidate]
        for name, by in planting.SIDES.items():
            bias = differential_severity(run, focal, by=by)
            z.setdefault(name, []).append(bias.difference / bias.se)
    figures = {"flagged panels": float(np.mean(flagged)), "panels warned of": float(np.mean(warned))}
    for name, parts in z.items():
        values = np.concatenate(parts)
        values = values[np.isfinite(values)]
        figures[f"{name}, spread of z"] = float(values.std())
        figures[f"{name}, p < .05"] = float((np.abs(values) > 1.96).mean())
    return figures


def _few_interviewers(panels: int) -> Mapping[str, float]:
    """Five honest interviewers of eighty candidates, two fifths of them drawn as the focal group."""
    p = []
    for seed in range(panels):
        panel = small_panels.small(seed, candidates=80, interviewers=5)
        focal = np.random.default_rng(seed).random(80) < 0.4
        run = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score)
        found = differential_severity(run, focal[panel.candidate])
        p.append(found.p[np.isfinite(found.p)])
    return {"p < .05": float(np.mean(np.concatenate(p) < 0.05))}


def _shared_steps(panels: int) -> Mapping[str, float]:
    """P-values of a test that is true, 1,350 ratings each."""
    p = []
    for seed in range(panels):
        panel = small_panels.small(seed, candidates=150, interviewers=12, questions=10)
        run = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score)
        p.append(step_differences(fitted_ratings(run)))
    return {"p < .05": float(np.mean(np.array(p) < 0.05)), "mean p": float(np.mean(p))}


def _nearly_normal(panels: int) -> Mapping[str, float]:
    """5,000 candidates with a skewness of .1: certain, and without consequence."""
    said = []
    for seed in range(panels):
        panel = simulate("M", halo=0.5, seed=5003 + seed)
        rng = np.random.default_rng(1 + seed)
        drawn = rng.gamma(400.0, 1.0, len(panel.proficiency))
        world = plain(panel).proficient((drawn - 400.0) / 20.0)
        run = planting.calibrated(world.panel, rate(world, rng))
        said.append(bool(check_assumptions(run, when=panel.when)))
    return {"said": float(np.mean(said))}


def _any_small_design(panels: int) -> Mapping[str, float]:
    """Ten to 150 ratings without rhyme or reason on two to twelve points."""
    kept = []
    for seed in range(panels):
        rng = np.random.default_rng(seed)
        n, top = int(rng.integers(10, 150)), int(rng.integers(1, 12))
        candidate = rng.integers(0, rng.integers(2, 25), n)
        interviewer = rng.integers(0, 6, n) if rng.random() < 0.7 else candidate % 6
        question = rng.integers(0, rng.integers(1, 10), n)
        ability = rng.normal(0, rng.choice([0.5, 3.0]), 25)
        score = np.clip(np.round(ability[candidate] + rng.normal(0, 1, n) + top / 2), 0, top)
        try:
            run = calibrate(candidate, interviewer, question, score)
        except (NotEnoughData, BadInput, DidNotConverge):
            kept.append(True)
            continue
        people = run.candidates
        alone = np.bincount(people.subset)[people.subset] == 1
        kept.append(
            bool((np.isnan(people.measure) == alone).all())
            and bool(np.isfinite(people.se[~alone]).all())
            and bool(np.isfinite(run.interviewers.infit).all())
            and float(people.se[~alone].max(initial=0)) < 10
        )
    return {"finite or refused": float(np.mean(kept))}


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


# Standard deviations of the figures between single panels of size S, by which the limits of sixty are set.
_BETWEEN = {
    "coverage": (0.90, 0.021),
    "interviewers' coverage": (0.90, 0.072),
    "own coverage": (0.90, 0.018),
    "slope": (1.00, 0.032),
    "candidates' sd over truth": (1.00, 0.029),
    "halo over truth": (1.00, 0.065),
    "infit": (1.00, 0.015),
    "root mean square error": (0.350, 0.017),
    "iterations": (11.8, 0.85),
    # Regressed on the truth, measures drawn to their mean fall short of it by as much as they are unreliable.
    "drawn-in slope": (0.872, 0.031),
    # Own measures stand 2 % too far out, and components of few levels are drawn to priors a little above the truth.
    "own slope": (1.02, 0.031),
    "interviewers' sd over truth": (1.025, 0.058),
    "questions' sd over truth": (1.03, 0.042),
}

CLAIMS = (
    Claim(
        "one trait, panels of size S",
        "unbiased, intervals of 90 % cover, components as drawn; limits are 3.9 standard errors (once in 10,000)",
        60,
        10,
        {
            **{name: _around(middle, sd / sqrt(60)) for name, (middle, sd) in _BETWEEN.items()},
            # Errors of one panel go together a little, which widens what 18,000 independent ones would keep to.
            "errors over se, candidates": _around(1.0, 0.065 / sqrt(60)),
            "errors over se, interviewers": _spread(60 * 30),
        },
        _size_s,
    ),
    Claim(
        "diagnostics of one trait, honest interviewers",
        "each test finds one in twenty at p < .05, z as spread as it should be; noise is a little cautious",
        60,
        10,
        {
            "flagged panels": (-inf, _share(60, 0.1)[1]),
            "panels warned of": (-inf, _share(60, 0.03)[1]),
            **{
                f"{name}, {figure}": limits
                for name in (*TESTS, *planting.SIDES, "question drift")
                for figure, limits in (
                    ("spread of z", _spread(60 * 30, 0.945 if name == "noise" else 1.0)),
                    ("p < .05", _share(60 * 30, 0.041 if name == "noise" else 0.05)),
                )
            },
        },
        _honest,
    ),
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
    Claim(
        "verdicts on interviewers",
        "nobody is cleared whose fault would have been missed, and most are judged at 450 ratings",
        3,
        0,
        {"cleared at 30": (-inf, 0.1), "judged at 450": (0.7, inf)},
        _verdicts,
    ),
    Claim(
        "reliability of a design",
        "intervals of 90 % cover; they are on the safe side",
        60,
        0,
        {"coverage": (0.85, 1.0)},
        _reliability,
    ),
    *(
        Claim(
            f"effects of interviewers, {name}",
            "estimated without bias, intervals of 90 % cover",
            3,
            1 if name == "drift" else 0,
            # Drift of 90 interviewers, .21 each; of the others one step falls a little short.
            {
                "mean over truth": _around(0.97, 0.21 / 0.8 / sqrt(90)) if name == "drift" else (0.85, 1.15),
                "coverage": (0.8, 0.98),
            },
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
        "differential severity, five honest interviewers",
        "one in twenty at p < .05: their errors, taken as independent, would make it .08 and more",
        120,
        10,
        {"p < .05": (0.03, 0.07)},
        _few_interviewers,
    ),
    Claim(
        "steps that all questions share",
        "are not refused: p-values as they should be",
        60,
        6,
        {"p < .05": (-inf, 0.13), "mean p": (0.4, 0.6)},
        _shared_steps,
    ),
    Claim(
        "a large panel, all but normal",
        "what only a large panel can see is not worth a warning",
        4,
        0,
        {"said": (0.0, 0.0)},
        _nearly_normal,
    ),
    Claim(
        "one trait, any small design",
        "finite numbers, or a refusal: too few ratings, or (once in 200) a fit that does not settle",
        200,
        5,
        {"finite or refused": (1.0, 1.0)},
        _any_small_design,
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
