"""Facts as rows: added, never changed."""

from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Now

from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.permissions import Permission
from events.kinds import FactKind


class EventQuerySet(TeamQuerySet["Event"]):
    """Finds events."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Events of the teams whose audit trail the user may read: they name people's doings."""
        return self.permitted(user, Permission.VIEW_AUDIT)

    def of(self, kind: FactKind) -> Self:
        """Events of one kind."""
        return self.filter(kind=kind.name)

    def about(self, subject: models.Model) -> Self:
        """Events about one row, oldest first."""
        return self.filter(subject_type=label_of(subject), subject_id=subject.pk).order_by("pk")


class Event(TeamOwned):
    """Something that happened in a team, and may concern others.

    Born in the transaction of the action that made it happen, so that there is neither an event of what was
    undone nor a deed without its event; never changed or deleted after that. It holds ids alone: whoever is told
    reads the rest afresh, under their own rights, and a row that has changed meanwhile is read as it is now. What
    the audit trail says (who changed which column from what to what) is not repeated here.
    """

    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=100, help_text="Label of the subject's model: app.model.")
    subject_id = models.BigIntegerField()
    ids = models.JSONField(default=dict, help_text="Ids of what else the fact is about, by name.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField(db_default=Now(), help_text="By the database's clock.")

    objects: ClassVar = EventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["team", "kind", "-id"], name="event_of_kind"),
            models.Index(fields=["subject_type", "subject_id"], name="event_about"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type} {self.subject_id}"


def label_of(subject: models.Model) -> str:
    """How an event names the kind of row it is about: app.model."""
    return subject._meta.label_lower  # noqa: SLF001 -- Django's documented Meta API
