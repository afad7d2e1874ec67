"""Loops over the API: the same actions as the builder."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import has_permission, require
from accounts.models import Team, TeamPolicy
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission
from loops import actions
from loops import serializers as s
from loops.api_editing import LoopEdits, keys_of, newest_profile, newest_questions
from loops.best import best_possible
from loops.coverage import gap_of_plan
from loops.forecast import ForecastTerms, forecast_for
from loops.forecast_body import forecast_body
from loops.forecast_serializers import ForecastIn, ForecastOut
from loops.models import Loop
from loops.plans import plan_of
from roles.models import RoleProfile
from rubrics.models import QuestionExposure
from web.api import ETAG, etag


class LoopViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, LoopEdits):
    """Loops of one's teams and of the library: stages, questions, and the evaluation gap."""

    writes_library = True
    serializer_class = s.LoopOut
    filterset_fields = ("key", "status", "contrast", "is_default")

    def get_queryset(self) -> QuerySet[Loop]:
        """Loops of the teams whose content the person may read, and the library's; ``?team=`` narrows."""
        rows = Loop.objects.select_related("team", "profile")
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        mine = team_ids_with(self.person, Permission.VIEW_CONTENT)
        rows = rows.visible_to(self.person).filter(Q(team__in=mine) | Q(team__is_library=True))
        rows = self.of_team_asked_for(rows)
        return rows if self.action == "list" else rows.with_plan()

    def get_serializer_class(self) -> Any:
        """Lists leave the stages out."""
        return s.LoopRow if self.action == "list" else s.LoopOut

    @extend_schema(parameters=[ETAG])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One loop with its stages and questions."""
        return self._shown(self.get_object())

    @extend_schema(request=s.LoopIn, responses={201: s.LoopOut})
    def create(self, request: Request) -> Response:
        """Create a draft, empty or with stages, in the team named by ``?team=``."""
        values = self.valid(s.LoopIn)
        team = self.team()
        require(self.person, Permission.EDIT_LOOPS, team=team)
        profile = newest_profile(team, values["role"])
        known = newest_questions(team, {key for stage in values["stages"] for key in keys_of(stage)})
        with transaction.atomic():
            loop = actions.create_loop(
                team=team,
                profile=profile,
                name=values["name"],
                budget_minutes=values.get("budget_minutes"),
                by=self.person,
            )
            for stage in values["stages"]:
                self.append(loop, stage, known=known)
        return self._answer(loop, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={201: s.LoopOut})
    @action(detail=True, methods=["post"], url_path="new-version")
    def new_version(self, request: Request, pk: str | None = None) -> Response:
        """Open a draft of the next version."""
        loop = actions.new_loop_version(self._editable(), by=self.person)
        return self._answer(loop, status.HTTP_201_CREATED)

    @extend_schema(request=s.RetireIn, responses=s.LoopOut)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str | None = None) -> Response:
        """Stop offering a published loop for new openings."""
        reason = self.valid(s.RetireIn)["reason"]
        loop = actions.retire_loop(self._editable(), by=self.person, reason=reason)
        return self._answer(loop)

    @extend_schema(request=None, responses=s.LoopOut)
    @action(detail=True, methods=["post"], url_path="mark-default")
    def mark_default(self, request: Request, pk: str | None = None) -> Response:
        """Propose this published loop first for new openings of its role."""
        return self._answer(actions.mark_default(self._editable(), by=self.person))

    @extend_schema(request=s.DuplicateIn, responses={201: s.LoopOut})
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, pk: str | None = None) -> Response:
        """Copy a loop into a new draft; one of the library goes to the team named by ``?team=``."""
        loop = self.get_object_for_gap()
        team = self.team() if loop.team.is_library else loop.team
        require(self.person, Permission.EDIT_LOOPS, team=team)
        name = self.valid(s.DuplicateIn)["name"]
        made = actions.duplicate_loop(loop, team=team, name=name, by=self.person)
        return self._answer(made, status.HTTP_201_CREATED)

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
        policy, leaks = TeamPolicy.objects.current_for(team.pk), QuestionExposure.objects.leaks_in(team.pk)
        plan = plan_of(loop, leaks=leaks).against(profile)
        measured = gap_of_plan(plan, policy=policy)
        best = best_possible(plan, team=team, profile=profile, policy=policy, leaks=leaks)
        return Response(
            {
                "loop": loop.label,
                "role": profile.label,
                **measured.as_dict(),
                "best_possible": best.as_dict() if best else None,
            }
        )

    @extend_schema(
        responses=ForecastOut,
        parameters=[ForecastIn],
        filters=False,
    )
    @action(detail=True, methods=["get"], pagination_class=None, filterset_fields=None)
    def forecast(self, request: Request, pk: str | None = None) -> Response:
        """What the loop will decide: run on simulated candidates, seeded and reproducible.

        Of all who apply, the shares hired and turned away by whether they meet the role, with their Monte-Carlo
        standard errors; what a second panel would decide; reliability against interviewers and questions; expected
        validity as an interval. Under the policy of the loop’s team (of ``?team=`` for a template).
        """
        loop = self.get_object_for_gap()
        asked = ForecastIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        compare = values.get("compare")
        found = forecast_for(
            loop,
            team_id=self._reader(loop).pk,
            asked=ForecastTerms(values["base_rate"], values["hired"], values["calibrated"], values["seed"]),
            other=self._readable(compare) if compare is not None else None,
        )
        return Response({"loop": loop.label, "role": loop.profile.label, **forecast_body(found)})

    def get_object_for_gap(self) -> Loop:
        """The loop by id, whatever ``?team=`` says: there it names the reader."""
        return self._readable(self.kwargs["pk"])

    def _readable(self, pk: int | str) -> Loop:
        mine = team_ids_with(self.person, Permission.VIEW_CONTENT)
        rows = Loop.objects.visible_to(self.person).filter(Q(team__in=mine) | Q(team__is_library=True))
        loop = rows.with_plan().select_related("team").filter(pk=pk).first()
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

    def _answer(self, loop: Loop, code: int = status.HTTP_200_OK) -> Response:
        return self._shown(Loop.objects.with_plan().select_related("team").get(pk=loop.pk), code)

    def _shown(self, loop: Loop, code: int = status.HTTP_200_OK) -> Response:
        return Response(s.LoopOut(loop).data, status=code, headers=etag(loop.revision))
