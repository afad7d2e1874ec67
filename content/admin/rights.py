"""Who may do what with which version."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest

from accounts.admin.base import TeamModelAdmin
from accounts.models import Team
from accounts.permissions import Permission
from content.admin.filters import row_id
from content.models import Status


class VersionRights(TeamModelAdmin):
    """A version may be edited while it is a draft of one's team, and read by whoever may see content.

    Every ``has_<verb>_permission`` decides whether a button is offered; the address behind the button asks
    the same again.
    """

    view_permission = Permission.VIEW_CONTENT
    edit_permission = Permission.EDIT_CONTENT
    can_be_copied: ClassVar[bool] = False  # whether a thing of the library may be copied by itself

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """The library's drafts are seen by its own maintainers alone."""
        rows: models.QuerySet[Any] = super().get_queryset(request)
        unfinished = models.Q(team__is_library=True, status=Status.DRAFT)
        return rows.exclude(unfinished & ~models.Q(team_id__in=self.editable_teams(request)))

    def editable(self, request: HttpRequest, obj: models.Model | None) -> bool:
        """Whether the page is a form."""
        return bool(self.has_change_permission(request, obj) if obj else self.has_add_permission(request))

    def row_of(self, request: HttpRequest, object_id: object) -> Any:
        """Return the version that an address names, read once a request; None where it may not be seen."""
        seen: dict[str, Any] = request.__dict__.setdefault("_version_rows", {})
        key = f"{self.model.__name__}:{object_id}"
        if key not in seen:
            rows = self.get_queryset(request).select_related("team", "published_by")
            pk = row_id(self.model, object_id)
            seen[key] = rows.filter(pk=pk).first() if pk is not None else None
        return seen[key]

    def has_publish_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Offered for drafts one may edit."""
        row = self.row_of(request, object_id)
        return row is not None and row.is_draft and self.editable(request, row)

    def has_renew_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Offered for one's published or retired versions."""
        row = self.row_of(request, object_id)
        return row is not None and not row.is_draft and row.team_id in self.editable_teams(request)

    def has_retire_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Offered for one's published versions."""
        row = self.row_of(request, object_id)
        return self.has_renew_permission(request, object_id) and row.status == Status.PUBLISHED

    def has_copy_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Offered for the library's published content, to whoever has a team to copy it into."""
        row = self.row_of(request, object_id)
        if not self.can_be_copied or row is None or not row.team.is_library or row.status != Status.PUBLISHED:
            return False
        return Team.objects.ordinary().filter(pk__in=self.editable_teams(request)).exists()
