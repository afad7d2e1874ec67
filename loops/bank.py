"""The question bank beside a plan: search, filters, and how much of the gap each question would close."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.models import Team, TeamPolicy
from loops import remembered
from loops.coverage import gaps_after
from loops.models import StageKind
from loops.plans import Plan, PlannedQuestion, PlannedStage
from rubrics.models import Criterion, Question, QuestionFormat

PAGE = 30
# Up to here all matches are tried against the plan and ordered by what they close; a larger bank is
# ordered by name, page by page, so that a page costs the same however large the bank grows.
TRIED = 200
# A stage thought of but not saved.
NEW_STAGE = -1
NEW_INTERVIEWERS = 2


@dataclass(frozen=True, slots=True)
class BankFilter:
    """What the recruiter looks for; empty means any. ``into`` is the stage it would be asked in.

    ``order`` is "minute" (what closes most for its minutes first) or "points" (what closes most).
    """

    text: str = ""
    format: str = ""
    realism: tuple[str, ...] = ()
    bank: str = ""
    competency: str = ""
    minutes: int | None = None
    order: str = "minute"
    into: int = NEW_STAGE


@dataclass(frozen=True, slots=True)
class BankRow:
    """One question on offer. ``effect`` is the change of the gap if it is asked (negative: it shrinks)."""

    question: PlannedQuestion
    effect: float
    needed: tuple[str, ...]
    beside: tuple[str, ...]

    @property
    def per_ten(self) -> float:
        """Change of the gap for ten minutes of the candidate's time."""
        return 10 * self.effect / self.question.minutes


def questions_on_offer(team: Team, plan: Plan) -> QuerySet[Question]:
    """Published questions of the team, newest versions, that the plan does not hold yet."""
    present = {row.key for stage in plan.stages for row in (*stage.questions, *stage.alternates)}
    return Question.objects.latest_published().filter(team=team).exclude(key__in=present)


def search(rows: QuerySet[Question], wanted: BankFilter) -> QuerySet[Question]:
    """Narrow down to what the filter asks for."""
    for word in wanted.text.split()[:6]:
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(prompt__icontains=word)
            | Q(pk__in=Question.objects.filter(criteria__competency__name__icontains=word).values("pk"))
        )
    if wanted.format:
        rows = rows.filter(format=wanted.format)
    if wanted.realism:
        rows = rows.filter(realism__in=wanted.realism)
    if wanted.bank:
        rows = rows.filter(bank__key=wanted.bank)
    if wanted.competency:
        shown = Question.objects.filter(criteria__competency__key=wanted.competency)
        rows = rows.filter(pk__in=shown.values("pk"))
    if wanted.minutes is not None:
        rows = rows.filter(minutes__lte=wanted.minutes)
    return rows


def bank_page(
    team: Team,
    plan: Plan,
    wanted: BankFilter,
    *,
    policy: TeamPolicy,
    leaks: Mapping[str, float],
    page: int | str = 1,
) -> Page[BankRow]:
    """One page of the bank; while it is small enough to try, what closes most of the gap for its minutes first."""
    found = search(questions_on_offer(team, plan), wanted).order_by("title", "pk")
    count = found.count()
    base = gaps_after(plan, [plan], policy=policy)[0]

    def rows(part: QuerySet[Question]) -> list[BankRow]:
        offered = remembered.questions(part, leaks=leaks)
        gaps = gaps_after(
            plan, [_asked_in(plan, row, wanted.into, policy.setup_minutes) for row in offered], policy=policy
        )
        return [_row(plan, row, gap - base) for row, gap in zip(offered, gaps, strict=True)]

    if count <= TRIED:
        ranked = sorted(
            rows(found),
            key=lambda row: (
                round(row.effect if wanted.order == "points" else row.per_ten, 4),
                row.question.title,
            ),
        )
        return Paginator(ranked, PAGE).get_page(page)
    # A page of questions becomes a page of rows; numbers and neighbours stay those of the questions.
    chosen: Page[Any] = Paginator(found, PAGE).get_page(page)
    chosen.object_list = rows(found[(chosen.number - 1) * PAGE : chosen.number * PAGE])
    return chosen


def own_stage(question: PlannedQuestion, *, setup: int) -> PlannedStage:
    """The stage a question would have to itself, with the policy's minutes to begin and end where people meet."""
    alone = question.format == QuestionFormat.TAKE_HOME
    return PlannedStage(
        pk=NEW_STAGE,
        kind=kind_for(question.format),
        name=question.title,
        minutes=question.minutes + (0 if alone else setup),
        interviewers=NEW_INTERVIEWERS,
        questions=(question,),
    )


def kind_for(question_format: str) -> str:
    """The kind of stage a question of this format makes when it stands alone."""
    if question_format == QuestionFormat.PAST_WORK_PROBE:
        return StageKind.PAST_WORK
    return question_format if question_format in StageKind.values else StageKind.SCENARIO


def strongest_for(
    competencies: Iterable[str], rows: QuerySet[Question], *, each: int, leaks: Mapping[str, float]
) -> dict[str, list[PlannedQuestion]]:
    """For each competency the ``each`` questions of ``rows`` that show it most purely, in two to five queries."""
    keys = sorted(set(competencies))
    if not keys:
        return {}
    place = Window(
        RowNumber(),
        partition_by=[F("competency__key")],
        order_by=[F("strength").desc(), F("target_level").desc(), F("pk")],
    )
    shown = Criterion.objects.filter(
        competency__key__in=keys, question__in=rows.filter(conventional=False).order_by().values("pk")
    )
    best = list(
        shown.annotate(place=place)
        .filter(place__lte=each)
        .order_by("place")
        .values_list("competency__key", "question_id")
    )
    found = remembered.questions(Question.objects.filter(pk__in={pk for _, pk in best}), leaks=leaks)
    loaded = {row.pk: row for row in found}
    return {key: [loaded[pk] for each_key, pk in best if each_key == key] for key in keys}


def _asked_in(plan: Plan, question: PlannedQuestion, into: int, setup: int) -> Plan:
    if any(stage.pk == into for stage in plan.stages):
        return plan.with_question(into, question)
    return plan.with_stage(own_stage(question, setup=setup))


def _row(plan: Plan, question: PlannedQuestion, effect: float) -> BankRow:
    demanded = {row.key for row in plan.requirements}
    return BankRow(
        question=question,
        effect=effect,
        needed=tuple(row.name for row in question.criteria if row.competency in demanded),
        beside=tuple(row.name for row in question.criteria if row.competency not in demanded),
    )
