"""The audit trail's entries: one per action, as the triggers wrote them."""

from typing import Any, ClassVar, Self

import pghistory.models
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models.teams import team_ids_with
from accounts.models.users import User
from accounts.permissions import Permission


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Finds entries."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Entries of the teams in which ``user`` may read the trail."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(metadata__team__in=team_ids_with(user, Permission.VIEW_AUDIT))


class AuditEvent(pghistory.models.Context):
    """One action: when, who, what, why. What it changed stands in the events that point here."""

    objects: ClassVar = AuditEventQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = "audit entry"
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.action} by {self.by}"

    def _fact(self, name: str, default: str = "") -> str:
        facts: dict[str, Any] = self.metadata
        return str(facts.get(name, default))

    @property
    def action(self) -> str:
        """The verb, or the address of the form where no action was named."""
        return self._fact("action") or self._fact("url", "unnamed")

    @property
    def by(self) -> str:
        """Who did it."""
        return self._fact("by", "the system")

    @property
    def reason(self) -> str:
        """Why, in the person's words."""
        return self._fact("reason")
