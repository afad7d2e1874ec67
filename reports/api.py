"""Reports over the API: ask for one, see how far it is, fetch it."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.errors import Conflict, InvalidInput
from hiring.pipeline.api_base import Mine, TeamRows
from reports import actions, kinds
from reports.models import Report


@extend_schema_field(OpenApiTypes.INT)
class SubjectId(serializers.Field):  # type: ignore[type-arg]
    """The id of the subject, under the name that reports of the kind give it; null in the others."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, allow_null=True, **kwargs)

    def to_representation(self, report: Report) -> int | None:
        """Return the id where this field is the one that the report's kind names."""
        kind = kinds.find(report.kind)
        return report.subject_id if kind is not None and kind.subject == self.field_name else None


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
            "paper",
            "state",
            "requested_by",
            "created_at",
            "finished_at",
            "pages",
            "sha256",
            "provenance",
        )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The fields above, and one a subject."""
        return {**super().get_fields(), **{kind.subject: SubjectId() for kind in kinds.all_kinds()}}

    def get_state(self, report: Report) -> str:
        """queued, running, done or failed."""
        if report.finished_at is not None:
            return "done"
        return report.job.state if report.job is not None else "failed"


class ReportIn(serializers.Serializer[Any]):
    """What to report on: an application (skill gap) or a loop (evaluation gap, candidate’s page)."""

    paper = serializers.ChoiceField(choices=actions.PAPERS, required=False, default="a4")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The paper, the kinds there are, and one field a subject."""
        kind = serializers.ChoiceField(choices=kinds.choices())
        subjects = {kind.subject: Mine(rows=kind.subjects(), required=False) for kind in kinds.all_kinds()}
        return {"kind": kind, **super().get_fields(), **subjects}


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
        """Visible reports; those on applications one owes a scorecard on are not."""
        rows: QuerySet[Report] = Report.objects.visible_to(self.person)
        return rows.select_related("team", "job", "requested_by")

    @extend_schema(request=ReportIn, responses={202: ReportOut})
    def create(self, request: Request) -> Response:
        """Ask for a report; a worker makes it."""
        values = self.valid(ReportIn)
        kind = kinds.get(values["kind"])
        subject = values.get(kind.subject)
        if subject is None:
            raise InvalidInput(kind.subject_missing, problems=[(kind.subject, "Missing.")])
        team = kind.team_of(subject) or self.team()
        for permission in kind.permissions:
            require(self.person, permission, team=team)
        report = actions.request_report(
            kind=kind, subject=subject, team=team, by=self.person, paper=values["paper"]
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
            filename=report.file_name,
            content_type="application/pdf",
        )
