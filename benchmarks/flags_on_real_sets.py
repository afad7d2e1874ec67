"""Who is flagged in published rating data, and does a fit without them say the same?

    LOOPWRIGHT_REFERENCE_DATA=folder python -m benchmarks.flags_on_real_sets

Of each set: how many raters are flagged by significance alone, by the rule, and of these how many a refit confirms. It
is made of the ratings of those who are not flagged, and knows nothing of the flagged. Each flagged rater is then held
against it by another method than the flag's: maximum likelihood of severity and effect together, candidates and halo
integrated out over what the others' ratings leave open, with a profile interval. *Confirmed* is whose 90 % interval
lies beyond the minimum as well, *same side* whose estimate does. Of noise it is the infit of the rater's ratings under
the predictions from the others, errors by candidate. The files are not shipped; tests/psychometrics/reference.py names
their sources.
"""

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402
from scipy.optimize import minimize_scalar  # noqa: E402

from psychometrics.model.calibration import Calibration, calibrate  # noqa: E402
from psychometrics.model.calibration.fit_statistics import false_discoveries  # noqa: E402
from psychometrics.model.diagnostics import TESTS, Diagnostics, diagnose  # noqa: E402
from psychometrics.model.thresholds import probabilities  # noqa: E402
from tests.psychometrics import reference  # noqa: E402

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.str_]

SETS = ("ratings1", "ratings3", "diving2000", "AIBS", "guilford1954")
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
FALL = 2.706 / 2  # of the log likelihood, at the ends of a 90 % interval
GRID = 61
RANGE = {"central_tendency": (-2.5, 2.5), "discrimination": (-3.0, 2.0), "halo": (-0.99, 6.0)}


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """One set, ``(n,)`` each."""

    candidate: Labels
    interviewer: Labels
    question: Labels
    score: Floats
    interview: Labels | None

    def fitted(self, rows: npt.NDArray[np.bool_]) -> Calibration:
        """Calibrate some of the ratings."""
        return calibrate(
            self.candidate[rows],
            self.interviewer[rows],
            self.question[rows],
            self.score[rows],
            interview=None if self.interview is None else self.interview[rows],
        )


def main() -> int:
    """Print the tables."""
    argparse.ArgumentParser(
        prog="python -m benchmarks.flags_on_real_sets",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    folder = os.environ.get("LOOPWRIGHT_REFERENCE_DATA")
    if not folder:
        print("error: LOOPWRIGHT_REFERENCE_DATA names no folder with the data", file=sys.stderr)
        return 2
    head = ("set", "ratings", "raters", "significant", "flagged", "same side", "confirmed")
    print(f"{head[0]:<14}" + "".join(f"{cell:>13}" for cell in head[1:]))
    details = []
    for name in SETS:
        ratings = read(name, Path(folder))
        found, flags = judge(ratings)
        details += [f"{name:<14}{line}" for line in flags.lines]
        cells = (len(ratings.score), len(found.interviewer), _significant(found), *flags.counts)
        print(f"{name:<14}" + "".join(f"{cell:>13,}" for cell in cells), flush=True)
    print()
    print(
        f"{'set':<14}{'rater':<10}{'flag':<20}{'effect':>8}{'interval':>18}{'without them':>14}{'interval':>18}"
    )
    print("\n".join(details))
    return 0


def read(name: str, folder: Path) -> Ratings:
    """One reference set."""
    rows = reference.reshape(name, folder)

    def column(key: str) -> Labels:
        return np.array([row[key] for row in rows])

    return Ratings(
        candidate=column("candidate"),
        interviewer=column("interviewer"),
        question=column("question"),
        score=column("score").astype(float),
        interview=column("interview") if "interview" in rows[0] else None,
    )


def _significant(found: Diagnostics) -> int:
    """Raters with anything found at the false discovery rate, of whatever size."""
    p = np.stack([test.p for test in found.tests.values()])
    known = np.isfinite(p)
    hit = np.zeros(p.shape, bool)
    hit[known] = false_discoveries(p[known], found.rate)
    return int(hit.any(0).sum())


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Flagged raters held against a fit without them."""

    counts: tuple[int, int, int]
    """Raters flagged; of these on the same side; confirmed."""
    lines: tuple[str, ...]


def judge(ratings: Ratings) -> tuple[Diagnostics, Confirmed]:
    """Diagnose a set, refit without the flagged and hold these against it."""
    found = diagnose(ratings.fitted(np.ones(len(ratings.score), bool)))
    named = {
        str(label): found.found(place) for place, label in enumerate(found.interviewer) if found.found(place)
    }
    rest = ~np.isin(ratings.interviewer, list(named))
    if not named or len(np.unique(ratings.interviewer[rest])) < 2:
        return found, Confirmed((len(named), 0, 0), ())
    without = ratings.fitted(rest)
    lines, near, sure = [], 0, 0
    for label, flags in named.items():
        sides = []
        for flag in flags:
            name = next(name for name, each in TESTS.items() if flag.word in {each.more, each.less})
            effect, lower, upper = against(ratings, without, label, name)
            sign = np.sign(flag.effect)
            low = min(sign * lower, sign * upper)
            sides.append((sign * effect > flag.minimum, low > flag.minimum))
            lines.append(
                f"{label:<10}{flag.word:<20}{flag.effect:>8.2f}{_interval(flag.lower, flag.upper):>18}"
                f"{effect:>14.2f}{_interval(lower, upper):>18}"
            )
        near += all(same for same, _ in sides)
        sure += all(certain for _, certain in sides)
    return found, Confirmed((len(named), near, sure), tuple(lines))


def _interval(lower: float, upper: float) -> str:
    return f"{lower:.2f} to {upper:.2f}"


def against(ratings: Ratings, without: Calibration, label: str, name: str) -> tuple[float, float, float]:
    """A rater's effect and its 90 % interval beside a fit that does not know the rater."""
    mine = (ratings.interviewer == label) & np.isin(ratings.candidate, without.candidates.label)
    mine &= np.isin(ratings.question, without.questions.label)
    mine &= np.isin(ratings.score, without.categories)
    held = _Held(ratings, without, mine)
    if name == "noise":
        return held.infit(float(np.median(without.interviewers.infit)))
    low, high = RANGE[name]
    if name == "halo":
        low = low * held.halo
    grid = np.linspace(low, high, GRID)
    profile = np.array([held.profile(name, float(value)) for value in grid])
    inside = grid[profile > profile.max() - FALL]
    best = minimize_scalar(
        lambda value: -held.profile(name, value),
        bounds=(inside[0] - (high - low) / GRID, inside[-1] + (high - low) / GRID),
        method="bounded",
    ).x
    return float(best), *(_crossing(grid, profile, side) for side in (0, -1))


def _crossing(grid: Floats, profile: Floats, side: int) -> float:
    """Where the profile falls below the limit, between two points of the grid."""
    limit = profile.max() - FALL
    place = np.flatnonzero(profile > limit)[side]
    beyond = place + (-1 if side == 0 else 1)
    if not 0 <= beyond < len(grid):
        return float(grid[place])
    share = (profile[place] - limit) / (profile[place] - profile[beyond])
    return float(grid[place] + share * (grid[beyond] - grid[place]))


class _Held:
    """One rater's ratings beside a fit of the others'; severity is free, so that origins do not matter."""

    def __init__(self, ratings: Ratings, without: Calibration, mine: npt.NDArray[np.bool_]) -> None:
        people, asked = without.candidates, without.questions
        who = np.searchsorted(people.label, ratings.candidate[mine])
        self._points = np.searchsorted(without.categories, ratings.score[mine])
        self._theta, self._error = people.measure[who], people.se[who]
        self._difficulty = asked.difficulty[np.searchsorted(asked.label, ratings.question[mine])]
        self._steps = without.thresholds
        self.halo = (without.components["halo"] or 0.0) ** 2
        sitting = who if ratings.interview is None else ratings.interview[mine]
        self._unit = np.unique(sitting, return_inverse=True)[1]

    def profile(self, name: str, effect: float) -> float:
        """Log likelihood at an effect, severity at its best."""
        found = minimize_scalar(
            lambda severity: -self._log_likelihood(name, effect, severity), bounds=(-6, 6), method="bounded"
        )
        return -float(found.fun)

    def _shares(self, name: str, effect: float, severity: float, node: float) -> Floats:
        halo = self.halo + (effect if name == "halo" else 0.0)
        eta = self._theta + node * np.sqrt(self._error**2 + max(halo, 0.0)) - self._difficulty
        steps = self._steps
        if name == "discrimination":
            eta = np.exp(effect) * eta
        elif name == "central_tendency":
            steps = steps.mean() + np.exp(effect) * (steps - steps.mean())
        return probabilities(eta - severity, steps)

    def _log_likelihood(self, name: str, effect: float, severity: float) -> float:
        each = np.arange(len(self._points))
        logs = np.stack(
            [
                np.bincount(
                    self._unit,
                    np.log(self._shares(name, effect, severity, node)[self._points, each]),
                )
                for node in NODES
            ]
        )
        top = logs.max(0)
        weights = (WEIGHTS / WEIGHTS.sum())[:, None]
        return float((np.log((weights * np.exp(logs - top)).sum(0)) + top).sum())

    def infit(self, panel: float) -> tuple[float, float, float]:
        """Infit above the panel's, predictions from the others' ratings."""
        severity = minimize_scalar(
            lambda value: -self._log_likelihood("noise", 0.0, value), bounds=(-6, 6), method="bounded"
        ).x
        share = sum(
            weight * self._shares("noise", 0.0, severity, node)
            for node, weight in zip(NODES, WEIGHTS / WEIGHTS.sum(), strict=True)
        )
        scale = np.arange(len(share), dtype=float)
        mean = scale @ share
        due = (scale**2) @ share - mean**2
        square = (self._points - mean) ** 2
        infit = float(square.sum() / due.sum())
        error = float(np.sqrt((np.bincount(self._unit, square - infit * due) ** 2).sum()) / due.sum())
        return infit - panel, infit - panel - 1.645 * error, infit - panel + 1.645 * error


if __name__ == "__main__":
    raise SystemExit(main())
