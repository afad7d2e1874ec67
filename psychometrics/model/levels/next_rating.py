"""What one more rating would tell of a candidate's levels, by every interviewer on every criterion.

What is asked about is a weighted mean ``t`` of the candidate's levels, over competencies rated or not. A rating by
interviewer ``j`` on criterion ``k``, in a conversation of its own, observes ``theta_c + g_j - rho_j - Delta (L_k - 3)
- delta_k - tau_l``. The candidate's effects ``u`` and the shared parameters ``b`` have the joint posterior of
``algebra``: of two quantities with coefficients ``a`` on the one and ``x`` on the other, ``r = x - W' a``,

    Cov(s, t) = a_s' B^-1 a_t + r_s' Cov(b) r_t,

and what is new (a competency never rated, an interviewer never met) stands at its prior.
:mod:`psychometrics.model.one_rating` says what follows of that. Variance components are held: what not knowing them
adds to an interval is not reduced by one rating.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from psychometrics import _checks
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.model.calibration.next_rating import NextRating
from psychometrics.model.levels import examined, structure
from psychometrics.model.levels import fit as fitting
from psychometrics.model.levels.layout import Layout
from psychometrics.model.levels.policy import MIDDLE_TARGET
from psychometrics.model.levels.posterior import CandidatePosterior
from psychometrics.model.levels.results import LevelCalibration
from psychometrics.model.levels.scale import meets_the_bar
from psychometrics.model.one_rating import expected_loss, information, variance_after

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Quantities:
    """``s`` quantities by their coefficients on the candidate's effects and on the shared parameters."""

    effects: Floats
    """``(s, m)``"""
    shared: Floats
    """``(s, P)``"""

    def at(self, places: Codes) -> _Quantities:
        """Some of them."""
        return _Quantities(self.effects[places], self.shared[places])


@dataclass(frozen=True, slots=True)
class _Person:
    """A candidate's effects with those that are new; ``m`` in all."""

    value: Floats
    """``(m,)``"""
    inverse: Floats
    """``(m, m)`` B^-1, new effects at their priors."""
    follows: Floats
    """``(m, P)`` W."""
    competency: Codes
    """``(competencies,)`` place of each competency's deviation; the general factor stands first."""
    halo: Codes
    """``(J,)`` place of each interviewer's halo, -1 for those never met."""
    means: Floats
    """``(competencies, P)`` shared means, in proportion to the pools of the candidate's ratings."""

    def beside(self, of: _Quantities) -> Floats:
        """``r``, ``(s, P)``."""
        return np.asarray(of.shared - of.effects @ self.follows)


def next_level_rating(
    run: LevelCalibration,
    candidate: int,
    *,
    weights: ArrayLike | None = None,
    cut: float | None = None,
    contrast: bool = False,
    rating_weight: ArrayLike = 1.0,
    interviewers: ArrayLike | None = None,
    criteria: ArrayLike | None = None,
) -> NextRating:
    """What one more rating of ``candidate`` would tell of the weighted mean of the levels.

    Args:
        run: a calibration of levels.
        candidate: code of somebody in it.
        weights: ``(competencies,)``, not negative, rescaled to sum to 1; equal over those rated when left out.
        cut: the mean level a verdict is about; without it losses are left out.
        contrast: against the mean of the candidates linked with this one, as panels that nothing anchors are
            compared; the cut is then such a difference.
        rating_weight: likelihood weight of the new rating, in (0, 1]: one for all, or one a criterion asked about.
        interviewers: codes of those who might rate, none twice; everybody in the run when left out.
        criteria: codes of what they might rate, none twice; all criteria of the run when left out.

    Returns:
        The result of ``next_rating``, in levels; interviewers and questions (criteria) are codes.

    Raises:
        BadInput: an unknown candidate, interviewer or criterion; weights, a cut or a rating's weight that cannot be
            meant.
        NotEnoughData: nobody to compare the candidate with.
    """
    known = run.rated(candidate)
    wanted = _shares(run, known, weights)
    if cut is not None:
        cut = float(_checks.finite(np.atleast_1d(cut), "cut")[0])
    placed = run.origin.layout
    among = _Among(
        _places(placed.interviewers, interviewers, "interviewers"),
        _places(placed.criteria, criteria, "criteria"),
    )
    worth = _worth(rating_weight, len(among.criteria))
    person = _person(run, known)
    asked = _asked(run, known, person, wanted, _others(run, known, wanted) if contrast else None)
    mean, noise = asked.mean, asked.noise + float((asked.moved**2).sum())
    before, after = _variances(run, person, asked.target, among, worth)
    now, after = before + noise, after + noise
    return NextRating(
        candidate=candidate,
        interviewers=placed.interviewers[among.interviewers],
        questions=placed.criteria[among.criteria],
        se=float(np.sqrt(now)),
        se_after=np.sqrt(after),
        loss=None if cut is None else float(ndtr(-abs(mean - cut) / np.sqrt(now))),
        loss_after=None if cut is None else expected_loss(mean - cut, now, after),
    )


def _shares(run: LevelCalibration, known: CandidatePosterior, given: ArrayLike | None) -> Floats:
    """The weights as shares, ``(competencies,)``."""
    weights = np.zeros(run.competencies)
    weights[known.competencies] = 1.0
    if given is not None:
        weights = _checks.finite(given, "weights")
    if weights.shape != (run.competencies,) or np.any(weights < 0) or not weights.sum() > 0:
        raise BadInput(
            f"weights must be {run.competencies} numbers, one a competency, none negative, not all 0"
        )
    return np.asarray(weights / weights.sum())


@dataclass(frozen=True, slots=True)
class _Among:
    """Places, among those of the run, of the interviewers ``(J,)`` and criteria ``(K,)`` that are asked about."""

    interviewers: Codes
    criteria: Codes


def _places(codes: Codes, given: ArrayLike | None, name: str) -> Codes:
    """Where the codes ``given`` stand among ``codes``, which are in order; all of them without any."""
    if given is None:
        return np.arange(len(codes))
    wanted = np.atleast_1d(given)
    if not len(wanted) or not np.isin(wanted, codes).all() or len(np.unique(wanted)) < len(wanted):
        raise BadInput(f"{name} must be codes of the run, at least one and none twice")
    return np.searchsorted(codes, wanted)


def _worth(given: ArrayLike, criteria: int) -> Floats:
    """The new rating's weight by criterion, ``(K,)``."""
    weight = _checks.finite(np.atleast_1d(given), "rating_weight")
    if weight.shape not in {(1,), (criteria,)} or np.any(weight <= 0) or np.any(weight > 1):
        raise BadInput("rating_weight must be a number, or one a criterion, each above 0 and not above 1")
    return np.broadcast_to(weight, (criteria,))


def _person(run: LevelCalibration, known: CandidatePosterior) -> _Person:
    """Eliminate one candidate again at the values of the run, and append what is new."""
    data, placed, state = run.origin.data, run.origin.layout, run.origin.state
    rows = np.repeat(data.candidates == known.candidate, np.diff(data.starts))
    mine, near = data.of(data.candidates == known.candidate), replace(placed, cell=placed.cell[rows])
    own = replace(state, own=state.own[rows], spread=state.spread[rows])
    indexed = structure.build(mine, near)
    moments = fitting.moments_at(mine, near, own, run.settings.link)
    held = np.maximum(moments.information, 1e-300)
    (one,) = examined.eliminated(near, indexed, own, held, moments.cross / held)
    old, count = len(one.inverse), run.competencies
    new = np.setdiff1d(np.arange(count), indexed.competencies)
    place = np.zeros(count, np.int64)
    place[indexed.competencies] = 1 + np.arange(len(indexed.competencies))
    place[new] = old + np.arange(len(new))
    pools, often = np.unique(mine.pool, return_counts=True)
    usual = int(pools[often.argmax()])
    means = np.zeros((count, placed.size))
    inverse = np.zeros((old + len(new), old + len(new)))
    inverse[:old, :old] = one.inverse
    for c in range(count):
        where = mine.pool[mine.competency == c] if c not in new else np.array([usual])
        means[c] = np.mean([_mean(placed, pool, c) for pool in where.tolist()], axis=0)
        if c in new:
            unknown = state.variances["profile"] if not means[c, placed.profile].any() else 0.0
            inverse[place[c], place[c]] = state.variances["competency"] + unknown
    follows = np.zeros((len(inverse), placed.size))
    follows[:old, one.columns] = one.follows
    value = np.zeros(len(inverse))
    value[:old] = one.inverse @ (one.effects.T @ (held * (own.own + moments.score / held)))
    met = np.unique(mine.interviewer)
    halo = np.full(len(placed.interviewers), -1)
    halo[np.searchsorted(placed.interviewers, met)] = one.base + np.arange(len(met))
    return _Person(value, inverse, follows, place, halo, means)


def _mean(placed: Layout, pool: int, competency: int) -> Floats:
    """Coefficients ``(P,)`` of a pool's mean on a competency; without a profile where it was never rated there."""
    row = np.zeros(placed.size)
    row[[placed.mean, int(placed.pool[np.searchsorted(placed.pools, pool)])]] = 1.0
    row[placed.profile[(placed.profiles[:, 0] == pool) & (placed.profiles[:, 1] == competency)]] = 1.0
    return row


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked about."""

    target: _Quantities
    mean: float
    noise: float
    """Variance, in levels squared, that comes of other candidates' ratings alone."""
    moved: Floats
    """``(sources,)`` as in ``CandidatePosterior``."""


def _asked(
    run: LevelCalibration, known: CandidatePosterior, person: _Person, wanted: Floats, others: _Others | None
) -> _Asked:
    """The weighted mean of levels, or what sets it apart from the others'."""
    placed, scale, shared = run.origin.layout, run.scale, run.origin.state.shared
    theta = person.means @ shared + person.value[0] + person.value[person.competency]
    level = MIDDLE_TARGET + (theta - scale.bar) / scale.spacing
    kept = wanted if others is None else wanted * others.kept
    effects = np.zeros(len(person.value))
    effects[0] = kept.sum()
    effects[person.competency] = kept
    row = kept @ person.means
    row[placed.steps] += kept.sum() * meets_the_bar(scale.steps, scale.meets, run.settings.link).pull
    if placed.spacing >= 0:
        row[placed.spacing] -= kept @ (level - MIDDLE_TARGET)
    unit = np.sqrt(_stretch(known, person))
    target = _Quantities(effects[None] * unit, row[None] * unit)
    mean, moved = float(kept @ level), kept[known.competencies] @ known.moved.T
    if others is None:
        return _Asked(target, mean, 0.0, moved)
    # A new effect of the candidate's own has no part in the others' gradients: these stand as they are.
    apart = replace(target, shared=target.shared - others.shared)
    return _Asked(apart, mean - others.mean, others.noise, moved - others.moved)


def _stretch(known: CandidatePosterior, person: _Person) -> float:
    """Levels squared a logit squared: over 1 / spacing squared where a run carries its unit's error in full."""
    first = person.competency[known.competencies[0]]
    inverse = person.inverse
    variance = inverse[0, 0] + 2 * inverse[0, first] + inverse[first, first]
    return float(known.own[0, 0] / variance)


@dataclass(frozen=True, slots=True)
class _Others:
    """The weighted mean of the candidates linked with one, without the one's own part in it."""

    kept: Floats
    """``(competencies,)`` what is left of the candidate's own level once the mean is taken off it."""
    shared: Floats
    """``(P,)`` gradient."""
    mean: float
    noise: float
    moved: Floats


def _others(run: LevelCalibration, known: CandidatePosterior, wanted: Floats) -> _Others:
    """Means by competency over the candidates linked with ``known``. Raises NotEnoughData where there are none."""
    codes, subset = run.origin.data.candidates, run.links.candidate_subset
    linked = subset == subset[np.searchsorted(codes, known.candidate)]
    people = [one for one, near in zip(run.people, linked.tolist(), strict=True) if near]
    count = np.zeros(run.competencies)
    for one in people:
        count[one.competencies] += 1
    mine = np.isin(np.arange(run.competencies), known.competencies)
    if np.any((wanted > 0) & (count - mine < 1)):
        raise NotEnoughData("nobody linked with the candidate was rated on a competency asked about")
    share = wanted / np.maximum(count, 1)
    shared, moved = np.zeros(len(run.shared_covariance)), np.zeros(len(known.moved))
    mean = noise = 0.0
    for one in people:
        if one.candidate == known.candidate:
            continue
        part = share[one.competencies]
        shared[one.columns] += part @ one.gradient
        mean += float(part @ one.level)
        noise += float(part @ one.own @ part)
        moved += one.moved @ part
    return _Others(1 - mine / np.maximum(count, 1), shared, mean, noise, moved)


def _variances(
    run: LevelCalibration, person: _Person, target: _Quantities, among: _Among, worth: Floats
) -> tuple[float, Floats]:
    """Variance of what is asked about now, and after each rating ``(J, K)``, to the first order."""
    placed, state, covariance = run.origin.layout, run.origin.state, run.shared_covariance
    by = _interviewers(placed, person).at(among.interviewers)
    on, steps = _criteria(run, person).at(among.criteria), _steps(placed, person)
    effects = np.concatenate([by.effects, on.effects, steps.effects])
    beside = np.concatenate([person.beside(each) for each in (by, on, steps)])
    both = effects @ person.inverse @ effects.T + beside @ covariance @ beside.T
    asked = person.beside(target)[0]
    toward = effects @ person.inverse @ target.effects[0] + beside @ covariance @ asked
    now = float(target.effects[0] @ person.inverse @ target.effects[0] + asked @ covariance @ asked)
    judges, criteria, own = len(by.shared), len(on.shared), np.diag(both)
    j, k, step = slice(0, judges), slice(judges, judges + criteria), slice(judges + criteria, None)
    stranger = np.where(person.halo[among.interviewers] < 0, state.variances["halo"], 0.0)
    base = (own[j] + stranger)[:, None] + own[k] + 2 * both[j, k]
    with_steps = both[j, step][:, None] + both[k, step]
    joint = base[..., None, None] + with_steps[..., :, None] + with_steps[..., None, :] + both[step, step]
    eta = _expected(by, person, state.shared)[:, None] + _expected(on, person, state.shared)
    told = information(eta, base, _each_on_its_steps(run, among, eta.shape), run.settings.link)
    pull = toward[j][:, None, None] + toward[k][:, None] + toward[step]
    return now, variance_after(now, pull, joint, worth[:, None, None] * told)


def _each_on_its_steps(run: LevelCalibration, among: _Among, shape: tuple[int, ...]) -> Floats:
    """Steps ``(L,)``, or ``(L, J, K)`` where criteria have their own."""
    if run.criteria.steps is None:
        return run.scale.steps
    own = run.criteria.steps[among.criteria]
    return np.broadcast_to(own.T[:, None, :], (own.shape[1], *shape))


def _expected(of: _Quantities, person: _Person, shared: Floats) -> Floats:
    return np.asarray(of.effects @ person.value + of.shared @ shared)


def _interviewers(placed: Layout, person: _Person) -> _Quantities:
    """What an interviewer brings to a rating: severity, and halo where they have met."""
    judges = len(placed.interviewers)
    effects, shared = np.zeros((judges, len(person.value))), np.zeros((judges, placed.size))
    met, free = np.flatnonzero(person.halo >= 0), np.flatnonzero(placed.severity >= 0)
    effects[met, person.halo[met]] = 1.0
    shared[free, placed.severity[free]] = -1.0
    if placed.team_severity >= 0:
        shared[free, placed.team_severity] = -1.0
    return _Quantities(effects, shared)


def _criteria(run: LevelCalibration, person: _Person) -> _Quantities:
    """What a criterion brings to it: the candidate's proficiency on its competency, less its difficulty."""
    placed, data = run.origin.layout, run.origin.data
    competency = data.criterion_competency[placed.criteria]
    every = np.arange(len(placed.criteria))
    effects = np.zeros((len(every), len(person.value)))
    effects[:, 0] = 1.0
    effects[every, person.competency[competency]] = 1.0
    shared = person.means[competency].copy()
    shared[every, placed.difficulty] = -1.0
    versions = placed.parent >= 0
    shared[every[versions], placed.parent[versions]] = -1.0
    if placed.spacing >= 0:
        shared[:, placed.spacing] -= data.criterion_target[placed.criteria] - MIDDLE_TARGET
    return _Quantities(effects, shared)


def _steps(placed: Layout, person: _Person) -> _Quantities:
    """The easiness of each step."""
    shared = np.zeros((len(placed.steps), placed.size))
    shared[np.arange(len(placed.steps)), placed.steps] = 1.0
    return _Quantities(np.zeros((len(placed.steps), len(person.value))), shared)
