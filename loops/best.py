"""The best possible at a loop's budget: what stands beside every gap, looked up in one place.

It is the smallest gap of any loop under the team's own rules that takes no more of the candidate's and the
interviewers' time, from the team's own questions. Reading never computes: whoever may build loops asks for it, as
publishing does, and a worker works it out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts import audit
from accounts.models import Team, TeamPolicy, User
from jobs.models import Job
from loops.designing import store
from loops.designing.ground import Ground
from loops.designing.wishes import Wishes, wishes_like
from loops.models import Loop, LoopDesign
from loops.plans import Plan, plan_of
from roles.models import RoleProfile
from rubrics.models import QuestionExposure
from web.numbers import gap as written
from web.numbers import hours


@dataclass(frozen=True, slots=True)
class BestPossible:
    """The best loop found in the same time; no loop can leave less than ``bound``."""

    gap: float
    bound: float
    proved: bool
    decision_value: float | None
    design: int
    #: What it may take: the time that the loop takes, of candidates and of interviewers together.
    minutes: int
    interviewer_minutes: int

    @property
    def words(self) -> str:
        """As it stands beside a gap."""
        budget = f"At this budget ({hours(self.minutes)}, interviewers {hours(self.interviewer_minutes)})"
        if self.proved:
            return f"{budget} the best possible is {written(self.gap)}."
        return f"{budget} the best found is {written(self.gap)}; none leaves less than {written(self.bound)}."

    def as_dict(self) -> dict[str, Any]:
        """As the API and the command give it."""
        return {
            "gap": round(self.gap, 6),
            "bound": round(self.bound, 6),
            "proved": self.proved,
            "decision_value": None if self.decision_value is None else round(self.decision_value, 6),
        }


def _read(design: LoopDesign | None) -> BestPossible | None:
    found = store.answer_of(design)
    if design is None or found is None or not found.shape:
        return None
    wishes = Wishes.from_dict(design.wishes)
    return BestPossible(
        gap=found.gap,
        bound=found.bound or 0.0,
        proved=found.proved,
        decision_value=found.decision_value,
        design=design.pk,
        minutes=wishes.minutes,
        interviewer_minutes=wishes.interviewer_minutes or 0,
    )


def best_possible(
    plan: Plan, *, team: Team, profile: RoleProfile, policy: TeamPolicy, leaks: Mapping[str, float]
) -> BestPossible | None:
    """What is known for the time that ``plan`` takes, in two queries; None where nothing has been worked out."""
    if not plan.stages:
        return None
    ground = Ground(team, profile, policy, (), store.stock_of(team, leaks))
    return _read(store.known(ground, wishes_like(plan, policy)))


@dataclass(frozen=True, slots=True)
class BestOfLoops:
    """What is known for some loops of a team, by loop; of those in ``waiting`` it has been asked for."""

    known: Mapping[int, BestPossible]
    waiting: frozenset[int]


def best_of_loops(loops: Sequence[Loop], *, team: Team, policy: TeamPolicy) -> BestOfLoops:
    """What is known for each loop of one team, in three queries; load ``with_plan()`` before."""
    if not loops:
        return BestOfLoops({}, frozenset())
    leaks = QuestionExposure.objects.leaks_in(team.pk)
    stock = store.stock_of(team, leaks)
    inputs: dict[int, str] = {}
    for loop in loops:
        ground = Ground(team, loop.profile, policy, (), stock)
        inputs[loop.pk] = ground.inputs(wishes_like(plan_of(loop, leaks=leaks), policy))
    rows = LoopDesign.objects.filter(team=team, inputs__in=set(inputs.values()))
    designs = {row.inputs: row for row in rows}
    found = {pk: _read(designs.get(key)) for pk, key in inputs.items()}
    return BestOfLoops(
        {pk: best for pk, best in found.items() if best is not None},
        frozenset(pk for pk, key in inputs.items() if key in designs and designs[key].finished_at is None),
    )


def wishes_of(loop: Loop, ground: Ground) -> Wishes:
    """What the best loop of this one's time is asked for."""
    return wishes_like(plan_of(loop, leaks=_leaks(ground.bank)), ground.policy)


def ask_for_best(loop: Loop, *, by: User | None) -> tuple[LoopDesign, Job | None]:
    """Have a worker find the best loop that takes no more time than ``loop`` (loaded ``with_plan()``)."""
    ground = ground_of_loop(loop)
    return store.ask(ground, wishes_of(loop, ground), by=by, whole=False)


def loops_without_best(team: Team) -> list[Loop]:
    """The team's newest published loops of which the best possible is not known; contrast loops are no plan."""
    rows = Loop.objects.latest_published().filter(team=team, contrast=False).with_plan()
    loops = list(rows.select_related("team").order_by("name", "pk"))
    best = best_of_loops(loops, team=team, policy=TeamPolicy.objects.current_for(team.pk))
    return [loop for loop in loops if loop.pk not in best.known and any(loop.stages.all())]


def ask_for_all(team: Team, *, by: User | None) -> int:
    """Have a worker find the best possible for every published loop of a team that lacks it; how many those are."""
    with audit.recording("design.ask_for_all", by=by, team=team):
        loops = loops_without_best(team)
        for loop in loops:
            ask_for_best(loop, by=by)
    return len(loops)


def work_out_best(loop: Loop, *, seconds: float) -> BestPossible | None:
    """The same at once, for work that is in the background already; what is known is not sought again."""
    ground = ground_of_loop(loop)
    design, _ = store.entered(ground, wishes_of(loop, ground), by=None)
    if design.finished_at is None:
        store.work_out(design, ground, seconds=seconds)
    return _read(design)


def ground_of_loop(loop: Loop) -> Ground:
    """What the best in a loop's time rests on: the loop's own team, role and questions."""
    profile: RoleProfile = loop.profile
    return store.ground_of(loop.team, profile)


def _leaks(bank: Iterable[Any]) -> dict[str, float]:
    return {row.key: row.leak for row in bank}
