"""The best loop for some wishes, and the best for other lengths: what a worker or a page works out."""

from collections.abc import Callable
from dataclasses import replace

from loops.coverage import gap_of_plan
from loops.designing.answers import Answer, Budget, measured
from loops.designing.ground import Ground
from loops.designing.problem import DesignProblem, problem_of
from loops.designing.wishes import Wishes
from psychometrics.design.designer.frontier import frontier
from psychometrics.design.designer.run import Design, Progress, design_loop
from psychometrics.design.designer.scored import design_by_score

# Seconds of a first answer, without a proof.
AT_ONCE = 0.2


def answer(
    ground: Ground,
    wishes: Wishes,
    *,
    seconds: float = AT_ONCE,
    exact: bool = True,
    on_progress: Callable[[Progress], bool | None] | None = None,
) -> Answer:
    """The best loop found in ``seconds``; without ``exact`` a good one, and no bound."""
    made = problem_of(ground.plan, ground.bank, wishes, policy=ground.policy)
    if made is None:
        return Answer(reason="The bank holds no question that fits these wishes.")
    if wishes.objective == "value":
        return _by_value(made, ground, seconds)
    found = design_loop(made.problem, seconds=seconds, exact=exact, on_progress=on_progress)
    # The evidence of sessions is summed in another order there, which may leave the two a hair apart.
    whole = measured(made.plan_of(found.chosen), ground.policy, ground.bank)
    bound = min(found.bound or 0.0, whole.gap) if exact else None
    return _told(replace(whole, bound=bound, proved=found.proved), made, found)


def _by_value(made: DesignProblem, ground: Ground, seconds: float) -> Answer:
    """By decision value nothing is proved: no bound of it is known."""

    def told(chosen: tuple[int, ...]) -> float:
        gap = gap_of_plan(made.plan_of(chosen), policy=ground.policy, with_warnings=False)
        return gap.decision_value or 0.0

    found = design_by_score(made.problem, told, seconds=seconds)
    return _told(measured(made.plan_of(found.chosen), ground.policy, ground.bank), made, found)


def _told(whole: Answer, made: DesignProblem, found: Design) -> Answer:
    return replace(
        whole,
        cut=made.options.cut,
        sessions_tried=len(made.options),
        unmet=tuple(made.in_words(each.reason) for each in found.unmet),
        seconds=round(found.elapsed, 2),
    )


def frontier_of(
    ground: Ground, wishes: Wishes, *, seconds: float, go_on: Callable[[], bool] = lambda: True
) -> tuple[Budget, ...]:
    """The best found for a row of budgets around the wished one, by the same rules; fewer where it may not go on.

    Lengths in which the rules and wishes cannot be met have none.
    """
    made = problem_of(
        ground.plan, ground.bank, replace(wishes, interviewer_minutes=None), policy=ground.policy
    )
    if made is None:
        return ()
    points = frontier(
        made.problem,
        _budgets(wishes.minutes),
        resource="candidate minutes",
        seconds=seconds,
        on_point=lambda _: go_on(),
    )
    found = []
    for point in points:
        if not point.design.feasible:
            continue
        gap = gap_of_plan(made.plan_of(point.design.chosen), policy=ground.policy, with_warnings=False)
        bound = min(point.design.bound or 0.0, gap.gap)
        found.append(Budget(point.limit, gap.gap, bound, gap.decision_value or 0.0))
    return tuple(found)


def _budgets(minutes: int) -> list[int]:
    """Budgets from a short loop to two hours more than what is wished for."""
    return sorted({*range(90, max(minutes, 360) + 121, 60), minutes, minutes + 60})
