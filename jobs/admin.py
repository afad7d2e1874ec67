"""Background work in the admin: to read, and to try again."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.admin.base import TeamModelAdmin
from accounts.admin.confirm import Ask, row_action
from accounts.admin.refusals import person
from accounts.permissions import Permission
from jobs import registry
from jobs.actions import retry
from jobs.models import Job, JobState


@admin.register(Job)
class JobAdmin(TeamModelAdmin):
    """What was asked of the worker, and what became of it."""

    view_permission = Permission.VIEW_REPORTS
    list_display = ("work", "state", "requested_by", "created_at", "finished_at", "attempts")
    list_filter = ("state", "created_at")
    list_select_related = ("team", "requested_by")
    ordering = ("-created_at", "-pk")
    fields = (
        "team", "work", "state", "step", "error", "attempts", "requested_by",
        "created_at", "run_after", "started_at", "finished_at",
    )  # fmt: skip
    readonly_fields = ("work",)
    actions_detail = ["try_again"]

    @admin.display(description="Work", ordering="kind")
    def work(self, obj: Job) -> str:
        """What people call it."""
        handler = registry.find(obj.kind)
        return handler.title if handler else obj.kind

    @row_action(
        "Try again",
        permissions=["retry"],
        ask=lambda admin, row: Ask(
            f"Try “{admin.work(row)}” again?", "The work is asked for once more.", "Try again"
        ),
        at_once=True,
    )
    def try_again(self, request: HttpRequest, row: Job) -> HttpResponse:
        again = retry(row, by=person(request))
        messages.success(request, "Asked for once more.")
        return redirect(self.back_to(request, again.pk))

    def has_retry_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Offered for what failed."""
        row = self.get_object(request, str(object_id))  # of a number that is none: no row
        return row is not None and row.state == JobState.FAILED
