"""Reports over the API: ask for one, see how far it is, fetch it."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.text import slugify
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.errors import Conflict, InvalidInput
from accounts.permissions import Permission
from hiring.pipeline.models import Application
from hiring.pipeline.rest import Mine, TeamRows
from hiring.scoring.visibility import owes_scorecard
from loops.models import Loop
from reports import actions
from reports.models import Report, ReportKind


class ReportOut(serializers.ModelSerializer[Report]):
    """A report and where it stands."""

    team = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    requested_by = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = Report
        fields = (
            "id",
            "team",
            "kind",
            "title",
            "application",
            "loop",
            "paper",
            "state",
            "requested_by",
            "created_at",
            "finished_at",
            "pages",
            "sha256",
            "provenance",
        )

    def get_state(self, report: Report) -> str:
        """queued, running, done or failed."""
        if report.finished_at is not None:
            return "done"
        return report.job.state if report.job is not None else "failed"


class ReportIn(serializers.Serializer[Any]):
    """What to report on: an application (skill gap) or a loop (evaluation gap)."""

    kind = serializers.ChoiceField(choices=ReportKind.choices)
    application = Mine(
        rows=Application.objects.select_related("team", "candidate", "opening"), required=False
    )
    loop = Mine(rows=Loop.objects.select_related("team"), required=False)
    paper = serializers.ChoiceField(choices=actions.PAPERS, required=False, default="a4")


class PdfRenderer(BaseRenderer):
    """Lets a client that accepts only PDF through; the file itself is streamed."""

    media_type = "application/pdf"
    format = "pdf"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        """Never asked for a file; errors go out as JSON, whatever the client said it accepts."""
        return JSONRenderer().render(data)


class ReportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TeamRows[Report]):
    """PDF reports, newest first."""

    serializer_class = ReportOut
    filterset_fields = ("kind",)

    def rows(self) -> QuerySet[Report]:
        """Visible reports; those on applications one owes a scorecard on left out."""
        rows: QuerySet[Report] = Report.objects.visible_to(self.person)
        owed = Application.objects.filter(owes_scorecard(self.person, "pk"), pk=OuterRef("application_id"))
        return rows.filter(Q(application=None) | ~Exists(owed)).select_related("team", "job", "requested_by")

    @extend_schema(request=ReportIn, responses={202: ReportOut})
    def create(self, request: Request) -> Response:
        """Ask for a report; a worker makes it."""
        values = self.valid(ReportIn)
        if values["kind"] == ReportKind.SKILL_GAP:
            application = values.get("application")
            if application is None:
                raise InvalidInput(
                    "A skill gap needs an application.", problems=[("application", "Missing.")]
                )
            for permission in (Permission.VIEW_REPORTS, Permission.VIEW_DEBRIEF):
                require(self.person, permission, team=application.team)
            if Application.objects.filter(owes_scorecard(self.person, "pk"), pk=application.pk).exists():
                raise Conflict("You still owe a scorecard on this application; submit it first.")
            report = actions.request_skill_gap(application=application, by=self.person, paper=values["paper"])
        else:
            loop = values.get("loop")
            if loop is None:
                raise InvalidInput("An evaluation gap needs a loop.", problems=[("loop", "Missing.")])
            team = self.team() if loop.team.is_library else loop.team
            require(self.person, Permission.VIEW_REPORTS, team=team)
            report = actions.request_evaluation_gap(
                loop=loop, team=team, by=self.person, paper=values["paper"]
            )
        return Response(ReportOut(report).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)})
    @action(detail=True, methods=["get"], renderer_classes=[PdfRenderer])
    def file(self, request: Request, pk: str | None = None) -> HttpResponseBase:
        """The finished PDF; 409 until it is made."""
        report = self.get_object()
        if report.finished_at is None:
            raise Conflict("The report is not finished yet. Ask again when its state is done.")
        return FileResponse(
            report.file.open("rb"),
            as_attachment=True,
            filename=f"{slugify(report.title)}.pdf",
            content_type="application/pdf",
        )
