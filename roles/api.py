"""Role profiles and competencies over the API."""

from typing import ClassVar

from django.db.models import Count, QuerySet

from content.api import ContentRows
from roles import actions
from roles.models import Competency, RoleProfile
from roles.serializers import CompetencyOut, RoleProfileDetail, RoleProfileOut


class RoleProfileViewSet(ContentRows[RoleProfile]):
    """What jobs demand: own versions, and the library's."""

    serializer_class = RoleProfileOut
    detail_serializer: ClassVar = RoleProfileDetail
    filterset_fields = ("key", "family", "status", "version")
    life = actions.PROFILES

    def rows(self) -> QuerySet[RoleProfile]:
        """Visible profiles with the number of their requirements."""
        rows: QuerySet[RoleProfile] = RoleProfile.objects.visible_to(self.person).select_related("team")
        return rows.annotate(requirement_count=Count("requirements"))

    def whole(self, rows: QuerySet[RoleProfile]) -> QuerySet[RoleProfile]:
        """With requirements and the competencies they pin."""
        return rows.prefetch_related("requirements__competency")


class CompetencyViewSet(ContentRows[Competency]):
    """The competency framework: own versions, and the library's."""

    serializer_class = CompetencyOut
    detail_serializer: ClassVar = CompetencyOut
    filterset_fields = ("key", "status", "version", "cluster__key")
    life = actions.COMPETENCIES

    def rows(self) -> QuerySet[Competency]:
        """Visible competencies with their clusters."""
        rows: QuerySet[Competency] = Competency.objects.visible_to(self.person)
        return rows.select_related("team", "cluster")
