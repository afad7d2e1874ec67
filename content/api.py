"""What the API of content shares: visible rows, permission checks, publishing, new versions."""

from typing import Any, ClassVar, Generic, TypeVar

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission
from content.life import Life
from content.models import Status, Versioned
from web.api import TeamViewSet, described

V = TypeVar("V", bound=Versioned)


class ContentRows(mixins.ListModelMixin, mixins.RetrieveModelMixin, TeamViewSet[V], Generic[V]):
    """Content of the person's teams and of the library, for members who may see content.

    ``?team=`` names one team (or ``library``); a team of others reads like an empty one.
    Lists are short, details are whole.
    """

    detail_serializer: ClassVar[Any] = None
    life: ClassVar[Life[Any]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Describe what a new version answers with: only the concrete view set knows."""
        super().__init_subclass__(**kwargs)
        if cls.detail_serializer is not None:
            extend_schema_view(
                new_version=extend_schema(request=None, responses={201: cls.detail_serializer})
            )(cls)

    def rows(self) -> QuerySet[V]:
        """Hook: visible rows with what a list reads."""
        raise NotImplementedError

    def whole(self, rows: QuerySet[V]) -> QuerySet[V]:
        """Hook: rows with what a detail reads."""
        return rows

    def get_queryset(self) -> QuerySet[V]:
        """Rows of teams in which the person may see content, and the library's."""
        if getattr(self, "swagger_fake_view", False):
            nothing: QuerySet[V] = described(self)
            return nothing
        teams = team_ids_with(self.person, Permission.VIEW_CONTENT)
        if not teams:
            return self.rows().none()
        shared = Q(team__is_library=True) & ~Q(status=Status.DRAFT)
        rows = self.of_team_asked_for(self.rows().filter(Q(team_id__in=teams) | shared))
        return rows if self.action == "list" else self.whole(rows)

    def get_serializer_class(self) -> Any:
        """Short in lists, whole otherwise."""
        return self.serializer_class if self.action == "list" else self.detail_serializer

    def _answer(self, row: V, code: int = status.HTTP_200_OK) -> Response:
        whole = self.whole(self.rows().filter(pk=row.pk)).get()
        return Response(
            self.detail_serializer(whole, context=self.get_serializer_context()).data, status=code
        )

    def _mine(self) -> V:
        row = self.get_object()
        require(self.person, Permission.EDIT_CONTENT, team=row.team)
        return row

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str | None = None) -> Response:
        """Freeze a draft. 409 if it is published already, 422 with every fault if something is missing."""
        return self._answer(self.life.publish(self._mine(), by=self.person))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="new-version")
    def new_version(self, request: Request, pk: str | None = None) -> Response:
        """Open a draft of the next version. 409 if one is open."""
        draft = self.life.next_draft(self._mine(), by=self.person)
        return self._answer(draft, status.HTTP_201_CREATED)
