"""Bringing a plan into a number of minutes at the least loss.

Moves are those that take away: a stage, a question with its minutes, minutes that no question needs. What may become of
each stage is enumerated and the best combination found, so that pressing "make it fit" is no worse than what the
designer would do with the same moves.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from accounts.models import TeamPolicy
from loops.coverage import evidence_of, gaps_after, weights_of
from loops.models import StageKind
from loops.plans import Plan, PlannedQuestion, PlannedStage
from psychometrics.design.designer.problem import Problem
from psychometrics.design.designer.run import design_loop
from psychometrics.design.evaluation_gap import sufficient
from web.numbers import hours, listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Stages with more questions than this lose one at a time only.
MOST_SUBSETS = 5
# Up to here every combination of what may become of the stages is tried; more is for the designer.
MOST_COMBINATIONS = 20_000
# Time that its proof may take.
SECONDS = 3.0


def trimmed(
    plan: Plan, minutes: int, *, policy: TeamPolicy, keep: frozenset[str] = frozenset()
) -> Plan | None:
    """The plan of at most ``minutes`` that leaves the smallest gap; itself where it fits, None where none does.

    Screens stay, if shorter: the first talk is there for other reasons than scores. So do questions whose keys are in
    ``keep``.
    """
    if plan.minutes <= minutes:
        return plan
    fixed = [stage for stage in plan.stages if stage.kind == StageKind.SCREEN and not stage.questions]
    left = minutes - sum(stage.minutes for stage in fixed)
    ways = [
        (number, way)
        for number, stage in enumerate(plan.stages)
        if stage not in fixed
        for way in _ways(stage, policy, keep)
        if way.minutes <= left
    ]
    must = {
        number
        for number, stage in enumerate(plan.stages)
        if stage.questions and (stage.kind == StageKind.SCREEN or {row.key for row in stage.questions} & keep)
    }
    if not ways or not must <= {number for number, _ in ways} or not plan.requirements:
        return None
    shown = evidence_of(plan, [way for _, way in ways], policy=policy)
    length = np.array([way.minutes for _, way in ways], dtype=float)
    places = np.array([number for number, _ in ways])
    floors = np.stack([places == number for number in must], axis=1).astype(float) if must else ()
    problem = Problem(
        evidence=shown,
        weights=weights_of(plan),
        demand=[row.by_realism for row in plan.requirements],
        minutes=length,
        costs=length[:, None],
        limits=[left],
        groups=[np.flatnonzero(places == number) for number in sorted(set(places.tolist()))],
        floors=floors,
        least=[1.0] * len(must),
        target_reliability=policy.target_reliability,
        transfer=policy.transfer,
        sufficiency=policy.sufficiency,  # type: ignore[arg-type]
    )
    picked = _of_all(problem, places, must, left)
    if picked is None:
        picked = design_loop(problem, seconds=SECONDS, tolerance=1e-6).chosen
    chosen = {ways[at][0]: ways[at][1] for at in picked}
    result = replace(
        plan,
        stages=tuple(
            stage if stage in fixed else chosen[number]
            for number, stage in enumerate(plan.stages)
            if stage in fixed or number in chosen
        ),
    )
    return _refilled(plan, result, minutes, policy)


def _of_all(
    problem: Problem, places: "NDArray[np.int64]", must: set[int], left: int
) -> tuple[int, ...] | None:
    """The best of all combinations, one way or none of each stage; None where they are too many to try."""
    minutes, shown = np.asarray(problem.minutes), np.asarray(problem.evidence)
    spent, carried = np.zeros(1), np.zeros((1, *shown.shape[1:]))
    made: list[tuple[int, ...]] = [()]
    for number in sorted(set(places.tolist())):
        here = np.flatnonzero(places == number)
        options = [*here.tolist(), *([] if number in must else [None])]
        if len(made) * len(options) > MOST_COMBINATIONS:
            return None
        parts = []
        for option in options:
            more = 0.0 if option is None else minutes[option]
            fits = np.flatnonzero(spent + more <= left + 1e-9)
            added = carried[fits] if option is None else carried[fits] + shown[option]
            tail = () if option is None else (option,)
            parts.append((spent[fits] + more, added, [(*made[at], *tail) for at in fits.tolist()]))
        spent = np.concatenate([part[0] for part in parts])
        carried = np.concatenate([part[1] for part in parts])
        made = [each for part in parts for each in part[2]]
    if not made:
        return ()
    share = sufficient(carried, problem.target_reliability, problem.sufficiency)
    worth = (share * problem.values()).sum(axis=(1, 2))
    # Among equals the shortest; what need not have gone is given back afterwards.
    return made[int(np.lexsort((spent, -np.round(worth, 9)))[0])]


def _ways(stage: PlannedStage, policy: TeamPolicy, keep: frozenset[str]) -> Iterator[PlannedStage]:
    """What may become of a stage, without its going altogether."""
    if not stage.questions:
        return
    yield stage
    asked = stage.questions
    least = 1 if len(asked) <= MOST_SUBSETS else len(asked) - 1
    for size in range(len(asked), least - 1, -1):
        for kept in combinations(asked, size):
            gone = {row.key for row in asked} - {row.key for row in kept}
            if not gone & keep:
                shorter = replace(stage, questions=kept, minutes=_minutes(stage, kept, policy))
                if shorter.minutes < stage.minutes:
                    yield shorter


def _minutes(stage: PlannedStage, kept: tuple[PlannedQuestion, ...], policy: TeamPolicy) -> int:
    """As much time for each question as before, and of what is beyond that what a session needs to begin and end."""
    needed = sum(row.minutes for row in kept)
    if stage.minutes < stage.needed:
        return max(1, round(stage.minutes * needed / stage.needed))
    return needed + min(stage.minutes - stage.needed, policy.setup_minutes)


def _refilled(plan: Plan, result: Plan, minutes: int, policy: TeamPolicy) -> Plan:
    """Give back what went without need: stages and questions that fit, as long as that costs nothing.

    It can: a question more in a stage that is short of time makes all of them count less.
    """
    order = {row.pk: number for number, row in enumerate(plan.stages)}
    for stage in plan.stages:
        kept = next((row for row in result.stages if row.pk == stage.pk), None)
        if kept == stage or (kept is None and not stage.questions):
            continue
        stages = [row for row in result.stages if row.pk != stage.pk]
        fuller = replace(result, stages=tuple(sorted([*stages, stage], key=lambda row: order[row.pk])))
        if fuller.minutes <= minutes:
            before, after = gaps_after(plan, [result, fuller], policy=policy)
            result = fuller if after <= before + 1e-9 else result
    return result


def difference(before: Plan, after: Plan) -> str:
    """What a plan lost and gained on the way to another, in words."""
    old, new = ({stage.pk: stage for stage in plan.stages} for plan in (before, after))
    gone = [stage.name for pk, stage in old.items() if pk not in new]
    dropped = [
        row.title
        for pk, stage in old.items()
        if pk in new
        for row in stage.questions
        if row.key not in {each.key for each in new[pk].questions}
    ]
    shorter = [
        f"{stage.name} at {new[pk].minutes} min"
        for pk, stage in old.items()
        if pk in new and new[pk].minutes < stage.minutes and len(new[pk].questions) == len(stage.questions)
    ]
    parts = [
        f"without {listed(gone + dropped)}" if gone + dropped else "",
        f"with {listed(shorter)}" if shorter else "",
    ]
    words = " and ".join(part for part in parts if part)
    return f"{words[:1].upper()}{words[1:]}: {hours(after.minutes)}." if words else f"{hours(after.minutes)}."
