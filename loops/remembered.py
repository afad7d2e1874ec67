"""What is published, as plans see it, read once by each process.

A published version never changes, so what a plan asks of it can be kept: a builder that answers every keystroke would
otherwise read the whole bank each time. Rows are known by their id and content hash; a draft has no hash and is read
anew. Leaks and statuses do change: they are looked up each time.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Generic, TypeVar

from django.db.models import QuerySet

from loops.models import Loop
from loops.plans import Demand, Plan, PlannedQuestion, PlannedStage, demands_of, plan_of, planned_question
from roles.models import RoleProfile
from rubrics.models import Question

T = TypeVar("T")


class _Shelf(Generic[T]):
    """The newest ``most`` things by key; what was used longest ago goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[tuple[object, ...], T] = OrderedDict()

    def get(self, key: tuple[object, ...]) -> T | None:
        found = self._held.get(key)
        if found is not None:
            self._held[key] = found
        return found

    def put(self, key: tuple[object, ...], value: T) -> None:
        self._held[key] = value
        while len(self._held) > self._most:
            self._held.popitem(last=False)


# A few dozen megabytes at most.
_questions: _Shelf[PlannedQuestion] = _Shelf(20_000)
_demands: _Shelf[tuple[Demand, ...]] = _Shelf(1_000)
_plans: _Shelf[Plan] = _Shelf(500)


def questions(rows: QuerySet[Question], *, leaks: Mapping[str, float]) -> list[PlannedQuestion]:
    """The questions of ``rows`` in their order: one query, three more for those not read before."""
    heads = list(rows.values_list("pk", "content_hash", "source_team_key", "status"))
    keys = {pk: (pk, content, source) for pk, content, source, _ in heads}
    found: dict[int, PlannedQuestion] = {}
    for pk, key in keys.items():
        kept = _questions.get(key) if key[1] else None
        if kept is not None:
            found[pk] = kept
    missing = keys.keys() - found.keys()
    if missing:
        for row in Question.objects.filter(pk__in=missing).for_plan():
            found[row.pk] = planned_question(row, leaks={})
            if row.content_hash:
                _questions.put(keys[row.pk], found[row.pk])
    return [
        _as_now(found[pk], leak=leaks.get(found[pk].key, 0.0), status=status)
        for pk, _, _, status in heads
        if pk in found
    ]


def demands(profile: RoleProfile) -> tuple[Demand, ...]:
    """What a role profile demands; two queries where it was not read before."""
    key = (profile.pk, profile.content_hash)
    kept = _demands.get(key) if profile.content_hash else None
    if kept is None:
        kept = demands_of(RoleProfile.objects.prefetch_related("requirements__competency").get(pk=profile.pk))
        if profile.content_hash:
            _demands.put(key, kept)
    return kept


def plan(loop: Loop, *, leaks: Mapping[str, float]) -> Plan:
    """What ``plan_of`` reads, of a loop loaded with ``Loop.objects.with_stages()``; one query where all is known."""
    stages = list(loop.stages.all())
    placed = {stage.pk: list(stage.placements.all()) for stage in stages}
    asked = {row.question_id for rows in placed.values() for row in rows}
    known = {row.pk: row for row in questions(Question.objects.filter(pk__in=asked), leaks=leaks)}

    def planned(stage: int, *, alternates: bool) -> tuple[PlannedQuestion, ...]:
        return tuple(
            replace(known[row.question_id], placement=row.pk)
            for row in placed[stage]
            if row.is_alternate == alternates
        )

    return Plan(
        requirements=demands(loop.profile),
        stages=tuple(
            PlannedStage(
                pk=stage.pk,
                kind=stage.kind,
                name=stage.name,
                minutes=stage.minutes,
                interviewers=stage.interviewers,
                questions=planned(stage.pk, alternates=False),
                alternates=planned(stage.pk, alternates=True),
                panel=tuple(stage.panel),
            )
            for stage in stages
        ),
        family=loop.profile.family,
        profile_name=loop.profile.name,
        budget_minutes=loop.budget_minutes,
    )


def published_plan(loop: Loop, *, leaks: Mapping[str, float]) -> Plan:
    """The plan of a published loop, of which nothing needs to be loaded; no query where it was read before.

    The statuses of its questions are those of the first reading: measure it, and ask for no advice on it.
    """
    key = (loop.pk, loop.content_hash)
    kept = _plans.get(key)
    if kept is None:
        kept = plan_of(Loop.objects.with_plan().get(pk=loop.pk), leaks={})
        if loop.content_hash:
            _plans.put(key, kept)
    return kept.with_leaks(leaks) if leaks else kept


def _as_now(question: PlannedQuestion, *, leak: float, status: str) -> PlannedQuestion:
    if question.leak == leak and question.status == status:
        return question
    return replace(question, leak=leak, status=status)
