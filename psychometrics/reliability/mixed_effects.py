"""What moves ratings besides the people: effects of circumstances, with everybody's own level taken out.

A linear mixed model: ``score = b0 + sum of covariates x effects + one random effect per level of every group +
error`` (Laird & Ware 1982; restricted likelihood, Patterson & Thompson 1971; crossed groups as in Baayen, Davidson &
Bates 2008). A circumstance is anything known of a rating: interviewer and candidate from one school, met by
video, last meeting of the day. Because candidates and interviewers have effects of their own, it is compared
within them, and its standard error knows that ratings of one candidate are not independent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import column, finite, labels, open_unit
from psychometrics._normal import below, quantile
from psychometrics.errors import BadInput, NotEnoughData, NoVariation
from psychometrics.reliability._mixed import fit_mixed

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effect:
    """Change of the score per unit of a covariate, with standard error, limits, z and two-sided p (Wald)."""

    estimate: float
    standard_error: float
    lower: float
    upper: float
    z: float
    p: float


@dataclass(frozen=True, slots=True)
class MixedEffects:
    """``effects`` by covariate; ``components`` the variance of each group's effects, and of ``error``.

    ``mean`` is the expected score where every covariate is 0. A component the likelihood pushes to 0 is 0.
    """

    mean: float
    effects: Mapping[str, Effect]
    components: Mapping[str, float]
    ratings: int
    level: float


def mixed_effects(
    score: ArrayLike,
    groups: Mapping[str, ArrayLike],
    covariates: Mapping[str, ArrayLike],
    *,
    level: float = 0.95,
) -> MixedEffects:
    """Estimate effects of circumstances on ratings.

    Args:
        score: shape (n,), finite.
        groups: labels (n,) of candidates, interviewers, or whatever has a level of its own, by name; at least one.
        covariates: numbers (n,) by name, 0 and 1 for yes or no; none for the components alone.
        level: coverage of the limits.

    Raises:
        BadInput: lengths differ, no group, a name used twice or ``error``, or a covariate that is no number.
        NotEnoughData: a group with one level, with a level per rating, or with the same levels as another; fewer
            ratings than effects need; a covariate that is constant or follows from the others.
        NoVariation: all scores are equal.
        DidNotConverge: no maximum was found.
    """
    y = finite(column(score, "score"), "score")
    open_unit(level, "level")
    for name, given in (("groups", groups), ("covariates", covariates)):
        if not isinstance(given, Mapping):
            raise BadInput(f"{name} must give an array by name, got {given!r}")
    if not groups or "error" in groups or set(groups) & set(covariates):
        raise BadInput("at least one group is needed, none named error, and none named like a covariate")
    codes = {name: labels(one, name, len(y)) for name, one in groups.items()}
    columns = {name: finite(column(one, name, len(y)), name) for name, one in covariates.items()}
    _check_groups(codes, len(y))
    if np.ptp(y) == 0:
        raise NoVariation("all scores are equal: nothing moves them")
    X, units = _design(columns, len(y))
    spread = float(y.std())
    fit = fit_mixed(list(codes.values()), X, (y - y.mean()) / spread)
    if fit.values[-1] <= 1e-6:
        raise NotEnoughData(
            "groups and covariates explain every rating: no error is left to compare effects with"
        )
    # Back from columns around 0 with one unit of spread.
    slopes = fit.fixed[1:] * spread / units
    errors = np.sqrt(np.diag(fit.fixed_covariance)[1:]) * spread / units
    half = quantile((1 + level) / 2)
    effects = {}
    for name, slope, error in zip(columns, slopes.tolist(), errors.tolist(), strict=True):
        z = slope / error
        effects[name] = Effect(
            slope, error, slope - half * error, slope + half * error, z, 2 * below(-abs(z))
        )
    centre = y.mean() + fit.fixed[0] * spread
    centre -= sum(float(one.mean()) * slope for one, slope in zip(columns.values(), slopes, strict=True))
    variances = (fit.values * spread**2).tolist()
    return MixedEffects(
        mean=float(centre),
        effects=effects,
        components=dict(zip([*codes, "error"], variances, strict=True)),
        ratings=len(y),
        level=level,
    )


def _check_groups(codes: Mapping[str, NDArray[np.intp]], n: int) -> None:
    for name, code in codes.items():
        if n < 3 or code.max() == 0:
            raise NotEnoughData(f"{name} has one level only; leave it out")
        if code.max() + 1 == n:
            raise NotEnoughData(
                f"{name} has a level per rating, which cannot be told from error; leave it out"
            )
    names = list(codes)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            first, second = codes[one], codes[other]
            pairs = len(np.unique(first * (int(second.max()) + 1) + second))
            if pairs == first.max() + 1 == second.max() + 1:
                raise NotEnoughData(f"{one} and {other} group the ratings alike; leave one out")


def _design(columns: Mapping[str, Floats], n: int) -> tuple[Floats, Floats]:
    """A column of ones and every covariate around 0 with one unit of spread; and those units."""
    units = np.array([float(one.std()) for one in columns.values()])
    for name, one, unit in zip(columns, columns.values(), units, strict=True):
        if unit <= 1e-12 * float(np.abs(one).max(initial=0.0)):
            raise NotEnoughData(
                f"{name} is the same for every rating: its effect cannot be told from the mean"
            )
    X = np.column_stack([np.ones(n), *((one - one.mean()) / one.std() for one in columns.values())])
    if n <= X.shape[1] or np.linalg.matrix_rank(X, tol=1e-8 * n**0.5) < X.shape[1]:
        raise NotEnoughData("a covariate follows from the others, or there are fewer ratings than covariates")
    return X, units
