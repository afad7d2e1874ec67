"""Ratings of a known panel in which some interviewers or questions have an effect of a known size.

The same ``Draws`` with and without the effect differ by the effect alone: every rating is the one that the same chance
would have given, so that what changes between two fits is what the effect did.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.generator import ADJACENT_STEPS, Panel

Floats = npt.NDArray[np.float64]

HALO = 0.5
OF_QUESTIONS = frozenset({"question_drift", "question_fit", "differential_difficulty"})


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """All that is left to chance, once the panel and the effects are known."""

    lean: Floats
    """``(interviews,)`` standard normal, of halo."""
    uniform: Floats
    """``(n,)`` which category."""
    lottery: Floats
    careless: npt.NDArray[np.int8]
    """``(n,)`` whether a careless rater's rating is one at random, and which."""
    focal: npt.NDArray[np.bool_]
    """``(candidates,)`` who belongs to the group some interviewers are harsher to."""


def draws(panel: Panel, rng: np.random.Generator) -> Draws:
    """Chance for one panel."""
    n = len(panel.score)
    return Draws(
        lean=rng.normal(0, 1, int(panel.interview.max()) + 1),
        uniform=rng.random(n),
        lottery=rng.random(n),
        careless=rng.integers(0, 4, n).astype(np.int8),
        focal=rng.random(len(panel.proficiency)) < 0.4,
    )


def owners(panel: Panel, name: str) -> npt.NDArray[np.int32]:
    """``(n,)`` who bears the effect of each rating: the question or the interviewer."""
    return panel.question if name in OF_QUESTIONS else panel.interviewer


def rated(panel: Panel, name: str, size: Floats, chance: Draws) -> npt.NDArray[np.int8]:
    """Ratings 0..3, ``(n,)``; ``size`` is of each interviewer or question.

    Sizes are in the unit of the effect's test. Of noise and question fit it is the share of ratings given at random, of
    overfit the share of ratings that repeat what the others found of the candidate on average.
    """
    by = owners(panel, name)
    effect, steps = size[by], np.tile(ADJACENT_STEPS, (len(by), 1))
    eta = panel.proficiency[panel.candidate] - panel.severity[panel.interviewer]
    eta = eta - panel.difficulty[panel.question]
    halo = np.sqrt(np.maximum(HALO**2 + effect, 0.0)) if name == "halo" else HALO
    eta = eta + halo * chance.lean[panel.interview]
    if name in {"drift", "question_drift"}:
        middle = np.array(
            [np.median(panel.when[by == one]) if (by == one).any() else 0.5 for one in range(len(size))]
        )
        eta = eta + effect * ((panel.when > middle[by]) - 0.5)
    elif name in {"differential_severity", "differential_difficulty"}:
        eta = eta - effect * chance.focal[panel.candidate]
    elif name == "discrimination":
        mean = (np.bincount(by, eta) / np.maximum(np.bincount(by), 1))[by]
        eta = mean + np.exp(effect) * (eta - mean)
    elif name == "central_tendency":
        steps = steps.mean() + np.exp(effect)[:, None] * (steps - steps.mean())
    score = drawn(eta, steps, chance.uniform)
    if name == "overfit":
        score = np.where(chance.lottery < effect, _consensus(panel, score), score).astype(np.int8)
    if name in {"noise", "question_fit"}:
        score = np.where(chance.lottery < effect, chance.careless, score).astype(np.int8)
    return score


def _consensus(panel: Panel, score: npt.NDArray[np.int8]) -> Floats:
    """The candidate's mean score by the other interviewers, to whole points; the own score where there is none."""
    pair = np.unique(np.stack([panel.candidate, panel.interviewer]), axis=1, return_inverse=True)[1].ravel()
    total = np.bincount(panel.candidate, score)[panel.candidate] - np.bincount(pair, score)[pair]
    count = np.bincount(panel.candidate)[panel.candidate] - np.bincount(pair)[pair]
    return np.where(count > 0, np.round(total / np.maximum(count, 1)), score)


def drawn(eta: Floats, steps: Floats, uniform: Floats) -> npt.NDArray[np.int8]:
    """Ratings 0..3 of the rating-scale model."""
    odds = np.exp(np.column_stack([np.zeros(len(eta)), np.cumsum(eta[:, None] - steps, 1)]))
    cumulative = np.cumsum(odds / odds.sum(1, keepdims=True), 1)[:, :3]
    return np.asarray((uniform[:, None] > cumulative).sum(1), dtype=np.int8)
