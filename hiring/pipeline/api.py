"""The pipeline over the API: the same actions as the admin."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.models import User
from accounts.permissions import Permission
from hiring.pipeline import actions
from hiring.pipeline import serializers as s
from hiring.pipeline.api_base import TeamRows
from hiring.pipeline.models import Application, Assignment, Candidate, Interview, Opening


class OpeningViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TeamRows[Opening]):
    """Jobs being filled."""

    serializer_class = s.OpeningOut
    filterset_fields = ("state", "key")

    def rows(self) -> QuerySet[Opening]:
        """Visible openings with what they pin."""
        rows: QuerySet[Opening] = Opening.objects.visible_to(self.person)
        return rows.select_related("team", "profile", "loop", "hiring_manager")

    @extend_schema(request=s.OpeningIn, responses={201: s.OpeningOut})
    def create(self, request: Request) -> Response:
        """Open a job with a published role profile and loop."""
        opening = actions.open_opening(team=self.team(), by=self.person, **self.valid(s.OpeningIn))
        return Response(s.OpeningOut(opening).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=s.OpeningOut)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str | None = None) -> Response:
        """Stop taking applications for a while."""
        return Response(s.OpeningOut(actions.pause_opening(self.get_object(), by=self.person)).data)

    @extend_schema(request=None, responses=s.OpeningOut)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str | None = None) -> Response:
        """Take applications again."""
        return Response(s.OpeningOut(actions.reopen_opening(self.get_object(), by=self.person)).data)

    @extend_schema(request=None, responses=s.OpeningOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str | None = None) -> Response:
        """Close a job whose applications have all ended."""
        return Response(s.OpeningOut(actions.close_opening(self.get_object(), by=self.person)).data)


class CandidateViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TeamRows[Candidate]):
    """People who applied."""

    serializer_class = s.CandidateOut
    filterset_fields = ("external_id",)

    def rows(self) -> QuerySet[Candidate]:
        """Visible candidates."""
        rows: QuerySet[Candidate] = Candidate.objects.visible_to(self.person)
        return rows.select_related("team")

    @extend_schema(request=s.CandidateIn, responses={201: s.CandidateOut})
    def create(self, request: Request) -> Response:
        """Add a candidate."""
        candidate = actions.add_candidate(team=self.team(), by=self.person, **self.valid(s.CandidateIn))
        return Response(s.CandidateOut(candidate).data, status=status.HTTP_201_CREATED)


class ApplicationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TeamRows[Application]):
    """People's runs through openings."""

    serializer_class = s.ApplicationOut
    filterset_fields = ("state", "opening", "candidate")

    def rows(self) -> QuerySet[Application]:
        """Visible applications with whom and what for."""
        rows: QuerySet[Application] = Application.objects.visible_to(self.person)
        return rows.select_related("team", "opening", "candidate")

    @extend_schema(request=s.ApplicationIn, responses={201: s.ApplicationOut})
    def create(self, request: Request) -> Response:
        """Let a candidate run for an opening."""
        values = self.valid(s.ApplicationIn)
        application = actions.apply(values["candidate"], values["opening"], by=self.person)
        return Response(s.ApplicationOut(application).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=s.ReasonIn, responses=s.ApplicationOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str | None = None) -> Response:
        """End it because the candidate left."""
        reason = self.valid(s.ReasonIn)["reason"]
        return Response(
            s.ApplicationOut(actions.withdraw(self.get_object(), reason=reason, by=self.person)).data
        )

    @extend_schema(request=None, responses={201: s.InterviewOut(many=True)})
    @action(detail=True, methods=["post"], url_path="schedule-loop")
    def schedule_loop(self, request: Request, pk: str | None = None) -> Response:
        """Plan every stage of the loop that has no interview yet."""
        made = actions.schedule_loop(self.get_object(), by=self.person)
        rows = InterviewViewSet.loaded(Interview.objects.filter(pk__in=[row.pk for row in made]))
        return Response(s.InterviewOut(rows.order_by("pk"), many=True).data, status=status.HTTP_201_CREATED)


class InterviewViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TeamRows[Interview]):
    """Sessions of applications."""

    serializer_class = s.InterviewOut
    filterset_fields = ("state", "application", "stage")

    @staticmethod
    def loaded(rows: QuerySet[Interview]) -> QuerySet[Interview]:
        """Everything the serializer reads, in two queries."""
        people = Prefetch("assignments", Assignment.objects.select_related("interviewer"))
        return rows.select_related(
            "team", "application__candidate", "application__opening", "stage"
        ).prefetch_related(people)

    def rows(self) -> QuerySet[Interview]:
        """Visible interviews: the pipeline's, or those one is assigned to."""
        return self.loaded(Interview.objects.visible_to(self.person))

    def _shown(self, interview: Interview) -> Response:
        return Response(s.InterviewOut(self.loaded(Interview.objects.filter(pk=interview.pk)).get()).data)

    @extend_schema(request=s.InterviewIn, responses={201: s.InterviewOut})
    def create(self, request: Request) -> Response:
        """Plan one stage for an application."""
        values = self.valid(s.InterviewIn)
        made = actions.schedule_interview(
            values.pop("application"), values.pop("stage"), by=self.person, **values
        )
        answer = self._shown(made)
        answer.status_code = status.HTTP_201_CREATED
        return answer

    @extend_schema(request=s.RescheduleIn, responses=s.InterviewOut)
    @action(detail=True, methods=["post"])
    def reschedule(self, request: Request, pk: str | None = None) -> Response:
        """Change time or place."""
        values: dict[str, Any] = self.valid(s.RescheduleIn)
        return self._shown(actions.reschedule_interview(self.get_object(), by=self.person, **values))

    @extend_schema(request=s.InterviewerIn, responses=s.InterviewOut)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str | None = None) -> Response:
        """Assign an interviewer, or somebody who listens to learn."""
        interview = self.get_object()
        require(self.person, Permission.EDIT_PIPELINE, team=interview.team)
        values = self.valid(s.InterviewerIn)
        actions.assign_interviewer(interview, values["interviewer"], by=self.person, shadow=values["shadow"])
        return self._shown(interview)

    @extend_schema(request=s.HandOverIn, responses=s.InterviewOut)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: str | None = None) -> Response:
        """Let a named colleague hold the interview in place of an interviewer."""
        interview, values = self.get_object(), self.valid(s.HandOverIn)
        assignment = self._assignment(interview, values["interviewer"])
        actions.hand_over(assignment, to=values["to"], reason=values["reason"], by=self.person)
        return self._shown(interview)

    @staticmethod
    def _assignment(interview: Interview, interviewer: User) -> Assignment:
        rows = Assignment.objects.select_related("interview__team", "interview__application", "interviewer")
        found: Assignment = get_object_or_404(rows, interview=interview, interviewer=interviewer)
        return found

    @extend_schema(request=s.ReleaseIn, responses=s.InterviewOut)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str | None = None) -> Response:
        """Let an interviewer off, with a reason."""
        interview, values = self.get_object(), self.valid(s.ReleaseIn)
        assignment = self._assignment(interview, values["interviewer"])
        actions.release_interviewer(assignment, reason=values["reason"], by=self.person)
        return self._shown(interview)

    @extend_schema(request=s.ReasonIn, responses=s.InterviewOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str | None = None) -> Response:
        """Cancel a planned interview."""
        reason = self.valid(s.ReasonIn)["reason"]
        return self._shown(actions.cancel_interview(self.get_object(), reason=reason, by=self.person))

    @extend_schema(request=None, responses=s.InterviewOut)
    @action(detail=True, methods=["post"])
    def held(self, request: Request, pk: str | None = None) -> Response:
        """Say that it took place."""
        return self._shown(actions.mark_held(self.get_object(), by=self.person))
