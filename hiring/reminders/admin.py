"""Mail in the admin: to read, never to send.

It stands here and not with mail, because only hiring knows who must not learn what: while somebody owes a scorecard
on an application, a reminder to a colleague on it would tell them how far that colleague is.
"""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest

from accounts.admin.base import TeamModelAdmin
from accounts.models import User
from accounts.permissions import Permission
from hiring.pipeline.models import Assignment
from mail.models import OutgoingMail


@admin.register(OutgoingMail)
class MailAdmin(TeamModelAdmin):
    """What was written to whom, and what became of it. What it said is its receiver's alone."""

    view_permission = Permission.VIEW_AUDIT
    list_display = ("subject", "to", "kind", "state", "created_at", "sent_at", "attempts", "team")
    list_filter = ("state", "kind", "created_at")
    search_fields = ("to", "subject")
    search_help_text = "Address or subject"
    list_select_related = ("team",)
    ordering = ("-pk",)
    fields = (
        "team", "to", "kind", "subject", "state", "attempts", "error", "created_at", "send_after", "sent_at",
        "expires_at", "message_id", "words",
    )  # fmt: skip
    readonly_fields = ("words",)

    @admin.display(description="Words")
    def words(self, obj: OutgoingMail) -> str:
        """Why there are none to read."""
        return "Wiped once it was sent." if obj.is_secret else "Only its receiver reads them."

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Mail of those teams, and of none for operators; nothing about colleagues where one owes a scorecard."""
        rows = OutgoingMail.objects.visible_to(request.user)
        if not isinstance(request.user, User):
            return rows.none()
        return rows.exclude(about__in=hidden_from(request.user)).order_by("-pk")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """For readers of a trail, and operators."""
        return super().has_module_permission(request) or bool(getattr(request.user, "is_superuser", False))

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Each row that the list shows."""
        if obj is None:
            return self.has_module_permission(request)
        return self.get_queryset(request).filter(pk=obj.pk).exists()


def hidden_from(user: User) -> "models.QuerySet[Any]":
    """What mails are about that ``user`` must not learn of: colleagues' assignments where they owe a scorecard."""
    mine = Assignment.objects.owing().filter(interviewer=user).values("interview__application_id")
    rows = Assignment.objects.filter(interview__application_id__in=mine).exclude(interviewer=user)
    return rows.values_list(
        Concat(
            models.Value("hiring.assignment:"),
            Cast("pk", models.CharField()),
            output_field=models.CharField(),
        ),
        flat=True,
    )
