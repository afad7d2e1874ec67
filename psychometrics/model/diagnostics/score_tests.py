"""Score tests of one extra parameter per interviewer, clustered by unit.

A unit is one candidate x interviewer (x interview): its ratings share halo, so they are summed before
they are squared. With ``u_v`` the unit's score and ``i_v`` its information about the parameter, the
one-step estimate is ``sum u / sum i`` (a single Newton step from the fitted model). Estimation leaves an
offset common to the panel, so what is tested is the difference from the panel's median estimate (among fewer
than eight, from the mean of the others). The variance is the units' own, drawn towards the panel's where units
are few: of the scores as they are for the test, which is exact where there is no effect; of what the own estimate
leaves of them for the interval.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from psychometrics.model.calibration.group_sums import by_group

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

MIN_UNITS = 5  # an interviewer with fewer interviews is not tested
_BORROWED_UNITS = 30.0  # weight of the panel's variance, in units
_MEDIAN_FROM = 8  # owners; fewer are compared with the mean of the others
# Variance of a median of owners whose estimates add up to nothing, in that of one estimate over their number.
_MEDIAN_NOISE = np.pi / 2.0 - 1.0
_LIMIT, _POWER = 1.959964, 0.841621  # two-sided 5 %, power 80 %
_ROUNDS, _HOPELESS = 100, 50.0


@dataclass(frozen=True, slots=True)
class ScoreTest:
    """One test of every owner, ``(owners,)`` each; NaN where there is not enough data."""

    name: str
    effect: Floats
    """Difference from the panel in the test's own unit."""
    se: Floats
    z: Floats
    p: Floats
    """Two-sided, before any correction for the number of tests."""
    smallest: Floats
    """The smallest effect that would be found with 80 % power at p < .05; below it: cannot tell. Infinite where
    so few units carry the test that no effect would be found."""
    estimate: Floats
    """The effect before it was compared with the panel."""
    information: Floats
    """What the estimate's score was divided by."""
    squares: Floats
    """Sum of the squares of the units' scores, the own effect taken out."""
    interval: Callable[[float], tuple[Floats, Floats]] | None = None
    """Lower and upper end by half the width in standard errors, where the interval is not ``effect -+ width se``."""


def score_test(
    name: str,
    score: Floats,
    information: Floats,
    owner: Codes,
    owners: int,
    *,
    growth: float = 0.0,
    cleared: bool = False,
    candidate: Codes | None = None,
) -> ScoreTest:
    """Test every owner. ``score``, ``information``, ``owner`` are ``(units,)``.

    ``candidate`` ``(units,)`` says whom each unit is about, where owners that met the same candidates are to be taken
    as dependent.
    ``growth`` is 1 for effects that are variances, whose estimates scatter the more the larger they are.
    ``cleared`` takes the own effect out of the test's variance too: more power, and a null rate a little higher.
    """
    units = np.bincount(owner, minlength=owners)
    known = by_group(owner, information, owners)
    tested = (units >= MIN_UNITS) & (known > 0)
    safe = np.where(tested, known, 1.0)
    estimate = np.where(tested, by_group(owner, score, owners) / safe, np.nan)
    if tested.sum() < 2:
        tested[:] = False  # nobody to compare with
    estimate[~tested] = np.nan
    centre = _weighted_median(estimate[tested], known[tested]) if tested.any() else 0.0
    borrowed: Floats = np.asarray(_BORROWED_UNITS / (units + _BORROWED_UNITS), np.float64)
    share: Floats = by_group(owner, information**2, owners) / safe**2
    null = _spread(score - centre * information, owner, owners)
    own = np.where(tested, estimate, centre)[owner] * information
    # An estimate fits its own units too well by the share it takes from each.
    squares = _spread(score - own, owner, owners)
    spread = squares / np.maximum(1.0 - share, 0.5)
    known = np.where(tested, known, 0.0)
    error = [
        np.where(tested, np.sqrt((1.0 - borrowed) * each + borrowed * _typical(each, known)) / safe, np.nan)
        for each in (null, spread)
    ]
    if cleared:
        error[0], share = error[1], np.zeros(owners)
    effect = estimate - centre
    if tested.sum() >= _MEDIAN_FROM and candidate is not None:
        error = [own * np.sqrt(1.0 + _MEDIAN_NOISE / tested.sum()) for own in error]
    elif tested.any() and tested.sum() < _MEDIAN_FROM:
        few = np.flatnonzero(tested)
        dependent = np.eye(len(few))
        if candidate is not None:
            dependent = _correlations(score - centre * information, owner, candidate, few)
        effect, error = _against_others(estimate, known, error, few, dependent)
    z = effect / error[0]
    return ScoreTest(
        name=name,
        effect=effect,
        se=error[1],
        z=z,
        p=2.0 * ndtr(-np.abs(z)),
        smallest=_smallest(error[1], borrowed, share, growth * np.sqrt(2.0 * share)),
        estimate=estimate,
        information=known,
        squares=squares,
    )


def _smallest(error: Floats, borrowed: Floats, share: Floats, growth: Floats) -> Floats:
    """The effect ``d`` whose lower fifth reaches the limit of the test: ``d - .84 s = 1.96 s_test``.

    Its own size adds to both: ``s = se + growth d``, and the test allows for ``s^2 + share d^2`` in what it does not
    borrow. Infinite where they grow faster than ``d``.
    """
    effect = (_LIMIT + _POWER) * error
    for _ in range(_ROUNDS):
        own = error + growth * effect
        allowed = (1.0 - borrowed) * (own**2 + share * effect**2) + borrowed * error**2
        effect = _POWER * own + _LIMIT * np.sqrt(allowed)
    return np.where(effect > _HOPELESS * error, np.inf, effect)


def _against_others(
    estimate: Floats, known: Floats, error: list[Floats], few: Codes, dependent: Floats
) -> tuple[Floats, list[Floats]]:
    """Effects and errors against the weighted mean of the others: the median of few would be one of them.

    What one interviewer adds to a candidate's measure, the others lack: with few owners their estimates add up to
    about nothing, and the errors of differences taken as independent would be too small by ``sqrt(1 - 1 / owners)``.
    """
    weight = np.tile(known[few], (len(few), 1))
    np.fill_diagonal(weight, 0.0)
    contrast = np.eye(len(few)) - weight / weight.sum(1, keepdims=True)
    effect, apart = np.full(len(estimate), np.nan), [np.full(len(estimate), np.nan) for _ in error]
    effect[few] = contrast @ estimate[few]
    for own, found in zip(error, apart, strict=True):
        covariance = dependent * np.outer(own[few], own[few])
        found[few] = np.sqrt(np.einsum("jk,kl,jl->j", contrast, covariance, contrast))
    return effect, apart


def _correlations(score: Floats, owner: Codes, candidate: Codes, few: Codes) -> Floats:
    """Correlations ``(few, few)`` of owners' sums of scores that come from common candidates."""
    sums = [np.bincount(candidate, score * (owner == one), int(candidate.max()) + 1) for one in few]
    products = np.array(sums) @ np.array(sums).T
    scale = np.outer(np.sqrt(np.diag(products)), np.sqrt(np.diag(products)))
    found = np.divide(products, scale, out=np.zeros_like(scale), where=scale > 0)
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)


def _spread(score: Floats, owner: Codes, owners: int) -> Floats:
    """Sum of squares of each owner's units."""
    return by_group(owner, score**2, owners)


def _typical(squares: Floats, known: Floats) -> Floats:
    """What the panel's units would have given with each owner's information."""
    return np.asarray(squares[known > 0].sum() / max(float(known.sum()), 1e-300) * known)


def _weighted_median(values: Floats, weights: Floats) -> float:
    """The value that splits the weight in halves."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])
