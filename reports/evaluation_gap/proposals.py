"""What to add to a loop: a few changes in order, each measured on top of the ones before."""

from dataclasses import dataclass, replace

from accounts.models import Team, TeamPolicy
from loops.bank import own_stage, questions_on_offer, strongest_for
from loops.coverage import Split, gap_of_plan, gaps_after, split_for_display
from loops.gaps import LoopGap
from loops.plans import Plan
from web.numbers import counted

STEPS = 5  # changes proposed, each on top of the ones before
TRIED_EACH = 3  # bank questions tried per competency and step
SECOND = 2


@dataclass(frozen=True)
class Step:
    """One proposed change and the gap after it and all before."""

    words: str
    minutes: int
    interviewer_minutes: int
    split: Split
    change: float
    over_limit: bool


def propose(
    plan: Plan, found: LoopGap, *, policy: TeamPolicy, team: Team, leaks: dict[str, float]
) -> list[Step]:
    """What to add, greedily: each step is the one change that lowers the gap most, measured afresh.

    Tried are a second interviewer in every stage with one, and for every competency the
    bank's strongest questions in a stage of their own. Evidence within a session saturates
    and helps what comes later, so this is advice and no optimum.
    """
    open_rows = [row.key for row in found.competencies if row.gap > 0.005]
    offered = strongest_for(open_rows, questions_on_offer(team, plan), each=TRIED_EACH, leaks=leaks)
    asked = {question.key for _, question in plan.questions()}
    bank = {row.key: row for rows in offered.values() for row in rows if row.key not in asked}
    current, before = plan, found.gap
    steps: list[Step] = []
    fresh = -1
    for _ in range(STEPS):
        tries: list[tuple[str, Plan, str | None]] = [
            (
                f"A second interviewer in {stage.name}",
                current.with_stage(replace(stage, interviewers=SECOND)),
                None,
            )
            for stage in current.stages
            if stage.interviewers == 1 and stage.questions
        ]
        for key, question in bank.items():
            stage = replace(own_stage(question, setup=policy.setup_minutes), pk=fresh)
            tries.append(
                (
                    f"{question.title}, {question.minutes} min, {_people(stage.interviewers)}",
                    current.with_stage(stage),
                    key,
                )
            )
        if not tries:
            break
        after = gaps_after(plan, [other for _, other, _ in tries], policy=policy)
        # Points per interviewer minute would starve long exercises; points alone would fill the day.
        best = max(
            range(len(tries)),
            key=lambda number: worth(before - after[number], current, tries[number][1], policy),
        )
        change = before - after[best]
        if change < 0.003:
            break
        words, current, asked_now = tries[best]
        before = after[best]
        fresh -= 1
        if asked_now is not None:
            bank.pop(asked_now)
        measured = gap_of_plan(current, policy=policy, with_warnings=False)
        steps.append(
            Step(
                words=words,
                minutes=measured.minutes,
                interviewer_minutes=measured.interviewer_minutes,
                split=split_for_display(measured),
                change=change,
                over_limit=measured.minutes > policy.max_loop_minutes,
            )
        )
    return steps


def _people(count: int) -> str:
    return "one interviewer" if count == 1 else f"{counted(count)} interviewers"


def worth(closed: float, before: Plan, after: Plan, policy: TeamPolicy) -> float:
    """Gap closed per unit of cost: candidate minutes weigh more, since they are not ours to spend."""
    candidate = after.minutes - before.minutes
    interviewers = after.interviewer_minutes - before.interviewer_minutes
    return closed / (policy.change_minutes + policy.candidate_minute_weight * candidate + interviewers)
