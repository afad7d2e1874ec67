"""Components of variance from unbalanced ratings by restricted maximum likelihood.

Model: ``score = mean + sum over components of a random effect per level + error``, the last component of
the design being the error (Patterson & Thompson 1971). Newton steps on the average information (Gilmour,
Thompson & Cullis 1995), with components held at 0 while the likelihood falls away from it. Effects of one
candidate are eliminated at a time; what is dense has the size of the effects candidates share, never of the
ratings. On complete tables with no component at 0 the result is that of the analysis of variance.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import choice, column, finite, generator
from psychometrics._checks import labels as numbered
from psychometrics.errors import BadInput, NotEnoughData, NoVariation
from psychometrics.reliability._mixed import fit_mixed
from psychometrics.reliability.generalizability import AXES, DESIGNS, Components

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]

_DRAWS = 4000


def reml_components(
    labels: Mapping[str, ArrayLike], score: ArrayLike, design: str, *, seed: int = 0
) -> Components:
    """Components from ratings in long form, any of them missing.

    Args:
        labels: one array of n labels per facet of the design: ``p`` and ``r``; also ``q`` for ``p x q x r`` and
            ``t`` for ``p x (r:t)``. Interviewers of different tasks are different even with equal labels.
            For ``r:p`` only ``p`` is used.
        score: shape (n,), finite.
        seed: of the draws behind the intervals, which are normal on the logarithm of each component;
            a component at 0 stays at 0 in them.

    Raises:
        BadInput: unknown design, missing facets, lengths that differ, or a cell rated twice.
        NotEnoughData: a facet with one level, a component without repetition (its effects cannot be told
            from error), two components with the same levels, or more than 6,000 effects shared by candidates (of
            interviewers, questions and their pairs).
        NoVariation: all scores are equal.
        DidNotConverge: no maximum was found.
    """
    choice(design, tuple(DESIGNS), "design")
    y = finite(column(score, "score"), "score")
    facets = AXES[design] if design != "r:p" else "p"
    if not isinstance(labels, Mapping) or not set(facets) <= set(labels):
        given = ", ".join(map(str, labels)) if isinstance(labels, Mapping) else repr(labels)
        raise BadInput(f"{design} needs labels for {', '.join(facets)}, got {given}")
    codes = {f: numbered(labels[f], f, len(y)) for f in facets}
    if len(y) < 2 or any(code.max() == 0 for code in codes.values()):
        raise NotEnoughData("every facet needs at least 2 levels")
    if np.ptp(y) == 0:
        raise NoVariation("all scores are equal: there is no variance to take apart")
    names = list(DESIGNS[design])
    levels = {name: _levels(name, design, codes) for name in names[:-1]}
    if design != "r:p" and len(np.unique(_levels(names[-1], design, codes))) < len(y):
        raise BadInput("a cell was rated twice; average such ratings first")
    for one, other in itertools.combinations(levels, 2):
        if _same_levels(levels[one], levels[other]):
            raise NotEnoughData(
                f"{one} and {other} have the same levels here, so they cannot be told apart; take a design without one"
            )
    for name, code in levels.items():
        if code.max() + 1 == len(y):
            raise NotEnoughData(f"{name}: every level has a single rating, so it cannot be told from error")
    # One unit of spread: tolerances hold for any scale of the scores.
    spread = float(y.std())
    fit = fit_mixed(list(levels.values()), np.ones((len(y), 1)), (y - y.mean()) / spread)
    values, information = fit.values * spread**2, fit.information / spread**4
    sizes = {f: int(code.max()) + 1 for f, code in codes.items()}
    found = dict(zip(names, values.tolist(), strict=True))
    return Components(
        design=design,
        values=found,
        untruncated=found,
        mean_squares={},
        degrees={},
        sizes=sizes,
        method="reml",
        draws=_draws(values, information, seed),
    )


def _levels(name: str, design: str, codes: Mapping[str, NDArray[np.intp]]) -> NDArray[np.intp]:
    """Level of the component each rating belongs to, numbered from 0."""
    facets = set(name.replace(":", ""))
    if design == "p x (r:t)" and "r" in facets:
        facets.add("t")
    place = np.zeros(len(next(iter(codes.values()))), dtype=np.intp)
    for facet in sorted(facets):
        place = place * (int(codes[facet].max()) + 1) + codes[facet]
    return np.unique(place, return_inverse=True)[1].astype(np.intp)


def _same_levels(one: NDArray[np.intp], other: NDArray[np.intp]) -> bool:
    """Whether two components group the ratings alike."""
    first, second = int(one.max()) + 1, int(other.max()) + 1
    return first == second and len(np.unique(one * second + other)) == first


def _draws(values: Floats, information: Floats, seed: int) -> Floats:
    positive = values > 0
    kept = values[positive]
    scaled = information[np.ix_(positive, positive)] * np.outer(kept, kept)
    covariance = np.linalg.pinv(scaled, hermitian=True)
    rng = generator(seed)
    draws = np.zeros((_DRAWS, len(values)))
    normal = rng.multivariate_normal(np.zeros(len(kept)), covariance, size=_DRAWS, method="eigh")
    draws[:, positive] = kept * np.exp(np.clip(normal, -20, 20))
    return draws
