"""Linear mixed models by restricted maximum likelihood, at the size of one candidate at a time.

Model: ``y = X b + sum over k of Z_k u_k + e`` with ``u_k ~ N(0, v_k I)`` and ``e ~ N(0, v_e I)``, every ``Z_k`` the
indicators of a factor. With scaled effects ``u = s w``, ``s^2 = v``, the mixed model equations are

    M = [X'X, X'Zs; sZ'X, sZ'Zs + v_e I],

which stays regular where a component is 0. One factor (candidates) splits them: effects of factors nested in it
(candidate x interviewer) meet those of other candidates only through the rest (interviewers, questions), so each
candidate's block is eliminated on its own and what remains is dense in the effects shared by candidates.

The likelihood is climbed by Newton steps on the average information (Gilmour, Thompson & Cullis 1995), after a
few multiplicative steps ``v <- v (u'u / expected u'u)`` that find the neighbourhood. Traces come from the blocks
of the inverse, never from a matrix of the size of the ratings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.errors import DidNotConverge
from psychometrics.reliability._blocks import Blocks, split

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Codes: TypeAlias = NDArray[np.intp]

_ROUNDS = 200
_WARM_UP = 3
_TOLERANCE = 1e-9
# Against the variance of the scores: where a component is held that the likelihood pushes to 0.
_FLOOR = 1e-7


@dataclass(frozen=True, slots=True)
class MixedFit:
    """Components, error last, (K + 1,), with their average information; fixed effects (p,) with covariance.

    A component at 0 is exactly 0; its row of ``information`` is meaningless.
    """

    values: Floats
    information: Floats
    fixed: Floats
    fixed_covariance: Floats
    rounds: int


@dataclass(frozen=True, slots=True)
class _State:
    """At one point: likelihood, gradient, information, and what the next point needs."""

    likelihood: float
    gradient: Floats
    information: Floats
    expected: Floats
    fixed: Floats
    fixed_covariance: Floats


def fit_mixed(factors: Sequence[Codes], X: Floats, y: Floats) -> MixedFit:
    """Maximise the restricted likelihood.

    Args:
        factors: K arrays (n,) of levels numbered from 0.
        X: fixed effects, shape (n, p), of full rank.
        y: scores, shape (n,).

    Raises:
        NotEnoughData: more effects are shared than the dense part takes.
        DidNotConverge: no maximum was found.
    """
    blocks = split(factors, X, y)
    apart = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    total = float(apart @ apart) / (len(y) - X.shape[1])
    floor = _FLOOR * total
    values = np.full(len(factors) + 1, total / (len(factors) + 1))
    state = _state(blocks, values)
    for rounds in range(1, _ROUNDS + 1):
        trial, after = _step(blocks, values, state, floor, warming=rounds <= _WARM_UP)
        change = float(np.abs(trial - values).max()) / total
        values, state = trial, after
        if change < _TOLERANCE and rounds > _WARM_UP:
            at_zero = values <= 2 * floor
            at_zero[-1] = False
            return MixedFit(
                np.where(at_zero, 0.0, values),
                state.information,
                state.fixed,
                state.fixed_covariance,
                rounds,
            )
    raise DidNotConverge(
        f"no maximum after {_ROUNDS} rounds; are there too few ratings for so many components?"
    )


def _step(
    blocks: Blocks, values: Floats, state: _State, floor: float, *, warming: bool
) -> tuple[Floats, _State]:
    """The next point up, with its state; the same point where nothing is left to gain."""
    multiplied = np.maximum(values * state.expected, floor)
    if not warming:
        # At the floor and pushed further down: held there. The error is never held.
        free = (values > floor) | (state.gradient > 0)
        free[-1] = True
        step = np.zeros(len(values))
        some = np.ix_(free, free)
        step[free] = np.linalg.lstsq(state.information[some], state.gradient[free], rcond=None)[0]
        size = 1.0
        while size > 1e-4:
            trial = np.maximum(values + size * step, floor)
            trial[-1] = max(trial[-1], values[-1] / 10)
            after = _state(blocks, trial)
            if after.likelihood >= state.likelihood - 1e-11 * abs(state.likelihood):
                return trial, after
            size /= 4
    return multiplied, _state(blocks, multiplied)


def _state(blocks: Blocks, values: Floats) -> _State:
    """Restricted log-likelihood with gradient and average information, by component."""
    error, variances = float(values[-1]), values[:-1]
    solver = blocks.factorised(values)
    n, p = blocks.n, blocks.p
    solution = solver.solve(blocks.y[:, None])
    Py = (blocks.y - solver.fitted(solution)[:, 0]) / error
    yPy = float(blocks.y @ Py)
    traces = (blocks.sizes - error * solver.traces()) / variances  # tr(Zk' P Zk)
    loads: list[Any] = [Z.T @ Py for Z in blocks.indicators]
    fits = np.array([float(load @ load) for load in loads])
    trace_error = (n - p - float(variances @ traces)) / error
    gradient = np.append(fits - traces, float(Py @ Py) - trace_error) / 2
    directions = np.column_stack([Z @ load for Z, load in zip(blocks.indicators, loads, strict=True)] + [Py])
    projected = (directions - solver.fitted(solver.solve(directions))) / error
    information = directions.T @ projected / 2
    logdet = (n - p - int(blocks.sizes.sum())) * np.log(error) + solver.logdet
    fixed, covariance = solver.fixed(solution)
    # Where v is the maximum, u'u equals its expectation: their ratio is the step of the fixed point.
    ratio = np.append(fits, float(Py @ Py)) / np.maximum(np.append(traces, trace_error), 1e-300)
    return _State(
        likelihood=-(float(logdet) + yPy) / 2,
        gradient=gradient,
        information=(information + information.T) / 2,
        expected=np.clip(ratio, 0.05, 20.0),
        fixed=fixed,
        fixed_covariance=covariance * error,
    )
