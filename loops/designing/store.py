"""Designs that were asked for: kept by a hash of what they rest on, computed by a worker or at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from accounts import audit
from accounts.errors import InvalidInput
from accounts.models import Team, TeamPolicy, User
from content.canonical import content_hash
from jobs.actions import enqueue
from jobs.models import Job
from loops import remembered
from loops.coverage import gap_of_plan
from loops.designing.answers import Answer, Budget, measured
from loops.designing.problem import DesignProblem, problem_of
from loops.designing.wishes import Wishes
from loops.models import LoopDesign
from loops.plans import Plan, PlannedQuestion, demands_of
from psychometrics.design.designer.frontier import frontier
from psychometrics.design.designer.run import Design, Progress, design_loop
from psychometrics.design.designer.scored import design_by_score
from roles.models import RoleProfile
from rubrics.models import Question, QuestionExposure

KIND = "loops.design"
# Seconds that a worker looks for something better; stopping keeps what is best by then.
SECONDS = 30.0
if TYPE_CHECKING:
    from typing import TypeAlias

    # Of every question: its key, how far it is known outside, whether its material is missing.
    Stock: TypeAlias = tuple[tuple[int, float, bool], ...]
# Seconds for the best loops of other lengths.
FRONTIER_SECONDS = 15.0
# Seconds of a first answer, without a proof.
AT_ONCE = 0.2


@dataclass(frozen=True)
class Ground:
    """What a design rests on besides wishes: a role, a team's policy, the questions on offer."""

    team: Team
    profile: RoleProfile
    policy: TeamPolicy
    bank: tuple[PlannedQuestion, ...]
    #: What of the bank an answer is known by, where the questions themselves are not needed.
    stock: "Stock | None" = None

    @property
    def plan(self) -> Plan:
        """The role without any stage."""
        return Plan(
            requirements=demands_of(self.profile),
            stages=(),
            family=self.profile.family,
            profile_name=self.profile.name,
        )

    def inputs(self, wishes: Wishes) -> str:
        """Hash of everything the answer depends on."""
        stock = self.stock
        if stock is None:
            stock = tuple((row.pk, row.leak, row.lacks_material) for row in self.bank)
        questions = sorted(stock)
        constants = {
            name: getattr(self.policy, name)
            for name in (
                "target_reliability", "transfer", "sufficiency", "single_rating_reliability", "share_performance",
                "share_interviewer", "share_rating", "between_competencies", "setup_minutes", "must_have_raters",
                "max_competencies_per_session", "take_home_extra", "trusts_pack_material",
            )
        }  # fmt: skip
        return content_hash(
            {
                "profile": self.profile.pk,
                "revision": self.profile.content_hash or str(demands_of(self.profile)),
                "questions": [list(row) for row in questions],
                "policy": constants,
                "wishes": wishes.as_dict(),
            }
        )


def ground_of(team: Team, profile: RoleProfile) -> Ground:
    """Read what a design for ``profile`` would rest on, in five queries; load its requirements before."""
    return Ground(team, profile, TeamPolicy.objects.current_for(team.pk), bank_of(team))


def stock_of(team: Team, leaks: Mapping[str, float]) -> "Stock":
    """What an answer is known by of the questions that ``bank_of`` would load, in one query."""
    lacking = ~Q(interviewer_materials="") & Q(material_place="")
    rows = Question.objects.latest_published().filter(team_id=team.pk)
    return tuple(
        (pk, leaks.get(key, 0.0), bool(lacks))
        for pk, key, lacks in rows.annotate(lacks=ExpressionWrapper(lacking, BooleanField())).values_list(
            "pk", "key", "lacks"
        )
    )


def bank_of(team: Team) -> tuple[PlannedQuestion, ...]:
    """The published questions of a team, newest versions, in two to five queries."""
    leaks = QuestionExposure.objects.leaks_in(team.pk)
    rows = Question.objects.latest_published().filter(team_id=team.pk).order_by("pk")
    return tuple(remembered.questions(rows, leaks=leaks))


def refuse_unknown(ground: Ground, wishes: Wishes) -> None:
    """Raise InvalidInput for questions to ask or leave out that the bank does not offer."""
    there = {row.key for row in ground.bank}
    problems = [
        (name, f"{key} is no published question of {ground.team}.")
        for name, keys in (("pinned", wishes.pinned), ("banned", wishes.banned))
        for key in keys
        if key not in there
    ]
    if problems:
        raise InvalidInput("Some questions are not on offer.", problems=problems)


def known(ground: Ground, wishes: Wishes) -> LoopDesign | None:
    """The stored design, finished or not; None where nobody has asked."""
    found: LoopDesign | None = LoopDesign.objects.filter(
        team=ground.team, inputs=ground.inputs(wishes)
    ).first()
    return found


def ask(ground: Ground, wishes: Wishes, *, by: User | None) -> tuple[LoopDesign, Job | None]:
    """Have a worker look for the best loop; an answer that is known already, or on its way, is not sought again.

    Raises:
        InvalidInput: a question to ask or leave out is not on offer.
    """
    refuse_unknown(ground, wishes)
    with audit.recording("design.ask", by=by, team=ground.team):
        design, made = entered(ground, wishes, by=by)
        if design.finished_at is not None:
            return design, None
        if not made and design.stop_asked:
            LoopDesign.objects.filter(pk=design.pk).update(stop_asked=False)
        job = enqueue(
            KIND, team=ground.team, payload={"design": design.pk}, unique_key=f"design:{design.pk}", by=by
        )
    return design, job


def entered(ground: Ground, wishes: Wishes, *, by: User | None) -> tuple[LoopDesign, bool]:
    """The row for these inputs, and whether it is new."""
    return LoopDesign.objects.get_or_create(
        team=ground.team,
        inputs=ground.inputs(wishes),
        defaults={
            "profile": ground.profile,
            "wishes": wishes.as_dict(),
            "policy_version": ground.policy.version,
            "asked_by": by,
        },
    )


def stop(design: LoopDesign, *, by: User | None) -> None:
    """Keep the best so far."""
    with audit.recording("design.stop", by=by, team=design.team):
        LoopDesign.objects.filter(pk=design.pk, finished_at=None).update(stop_asked=True)


def work_out(
    design: LoopDesign,
    ground: Ground,
    *,
    seconds: float = SECONDS,
    on_progress: Callable[[Progress], bool | None] | None = None,
    with_frontier: bool = False,
) -> Answer:
    """Look for the best loop, and store it."""
    wishes = Wishes.from_dict(design.wishes)
    found = answer(ground, wishes, seconds=seconds, on_progress=on_progress)
    if found.shape and with_frontier:
        found = replace(found, frontier=frontier_of(ground, wishes, seconds=FRONTIER_SECONDS))
    design.found, design.finished_at = found.stored(), timezone.now()
    design.save(update_fields=["found", "finished_at"])
    return found


def answer_of(design: LoopDesign | None) -> Answer | None:
    """What a finished design found; None where there is none yet."""
    if design is None or design.finished_at is None:
        return None
    return Answer.read(design.found)


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


def frontier_of(ground: Ground, wishes: Wishes, *, seconds: float) -> tuple[Budget, ...]:
    """The best found for a row of budgets around the wished one, by the same rules."""
    made = problem_of(
        ground.plan, ground.bank, replace(wishes, interviewer_minutes=None), policy=ground.policy
    )
    if made is None:
        return ()
    points = frontier(made.problem, _budgets(wishes.minutes), resource="candidate minutes", seconds=seconds)
    found = []
    for point in points:
        gap = gap_of_plan(made.plan_of(point.design.chosen), policy=ground.policy, with_warnings=False)
        bound = min(point.design.bound or 0.0, gap.gap)
        found.append(Budget(point.limit, gap.gap, bound, gap.decision_value or 0.0))
    return tuple(found)


def _budgets(minutes: int) -> list[int]:
    """Budgets from a short loop to two hours more than what is wished for."""
    return sorted({*range(90, max(minutes, 360) + 121, 60), minutes, minutes + 60})
