"""What the builder shows of a loop, assembled in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.core.paginator import Page
from django.db.models import Case, Q, QuerySet, Value, When

from accounts.models import Team, TeamPolicy
from loops import remembered
from loops.bank import (
    BankFilter,
    BankRow,
    bank_page,
    questions_on_offer,
    strongest_for,
)
from loops.best import BestPossible, best_possible
from loops.coverage import contrast_loop, gap_of_plan, gaps_after
from loops.gaps import CompetencyGap, LoopGap
from loops.models import Loop, Stage
from loops.plans import Plan, PlannedQuestion, PlannedStage
from loops.remedies import Advice, Mender
from rubrics.models import Question, QuestionBank, QuestionExposure
from web.numbers import counted, hours, percent

# Questions tried for each competency that lacks evidence.
TRIED_EACH = 8
# A list to choose from that is longer than this is no list.
MOST_COMPARABLE = 400


@dataclass(frozen=True, slots=True)
class PlacedView:
    """A question in its stage; ``lost`` is how far the gap grows without it."""

    question: PlannedQuestion
    lost: float
    needed: tuple[str, ...]
    beside: tuple[str, ...]
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage with what it asks; ``spare`` minutes are left (negative: too few)."""

    row: Stage
    number: int
    questions: tuple[PlacedView, ...]
    alternates: tuple[PlannedQuestion, ...]
    spare: int
    is_first: bool
    is_last: bool

    @property
    def note(self) -> str:
        """Minutes left or missing, and what the stage's author remarked."""
        spare = ""
        if self.questions and self.spare < 0:
            spare = f"The questions need {-self.spare} min more than the stage has."
        elif self.questions and self.spare:
            spare = f"{self.spare} min left for the candidate."
        remark = self.row.note[:1].upper() + self.row.note[1:]
        return " ".join(part for part in (spare, remark and remark.rstrip(".") + ".") if part)


@dataclass(frozen=True, slots=True)
class Other:
    """Another loop measured against the same role, to compare with."""

    name: str
    label: str
    gap: LoopGap


@dataclass(frozen=True, slots=True)
class ComparedCompetency:
    """One competency here and, where another loop is compared, there."""

    here: CompetencyGap
    there: CompetencyGap | None


@dataclass(frozen=True, slots=True)
class BuilderState:
    """Everything on the page that depends on the plan."""

    loop: Loop
    plan: Plan
    policy: TeamPolicy
    gap: LoopGap
    stages: tuple[StageView, ...]
    advice: tuple[Advice, ...]
    coverage: tuple[ComparedCompetency, ...]
    since: Other | None
    conventional: Other | None
    compared: Other | None
    bank: Page[BankRow]
    wanted: BankFilter
    facts: tuple[tuple[str, str, str], ...]
    best: BestPossible | None

    @property
    def two_below(self) -> float:
        """What evidence counts two levels of realism below the demand."""
        return self.policy.transfer**2

    @property
    def since_change(self) -> float | None:
        """Change of the gap since the newest published version."""
        return self.gap.gap - self.since.gap.gap if self.since else None


def build_state(
    loop_pk: int, *, wanted: BankFilter, page: int | str = 1, compare: int | None = None
) -> BuilderState:
    """Read a loop and work out all the builder shows."""
    loop = Loop.objects.with_stages().select_related("team").get(pk=loop_pk)
    policy = TeamPolicy.objects.current_for(loop.team_id)
    leaks = QuestionExposure.objects.leaks_in(loop.team_id)
    plan = remembered.plan(loop, leaks=leaks)
    gap = gap_of_plan(plan, policy=policy)
    measure = partial(_other, loop=loop, plan=plan, policy=policy, leaks=leaks)
    conventional = None if loop.contrast else measure(contrast_loop(loop.team_id))
    compared = measure(_comparable(loop).filter(pk=compare).first()) if compare else None
    return BuilderState(
        loop=loop,
        plan=plan,
        policy=policy,
        gap=gap,
        stages=_stages(loop, plan, gap, policy=policy),
        advice=tuple(_advice(loop, plan, gap, policy=policy, leaks=leaks)),
        coverage=_coverage(gap, compared.gap if compared else None),
        since=measure(_published_before(loop)) if loop.is_draft else None,
        conventional=conventional,
        compared=compared,
        bank=bank_page(loop.team, plan, wanted, policy=policy, leaks=leaks, page=page),
        wanted=wanted,
        facts=_facts(loop, gap, policy),
        best=best_possible(plan, team=loop.team, profile=loop.profile, policy=policy, leaks=leaks),
    )


def comparable(loop: Loop) -> QuerySet[Loop]:
    """Loops it may be compared with: the team's and the library's newest; those for the same role first, by name."""
    rows = Loop.objects.filter(Q(team_id=loop.team_id) | Q(team__is_library=True)).exclude(pk=loop.pk)
    same = Case(When(profile__key=loop.profile.key, then=Value(0)), default=Value(1))
    return rows.newest().select_related("team").order_by(same, "team__is_library", "name")[:MOST_COMPARABLE]


def banks_of(team: Team) -> QuerySet[QuestionBank]:
    return QuestionBank.objects.filter(team=team)[:60]


def _comparable(loop: Loop) -> QuerySet[Loop]:
    rows = Loop.objects.filter(Q(team_id=loop.team_id) | Q(team__is_library=True))
    return rows.select_related("team")


def _published_before(loop: Loop) -> Loop | None:
    before = Loop.objects.filter(team_id=loop.team_id, key=loop.key, version__lt=loop.version)
    return before.exclude(content_hash="").order_by("-version").first()


def _other(
    other: Loop | None, loop: Loop, plan: Plan, *, policy: TeamPolicy, leaks: Mapping[str, float]
) -> Other | None:
    """Measure another loop against this loop's role, under this loop's policy."""
    if other is None:
        return None
    label = (
        f"version {other.version}" if other.key == loop.key and other.team_id == loop.team_id else other.name
    )
    theirs = remembered.published_plan(other, leaks=leaks).in_place_of(plan)
    return Other(other.name, label, gap_of_plan(theirs, policy=policy, with_warnings=False))


def _stages(loop: Loop, plan: Plan, gap: LoopGap, *, policy: TeamPolicy) -> tuple[StageView, ...]:
    placed = [row for _, row in plan.questions()]
    without = gaps_after(plan, [plan.without(row.placement or 0) for row in placed], policy=policy)
    lost = {row.placement: after - gap.gap for row, after in zip(placed, without, strict=True)}
    demanded = {row.key for row in plan.requirements}
    rows = list(loop.stages.all())
    return tuple(
        StageView(
            row=row,
            number=number + 1,
            questions=tuple(
                PlacedView(
                    question=question,
                    lost=lost[question.placement],
                    needed=tuple(each.name for each in question.criteria if each.competency in demanded),
                    beside=tuple(each.name for each in question.criteria if each.competency not in demanded),
                    is_first=place == 0,
                    is_last=place == len(planned.questions) - 1,
                )
                for place, question in enumerate(planned.questions)
            ),
            alternates=planned.alternates,
            spare=_spare(planned),
            is_first=number == 0,
            is_last=number == len(rows) - 1,
        )
        for number, (row, planned) in enumerate(zip(rows, plan.stages, strict=True))
    )


def _spare(stage: PlannedStage) -> int:
    return stage.minutes - sum(question.minutes for question in stage.questions)


def _advice(
    loop: Loop, plan: Plan, gap: LoopGap, *, policy: TeamPolicy, leaks: Mapping[str, float]
) -> list[Advice]:
    """Warnings with remedies; only a draft can be mended, so only for it the bank is searched."""
    if not loop.is_draft:
        return [Advice(warning) for warning in gap.warnings]
    lacking = {warning.competency for warning in gap.warnings if warning.competency}
    bank = strongest_for(lacking, questions_on_offer(loop.team, plan), each=TRIED_EACH, leaks=leaks)
    placed = {row.key: row.version for _, row in plan.questions()}
    newest = Question.objects.latest_published().filter(team=loop.team, key__in=placed)
    newer = {
        row.key: row for row in remembered.questions(newest, leaks=leaks) if row.version > placed[row.key]
    }
    return Mender(plan, gap, policy, bank, newer).advice()


def _coverage(gap: LoopGap, other: LoopGap | None) -> tuple[ComparedCompetency, ...]:
    """Competencies by the gap they leave, largest first."""
    there = {row.key: row for row in other.competencies} if other else {}
    ordered = sorted(gap.competencies, key=lambda row: (-round(row.gap, 4), -row.weight))
    return tuple(ComparedCompetency(row, there.get(row.key)) for row in ordered)


def _facts(loop: Loop, gap: LoopGap, policy: TeamPolicy) -> tuple[tuple[str, str, str], ...]:
    """Name, number, the rest."""
    musts = [row for row in gap.competencies if row.must_have]
    wanted = policy.must_have_raters
    often = "twice" if wanted == 2 else f"by {counted(wanted)}"
    enough = sum(row.raters >= wanted for row in musts)
    of = f"of {loop.budget_minutes} min" if loop.budget_minutes else "min"
    facts = [
        ("Candidate’s time", str(gap.minutes), of),
        ("Interviewers’ time", hours(gap.interviewer_minutes), ""),
    ]
    if gap.decision_value is not None:
        facts.append(("Decision value", percent(gap.decision_value), ""))
    if loop.elapsed_days_from is not None and loop.elapsed_days_to is not None:
        facts.append(("Elapsed", f"{loop.elapsed_days_from}\u2013{loop.elapsed_days_to}", "days"))
    if musts:
        facts.append((f"Must-haves rated {often}", str(enough), f"of {len(musts)}"))
    return tuple(facts)
