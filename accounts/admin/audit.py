"""The audit trail in the admin: who, what, when, why."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts import history
from accounts.admin.base import TeamModelAdmin
from accounts.inputs import row_id
from accounts.models import AuditEvent, Membership
from accounts.permissions import Permission

# The nouns of actions, as people look for them.
KINDS: tuple[tuple[str, str], ...] = (
    ("member", "Members"),
    ("policy", "Policy"),
    ("team", "Teams"),
    ("user", "Accounts"),
    ("api_token", "API tokens"),
    ("profile", "Role profiles"),
    ("question", "Questions"),
    ("loop", "Loops"),
    ("pack", "Content packs"),
    ("opening", "Openings"),
    ("candidate", "Candidates"),
    ("application", "Applications"),
    ("interview", "Interviews"),
    ("scorecard", "Scorecards"),
    ("calibration", "Calibration"),
    ("debrief", "Debriefs"),
    ("outcome", "Outcome reviews"),
    ("report", "Reports"),
)


class PersonFilter(admin.SimpleListFilter):
    """By who did it."""

    title = "person"
    parameter_name = "person"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Members, past ones too, of the teams whose trail is shown."""
        rows = Membership.objects.filter(team_id__in=model_admin.viewable_teams(request))
        names = rows.order_by("user__name").values_list("user_id", "user__name").distinct()
        return [(str(pk), name) for pk, name in names[:500]] + [("system", "The system")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Entries of one person, or those without."""
        value = self.value()
        if value == "system":
            return queryset.filter(metadata__user=None)
        person = row_id(value)
        return queryset if person is None else queryset.filter(metadata__user=person)


class KindFilter(admin.SimpleListFilter):
    """By what it was about."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, str], ...]:
        """The nouns."""
        return KINDS

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Entries whose action starts with the noun."""
        return queryset.filter(metadata__action__startswith=f"{self.value()}.") if self.value() else queryset


@admin.register(AuditEvent)
class AuditAdmin(TeamModelAdmin):
    """Entries of one's teams, newest first. Nothing here can be changed, by anybody."""

    view_permission = Permission.VIEW_AUDIT
    list_display = ("when", "by", "action", "reason_shown")
    list_display_links = ("when",)
    list_filter = (PersonFilter, KindFilter, "created_at")
    list_select_related = False
    ordering = ("-created_at", "-pk")
    list_before_template = "admin/accounts/audit_list_before.html"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[AuditEvent]:
        """Entries of the teams whose trail the person may read."""
        rows: models.QuerySet[AuditEvent] = AuditEvent.objects.visible_to(request.user)
        return rows.order_by(*self.ordering)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whoever may read a team's trail; of single entries, those that the list shows."""
        if isinstance(obj, AuditEvent):
            return AuditEvent.objects.visible_to(request.user).filter(pk=obj.pk).exists()
        return bool(self.viewable_teams(request))

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """History is not rewritten."""
        return False

    @admin.display(description="When", ordering="created_at")
    def when(self, obj: AuditEvent) -> Any:
        """To the minute; the entry itself says the second."""
        return obj.created_at

    @admin.display(description="Who")
    def by(self, obj: AuditEvent) -> str:
        """The person's address at that time."""
        return obj.by

    @admin.display(description="What")
    def action(self, obj: AuditEvent) -> str:
        """Noun and verb."""
        return obj.action

    @admin.display(description="Why", empty_value="–")
    def reason_shown(self, obj: AuditEvent) -> str:
        """The reason, if one was given."""
        return obj.reason or "–"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What one action changed, value by value."""
        entry = self.get_object(request, object_id) if object_id else None
        if entry is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))  # type: ignore[no-any-return]
        if not self.has_view_permission(request, entry):
            raise PermissionDenied
        changes = history.changes_of(entry.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{entry.action}",
            "opts": self.opts,
            "entry": entry,
            "changes": changes,
            "most": history.MOST_CHANGES,
            "cut": len(changes) >= history.MOST_CHANGES,
        }
        return TemplateResponse(request, "admin/accounts/audit_entry.html", context)
