"""Drafts over the API: the loop's own fields, its stages and what they ask. Each change names a revision."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import InvalidInput
from accounts.models import Team, User
from loops import actions
from loops import serializers as s
from loops.models import Loop, Stage
from roles.models import RoleProfile
from rubrics.models import Question
from web.api import ETAG, IF_MATCH, ROW_ID, Stale, TeamViewSet, revision_of

STAGE = OpenApiParameter("stage", OpenApiTypes.INT, OpenApiParameter.PATH, description="Id of the stage.")
_STAGE_PATH = rf"stages/(?P<stage>{ROW_ID})"
_PLACED = ("questions", "alternates")


def newest_profile(team: Team, key: str) -> RoleProfile:
    """The team's newest published role profile of a key. Raises InvalidInput without one."""
    profile = RoleProfile.objects.latest_published().filter(team=team, key=key).first()
    if profile is None:
        raise InvalidInput(f"{team} has no published role profile {key}.")
    return profile


def newest_questions(team: Team, keys: set[str]) -> dict[str, Question]:
    """The team's newest published questions by key. Raises InvalidInput naming those it lacks."""
    known = {row.key: row for row in Question.objects.latest_published().filter(team=team, key__in=keys)}
    missing = sorted(keys - known.keys())
    if missing:
        raise InvalidInput(f"{team} has no published question {', '.join(missing)}.")
    return known


def keys_of(values: dict[str, Any]) -> set[str]:
    """Keys of every question that a stage's values name."""
    return {key for name in _PLACED for key in values.get(name) or ()}


def ask(stage: Stage, values: dict[str, Any], *, known: dict[str, Question], by: User) -> None:
    """Let a stage ask exactly the questions named, in their order; lists left out stay as they are.

    Questions that stay keep their version: new versions are taken up on purpose, not in passing.
    """
    lists = {name == "alternates": values[name] for name in _PLACED if name in values}
    named = [key for keys in lists.values() for key in keys]
    if len(set(named)) < len(named):
        raise InvalidInput("A question is named twice.", problems=[("questions", "Name each question once.")])
    rows = stage.placements.select_related("question", "stage__loop__team")
    placed = {row.question.key: row for row in rows}
    for alternate, keys in lists.items():
        for key in keys:
            if key in placed and placed[key].is_alternate != alternate:
                actions.set_alternate(placed[key], alternate=alternate, by=by)
    for key, row in placed.items():
        if key not in named and row.is_alternate in lists:
            actions.remove_placement(row, by=by)
    for alternate, keys in lists.items():
        for position, key in enumerate(keys):
            if key in placed:
                # Read again: what was done to its neighbours may have moved it.
                actions.move_placement(rows.get(pk=placed[key].pk), to=position, by=by)
            else:
                actions.place_question(stage, known[key], at=position, alternate=alternate, by=by)


class LoopEdits(TeamViewSet[Loop]):
    """Base of the loops' view set: everything that changes a draft."""

    def _editable(self) -> Loop:
        raise NotImplementedError

    def _answer(self, loop: Loop, code: int = status.HTTP_200_OK) -> Response:
        raise NotImplementedError

    @contextmanager
    def _held(self) -> Iterator[Loop]:
        """One transaction on the draft, held, at the revision in If-Match.

        A loop that is published already needs none: the action says that it is frozen.
        """
        with transaction.atomic():
            found = self._editable()
            loop = Loop.objects.select_for_update(of=("self",)).select_related("team").get(pk=found.pk)
            if loop.is_draft and revision_of(self.request) != loop.revision:
                raise Stale(details={"revision": loop.revision})
            yield loop

    @extend_schema(request=s.LoopChange, responses=s.LoopOut, parameters=[IF_MATCH, ETAG])
    def partial_update(self, request: Request, pk: str | None = None) -> Response:
        """Change a draft's name, role, budget or what candidates are told."""
        values = self.valid(s.LoopChange, partial=True)
        with self._held() as loop:
            if "budget_minutes" in values and values["budget_minutes"] is None:
                values["budget_minutes"] = ""  # the action's word for no budget
            if key := values.pop("role", None):
                values["profile"] = newest_profile(loop.team, key)
            actions.edit_loop(loop, by=self.person, **values)
        return self._answer(loop)

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request: Request, pk: str | None = None) -> Response:
        """Throw a draft away; published versions are retired instead."""
        with self._held() as loop:
            actions.discard_draft(loop, by=self.person)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=s.LoopOut, parameters=[IF_MATCH, ETAG])
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str | None = None) -> Response:
        """Freeze a draft as a version that openings can use."""
        with self._held() as loop:
            actions.publish_loop(loop, by=self.person)
        return self._answer(loop)

    @extend_schema(request=s.StageIn, responses={201: s.LoopOut}, parameters=[IF_MATCH, ETAG])
    @action(detail=True, methods=["post"], url_path="stages")
    def add_stage(self, request: Request, pk: str | None = None) -> Response:
        """Append a stage, with what it asks."""
        values = self.valid(s.StageIn)
        with self._held() as loop:
            self.append(loop, values, known=newest_questions(loop.team, keys_of(values)))
        return self._answer(loop, status.HTTP_201_CREATED)

    def append(self, loop: Loop, values: dict[str, Any], *, known: dict[str, Question]) -> None:
        """Append a stage by its values."""
        facts = {name: values[name] for name in ("kind", "name", "minutes", "interviewers")}
        stage = actions.add_stage(loop, by=self.person, **facts)
        ask(stage, values, known=known, by=self.person)

    @extend_schema(request=s.StageChange, responses=s.LoopOut, parameters=[STAGE, IF_MATCH, ETAG])
    @action(detail=True, methods=["patch"], url_path=_STAGE_PATH, url_name="stage")
    def stage(self, request: Request, pk: str | None = None, stage: str = "") -> Response:
        """Change a stage: its own fields, its place, the questions it asks."""
        values = self.valid(s.StageChange, partial=True)
        with self._held() as loop:
            row = _stage_of(loop, stage)
            known = newest_questions(loop.team, keys_of(values) - _asked_already(row))
            facts = {name: value for name, value in values.items() if name not in (*_PLACED, "position")}
            if facts:
                actions.edit_stage(row, by=self.person, **facts)
            if "position" in values:
                actions.move_stage(row, to=values["position"], by=self.person)
            ask(row, values, known=known, by=self.person)
        return self._answer(loop)

    @extend_schema(responses=s.LoopOut, parameters=[STAGE, IF_MATCH, ETAG])
    @stage.mapping.delete
    def remove_stage(self, request: Request, pk: str | None = None, stage: str = "") -> Response:
        """Take a stage out of the draft."""
        with self._held() as loop:
            actions.remove_stage(_stage_of(loop, stage), by=self.person)
        return self._answer(loop)


def _stage_of(loop: Loop, number: str) -> Stage:
    stage = Stage.objects.select_related("loop__team").filter(loop=loop, pk=int(number)).first()
    if stage is None:
        raise Http404
    return stage


def _asked_already(stage: Stage) -> set[str]:
    return set(stage.placements.values_list("question__key", flat=True))
