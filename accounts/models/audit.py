"""The audit trail's entries: one per action, as the triggers wrote them."""

from typing import Any, ClassVar, Self

import pghistory.models
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models.teams import Membership, Team, team_ids_with
from accounts.models.users import User
from accounts.permissions import Permission


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Finds entries."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Entries of the teams in which ``user`` may read the trail.

        Among them those without a team that are about such a team itself or about the account of one of its
        members: how it came to be, what was changed in it, its API token.
        """
        if not user.is_authenticated:
            return self.none()
        teams = team_ids_with(user, Permission.VIEW_AUDIT)
        if not teams:
            return self.none()
        members = Membership.objects.filter(team_id__in=teams).values("user_id")
        about: set[Any] = set()
        subjects: tuple[tuple[Any, Any], ...] = ((Team, teams), (User, members))
        for model, ids in subjects:
            events = next(iter(model.pgh_event_models.values()))
            changes = events.objects.filter(pgh_obj_id__in=ids, pgh_context__isnull=False)
            about.update(
                changes.exclude(pgh_context__metadata__has_key="team").values_list(
                    "pgh_context_id", flat=True
                )
            )
        return self.filter(models.Q(metadata__team__in=teams) | models.Q(pk__in=about))


# Why a scorecard was amended, a debrief forced or more evidence asked for tells what others wrote. Whoever owes a
# card reads the trail like everybody with the right, and finds nothing of it.
_KEPT_WITH_THE_THING = frozenset({"scorecard", "rating", "debrief", "decision", "outcome"})


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
        """Why, in the person's words; nothing where it stands with what was written, for those who may read that."""
        return "" if self.action.split(".")[0] in _KEPT_WITH_THE_THING else self._fact("reason")


class AuditSeal(models.Model):
    """One stretch of the trail, closed: what was noted up to here, as a hash that holds the hash before it.

    Written by a function of the database that only its owner could change; born every few minutes where
    something happened, never changed and never deleted. ``stretches`` says for each table which events were
    sealed, how many and with what hash; ``reached`` is the last event of every table so far.
    """

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    stretches = models.JSONField()
    reached = models.JSONField()
    head = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"seal {self.number}"
