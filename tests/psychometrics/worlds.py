"""Simulated panels with known truth, for the level model.

The loop: six conversations of two or three criteria each, fifteen criteria on six competencies with
target levels 3 and 4, a fixed number of interviewers in every conversation, some ratings missing.
"""

from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psychometrics.model import thresholds
from psychometrics.model.levels import LevelCalibration, LevelRatings, calibrate_levels, scale
from psychometrics.model.thresholds import Link
from tests.psychometrics.panels import STEPS, rate

Floats = NDArray[np.float64]

COMPETENCIES = ((0, 1), (0, 2, 3), (1, 2, 4), (0, 3), (1, 4, 5), (2, 3))
TARGETS = ((3, 3), (3, 3, 4), (4, 4, 3), (4, 4), (3, 3, 4), (3, 3))
REQUIRED = np.array([4.0, 4, 4, 3, 3, 3])
WEIGHTS = np.array([0.25, 0.2, 0.2, 0.15, 0.1, 0.1])


@dataclass(frozen=True)
class Truth:
    """True sds in logits, and what else makes one world differ from another."""

    general: float = 0.7
    competency: float = 0.6
    profile: float = 0.4
    severity: float = 0.6
    difficulty: float = 0.5
    halo: float = 0.45
    performance: float = 0.45
    level: float = 2.85
    """Mean level of the pool."""
    spacing: float = 1.0
    """Logits per level, in widths of a scale point."""
    targets: tuple[tuple[int, ...], ...] = field(default=TARGETS)
    link: Link = "acl"
    own_steps: float = 0.0
    """Of the criteria's own steps around the common ones."""
    pools: tuple[float, ...] = (0.0,)
    """Logits each pool stands above the mean; candidates go to them in turn."""


@dataclass(frozen=True)
class World:
    """Ratings and the levels behind them."""

    ratings: LevelRatings
    level: Floats
    """``(N, C)`` true levels."""
    severity: Floats
    difficulty: Floats


def widths(link: Link = "acl") -> tuple[float, float]:
    """Eta of "meets the bar" and the width of a scale point for the true steps."""
    low, bar = thresholds.eta_at([1.0, 2.0], scale.default_steps(len(STEPS), link), link=link)
    return float(bar), float(bar - low)


def panel(
    rng: np.random.Generator,
    candidates: int,
    *,
    interviewers: int | None = None,
    per_session: int = 2,
    missing: float = 0.08,
    lightest: float = 1.0,
    truth: Truth | None = None,
) -> World:
    """One opening whose candidates all meet the loop above.

    Criteria get likelihood weights between ``lightest`` and 1.
    """
    true = truth or Truth()
    people = interviewers or min(max(6, round(candidates / 4)), 40)
    of_session = np.repeat(np.arange(len(COMPETENCIES)), [len(c) for c in COMPETENCIES])
    competency = np.concatenate(COMPETENCIES)
    target = np.concatenate(true.targets)
    bar, width = widths(true.link)
    spacing = true.spacing * width
    profile = rng.normal(0, true.profile, len(REQUIRED))
    person = rng.normal(0, true.general, (candidates, 1))
    person = person + rng.normal(0, true.competency, (candidates, len(REQUIRED)))
    pool = np.arange(candidates) % len(true.pools)
    theta = bar + (true.level - 3) * spacing + profile + person + np.array(true.pools)[pool][:, None]
    severity = rng.normal(0, true.severity, people)
    difficulty = rng.normal(0, true.difficulty, len(target))
    halo = rng.normal(0, true.halo, (candidates, people))
    performance = rng.normal(0, true.performance, (candidates, len(target)))
    rows = []
    for i in range(candidates):
        for s in range(len(COMPETENCIES)):
            for j in rng.permutation(people)[:per_session]:
                rows += [(i, s, j, k) for k in np.flatnonzero(of_session == s)]
    who, session, by, what = np.array(rows).T
    eta = theta[who, competency[what]] - severity[by] - spacing * (target[what] - 3) - difficulty[what]
    eta += halo[who, by] + performance[who, what]
    own = rng.normal(0, true.own_steps, (len(STEPS), len(target))) if true.own_steps else None
    score = rate(eta, rng) if own is None and true.link == "acl" else _drawn(eta, own, what, true.link, rng)
    kept = rng.random(len(eta)) >= missing
    ratings = LevelRatings(
        candidate=who[kept],
        session=session[kept],
        interviewer=by[kept],
        criterion=what[kept],
        score=score[kept],
        criterion_competency=competency,
        criterion_target=target,
        weight=rng.uniform(lightest, 1.0, len(target))[what[kept]] if lightest < 1 else None,
        pool=pool[who[kept]] if len(true.pools) > 1 else None,
    )
    return World(ratings, 3 + (theta - bar) / spacing, severity, difficulty)


def _drawn(
    eta: Floats, own: Floats | None, criterion: NDArray[np.int64], link: Link, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Scores on steps of the criteria's own, or of another link; in order where logits are cumulative."""
    steps = scale.default_steps(len(STEPS), link)[:, None] + (0.0 if own is None else own)
    each = (np.sort(steps, axis=0) if link == "cl" else steps)[
        :, criterion if own is not None else [0] * len(eta)
    ]
    below = np.cumsum(thresholds.probabilities(eta, each, link=link), axis=0)[:-1]
    return np.asarray((rng.random(len(eta)) > below).sum(0))


def with_vignettes(
    rng: np.random.Generator, world: World, count: int, truth: Truth, *, error: float = 0.3
) -> LevelRatings:
    """The ratings and those of ``count`` vignettes, codes beyond the candidates', rated by every interviewer.

    Vignettes were written to show levels from 2 to 4 and miss them by ``error`` (sd, levels).
    """
    given = world.ratings
    competency, target = np.asarray(given.criterion_competency), np.asarray(given.criterion_target)
    bar, width = widths()
    spacing, people = truth.spacing * width, len(world.severity)
    level = rng.choice([2.0, 3.0, 4.0], (count, len(REQUIRED)))
    theta = bar + (level - 3 + rng.normal(0, error, level.shape)) * spacing
    which, by, what = (index.ravel() for index in np.indices((count, people, len(target))))
    eta = theta[which, competency[what]] - world.severity[by] - spacing * (target[what] - 3)
    eta += rng.normal(0, truth.halo, (count, people))[which, by] - world.difficulty[what]
    eta += rng.normal(0, truth.performance, (count, len(target)))[which, what]
    first = int(np.max(np.asarray(given.candidate))) + 1
    session = np.repeat(np.arange(len(COMPETENCIES)), [len(c) for c in COMPETENCIES])[what]
    columns = {
        "candidate": first + which,
        "session": session,
        "interviewer": by,
        "criterion": what,
        "score": rate(eta, rng),
    }
    both: dict[str, Any] = {
        name: np.concatenate([np.asarray(getattr(given, name)), column]) for name, column in columns.items()
    }
    known = {(first + v, c): float(level[v, c]) for v, c in np.ndindex(level.shape)}
    return replace(given, known_levels=known, **both)


def selected(ratings: LevelRatings, rows: NDArray[np.bool_] | NDArray[np.intp]) -> LevelRatings:
    """Some of the ratings, or the same in another order."""
    names = ("candidate", "session", "interviewer", "criterion", "score", "weight", "pool", "opening")
    columns = {name: getattr(ratings, name) for name in names}
    chosen: dict[str, Any] = {
        name: np.asarray(column)[rows] for name, column in columns.items() if column is not None
    }
    return replace(ratings, **chosen)


def shuffled(world: World, rng: np.random.Generator) -> World:
    """The same ratings in another order."""
    order = rng.permutation(len(np.asarray(world.ratings.score)))
    return replace(world, ratings=selected(world.ratings, order))


@cache
def known(
    seed: int,
    candidates: int,
    *,
    interviewers: int | None = None,
    per_session: int = 2,
    lightest: float = 1.0,
) -> World:
    """The same panel for all tests of a process; nobody may write to it."""
    rng = np.random.default_rng(seed)
    world = panel(rng, candidates, interviewers=interviewers, per_session=per_session, lightest=lightest)
    for part in (world, world.ratings):
        for each in fields(part):
            value = getattr(part, each.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
    return world


@cache
def fitted(seed: int, candidates: int, *, interviewers: int | None = None) -> LevelCalibration:
    """The run of a ``known`` panel, fitted once a process."""
    return calibrate_levels(known(seed, candidates, interviewers=interviewers).ratings)
