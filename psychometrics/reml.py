"""Components of variance from unbalanced ratings by restricted maximum likelihood.

Model: ``score = mean + sum over components of a random effect per level + error``, the last component of
the design being the error. Fisher scoring (Patterson & Thompson 1971; Searle, Casella & McCulloch
1992, 6.6) with components held at 0 while the likelihood falls away from it. All matrices have
the size of the random effects, never of the ratings. On complete tables with no component at 0
the result is that of the analysis of variance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import choice, column, finite
from psychometrics.errors import BadInput, DidNotConverge, NotEnoughData, NoVariation
from psychometrics.generalizability import AXES, DESIGNS, Components

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]

# Dense algebra: 3,000 effects take seconds and some hundred megabytes.
LARGEST = 3000
_DRAWS = 4000
_ROUNDS = 200
_TOLERANCE = 1e-8
# A component this small against the total is 0.
_FLOOR = 1e-9


@dataclass(frozen=True, slots=True)
class _Data:
    """Cross-products of effects (q x q), with the scores (q,), with the mean (q,); owners of each effect."""

    gram: Floats
    scores: Floats
    ones: Floats
    owner: NDArray[np.intp]
    squares: float
    total: float
    n: int


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
            from error), or more than 3,000 effects.
        NoVariation: all scores are equal.
        DidNotConverge: no maximum was found.
    """
    choice(design, tuple(DESIGNS), "design")
    y = finite(column(score, "score"), "score")
    facets = AXES[design] if design != "r:p" else "p"
    if not set(facets) <= set(labels):
        raise BadInput(f"{design} needs labels for {', '.join(facets)}, got {', '.join(labels)}")
    codes = {f: np.unique(column(labels[f], f, len(y)), return_inverse=True)[1] for f in facets}
    if len(y) < 2 or any(code.max() == 0 for code in codes.values()):
        raise NotEnoughData("every facet needs at least 2 levels")
    if np.ptp(y) == 0:
        raise NoVariation("all scores are equal: there is no variance to take apart")
    names = list(DESIGNS[design])
    levels = {name: _levels(name, design, codes) for name in names[:-1]}
    if design != "r:p" and len(np.unique(_levels(names[-1], design, codes))) < len(y):
        raise BadInput("a cell was rated twice; average such ratings first")
    for name, code in levels.items():
        if code.max() + 1 == len(y):
            raise NotEnoughData(f"{name}: every level has a single rating, so it cannot be told from error")
    data = _cross_products(list(levels.values()), y - y.mean())
    values, information = _maximise(data, len(names))
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


def _cross_products(levels: list[NDArray[np.intp]], y: Floats) -> _Data:
    from scipy.sparse import csr_array, hstack

    n = len(y)
    blocks = [csr_array((np.ones(n), (np.arange(n), code))) for code in levels]
    owner = np.concatenate([np.full(b.shape[1], k) for k, b in enumerate(blocks)]).astype(np.intp)
    if len(owner) > LARGEST:
        raise NotEnoughData(
            f"{len(owner)} effects are more than this dense method takes ({LARGEST}); calibrate instead"
        )
    Z = csr_array(hstack(blocks))
    return _Data(
        gram=np.asarray((Z.T @ Z).todense(), dtype=np.float64),
        scores=np.asarray(Z.T @ y),
        ones=np.asarray(Z.T @ np.ones(n)),
        owner=owner,
        squares=float(y @ y),
        total=float(y.sum()),
        n=n,
    )


def _state(data: _Data, values: Floats) -> tuple[float, Floats, Floats]:
    """Restricted log-likelihood, its gradient and the expected information, by component."""
    from scipy.linalg import cho_factor, cho_solve

    error, s = values[-1], np.sqrt(values[:-1])[data.owner]
    B = s[:, None] * data.gram * s
    B[np.diag_indices_from(B)] += error
    factor = cho_factor(B, lower=True)

    def weighed(left: Floats, right: Floats, plain: Floats | float) -> Floats:
        """Left' V^-1 right from their products with Z and with each other."""
        return np.asarray((plain - (s[:, None] * left).T @ cho_solve(factor, s[:, None] * right)) / error)

    fixed = np.column_stack([data.ones, data.scores])
    inner = weighed(fixed, fixed, np.array([[data.n, data.total], [data.total, data.squares]]))
    onto = weighed(data.gram, fixed, fixed)  # Z' V^-1 [1, y]
    mean = inner[0, 1] / inner[0, 0]
    M = weighed(data.gram, data.gram, data.gram) - np.outer(onto[:, 0], onto[:, 0]) / inner[0, 0]
    Py = onto[:, 1] - mean * onto[:, 0]  # Z' P y
    yPy = inner[1, 1] - mean * inner[0, 1]
    K, variances = len(values) - 1, values[:-1]
    picks = (data.owner[:, None] == np.arange(K)).astype(float)
    squares = picks.T @ (M**2) @ picks  # tr(P Zk Zk' P Zl Zl')
    traces = picks.T @ np.diag(M)  # tr(P Zk Zk')
    fits = picks.T @ Py**2
    # P V P = P and tr(P V) = n - 1 give the error's share without matrices of the size of the ratings.
    trace_error = (data.n - 1 - variances @ traces) / error
    cross = (traces - squares @ variances) / error  # tr(P Zk Zk' P)
    twice = (trace_error - variances @ cross) / error  # tr(P P)
    fit_error = (yPy - variances @ fits) / error  # y' P P y
    gradient = np.append(fits - traces, fit_error - trace_error) / 2
    information = np.empty((K + 1, K + 1))
    information[:K, :K], information[K, K] = squares / 2, twice / 2
    information[:K, K] = information[K, :K] = cross / 2
    logdet = (data.n - len(s)) * np.log(error) + 2 * np.log(np.diag(factor[0])).sum()
    return float(-(logdet + np.log(inner[0, 0]) + yPy) / 2), gradient, information


def _maximise(data: _Data, count: int) -> tuple[Floats, Floats]:
    total = (data.squares - data.total**2 / data.n) / (data.n - 1)
    values = np.full(count, total / count)
    floor = _FLOOR * total
    likelihood, gradient, information = _state(data, values)
    for _ in range(_ROUNDS):
        # At 0 and pushed further down: held there. The error is never held.
        free = (values > floor) | (gradient > 0)
        free[-1] = True
        step = np.zeros(count)
        step[free] = np.linalg.lstsq(information[np.ix_(free, free)], gradient[free], rcond=None)[0]
        size, moved = 1.0, False
        while size > 1e-6:
            trial = np.maximum(values + size * step, 0.0)
            trial[-1] = max(trial[-1], values[-1] / 10)
            state = _state(data, trial)
            if state[0] >= likelihood - 1e-10 * abs(likelihood):
                moved = True
                break
            size /= 2
        if not moved:
            raise DidNotConverge(
                "the likelihood could not be raised any further before its maximum was reached"
            )
        change = float(np.abs(trial - values).max()) / total
        values, (likelihood, gradient, information) = trial, state
        if change < _TOLERANCE:
            values[values <= floor] = 0.0
            return values, information
    raise DidNotConverge(f"no maximum after {_ROUNDS} rounds")


def _draws(values: Floats, information: Floats, seed: int) -> Floats:
    positive = values > 0
    kept = values[positive]
    scaled = information[np.ix_(positive, positive)] * np.outer(kept, kept)
    covariance = np.linalg.pinv(scaled, hermitian=True)
    rng = np.random.default_rng(seed)
    draws = np.zeros((_DRAWS, len(values)))
    normal = rng.multivariate_normal(np.zeros(len(kept)), covariance, size=_DRAWS, method="eigh")
    draws[:, positive] = kept * np.exp(np.clip(normal, -20, 20))
    return draws
