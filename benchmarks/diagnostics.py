"""False alarms and power of the interviewer diagnostics, beside infit alone.

    python -m benchmarks.diagnostics                 power at 30, 60, 120 and 450 ratings
    python -m benchmarks.diagnostics --null 200      false alarms over 200 panels of size S
    python -m benchmarks.diagnostics --null-small 300   the same over 300 panels of each of six small sizes
    python -m benchmarks.diagnostics --smallest      what honest interviewers' ratings would show with 80 %
    python -m benchmarks.diagnostics --truth 5       are estimated effects the true ones?

Power: panels of size M with halo .5; in each, fifteen interviewers per fault are thinned to the load and
their ratings drawn anew with the fault. Infit is the test ``noise``, which most software stops at.
"""

import argparse
import os
from collections.abc import Iterable
from typing import Literal

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402

from benchmarks.generator import ADJACENT_STEPS, Panel, simulate  # noqa: E402
from benchmarks.small_panels import simulate_small  # noqa: E402
from psychometrics.errors import NotEnoughData  # noqa: E402
from psychometrics.model.calibration import Calibration, calibrate  # noqa: E402
from psychometrics.model.diagnostics import (  # noqa: E402
    TESTS,
    Diagnostics,
    diagnose,
    differential_severity,
    question_drift,
)

Floats = npt.NDArray[np.float64]

HALO = 0.5
PLANTED = 15
TRUTH = {
    "drift": 0.8,
    "differential severity": 0.6,
    "discrimination": 0.3,
    "central_tendency": 0.3,
    "halo": 0.2,
}
SMALL = ((20, 5), (66, 4), (80, 5), (80, 6), (100, 6), (100, 8))  # candidates, interviewers
LOADS = (30, 60, 120, 450)
SIDES: dict[str, Literal["interviewer", "question"]] = {
    "differential severity": "interviewer",
    "differential difficulty": "question",
}
FAULTS = {
    "noise": "30 % of ratings at random",
    "central_tendency": "steps stretched by 1.8",
    "halo": "halo sd 1.1 instead of .5",
    "drift": "severity .8 higher from the middle on",
}


def main() -> None:
    """Print false alarms or power."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.diagnostics",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--null", type=int, default=0, metavar="PANELS")
    parser.add_argument("--null-small", type=int, default=0, metavar="PANELS")
    parser.add_argument("--seeds", type=int, default=4, help="panels per load (default 4)")
    parser.add_argument("--smallest", action="store_true")
    parser.add_argument("--truth", type=int, default=0, metavar="PANELS")
    options = parser.parse_args()
    if options.null:
        seeds = range(1000, 1000 + options.null)
        false_alarms((simulate("S", halo=HALO, seed=seed) for seed in seeds), "panels of size S")
    elif options.null_small:
        for people, staff in SMALL:
            false_alarms(
                (
                    simulate_small(seed, candidates=people, interviewers=staff)
                    for seed in range(options.null_small)
                ),
                f"panels of {9 * people} ratings of {people} candidates by {staff} interviewers",
            )
    elif options.smallest:
        smallest()
    elif options.truth:
        truth(options.truth)
    else:
        power(options.seeds)


def false_alarms(panels: Iterable[Panel], kind: str) -> None:
    """Share of honest interviewers and questions at p < .05, and of panels with any flag."""
    below: dict[str, list[Floats]] = {}
    flagged: dict[str, list[bool]] = {}
    for seed, panel in enumerate(panels, start=1000):
        result = calibrated(panel, panel.score)
        group = np.random.default_rng(seed).random(len(panel.proficiency)) < 0.4
        found = diagnose(result, when=panel.when)
        families: dict[str, list[tuple[str, Floats, npt.NDArray[np.bool_]]]] = {
            "interviewers' tests": [(name, test.p, test.flagged) for name, test in found.tests.items()]
        }
        moved = question_drift(result, panel.when)
        families["question drift"] = [("question drift", moved.p, moved.flagged)]
        for name, by in SIDES.items():
            try:
                apart = differential_severity(result, group[panel.candidate], by=by)
            except NotEnoughData:  # nobody met ten of either group
                continue
            families[name] = [(name, apart.p, apart.flagged)]
        for family, tests in families.items():
            flagged.setdefault(family, []).append(any(bool(flags.any()) for _, _, flags in tests))
            for name, p, _ in tests:
                below.setdefault(name, []).append((p[np.isfinite(p)] < 0.05).astype(float))
    print(f"{len(flagged['question drift'])} honest {kind}")
    for name, shares in below.items():
        each = np.concatenate(shares)
        print(f"  {name:<24} p < .05: {each.mean():.3f} of {len(each):,}")
    for family, any_flag in flagged.items():
        print(
            f"  any flag, {family:<24} at a rate of 10 %: {np.mean(any_flag):.3f} of {len(any_flag):,} panels"
        )


def smallest() -> None:
    """Median over sixty honest interviewers of the smallest effect found with 80 % power, by load."""
    print(f"{'ratings':>8}" + "".join(f"{name:>18}" for name in (*TESTS, "severity")))
    for load in LOADS:
        panel, rng = simulate("M", halo=HALO, seed=5003), np.random.default_rng(load)
        busy = np.flatnonzero(np.bincount(panel.interviewer) >= load)
        chosen, kept = rng.choice(busy, 60, replace=False), np.ones(len(panel.score), bool)
        for member in chosen:
            rows = np.flatnonzero(panel.interviewer == member)
            kept[rows[~_thinned(panel.interview[rows], load, rng)]] = False
        result = calibrated(panel, panel.score, kept)
        found = diagnose(result, when=panel.when[kept])
        at = np.searchsorted(found.interviewer, chosen)
        cells = [float(np.nanmedian(found.tests[name].smallest[at])) for name in TESTS]
        cells.append(2.801585 * float(np.median(result.interviewers.se[at])))
        print(f"{load:>8}" + "".join(f"{cell:>18.2f}" for cell in cells))


def truth(panels: int) -> None:
    """Estimates beside the truth: thirty interviewers a panel of size M, half of either sign."""
    print(f"{'effect':<44}{'planted':>8}{'mean':>8}{'+-':>7}{'covered by 90 %':>18}")
    for name, size in TRUTH.items():
        found = [planted_effects(name, size, seed) for seed in range(7000, 7000 + panels)]
        effect, se = np.concatenate(found, axis=1)
        error = effect.std() / np.sqrt(len(effect))
        inside = (np.abs(effect - size) < 1.6448536 * se).mean()
        print(f"{name:<44}{size:>8.2f}{effect.mean():>8.3f}{error:>7.3f}{inside:>18.3f}")


def planted_effects(name: str, size: float, seed: int) -> tuple[Floats, Floats]:
    """Effects with the planted sign taken out, and their standard errors."""
    panel, rng = simulate("M", halo=HALO, seed=seed), np.random.default_rng(seed)
    by, staff = panel.interviewer, len(panel.severity)
    focal = (rng.random(len(panel.proficiency)) < 0.4)[panel.candidate]
    busy = np.flatnonzero(np.bincount(by) >= max(LOADS))
    chosen, sign = rng.choice(busy, 2 * PLANTED, replace=False), np.zeros(staff)
    sign[chosen] = np.where(np.arange(2 * PLANTED) % 2, 1.0, -1.0)
    effect, steps = (size * sign)[by], np.tile(ADJACENT_STEPS, (len(by), 1))
    lean = rng.normal(0, 1, panel.interview.max() + 1)[panel.interview]
    eta = panel.proficiency[panel.candidate] - panel.severity[by] - panel.difficulty[panel.question]
    eta = eta + lean * (np.sqrt(HALO**2 + effect) if name == "halo" else HALO)
    if name == "drift":
        middle = np.array([np.median(panel.when[by == member]) for member in range(staff)])
        eta = eta + effect * ((panel.when > middle[by]) - 0.5)
    elif name == "differential severity":
        eta = eta - effect * focal
    elif name == "discrimination":
        mean = (np.bincount(by, eta) / np.bincount(by))[by]
        eta = mean + np.exp(effect) * (eta - mean)
    elif name == "central_tendency":
        steps = steps.mean() + np.exp(effect)[:, None] * (steps - steps.mean())
    result = calibrated(panel, _drawn(eta, steps, rng))
    if name == "differential severity":
        apart = differential_severity(result, focal)
        return sign[chosen] * apart.difference[chosen], apart.se[chosen]
    test = diagnose(result, when=panel.when).tests[name]
    return sign[chosen] * test.effect[chosen], test.se[chosen]


def power(seeds: int) -> None:
    """Share of planted faults found at p < .05, by number of ratings."""
    print(f"{'fault':<42}{'ratings':>8}{'own test':>10}{'infit':>8}{'flagged':>9}")
    for load in LOADS:
        hits: dict[str, list[tuple[float, float, float]]] = {name: [] for name in FAULTS}
        for seed in range(seeds):
            panel, score, kept, planted = with_faults(load, seed)
            found = diagnosed(panel, score, kept)
            place = {label: position for position, label in enumerate(found.interviewer)}
            for name, staff in planted.items():
                at = [place[member] for member in staff]
                own, noise = found.tests[name], found.tests["noise"]
                hits[name] += zip(own.p[at] < 0.05, noise.p[at] < 0.05, own.flagged[at], strict=True)
        for name, found_ones in hits.items():
            own_share, noise_share, flag_share = np.mean(found_ones, axis=0)
            print(f"{FAULTS[name]:<42}{load:>8}{own_share:>10.2f}{noise_share:>8.2f}{flag_share:>9.2f}")


def diagnosed(
    panel: Panel, score: npt.NDArray[np.int8], kept: npt.NDArray[np.bool_] | None = None
) -> Diagnostics:
    """Calibrate and diagnose the ratings kept."""
    rows = np.ones(len(score), bool) if kept is None else kept
    return diagnose(calibrated(panel, score, rows), when=panel.when[rows])


def calibrated(
    panel: Panel, score: npt.NDArray[np.int8], rows: npt.NDArray[np.bool_] | slice = slice(None)
) -> Calibration:
    """Calibrate some of the ratings."""
    return calibrate(
        panel.candidate[rows],
        panel.interviewer[rows],
        panel.question[rows],
        score[rows],
        interview=panel.interview[rows],
    )


def with_faults(
    load: int, seed: int
) -> tuple[Panel, npt.NDArray[np.int8], npt.NDArray[np.bool_], dict[str, list[int]]]:
    """A panel, its ratings with faults, which ratings are kept, and who has which fault."""
    panel = simulate("M", halo=HALO, seed=5000 + seed)
    rng = np.random.default_rng([seed, load])
    busy = np.flatnonzero(np.bincount(panel.interviewer) >= load)
    chosen = rng.choice(busy, PLANTED * len(FAULTS), replace=False)
    planted = {
        name: chosen[place * PLANTED : (place + 1) * PLANTED].tolist() for place, name in enumerate(FAULTS)
    }
    score, kept = panel.score.copy(), np.ones(len(panel.score), bool)
    for name, staff in planted.items():
        for member in staff:
            rows = np.flatnonzero(panel.interviewer == member)
            mine = _thinned(panel.interview[rows], load, rng)
            kept[rows[~mine]] = False
            score[rows[mine]] = _rate(panel, rows[mine], name, rng)
    return panel, score, kept, planted


def _thinned(interview: npt.NDArray[np.int32], load: int, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Keep whole interviews at random until about ``load`` ratings are reached."""
    sittings = rng.permutation(np.unique(interview))
    sizes = np.array([(interview == sitting).sum() for sitting in sittings])
    enough = int(np.searchsorted(np.cumsum(sizes), load)) + 1
    return np.isin(interview, sittings[:enough])


def _rate(
    panel: Panel, rows: npt.NDArray[np.intp], fault: str, rng: np.random.Generator
) -> npt.NDArray[np.int8]:
    """Draw an interviewer's ratings anew, with a fault."""
    _, sitting = np.unique(panel.interview[rows], return_inverse=True)
    spread = 1.1 if fault == "halo" else HALO
    eta = panel.proficiency[panel.candidate[rows]] - panel.severity[panel.interviewer[rows]]
    eta = eta - panel.difficulty[panel.question[rows]] + rng.normal(0, spread, sitting.max() + 1)[sitting]
    if fault == "drift":
        when = panel.when[rows]
        eta = eta - 0.8 * (when > np.median(when))
    steps = ADJACENT_STEPS
    if fault == "central_tendency":
        steps = steps.mean() + 1.8 * (steps - steps.mean())
    score = _drawn(eta, steps, rng)
    if fault == "noise":
        score = np.where(rng.random(len(eta)) < 0.3, rng.integers(0, 4, len(eta)), score)
    return np.asarray(score, dtype=np.int8)


def _drawn(eta: Floats, steps: Floats, rng: np.random.Generator) -> npt.NDArray[np.int8]:
    """Ratings 0..3 of the rating-scale model."""
    odds = np.exp(np.column_stack([np.zeros(len(eta)), np.cumsum(eta[:, None] - steps, 1)]))
    cumulative = np.cumsum(odds / odds.sum(1, keepdims=True), 1)[:, :3]
    return np.asarray((rng.random(len(eta))[:, None] > cumulative).sum(1), dtype=np.int8)


if __name__ == "__main__":
    main()
