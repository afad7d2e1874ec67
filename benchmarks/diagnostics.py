"""False alarms and power of the interviewer diagnostics, beside infit alone.

    python -m benchmarks.diagnostics                 power at 30, 60, 120 and 450 ratings
    python -m benchmarks.diagnostics --null 200      false alarms over 200 panels of size S
    python -m benchmarks.diagnostics --null-small 300   the same over 300 panels of each of six small sizes
    python -m benchmarks.diagnostics --smallest      what honest interviewers' ratings would show with 80 %
    python -m benchmarks.diagnostics --truth 5       are estimated effects the true ones, and do intervals cover?
    python -m benchmarks.diagnostics --rule 5        who is flagged, by load and size of the effect in minimums

Power: panels of size M with halo .5; in each, fifteen interviewers per fault are thinned to the load and
their ratings drawn anew with the fault. Infit is the test ``noise``, which most software stops at. The rule: forty
interviewers (or twenty questions) a panel, thinned to the load, have an effect of half, one, two and three times what
matters, ten (or five) of each size.
"""

import argparse
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402

from benchmarks.generator import ADJACENT_STEPS, Panel, simulate  # noqa: E402
from benchmarks.planted_effects import HALO, OF_QUESTIONS, drawn, draws, owners, rated  # noqa: E402
from benchmarks.small_panels import simulate_small  # noqa: E402
from psychometrics.errors import NotEnoughData  # noqa: E402
from psychometrics.model.calibration import Calibration, calibrate  # noqa: E402
from psychometrics.model.diagnostics import (  # noqa: E402
    TESTS,
    Diagnostics,
    diagnose,
    differential_severity,
    question_drift,
    question_fit,
)
from psychometrics.model.flag_policy import DEFAULT_POLICY  # noqa: E402

Floats = npt.NDArray[np.float64]

PLANTED = 15
TRUTH = {
    "drift": 0.8,
    "differential_severity": 0.6,
    "discrimination": 0.3,
    "central_tendency": 0.3,
    "halo": 0.2,
}
SMALL = ((20, 5), (66, 4), (80, 5), (80, 6), (100, 6), (100, 8))  # candidates, interviewers
LOADS = (30, 60, 120, 300, 450)
MULTIPLES = (0.5, 1.0, 2.0, 3.0)  # of the smallest effect that matters
# Of noise what is planted is a share of ratings at random; these shares give infit that lies 1, 2, 3 minimums higher.
LOTTERY = {
    "noise": {0.5: 0.05, 1.0: 0.115, 2.0: 0.30, 3.0: 0.52},
    "question_fit": {0.5: 0.04, 1.0: 0.085, 2.0: 0.20, 3.0: 0.35},
}
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
    parser.add_argument("--rule", type=int, default=0, metavar="PANELS")
    parser.add_argument("--only", default="", help="one effect of those of --truth and --rule")
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
        truth(options.truth, options.only)
    elif options.rule:
        rule(options.rule, options.only)
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


@dataclass(frozen=True, slots=True, eq=False)
class Bearers:
    """What is found about those who have an effect, the planted sign taken out; ``(bearers,)`` each."""

    size: Floats
    """What was planted."""
    effect: Floats
    lower: Floats
    upper: Floats
    flagged: npt.NDArray[np.bool_]

    def covered(self, truth: float) -> float:
        """Share of intervals that hold the truth."""
        known = np.isfinite(self.effect)
        return float(((self.lower <= truth) & (truth <= self.upper))[known].mean())


def truth(panels: int, only: str = "") -> None:
    """Estimates beside the truth: thirty interviewers or questions a panel of size M, half of either sign."""
    print(f"{'effect':<26}{'planted':>10}{'mean':>8}{'+-':>7}{'covered by 90 %':>18}{'flagged':>10}")
    for name in _chosen(only):
        for multiple in MULTIPLES:
            size = multiple * _minimum(name)
            seeds = range(7000, 7000 + panels)
            found = _together([planted_effects(name, (size,), seed) for seed in seeds])
            known = found.effect[np.isfinite(found.effect)]
            error = known.std() / np.sqrt(len(known))
            # Of noise the truth is what many ratings show.
            inside = found.covered(float(known.mean()) if name in LOTTERY else size)
            print(
                f"{name:<26}{size:>10.2f}{known.mean():>8.3f}{error:>7.3f}{inside:>18.3f}"
                f"{found.flagged.mean():>10.3f}",
                flush=True,
            )


def rule(panels: int, only: str = "") -> None:
    """Share flagged, by load and size of the effect in what matters."""
    print(f"{'effect':<26}{'ratings':>8}" + "".join(f"{f'{multiple:g} x':>8}" for multiple in MULTIPLES))
    for name in _chosen(only):
        for load in LOADS:
            sizes = tuple(multiple * _minimum(name) for multiple in MULTIPLES)
            count = 20 if name in OF_QUESTIONS else 40
            found = _together(
                [
                    planted_effects(name, sizes, seed, load=load, bearers=count)
                    for seed in range(8000, 8000 + panels)
                ]
            )
            cells = [float(found.flagged[found.size == size].mean()) for size in sizes]
            print(f"{name:<26}{load:>8}" + "".join(f"{cell:>8.2f}" for cell in cells), flush=True)


def _chosen(only: str) -> list[str]:
    return [name for name in (*TESTS, "differential_severity", *sorted(OF_QUESTIONS)) if only in {"", name}]


def _minimum(name: str) -> float:
    return float(getattr(DEFAULT_POLICY, name))


def _together(parts: list[Bearers]) -> Bearers:
    return Bearers(
        *(
            np.concatenate([getattr(part, column) for part in parts])
            for column in ("size", "effect", "lower", "upper", "flagged")
        )
    )


def planted_effects(
    name: str,
    sizes: tuple[float, ...],
    seed: int,
    *,
    load: int | None = None,
    bearers: int = 2 * PLANTED,
    panel: Panel | None = None,
) -> Bearers:
    """What is found about interviewers or questions with an effect, thinned to ``load`` ratings if given.

    As many have each of the ``sizes``, half of them with the opposite sign. The panel is one of size M unless given.
    """
    panel = panel or simulate("M", halo=HALO, seed=seed)
    rng = np.random.default_rng([seed, load or 0])
    by = owners(panel, name)
    busy = np.flatnonzero(np.bincount(by) >= max(LOADS))
    chosen = rng.choice(busy, bearers, replace=False)
    both = name not in {"halo", *LOTTERY}  # a variance hardly shrinks, and ratings at random scatter more
    sign = np.where(both & (np.arange(bearers) % 2 == 0), -1.0, 1.0)
    size = np.repeat(sizes, bearers // len(sizes))
    planted = np.zeros(int(by.max()) + 1)
    planted[chosen] = sign * [
        LOTTERY[name][round(each / _minimum(name), 1)] if name in LOTTERY else each for each in size
    ]
    kept = np.ones(len(by), bool)
    if load is not None:
        for member in chosen:
            rows = np.flatnonzero(by == member)
            # Questions lose single ratings, interviewers whole interviews.
            unit = rows if name in OF_QUESTIONS else panel.interview[rows]
            kept[rows[~_thinned(unit, load, rng)]] = False
    chance = draws(panel, rng)
    score = rated(panel, name, planted, chance)
    result = calibrated(panel, score, kept)
    if name.startswith("differential"):
        by_whom = SIDES[name.replace("_", " ")]
        apart = differential_severity(result, chance.focal[panel.candidate][kept], by=by_whom)
        found = (apart.difference, apart.lower, apart.upper, apart.flagged)
    elif name == "question_fit":
        fit = question_fit(result)
        found = (fit.effect, fit.lower, fit.upper, fit.flagged)
    else:
        test = (
            question_drift(result, panel.when[kept])
            if name == "question_drift"
            else diagnose(result, when=panel.when[kept]).tests[name]
        )
        found = (test.effect, test.lower, test.upper, test.flagged)
    labels = result.questions.label if name in OF_QUESTIONS else result.interviewers.label
    effect, lower, upper, flagged = (column[np.searchsorted(labels, chosen)] for column in found)
    return Bearers(
        size=size,
        effect=sign * effect,
        lower=np.where(sign < 0, -upper, lower),
        upper=np.where(sign < 0, -lower, upper),
        flagged=flagged & (sign * effect > 0),  # for what was planted, not for its opposite
    )


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
    score = drawn(eta, np.tile(steps, (len(eta), 1)), rng.random(len(eta)))
    if fault == "noise":
        score = np.where(rng.random(len(eta)) < 0.3, rng.integers(0, 4, len(eta)), score)
    return np.asarray(score, dtype=np.int8)


if __name__ == "__main__":
    main()
