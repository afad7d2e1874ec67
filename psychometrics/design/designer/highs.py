"""HiGHS, by ``highspy`` where it is installed and by SciPy otherwise.

``highspy`` takes a first solution, tells of every better one, and can be stopped; SciPy's copy of the same solver can
do none of these, and proves the same. Nothing is imported before it is used.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    from psychometrics.design.designer.model import Model

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the solver found: columns (None if nothing), a bound that holds, and how it ended.

    ``reduced`` are the reduced costs of a linear programme's columns; None for a mixed one.
    """

    columns: Floats | None
    bound: float
    finished: bool
    infeasible: bool
    reduced: Floats | None = None


def installed() -> bool:
    """Whether ``highspy`` is there (the extra ``solver``)."""
    return find_spec("highspy") is not None


def solve(
    model: Model,
    *,
    seconds: float,
    whole: bool = True,
    start: Floats | None = None,
    close: float = 0.0,
    seed: int = 0,
    effort: float = 0.0,
    stop: Callable[[], bool] | None = None,
    on_solution: Callable[[Floats], None] | None = None,
    on_bound: Callable[[float], None] | None = None,
) -> Answer:
    """Solve a model, with whole choices or (``whole=False``) as a linear programme.

    Args:
        seconds: time limit.
        start: values of all columns to begin with.
        close: absolute difference of solution and bound that is small enough.
        seed: of the solver's own random choices.
        effort: of the solver's own search for solutions, 0..1, where there is a start.
        stop: asked often; True ends the solving.
        on_solution: told the columns of every better solution, from within the solving.
        on_bound: told every bound.
    """
    if not seconds > 0:
        return Answer(None, -math.inf, finished=False, infeasible=False)
    if installed():
        return _by_highspy(model, seconds, whole, start, close, seed, effort, stop, on_solution, on_bound)
    return _by_scipy(model, seconds, whole)


def _by_highspy(
    model: Model,
    seconds: float,
    whole: bool,
    start: Floats | None,
    close: float,
    seed: int,
    effort: float,
    stop: Callable[[], bool] | None,
    on_solution: Callable[[Floats], None] | None,
    on_bound: Callable[[float], None] | None,
) -> Answer:
    import highspy

    solver = _quiet(highspy)
    options: dict[str, Any] = {
        "output_flag": False, "log_to_console": False, "threads": 1, "time_limit": float(seconds),
        "mip_rel_gap": 0.0, "mip_abs_gap": close, "random_seed": seed,
        # The start is nearly always the best there is: time goes into the proof.
        "mip_allow_restart": False, "mip_detect_symmetry": False, "mip_pscost_minreliable": 4,
    }  # fmt: skip
    if start is not None and whole:
        options["mip_heuristic_effort"] = effort
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(_programme(highspy, model, whole))
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solution.value_valid = True
        solver.setSolution(solution)

    def heard(event: Any) -> None:
        if on_bound is not None and math.isfinite(event.data_out.mip_dual_bound):
            on_bound(float(event.data_out.mip_dual_bound))
        if stop is not None and stop():
            event.interrupt()

    def found(event: Any) -> None:
        if on_solution is not None:
            on_solution(np.array(event.data_out.mip_solution, dtype=np.float64))

    if whole:
        solver.cbMipInterrupt.subscribe(heard)
        solver.cbMipImprovingSolution.subscribe(found)
    elif stop is not None:
        solver.cbSimplexInterrupt.subscribe(lambda event: event.interrupt() if stop() else None)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    kinds = highspy.HighsModelStatus
    infeasible = status in {kinds.kInfeasible, kinds.kUnboundedOrInfeasible}
    finished = status == kinds.kOptimal
    solution = solver.getSolution()
    columns = (
        np.array(solution.col_value) if info.primal_solution_status == 2 and solution.value_valid else None
    )
    if whole:
        return Answer(columns, float(info.mip_dual_bound), finished, infeasible)
    bound = float(info.objective_function_value) if finished else -math.inf
    reduced = np.array(solution.col_dual) if finished and solution.dual_valid else None
    return Answer(columns, bound, finished, infeasible, reduced)


def _quiet(highspy: Any) -> Any:
    """A solver that prints nothing: its callbacks are set before any option can be, and the banner comes with them."""

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802 -- the name is highspy's
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()

    return Quiet()


def _programme(highspy: Any, model: Model, whole: bool) -> Any:
    lp = highspy.HighsLp()
    columns, rows = len(model.cost), len(model.lower)
    lp.num_col_, lp.num_row_ = columns, rows
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.cost, np.zeros(columns), model.top
    lp.row_lower_, lp.row_upper_ = model.lower, model.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = columns, rows
    lp.a_matrix_.start_, lp.a_matrix_.index_ = model.start.astype(np.int32), model.index.astype(np.int32)
    lp.a_matrix_.value_ = model.entry
    if whole:
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger if one else kinds.kContinuous for one in model.whole.tolist()]
    return lp


def _by_scipy(model: Model, seconds: float, whole: bool) -> Answer:
    from scipy.optimize import Bounds, LinearConstraint, linprog, milp
    from scipy.sparse import csr_array, vstack

    shape = (len(model.lower), len(model.cost))
    rows: Any = csr_array((model.entry, model.index, model.start), shape=shape)
    if whole:
        found = milp(
            model.cost,
            constraints=LinearConstraint(rows, model.lower, model.upper),
            integrality=model.whole.astype(float),
            bounds=Bounds(np.zeros(shape[1]), model.top),
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        bound = found.mip_dual_bound if found.mip_dual_bound is not None else -math.inf
        return Answer(found.x, float(bound), found.status == 0, found.status == 2)
    below, above = np.isfinite(model.upper), np.isfinite(model.lower)
    plain: Any = linprog(
        model.cost, A_ub=vstack([rows[below], -rows[above]]),
        b_ub=np.concatenate([model.upper[below], -model.lower[above]]),
        bounds=[(0.0, float(top)) for top in model.top], method="highs", options={"time_limit": seconds},
    )  # fmt: skip
    if plain.status != 0:
        return Answer(None, -math.inf, finished=False, infeasible=plain.status == 2)
    reduced = np.asarray(plain.lower.marginals) + np.asarray(plain.upper.marginals)
    return Answer(np.asarray(plain.x), float(plain.fun), finished=True, infeasible=False, reduced=reduced)
