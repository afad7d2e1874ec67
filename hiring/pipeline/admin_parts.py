"""What every list of the pipeline shares."""

from typing import Any, ClassVar

from django.http import HttpRequest

from accounts.admin.base import TeamModelAdmin
from accounts.permissions import Permission


class PipelineAdmin(TeamModelAdmin):
    """What every list of the pipeline shares."""

    view_permission: ClassVar = Permission.VIEW_PIPELINE
    edit_permission: ClassVar = Permission.EDIT_PIPELINE

    def has_edit_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whether the buttons of a row's page are offered; the actions check the row's own team."""
        return bool(self.editable_teams(request))

    def copy_back(self, obj: Any, saved: Any) -> None:
        """Let the form's object be the row that the action wrote."""
        obj.__dict__.update(saved.__dict__)
