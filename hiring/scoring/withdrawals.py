"""Ratings taken back after they were submitted. The rating stays; it counts no longer."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone

from hiring.scoring.models import Rating


@pghistory.track()
class Withdrawal(models.Model):
    """A submitted rating that its author or a recruiter took back, with the reason.

    Born once for a rating and never changed or deleted. What was rated stays readable and marked.
    """

    audit_hides_values = True  # the trail must not be a way around blind scoring

    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["withdrawn_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="withdrawal_has_reason"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="write_once", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.rating}, withdrawn"
