"""Noise audits as they were made: which cases, whose judgements, and what was found. Rows are written once."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.permissions import Permission


class NoiseAuditQuerySet(TeamQuerySet["NoiseAudit"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Audits of the teams whose measuring the user looks after."""
        return self.permitted(user, Permission.CALIBRATE)


class NoiseAudit(TeamOwned):
    """One look at how far a panel scatters over the same cases.

    Born with its result by the worker, for the cases and the panel that a calibrator chose; never changed, so that a
    second audit can be held against it. It names nobody's noise: the parts are the panel's.
    """

    title = models.CharField(max_length=120)
    chosen = models.JSONField(
        help_text="What was chosen: {openings, questions, people, sources}; empty lists mean all."
    )
    result = models.JSONField(
        null=True,
        help_text="Parts of the noise in points with intervals, and counts; null where it cannot be told.",
    )
    reason = models.CharField(max_length=300, blank=True, help_text="Why there is no result.")
    created_at = models.DateTimeField(auto_now_add=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar = NoiseAuditQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["team", "-created_at"], name="noise_audit_recent")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="write_once", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def found(self) -> Mapping[str, Any]:
        """The result as it was stored, empty where there is none."""
        stored: Mapping[str, Any] = self.result or {}
        return stored
