"""Debriefs and decisions over the API: the same actions and the same blindness as the pages."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.permissions import Permission
from hiring.decisions import actions
from hiring.decisions.models import Debrief
from hiring.decisions.next_session import plan_next_question
from hiring.decisions.serializers import (
    DebriefDetail,
    DebriefOut,
    DecisionIn,
    DecisionOut,
    PlanIn,
    PlannedOut,
)
from hiring.pipeline.api_base import Mine, TeamRows
from hiring.pipeline.models import Application


class OpenIn(serializers.Serializer[Any]):
    """Which application's debrief to open; a reason opens it before every scorecard is in."""

    application = Mine(rows=Application.objects.all())
    reason = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class DebriefViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TeamRows[Debrief]):
    """Open debriefs. Whoever still owes a scorecard on an application sees nothing of it."""

    filterset_fields = ("application",)

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        """Levels only in the detail."""
        return DebriefOut if self.action == "list" else DebriefDetail

    def rows(self) -> QuerySet[Debrief]:
        """Visible debriefs; an interviewer's are those they took part in."""
        rows: QuerySet[Debrief] = Debrief.objects.visible_to(self.person)
        return rows.select_related("team", "run", "application__candidate", "application__opening__profile")

    @extend_schema(request=OpenIn, responses={201: DebriefDetail})
    def create(self, request: Request) -> Response:
        """Open a debrief; opening an open one returns it."""
        values = self.valid(OpenIn)
        application: Application = values["application"]
        require(self.person, Permission.FORCE_DEBRIEF, team=application.team)
        debrief = actions.open_debrief(application=application, by=self.person, reason=values["reason"])
        found = self.rows().filter(pk=debrief.pk).first()
        if found is None:  # opened for the others; this person still owes a scorecard
            return Response(status=status.HTTP_204_NO_CONTENT)
        detail = DebriefDetail(found, context=self.get_serializer_context())
        return Response(detail.data, status=status.HTTP_201_CREATED)

    @extend_schema(request=DecisionIn, responses={201: DecisionOut})
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str | None = None) -> Response:
        """Record a decision; a changed mind is a new one."""
        debrief = self.get_object()
        require(self.person, Permission.DECIDE, team=debrief.team)
        decision = actions.decide(application=debrief.application, by=self.person, **self.valid(DecisionIn))
        return Response(DecisionOut(decision).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PlanIn, responses={201: PlannedOut})
    @action(detail=True, methods=["post"])
    def plan(self, request: Request, pk: str | None = None) -> Response:
        """Plan one of ``next_questions`` as a further session, without a time yet."""
        interview = plan_next_question(debrief=self.get_object(), by=self.person, **self.valid(PlanIn))
        return Response(PlannedOut(interview).data, status=status.HTTP_201_CREATED)
