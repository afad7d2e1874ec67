"""Loops over the API: the same actions as the builder."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.access import has_permission, require
from accounts.errors import InvalidInput
from accounts.models import Team, TeamPolicy, User
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission
from hiring.loops import actions
from hiring.loops import serializers as s
from hiring.loops.coverage import plan_gap
from hiring.loops.models import Loop
from roles.models import RoleProfile
from rubrics.models import Question

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description='The draft\'s revision, as in its ETag, for example "4".',
)


class Stale(APIException):
    """The draft is not the one the client read."""

    status_code = 412
    default_detail = "The loop changed since you read it. Read it again, then repeat your change."


class LoopViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Loop]):
    """Loops of one's teams and of the library: stages, questions, and the evaluation gap."""

    request: Request
    serializer_class = s.LoopOut
    filterset_fields = ("key", "status", "contrast", "is_default")

    def get_queryset(self) -> QuerySet[Loop]:
        """Loops of the teams whose content the person may read, and the library's; ``?team=`` narrows."""
        rows = Loop.objects.select_related("team", "profile")
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        mine = team_ids_with(self.person, Permission.VIEW_CONTENT)
        rows = rows.visible_to(self.person).filter(Q(team__in=mine) | Q(team__is_library=True))
        if key := self.request.query_params.get("team"):
            rows = rows.filter(team__key=key)
        return rows if self.action == "list" else rows.with_plan()

    def get_serializer_class(self) -> Any:
        """Lists leave the stages out."""
        return s.LoopRow if self.action == "list" else s.LoopOut

    @property
    def person(self) -> User:
        """The person asking."""
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 -- the default permission class lets only users through
        return user

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One loop with its stages and questions."""
        return self._shown(self.get_object())

    @extend_schema(request=s.LoopIn, responses={201: s.LoopOut})
    def create(self, request: Request) -> Response:
        """Create a draft, empty or with stages, in the team named by ``?team=``."""
        read = s.LoopIn(data=request.data)
        read.is_valid(raise_exception=True)
        values = read.validated_data
        team = self._team()
        require(self.person, Permission.EDIT_LOOPS, team=team)
        profile = RoleProfile.objects.latest_published().filter(team=team, key=values["role"]).first()
        if profile is None:
            raise InvalidInput(f"{team} has no published role profile {values['role']}.")
        with transaction.atomic():
            loop = actions.create_loop(
                team=team,
                profile=profile,
                name=values["name"],
                budget_minutes=values.get("budget_minutes"),
                by=self.person,
            )
            self._fill(loop, values["stages"])
        return self._shown(self._fresh(loop), status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=s.LoopOut, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str | None = None) -> Response:
        """Freeze a draft as a version that openings can use."""
        loop = self._editable()
        actions.publish_loop(loop, by=self.person, revision=self._revision(loop))
        return self._shown(self._fresh(loop))

    @extend_schema(request=None, responses={201: s.LoopOut})
    @action(detail=True, methods=["post"], url_path="new-version")
    def new_version(self, request: Request, pk: str | None = None) -> Response:
        """Open a draft of the next version."""
        loop = actions.new_loop_version(self._editable(), by=self.person)
        return self._shown(self._fresh(loop), status.HTTP_201_CREATED)

    @extend_schema(request=s.RetireIn, responses=s.LoopOut)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str | None = None) -> Response:
        """Stop offering a published loop for new openings."""
        read = s.RetireIn(data=request.data)
        read.is_valid(raise_exception=True)
        loop = actions.retire_loop(self._editable(), by=self.person, reason=read.validated_data["reason"])
        return self._shown(self._fresh(loop))

    @extend_schema(
        responses=s.GapOut,
        parameters=[
            OpenApiParameter("role", str, description="Key of another role to measure the loop against.")
        ],
        filters=False,
    )
    @action(detail=True, methods=["get"], pagination_class=None, filterset_fields=None)
    def gap(self, request: Request, pk: str | None = None) -> Response:
        """The evaluation gap of the loop, under the policy of its team (of ``?team=`` for a template)."""
        loop = self.get_object_for_gap()
        team = self._reader(loop)
        profile = loop.profile
        if key := request.query_params.get("role"):
            profiles = RoleProfile.objects.visible_to(self.person).prefetch_related(
                "requirements__competency"
            )
            known = profiles.filter(Q(team=team) | Q(team=loop.team), key=key).latest_published()
            found = known.order_by("team__is_library").first()
            if found is None:
                raise Http404
            profile = found
        measured = plan_gap(loop, policy=TeamPolicy.objects.current_for(team.pk), profile=profile)
        return Response({"loop": loop.label, "role": profile.label, **measured.as_dict()})

    def get_object_for_gap(self) -> Loop:
        """The loop by id, whatever ``?team=`` says: there it names the reader."""
        mine = team_ids_with(self.person, Permission.VIEW_CONTENT)
        rows = Loop.objects.visible_to(self.person).filter(Q(team__in=mine) | Q(team__is_library=True))
        number = str(self.kwargs["pk"])
        loop = (
            rows.with_plan().select_related("team").filter(pk=int(number)).first()
            if number.isdigit()
            else None
        )
        if loop is None:
            raise Http404
        return loop

    def _reader(self, loop: Loop) -> Team:
        """Whose policy counts: the loop's own team's; for a template the team's that looks at it."""
        key = self.request.query_params.get("team")
        if not key or not loop.team.is_library:
            return loop.team
        team = Team.objects.visible_to(self.person).filter(key=key).first()
        if team is None:
            raise Http404
        return team

    def _editable(self) -> Loop:
        loop: Loop = self.get_object()
        if not has_permission(self.person, Permission.EDIT_LOOPS, team=loop.team):
            raise PermissionDenied(f"Your role in {loop.team} does not include changing loops.")
        return loop

    def _team(self) -> Team:
        """The team a new loop goes to: ``?team=``, else the person's only ordinary one."""
        mine = Team.objects.visible_to(self.person)
        if key := self.request.query_params.get("team"):
            team = mine.filter(key=key).first()
            if team is None:
                raise Http404
            return team
        found = list(mine.ordinary().order_by("key")[:20])
        if len(found) != 1:
            names = ", ".join(team.key for team in found) or "none"
            raise InvalidInput("Say which team, with ?team=.", problems=[("team", f"Your teams: {names}.")])
        return found[0]

    def _fill(self, loop: Loop, stages: list[dict[str, Any]]) -> None:
        keys = {key for stage in stages for name in ("questions", "alternates") for key in stage[name]}
        known = {
            row.key: row for row in Question.objects.latest_published().filter(team=loop.team, key__in=keys)
        }
        missing = sorted(keys - known.keys())
        if missing:
            raise InvalidInput(f"{loop.team} has no published question {', '.join(missing)}.")
        for stage in stages:
            facts = {name: stage[name] for name in ("kind", "name", "minutes", "interviewers")}
            row = actions.add_stage(loop, by=self.person, **facts)
            for name in ("questions", "alternates"):
                for key in stage[name]:
                    actions.place_question(row, known[key], alternate=name == "alternates", by=self.person)

    def _revision(self, loop: Loop) -> int | None:
        """The revision in If-Match, where one is given; Stale when the draft has moved on."""
        header = self.request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
        if not header or header == "*":
            return None
        if header != str(loop.revision):
            raise Stale
        return loop.revision

    def _fresh(self, loop: Loop) -> Loop:
        return Loop.objects.with_plan().select_related("team").get(pk=loop.pk)

    def _shown(self, loop: Loop, code: int = status.HTTP_200_OK) -> Response:
        return Response(s.LoopOut(loop).data, status=code, headers={"ETag": f'"{loop.revision}"'})
