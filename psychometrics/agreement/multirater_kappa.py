"""Kappa of several raters: Fleiss (1971), Conger (1980), and Brennan & Prediger (1981), weighted, with holes.

All three are ``(p_a - p_e) / (1 - p_e)`` with the agreement of pairs of raters averaged within units, and differ in
what chance is: raters who share one distribution over the categories (Fleiss), who keep their own (Conger, Cohen's
kappa where there are two), or who answer evenly (Brennan & Prediger). The first two collapse where one category is
common; Gwet's coefficient and Krippendorff's alpha are the ones to report. Formulas for raters who miss units:
Gwet 2014, chapters 2 and 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from psychometrics._checks import (
    MOST_REPLICATES,
    choice,
    column,
    count,
    finite,
    generator,
    labels,
    numbers,
    open_unit,
)
from psychometrics.agreement.weighted_kappa import MOST_POINTS, Weights, agreement_weights
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]

Chance: TypeAlias = Literal["fleiss", "conger", "brennan_prediger"]
CHANCES: tuple[Chance, ...] = ("fleiss", "conger", "brennan_prediger")
# Cells of the tables held at a time.
_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class MultiraterKappa:
    """The coefficient with bootstrap limits over units.

    ``kappa`` is None where chance agreement is complete; the limits then, too, with fewer than two units, and
    without a bootstrap. ``units`` counts those with a rating, ``paired`` those with two or more.
    """

    kappa: float | None
    lower: float | None
    upper: float | None
    observed: float
    expected: float
    units: int
    paired: int


def multirater_kappa(
    unit: ArrayLike,
    rater: ArrayLike,
    score: ArrayLike,
    *,
    chance: Chance = "fleiss",
    weights: Weights = "identity",
    categories: ArrayLike | None = None,
    level: float = 0.90,
    replicates: int = 1000,
    seed: int = 0,
) -> MultiraterKappa:
    """Kappa from ratings in long form.

    Args:
        unit, rater: labels, shape (n,); a rater rates a unit once.
        score: the rating, numbers, shape (n,); NaN rows are dropped.
        chance: what agreement by chance is.
        weights: ``identity``, ``linear`` or ``quadratic`` in the rating.
        categories: all points of the scale; by default those that occur.
        level: coverage of the percentile interval.
        replicates: bootstrap samples of whole units; 0 for none. The same seed gives the same limits.

    Raises:
        NotEnoughData: nothing was rated twice, fewer than two raters, or a scale of fewer than two points.
        BadInput: lengths differ, a unit rated twice by one rater, a score that is no category, or more than 2,000.
    """
    choice(chance, CHANCES, "chance")
    tail = (1 - open_unit(level, "level")) / 2
    replicates = count(replicates, "replicates", most=MOST_REPLICATES)
    given = column(unit, "unit")
    people, scores = column(rater, "rater", len(given)), numbers(column(score, "score", len(given)), "score")
    rated = ~np.isnan(scores)
    place, who, scores = labels(given[rated], "unit"), labels(people[rated], "rater"), scores[rated]
    scale = np.unique(scores if categories is None else finite(categories, "categories"))
    if len(scale) < 2:
        raise NotEnoughData("chance agreement needs a scale of at least two points; pass all its categories")
    if len(scale) > MOST_POINTS or not np.isin(scores, scale).all():
        raise BadInput(f"every score must be one of the categories, at most {MOST_POINTS} of them")
    raters = int(who.max()) + 1 if len(who) else 0
    if len(np.unique(place * max(raters, 1) + who)) < len(place):
        raise BadInput("a rater rated a unit twice; average or drop such ratings first")
    if raters < 2 or np.bincount(place).max(initial=0) < 2:
        raise NotEnoughData("agreement needs at least two raters and one unit rated twice")
    parts = _parts(place, who, np.searchsorted(scale, scores), agreement_weights(scale, weights))
    units = len(parts.raters)
    kappa, observed, expected = _kappas(parts, chance, np.ones((1, units)))
    lower = upper = None
    defined = bool(np.isfinite(kappa[0]))
    if defined and replicates and units > 1:
        drawn = _resampled(parts, chance, replicates, generator(seed))
        drawn = drawn[np.isfinite(drawn)]
        if len(drawn) > replicates / 2:
            lower, upper = (float(end) for end in np.quantile(drawn, [tail, 1 - tail]))
    return MultiraterKappa(
        float(kappa[0]) if defined else None,
        lower,
        upper,
        float(observed[0]),
        float(expected[0]),
        units,
        int((parts.raters >= 2).sum()),
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """Per unit: raters (U,), agreement within (U,), shares of categories (U, q) and ratings by rater and category
    (U, R q), both sparse; weights (q, q).
    """

    raters: Floats
    within: Floats
    shares: Any
    by_rater: Any
    weights: Floats


def _parts(place: NDArray[np.intp], who: NDArray[np.intp], code: NDArray[np.intp], w: Floats) -> _Parts:
    from scipy.sparse import csr_array

    units, raters, q = int(place.max()) + 1, int(who.max()) + 1, len(w)
    ones = np.ones(len(place))
    table = csr_array((ones, (place, code)), shape=(units, q))
    number = np.bincount(place, minlength=units).astype(float)
    pairs, rows = np.empty(units), max(1, _CELLS // q)
    for start in range(0, units, rows):
        some = table[start : start + rows].toarray()
        pairs[start : start + rows] = (some * (some @ w - 1)).sum(axis=1)
    within = np.divide(pairs, number * (number - 1), out=np.zeros(units), where=number >= 2)
    shares = csr_array((1 / number[place], (place, code)), shape=(units, q))
    by_rater = csr_array((ones, (place, who * q + code)), shape=(units, raters * q))
    return _Parts(number, within, shares, by_rater, w)


def _kappas(parts: _Parts, chance: str, repeats: Floats) -> tuple[Floats, Floats, Floats]:
    """Kappa (NaN where undefined), observed and chance agreement with units repeated (S, U); shapes (S,)."""
    w, q = parts.weights, len(parts.weights)
    paired = (parts.raters >= 2).astype(float)
    both = repeats @ paired
    observed = np.divide(repeats @ parts.within, both, out=np.full(len(both), np.nan), where=both > 0)
    if chance == "brennan_prediger":
        expected = np.full(len(repeats), float(w.sum()) / q**2)
    elif chance == "fleiss":
        common = (parts.shares.T @ repeats.T).T / repeats.sum(axis=1, keepdims=True)
        expected = ((common @ w) * common).sum(axis=1)
    else:
        tables = (parts.by_rater.T @ repeats.T).T.reshape(len(repeats), -1, q)
        rated = tables.sum(axis=2, keepdims=True)
        own = np.divide(tables, rated, out=np.zeros_like(tables), where=rated > 0)
        people = (rated[:, :, 0] > 0).sum(axis=1).astype(float)
        # Mean over pairs of different raters of the agreement of their own distributions.
        total = own.sum(axis=1)
        same = np.einsum("srk,kl,srl->s", own, w, own, optimize=True)
        across = ((total @ w) * total).sum(axis=1) - same
        expected = np.divide(across, people * (people - 1), out=np.ones(len(across)), where=people > 1)
    room = 1 - expected
    kappa = np.divide(observed - expected, room, out=np.full(len(room), np.nan), where=room > 1e-12)
    return kappa, observed, expected


def _resampled(parts: _Parts, chance: str, replicates: int, rng: np.random.Generator) -> Floats:
    units = len(parts.raters)
    rows = max(1, _CELLS // max(units, parts.by_rater.shape[1]))
    found = np.empty(replicates)
    for start in range(0, replicates, rows):
        some = min(rows, replicates - start)
        draws = np.stack([np.bincount(rng.integers(units, size=units), minlength=units) for _ in range(some)])
        found[start : start + some] = _kappas(parts, chance, draws.astype(float))[0]
    return found
