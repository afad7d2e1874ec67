"""Does asking the next best question decide sooner than asking any?

    python -m benchmarks.next_best_question [--candidates 500] [--rounds 24] [--seed 1]

A team of ten interviewers and thirty-six questions on six competencies, whose severities and difficulties a history of
candidates has told. New candidates begin with two ratings drawn at random. Then, one rating at a time, either the
question and interviewer are taken that ``next_level_rating`` says lower the expected loss of the decision most, or any
question not asked yet and any interviewer. After each rating everything is fitted again, and the verdict, whether the
weighted level reaches the cut, is compared with the truth. ``k`` says how many times as many further ratings random
choice needs for the accuracy that the best reaches.

Accuracy is of all candidates at that number of ratings; nobody stops early. The standard error is that of a share.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from benchmarks.generator import ADJACENT_STEPS  # noqa: E402
from psychometrics.model import thresholds  # noqa: E402
from psychometrics.model.levels import (  # noqa: E402
    LevelCalibration,
    LevelRatings,
    calibrate_levels,
    next_level_rating,
)
from psychometrics.model.levels.scale import meets_the_bar  # noqa: E402

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]

INTERVIEWERS, HISTORY, EARLY, MEETS = 10, 120, 2, 2
TARGETS = (2, 3, 3, 4, 4, 5)
"""Of the questions on each competency."""
WEIGHTS = np.array([0.30, 0.22, 0.18, 0.14, 0.10, 0.06])
MEAN_LEVEL = 3.0
GENERAL, COMPETENCY, SEVERITY, DIFFICULTY, HALO, PERFORMANCE = 0.7, 0.6, 0.6, 0.5, 0.45, 0.45
#: Questions and interviewers looked at for each rating are all there are; a cut moved by so little tells which side.
_NUDGE = 1e-3


@dataclass(frozen=True)
class World:
    """The truth: candidates in rows, history first."""

    theta: Floats
    severity: Floats
    difficulty: Floats
    halo: Floats
    performance: Floats
    competency: Codes
    target: Codes
    spacing: float
    bar: float

    @property
    def level(self) -> Floats:
        """``(N, C)`` true levels."""
        return 3 + (self.theta - self.bar) / self.spacing

    def answers(self, rng: np.random.Generator, who: Codes, by: Codes, what: Codes) -> Codes:
        """Draw scores 0 to 3."""
        eta = self.theta[who, self.competency[what]] - self.severity[by] - self.difficulty[what]
        eta -= self.spacing * (self.target[what] - 3)
        eta += self.halo[who, by] + self.performance[who, what]
        chances = np.cumsum(thresholds.probabilities(eta, ADJACENT_STEPS), axis=0)[:-1]
        return np.asarray((rng.random(len(eta)) > chances).sum(0))


def world(rng: np.random.Generator, candidates: int) -> World:
    """Draw the truth of a history and of ``candidates`` new ones."""
    people, competencies = HISTORY + candidates, len(WEIGHTS)
    bar = meets_the_bar(ADJACENT_STEPS, MEETS)
    questions = competencies * len(TARGETS)
    theta = bar.eta + (MEAN_LEVEL - 3) * bar.width + rng.normal(0, GENERAL, (people, 1))
    return World(
        theta=theta + rng.normal(0, COMPETENCY, (people, competencies)),
        severity=rng.normal(0, SEVERITY, INTERVIEWERS),
        difficulty=rng.normal(0, DIFFICULTY, questions),
        halo=rng.normal(0, HALO, (people, INTERVIEWERS)),
        performance=rng.normal(0, PERFORMANCE, (people, questions)),
        competency=np.repeat(np.arange(competencies), len(TARGETS)),
        target=np.tile(TARGETS, competencies),
        spacing=bar.width,
        bar=bar.eta,
    )


def asked(
    given: World, rng: np.random.Generator, who: Codes, by: Codes, what: Codes, session: Codes
) -> LevelRatings:
    """Ratings of these people on these questions."""
    return LevelRatings(
        candidate=who,
        session=session,
        interviewer=by,
        criterion=what,
        score=given.answers(rng, who, by, what),
        criterion_competency=given.competency,
        criterion_target=given.target,
        pool=(who >= HISTORY).astype(np.int64),
    )


def history(given: World, rng: np.random.Generator) -> LevelRatings:
    """Everybody of the history on twelve questions, two interviewers on each."""
    rows = [
        (person, judge, question, place // 3)
        for person in range(HISTORY)
        for place, question in enumerate(rng.permutation(len(given.target))[:12].tolist())
        for judge in rng.permutation(INTERVIEWERS)[:2].tolist()
    ]
    who, by, what, session = np.array(rows).T
    return asked(given, rng, who, by, what, session)


def joined(parts: Sequence[LevelRatings]) -> LevelRatings:
    """Several sets of ratings as one."""
    names = ("candidate", "session", "interviewer", "criterion", "score", "pool")
    columns = {name: np.concatenate([np.asarray(getattr(part, name)) for part in parts]) for name in names}
    return replace(parts[0], **columns)


def any_of(rng: np.random.Generator, heard: list[set[int]], questions: int) -> tuple[Codes, Codes]:
    """Interviewer and question for each new candidate, drawn."""
    free = [sorted(set(range(questions)) - each) for each in heard]
    return rng.integers(0, INTERVIEWERS, len(heard)), np.array([rng.choice(each) for each in free])


def best_of(run: LevelCalibration, cut: float, heard: list[set[int]], questions: int) -> tuple[Codes, Codes]:
    """Those that lower the expected loss of the verdict most."""
    people, chosen = [], []
    for number, known in enumerate(heard):
        told = next_level_rating(
            run,
            HISTORY + number,
            weights=WEIGHTS,
            cut=cut,
            criteria=np.array(sorted(set(range(questions)) - known)),
        )
        assert told.loss_after is not None  # noqa: S101 -- there is a cut
        judge, question = np.unravel_index(int(told.loss_after.argmin()), told.loss_after.shape)
        people.append(int(told.interviewers[judge]))
        chosen.append(int(told.questions[question]))
    return np.array(people), np.array(chosen)


def right(run: LevelCalibration, given: World, cut: float, candidates: int) -> float:
    """Share of verdicts on the right side of the cut."""
    truth = given.level[HISTORY:] @ WEIGHTS > cut
    said = np.zeros(candidates, bool)
    for number in range(candidates):
        loss = [
            next_level_rating(
                run, HISTORY + number, weights=WEIGHTS, cut=at, interviewers=[0], criteria=[0]
            ).loss
            or 0.0
            for at in (cut, cut + _NUDGE)
        ]
        # Above the cut, a higher one is the more doubtful.
        said[number] = loss[1] > loss[0]
    return float((said == truth).mean())


def accuracy(given: World, candidates: int, rounds: int, *, best: bool, seed: int) -> list[float]:
    """Share of right verdicts after the early ratings and after each further one."""
    rng = np.random.default_rng([seed, 1])
    questions, cut = len(given.target), MEAN_LEVEL
    parts = [history(given, rng)]
    heard: list[set[int]] = [set() for _ in range(candidates)]
    who, found = HISTORY + np.arange(candidates), []
    # The same early ratings in both arms, and then answers of their own.
    for turn in range(EARLY + rounds):
        if turn == EARLY:
            rng = np.random.default_rng([seed, 2, best])
        if turn >= EARLY:
            run = calibrate_levels(joined(parts))
            found.append(right(run, given, cut, candidates))
        if best and turn >= EARLY:
            by, what = best_of(run, cut, heard, questions)
        else:
            by, what = any_of(rng, heard, questions)
        for known, question in zip(heard, what.tolist(), strict=True):
            known.add(question)
        parts.append(asked(given, rng, who, by, what, np.full(candidates, 100 + turn)))
    found.append(right(calibrate_levels(joined(parts)), given, cut, candidates))
    return found


def needed(curve: Sequence[float], wanted: float) -> float | None:
    """Further ratings at which ``curve``, made to rise, reaches ``wanted``; None where it never does."""
    rising = np.maximum.accumulate(curve)
    if wanted > rising[-1]:
        return None
    place = int(np.argmax(rising >= wanted))
    if place == 0:
        return 0.0
    low, high = rising[place - 1], rising[place]
    return place - 1 + float((wanted - low) / (high - low))


def main() -> None:
    """Print accuracy by the number of further ratings, and k."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--candidates", type=int, default=500)
    parser.add_argument(
        "--rounds", type=int, default=24, help="further ratings by random choice; the best gets half"
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    given = world(np.random.default_rng([options.seed, 0]), options.candidates)
    chosen = accuracy(given, options.candidates, options.rounds // 2, best=True, seed=options.seed)
    drawn = accuracy(given, options.candidates, options.rounds, best=False, seed=options.seed)
    print("| further ratings | best, % right | se | random, % right | random needs | k |")
    print("|---|---|---|---|---|---|")
    for number, share in enumerate(drawn):
        if number >= len(chosen):
            print(f"| {number} | | | {100 * share:.1f} | | |")
            continue
        best = chosen[number]
        error = 100 * float(np.sqrt(best * (1 - best) / options.candidates))
        wanted = needed(drawn, best)
        said = f"over {options.rounds}" if wanted is None else f"{wanted:.1f}"
        ratio = (
            ""
            if number == 0
            else f"over {options.rounds / number:.1f}"
            if wanted is None
            else f"{wanted / number:.1f}"
        )
        print(f"| {number} | {100 * best:.1f} | {error:.1f} | {100 * share:.1f} | {said} | {ratio} |")


if __name__ == "__main__":
    main()
