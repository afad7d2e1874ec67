"""Calibration over the API: runs, and who may read what of them."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import has_permission, require
from accounts.models import TeamPolicy
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission
from hiring.calibration.actions import request_run
from hiring.calibration.models import CalibrationRun, InterviewerEstimate
from hiring.pipeline.api_base import TeamRows


class FlagOut(serializers.Serializer[Any]):
    """What an interviewer stands out for: a question to ask. Units: share of the scatter expected, levels, times."""

    code = serializers.CharField()
    effect = serializers.FloatField()
    lower = serializers.FloatField()
    upper = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()
    words = serializers.CharField()


class LookedForOut(serializers.Serializer[Any]):
    """Something looked for in interviewers' ratings: how many took the test, of how many it cannot tell yet."""

    test = serializers.CharField()
    tested = serializers.IntegerField()
    untold = serializers.IntegerField()


class SeverityOut(serializers.ModelSerializer[InterviewerEstimate]):
    """An interviewer's severity: logits, and levels where they may be shown; higher is harsher. And what stands out."""

    interviewer = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)
    flags = FlagOut(many=True)

    class Meta:
        model = InterviewerEstimate
        fields = (
            "interviewer",
            "severity",
            "se",
            "lower",
            "upper",
            "severity_levels",
            "lower_levels",
            "upper_levels",
            "n_ratings",
            "n_scorecards",
            "subset",
            "infit",
            "flags",
        )


class RunOut(serializers.ModelSerializer[CalibrationRun]):
    """A calibration run without the people in it."""

    team = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    scale = serializers.CharField(source="scale.label")
    looked_for = LookedForOut(many=True, allow_null=True)

    class Meta:
        model = CalibrationRun
        fields: tuple[str, ...] = (
            "id",
            "team",
            "scale",
            "created_at",
            "data_until",
            "data_hash",
            "model_version",
            "settings_used",
            "n_ratings",
            "n_applications",
            "n_interviewers",
            "n_criteria",
            "converged",
            "iterations",
            "seconds",
            "components",
            "thresholds",
            "agreement",
            "logits_per_level",
            "logits_per_level_se",
            "levels_shown",
            "anchored",
            "anchoring",
            "subsets",
            "warnings",
            "looked_for",
        )


class RunDetail(RunOut):
    """A run with severities: everybody's for calibrators, otherwise one's own."""

    interviewers = serializers.SerializerMethodField()

    class Meta(RunOut.Meta):
        fields = (*RunOut.Meta.fields, "interviewers")

    @extend_schema_field(SeverityOut(many=True))
    def get_interviewers(self, run: CalibrationRun) -> Any:
        """Estimates from enough scorecards, by name."""
        user = self.context["request"].user
        policy = TeamPolicy.objects.current_for(run.team_id)
        rows = run.interviewers.filter(n_scorecards__gte=policy.estimates_from)
        if not has_permission(user, Permission.CALIBRATE, team=run.team):
            rows = rows.filter(interviewer=user)
        return SeverityOut(rows.select_related("interviewer").order_by("interviewer__name"), many=True).data


class JobOut(serializers.Serializer[Any]):
    """Background work that was asked for."""

    job = serializers.IntegerField()
    state = serializers.CharField()


class CalibrationRunViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TeamRows[CalibrationRun]):
    """Calibration runs, newest first."""

    filterset_fields = ("scale",)

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        """People only in the detail."""
        return RunOut if self.action == "list" else RunDetail

    def rows(self) -> QuerySet[CalibrationRun]:
        """Runs of teams whose dashboard the person may see."""
        teams = team_ids_with(self.person, Permission.VIEW_DASHBOARD) if not self._schema else []
        return CalibrationRun.objects.filter(team_id__in=teams).select_related("team", "scale")

    @property
    def _schema(self) -> bool:
        return bool(getattr(self, "swagger_fake_view", False))

    @extend_schema(request=None, responses={202: JobOut})
    def create(self, request: Request) -> Response:
        """Ask for a run; one that waits already is brought forward."""
        team = self.team()
        require(self.person, Permission.CALIBRATE, team=team)
        job = request_run(team=team, by=self.person)
        return Response({"job": job.pk, "state": job.state}, status=status.HTTP_202_ACCEPTED)
