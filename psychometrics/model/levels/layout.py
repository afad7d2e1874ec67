"""Parameters shared by all candidates: where each stands in the vector, and its prior.

Signed so that each rating's row holds -1 for severity and difficulty, +1 for means. The last
``top`` entries are the easiness of the steps (minus the steps).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.levels import keys
from psychometrics.model.levels.data import Coded
from psychometrics.model.levels.policy import GLOBAL_TERMS, MIDDLE_TARGET, Priors, Settings
from psychometrics.model.levels.scale import BarPoint, default_steps, meets_the_bar

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions of the shared parameters; ``-1`` where a term is absent."""

    size: int
    interviewers: Codes
    """Distinct interviewer codes."""
    severity: Codes
    """``(J,)`` position of each interviewer's severity; -1 for reference raters."""
    team_severity: int
    criteria: Codes
    """Criterion codes in use."""
    difficulty: Codes
    """``(K',)`` position of each used criterion."""
    parent: Codes
    """``(K',)`` position of the shared part of its versions, -1 for criteria with one version."""
    mean: int
    pools: Codes
    pool: Codes
    """``(O,)`` positions of the pool deviations."""
    profiles: Codes
    """``(M, 2)`` distinct (pool, competency) pairs."""
    profile: Codes
    """``(M,)`` their positions."""
    spacing: int
    """Position of the logits per level, -1 without levels."""
    steps: Codes
    term: Codes
    """``(size,)`` index into ``GLOBAL_TERMS``, -1 for parameters with a prior of their own."""
    share: Floats
    """``(size,)`` this parameter's prior variance as a share of its term's variance."""
    cell: Codes
    """``(n,)`` which row of ``columns`` a rating has: ratings of one criterion by one interviewer in one
    pool share theirs, and panels have far fewer of these than ratings."""
    columns: Codes
    """``(U, E)`` positions touched, ascending, -1 for none (steps left out)."""
    values: Floats
    """``(U, E)`` coefficients there."""


def build(data: Coded, *, levels: bool, priors: Priors) -> Layout:
    """Lay out the shared parameters of one data set."""
    interviewers, by = np.unique(data.interviewer, return_inverse=True)
    criteria, what = np.unique(data.criterion, return_inverse=True)
    pools, where = np.unique(data.pool, return_inverse=True)
    _, first_of, cell = np.unique(keys.joint(by, what, where), return_index=True, return_inverse=True)
    by, what, where = by[first_of], what[first_of], where[first_of]
    pairs = np.stack([pools[where], data.criterion_competency[criteria[what]]], axis=1)
    profiles, profile_of = np.unique(pairs, axis=0, return_inverse=True)
    term: list[int] = []
    share: list[float] = []

    def place(count: int, name: str | None, part: float = 1.0) -> Codes:
        first = len(term)
        term.extend([-1 if name is None else GLOBAL_TERMS.index(name)] * count)
        share.extend([part] * count)
        return np.arange(first, first + count)

    free = ~np.isin(interviewers, data.reference_interviewers)
    severity = np.full(len(interviewers), -1)
    severity[free] = place(int(free.sum()), "severity")
    anchored = not free.all()
    team_severity = int(place(1, None)[0]) if anchored else -1
    families = data.criterion_parent[criteria]
    names, versions = np.unique(families[families >= 0], return_counts=True)
    shared = names[versions > 1]
    own = np.isin(families, shared)
    difficulty = place(len(criteria), "difficulty")
    for k in difficulty[own]:
        share[k] = 1 - priors.version_share
    parents = place(len(shared), "difficulty", priors.version_share)
    parent = np.full(len(criteria), -1)
    parent[own] = parents[np.searchsorted(shared, families[own])] if len(shared) else -1
    mean = int(place(1, None)[0])
    pool = place(len(pools), "pool")
    profile = place(len(profiles), "profile")
    spacing = int(place(1, None)[0]) if levels else -1
    steps = place(data.top, None)
    beyond_target = data.criterion_target[criteria[what]] - MIDDLE_TARGET
    minus, plus = -np.ones(len(what)), np.ones(len(what))
    terms = [
        (severity[by], minus),
        (np.where(free[by], team_severity, -1), minus),
        (difficulty[what], minus),
        (parent[what], minus),
        (np.full(len(what), mean), plus),
        (pool[where], plus),
        (profile[profile_of.ravel()], plus),
        (np.full(len(what), spacing), -beyond_target),
    ]
    used = [(position, value) for position, value in terms if np.any(position >= 0)]
    return Layout(
        size=len(term),
        interviewers=interviewers,
        severity=severity,
        team_severity=team_severity,
        criteria=criteria,
        difficulty=difficulty,
        parent=parent,
        mean=mean,
        pools=pools,
        pool=pool,
        profiles=profiles,
        profile=profile,
        spacing=spacing,
        steps=steps,
        term=np.array(term),
        share=np.array(share),
        cell=cell.astype(np.int64),
        columns=np.stack([position for position, _ in used], axis=1),
        values=np.stack([value for _, value in used], axis=1),
    )


def identity(layout: Layout, data: Coded) -> tuple[Codes, Codes, Codes]:
    """What each shared parameter belongs to, ``(size,)`` each: kind and up to two codes, the same in any data."""
    kind, first, second = (np.full(layout.size, -1) for _ in range(3))

    def name(place: Codes, number: int, code: Codes, other: Codes | None = None) -> None:
        kind[place], first[place] = number, code
        if other is not None:
            second[place] = other

    free, versions = layout.severity >= 0, layout.parent >= 0
    name(layout.severity[free], 0, layout.interviewers[free])
    name(layout.difficulty, 1, layout.criteria)
    name(layout.parent[versions], 2, data.criterion_parent[layout.criteria[versions]])
    name(layout.pool, 3, layout.pools)
    name(layout.profile, 4, layout.profiles[:, 0], layout.profiles[:, 1])
    name(layout.steps, 5, np.arange(len(layout.steps)))
    for number, place in ((6, layout.mean), (7, layout.team_severity), (8, layout.spacing)):
        if place >= 0:
            kind[place] = number
    return kind, first, second


def start(layout: Layout, data: Coded, settings: Settings) -> Floats:
    """Prior means of the shared parameters, where the fit begins."""
    steps = default_steps(data.top, settings.link)
    bar = meets_the_bar(steps, data.meets, settings.link)
    values = np.zeros(layout.size)
    values[layout.steps] = -steps
    values[layout.mean] = bar.eta + (settings.priors.team_level - MIDDLE_TARGET) * bar.width
    if layout.spacing >= 0:
        values[layout.spacing] = bar.width
    return values


def prior(
    layout: Layout, first: Floats, variances: Floats, bar: BarPoint, priors: Priors
) -> tuple[Floats, Floats]:
    """Mean and precision of every shared parameter, given variances of ``GLOBAL_TERMS``."""
    mean = np.where(layout.term >= 0, 0.0, first)
    random = layout.term >= 0
    precision = np.zeros(layout.size)
    precision[random] = 1 / (variances[layout.term[random]] * layout.share[random])
    precision[layout.steps] = priors.step**-2
    precision[layout.mean] = (priors.team_level_sd * bar.width) ** -2
    if layout.team_severity >= 0:
        precision[layout.team_severity] = priors.reference_gap**-2
    if layout.spacing >= 0:
        mean[layout.spacing] = bar.width
        precision[layout.spacing] = (priors.spacing_sd * bar.width) ** -2
    return mean, precision
