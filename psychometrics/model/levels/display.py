"""A run's levels as they may be shown, by the rules of ``psychometrics.model.levels.rules``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from psychometrics import _checks
from psychometrics.errors import BadInput, NotComparable
from psychometrics.model.levels.policy import HIGHEST_LEVEL, LOWEST_LEVEL
from psychometrics.model.levels.posterior import difference_variance
from psychometrics.model.levels.results import LevelCalibration
from psychometrics.model.levels.rules import (
    KAPPA,
    LevelFacts,
    LevelStatus,
    against,
    clamped,
    half_width,
    shown,
    status,
)


@dataclass(frozen=True, slots=True)
class DisplayedLevel:
    """One candidate's level on one competency, ready to be shown.

    ``level``, ``lower`` and ``upper`` are clamped to what the criteria rated can show, and are None
    where ``status`` forbids them. ``at_or_above`` / ``at_or_below`` say that the unclamped level lies
    beyond that bound: print "at or above". The ``model_*`` values are unclamped, for computation.
    """

    candidate: int
    competency: int
    status: LevelStatus
    level: float | None = None
    lower: float | None = None
    upper: float | None = None
    at_or_above: bool = False
    at_or_below: bool = False
    model_level: float | None = None
    model_se: float | None = None
    contrast_se: float | None = None
    floor: float | None = None
    ceiling: float | None = None
    borrowed: float | None = None
    reliability: float | None = None
    own_level: float | None = None
    raw_mean: float | None = None
    fair_average: float | None = None
    ratings: int = 0
    interviewers: int = 0
    sessions: int = 0


@dataclass(frozen=True, slots=True)
class RequirementCheck:
    """A level against the level a role requires.

    ``gap`` = required - level (positive: short of it), None where no point may be shown.
    ``probability`` that the level is below ``required - kappa``; None when not assessed, suppressed,
    or when the criteria rated could not have shown the requirement (``showable`` False).
    ``verdict_supported``: enough interviewers, sessions and reliability for a must-have verdict;
    otherwise say "more evidence".
    """

    required: float
    kappa: float
    gap: float | None
    lower: float | None
    upper: float | None
    probability: float | None
    showable: bool
    verdict_supported: bool


@dataclass(frozen=True, slots=True)
class PooledGap:
    """Weighted mean of required - level over assessed competencies, with its joint interval.

    ``covered`` is the share of the weight that was assessed. All None when nothing was.
    """

    gap: float | None
    se: float | None
    lower: float | None
    upper: float | None
    covered: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Difference between two candidates on one competency, and the chance the first is higher."""

    difference: float
    se: float
    lower: float
    upper: float
    probability: float


def estimate(run: LevelCalibration, candidate: int, competency: int) -> DisplayedLevel:
    """What may be shown of one candidate's level on one competency.

    Raises:
        BadInput: the candidate or the competency is not in the run.
    """
    run.rated(candidate)
    row = run.row(candidate, competency)
    if row is None:
        return DisplayedLevel(candidate, competency, LevelStatus.NOT_ASSESSED)
    t = run.table
    facts = _facts(run, row)
    printed = shown(facts)
    return DisplayedLevel(
        candidate=candidate,
        competency=competency,
        status=facts.status,
        level=printed.level,
        lower=printed.lower,
        upper=printed.upper,
        at_or_above=printed.at_or_above,
        at_or_below=printed.at_or_below,
        model_level=facts.level if facts.is_shown else None,
        model_se=facts.se if facts.is_shown else None,
        contrast_se=_number(t.contrast_se[row]) if facts.is_shown else None,
        floor=facts.floor,
        ceiling=facts.ceiling,
        borrowed=float(t.borrowed[row]),
        reliability=facts.reliability,
        own_level=clamped(float(t.own_level[row]), facts.floor, facts.ceiling) if facts.is_shown else None,
        raw_mean=float(t.raw_mean[row]),
        fair_average=float(t.fair_average[row]),
        ratings=int(t.ratings[row]),
        interviewers=facts.interviewers,
        sessions=facts.sessions,
    )


def _facts(run: LevelCalibration, row: int) -> LevelFacts:
    t = run.table
    return LevelFacts(
        status=status(int(t.ratings[row]), int(t.interviewers[row]), valid=run.scale.valid),
        level=float(t.level[row]),
        se=float(t.se[row]),
        lower=float(t.lower[row]),
        upper=float(t.upper[row]),
        floor=float(t.floor[row]),
        ceiling=float(t.ceiling[row]),
        reliability=float(t.reliability[row]),
        interviewers=int(t.interviewers[row]),
        sessions=int(t.sessions[row]),
    )


def requirement(
    run: LevelCalibration, candidate: int, competency: int, required: float, *, kappa: float = KAPPA
) -> RequirementCheck:
    """Compare a level with the level required.

    ``kappa`` is the tolerance below the requirement that still counts as reaching it. Without one,
    somebody exactly at the requirement would be called short of it half the time.

    Raises:
        BadInput: the candidate or the competency is not in the run, a required level outside 1..5, kappa outside 0..4.
    """
    required = _checks.between(required, "required", LOWEST_LEVEL, HIGHEST_LEVEL)
    kappa = _checks.between(kappa, "kappa", 0.0, HIGHEST_LEVEL - LOWEST_LEVEL)
    run.rated(candidate)
    row = run.row(candidate, competency)
    if row is None:
        return RequirementCheck(required, kappa, None, None, None, None, True, False)
    facts = _facts(run, row)
    found = against(facts, required, kappa=kappa)
    lower = upper = None
    if facts.is_shown and facts.level is not None and facts.se is not None:
        half = half_width(facts.se, run.confidence)
        lower, upper = required - facts.level - half, required - facts.level + half
    return RequirementCheck(
        required=required,
        kappa=kappa,
        gap=found.gap,
        lower=lower,
        upper=upper,
        probability=found.probability,
        showable=found.showable,
        verdict_supported=found.verdict_supported,
    )


def pooled_gap(run: LevelCalibration, candidate: int, weights: ArrayLike, required: ArrayLike) -> PooledGap:
    """Pool the gaps of one candidate by weight, with the joint covariance of the levels.

    ``weights`` and ``required`` are ``(C,)`` by competency code, unrated competencies included; weights of
    assessed competencies are rescaled to sum to 1, and where a weight is 0 nothing needs to be required.
    Treating the competencies as independent would make this far too certain: halo, severity and the scale's
    location are common to all of them.

    Raises:
        BadInput: another length, a weight that is negative or no number, weights that are all 0, a required level
            outside 1..5, or a candidate that is not in the run.
    """
    w, r = (
        _by_competency(run, values, name) for values, name in ((weights, "weights"), (required, "required"))
    )
    w = _checks.finite(w, "weights")
    if np.any(w < 0) or not w.sum() > 0:
        raise BadInput("weights must not be negative, and one must be above 0")
    if not np.all((r[w > 0] >= LOWEST_LEVEL) & (r[w > 0] <= HIGHEST_LEVEL)):
        raise BadInput("required levels must lie between 1 and 5 wherever the weight is above 0")
    person = run.rated(candidate)
    known = w[person.competencies] > 0
    if not run.scale.valid or not known.any():
        return PooledGap(None, None, None, None, 0.0)
    at = person.competencies[known]
    covered = float(w[at].sum() / w.sum())
    share = w[at] / w[at].sum()
    gap = float(share @ (r[at] - person.level[known]))
    se = float(np.sqrt(share @ person.covariance[np.ix_(known, known)] @ share))
    half = half_width(se, run.confidence)
    return PooledGap(gap, se, gap - half, gap + half, covered)


def compare(run: LevelCalibration, first: int, second: int, competency: int) -> Comparison:
    """Compare two candidates on one competency with the variance of their difference.

    A candidate does not differ from themselves: 0, with a standard error of 0 and a probability of .5.

    Raises:
        BadInput: a candidate or the competency is not in the run.
        NotComparable: a candidate was not assessed on it, levels are suppressed, or nothing links them.
    """
    a, b = run.rated(first), run.rated(second)
    if run.row(first, competency) is None or run.row(second, competency) is None:
        raise NotComparable("both candidates need ratings of this competency to be compared")
    if not run.scale.valid:
        raise NotComparable("levels are withheld in this run: see its notices")
    if a is b:
        return Comparison(0.0, 0.0, 0.0, 0.0, 0.5)
    subset = run.links.candidate_subset[np.searchsorted(run.origin.data.candidates, [first, second])]
    if subset[0] != subset[1]:
        raise NotComparable("no interviewer or criterion links these candidates")
    places = [int(np.flatnonzero(person.competencies == competency)[0]) for person in (a, b)]
    place = (places[0], places[1])
    difference = float(a.level[place[0]] - b.level[place[1]])
    se = float(np.sqrt(difference_variance(run.shared_covariance, a, b, place)))
    half = half_width(se, run.confidence)
    return Comparison(difference, se, difference - half, difference + half, float(ndtr(difference / se)))


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _by_competency(run: LevelCalibration, values: ArrayLike, name: str) -> NDArray[np.float64]:
    array = _checks.numbers(_checks.column(values, name), name)
    if len(array) != run.competencies:
        raise BadInput(
            f"{name} needs one entry per competency code, {run.competencies} in all, rated or not; got {len(array)}"
        )
    return array
