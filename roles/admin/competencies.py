"""The competency framework in the admin: clusters and competencies."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin.base import TeamModelAdmin
from accounts.admin.refusals import person
from accounts.permissions import Permission
from content.admin.filters import OwnerFilter, VersionsFilter
from content.admin.reading import Reading
from content.admin.versions import VersionedAdmin
from roles import actions
from roles.models import Cluster, Competency, RoleProfile


@dataclass(frozen=True)
class CompetencyReading(Reading):
    """A competency, and the team's published profiles that ask for it; 50 at most."""

    profiles: QuerySet[RoleProfile]


@admin.register(Competency)
class CompetencyAdmin(VersionedAdmin):
    life = actions.COMPETENCIES
    reading_template = "admin/roles/competency.html"
    laid_out: ClassVar = (
        "name",
        "cluster",
        "evaluation_area",
        "definition",
        "motivation",
        "learnability",
        "development",
        "source",
        "basis",
    )
    actions_detail: ClassVar = ["publish", "new_version", "retire", "discard"]
    list_display: ClassVar = ("name", "cluster", "definition", "state", "version", "team")
    list_filter: ClassVar = (VersionsFilter, OwnerFilter, "status")
    list_select_related: Any = ("team", "cluster")
    search_fields: ClassVar = ("name", "key", "definition")
    search_help_text = "Name, key or definition"
    ordering: ClassVar = ("team__is_library", "position", "key", "-version")
    fieldsets: ClassVar = (
        (None, {"fields": ("team", ("name", "key"), "cluster", "definition", "motivation")}),
    )

    def for_reading(self, obj: Any) -> CompetencyReading:
        """The competency, and how much of the content names it."""
        profiles = RoleProfile.objects.filter(team_id=obj.team_id, requirements__competency__key=obj.key)
        return CompetencyReading(obj, profiles.latest_published().distinct().order_by("name")[:50])


@admin.register(Cluster)
class ClusterAdmin(TeamModelAdmin):
    """Headings of the framework."""

    edit_permission = Permission.EDIT_CONTENT
    list_display: ClassVar = ("name", "key", "position", "team")
    search_fields: ClassVar = ("name", "key")
    ordering: ClassVar = ("team__is_library", "position", "key")
    fields: ClassVar = ("team", "name", "key", "position")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A key never changes once it is there."""
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "key"] if obj is not None else fields

    def save_through(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actions.save_cluster(obj, by=person(request))
