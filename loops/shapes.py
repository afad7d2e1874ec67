"""The shape of a loop: its stages and what each asks, as data that can be kept, sent and brought about again.

Proposals, advice that changes several things at once, and taking a change back are all one thing: a shape that a draft
is given (``loops.actions.reshape``).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from rest_framework import serializers

from accounts.errors import InvalidInput
from loops.models import MOST_INTERVIEWERS, Loop, StageKind
from loops.plans import Plan, PlannedQuestion, PlannedStage

LONGEST_STAGE = 2880
MOST_STAGES = 30
# More questions than this in one stage are no plan.
MOST_PLACED = 60


@dataclass(frozen=True, slots=True)
class StageShape:
    """One stage. ``pk`` names a stage that is there, None a new one; ``questions`` and ``alternates`` are their ids.

    ``panel``, ``note`` and ``round`` are None where a stage that is there keeps its own.
    """

    pk: int | None
    kind: str
    name: str
    minutes: int
    interviewers: int
    questions: tuple[int, ...] = ()
    alternates: tuple[int, ...] = ()
    panel: tuple[str, ...] | None = None
    note: str | None = None
    round: int | None = None


Shape = tuple[StageShape, ...]


def shape_of(loop: Loop) -> Shape:
    """The stages of a loop loaded with ``Loop.objects.with_plan()``, whole."""
    return tuple(
        StageShape(
            pk=stage.pk,
            kind=stage.kind,
            name=stage.name,
            minutes=stage.minutes,
            interviewers=stage.interviewers,
            questions=tuple(row.question_id for row in stage.placements.all() if not row.is_alternate),
            alternates=tuple(row.question_id for row in stage.placements.all() if row.is_alternate),
            panel=tuple(stage.panel),
            note=stage.note,
            round=stage.round,
        )
        for stage in loop.stages.all()
    )


def shape_of_plan(plan: Plan) -> Shape:
    """The stages of a plan that somebody thinks of; stages that are not stored yet have negative keys there."""
    return tuple(_thought_of(stage) for stage in plan.stages)


def plan_of_shape(plan: Plan, shape: Shape, asked: Mapping[int, PlannedQuestion]) -> Plan:
    """The plan's role with the stages of a shape; questions that ``asked`` does not hold are left out."""

    def planned(ids: tuple[int, ...]) -> tuple[PlannedQuestion, ...]:
        return tuple(asked[pk] for pk in ids if pk in asked)

    return replace(
        plan,
        stages=tuple(
            PlannedStage(
                pk=-number - 1,
                kind=stage.kind,
                name=stage.name,
                minutes=stage.minutes,
                interviewers=stage.interviewers,
                questions=planned(stage.questions),
                alternates=planned(stage.alternates),
                panel=stage.panel or (),
            )
            for number, stage in enumerate(shape)
        ),
    )


def _thought_of(stage: PlannedStage) -> StageShape:
    return StageShape(
        pk=stage.pk if stage.pk > 0 else None,
        kind=stage.kind,
        name=stage.name[:120],
        minutes=stage.minutes,
        interviewers=stage.interviewers,
        questions=tuple(row.pk for row in stage.questions),
        alternates=tuple(row.pk for row in stage.alternates),
    )


class _StageIn(serializers.Serializer[Any]):
    pk = serializers.IntegerField(min_value=1, allow_null=True, required=False, default=None)
    kind = serializers.ChoiceField(choices=StageKind.choices)
    name = serializers.CharField(max_length=120)
    minutes = serializers.IntegerField(min_value=1, max_value=LONGEST_STAGE)
    interviewers = serializers.IntegerField(min_value=1, max_value=MOST_INTERVIEWERS)
    questions = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=MOST_PLACED)
    alternates = serializers.ListField(
        child=serializers.IntegerField(min_value=1), max_length=MOST_PLACED, required=False, default=list
    )
    panel = serializers.ListField(
        child=serializers.CharField(max_length=60), allow_null=True, required=False, default=None
    )
    note = serializers.CharField(allow_blank=True, allow_null=True, required=False, default=None)
    round = serializers.IntegerField(min_value=0, max_value=60, allow_null=True, required=False, default=None)


def as_rows(shape: Shape) -> list[dict[str, Any]]:
    """As a column of JSON keeps it."""
    return [asdict(stage) for stage in shape]


def as_json(shape: Shape) -> str:
    """As a form sends it."""
    return json.dumps(as_rows(shape))


def from_json(text: str) -> Shape:
    """Read what a form sent. Raises InvalidInput naming what it could not read."""
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise InvalidInput("The stages could not be read.", problems=[("stages", "No JSON.")]) from error
    return from_rows(rows)


def from_rows(rows: Any) -> Shape:
    """Read stages from data. Raises InvalidInput naming what it could not read."""
    if isinstance(rows, list) and len(rows) > MOST_STAGES:
        raise InvalidInput(f"A loop holds {MOST_STAGES} stages at most.")
    read = _StageIn(data=rows, many=True)
    if not read.is_valid():
        raise InvalidInput("The stages could not be read.", problems=list(_problems(read.errors)))
    return tuple(_stage_from(stage) for stage in read.validated_data)


def _stage_from(stage: dict[str, Any]) -> StageShape:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in stage.items()
    }
    return StageShape(**values)


def _problems(errors: Any) -> Iterable[tuple[str, str]]:
    rows = errors if isinstance(errors, list) else [errors]
    for number, row in enumerate(rows, start=1):
        for name, texts in row.items():
            yield f"stage {number}, {name}", " ".join(str(text) for text in texts)
