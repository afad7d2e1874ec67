"""Reminders that somebody does not want any more."""

from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.permissions import Permission
from hiring.pipeline.models import Assignment
from hiring.scoring.visibility import owes_scorecard


class WhyStopped(models.TextChoices):
    NOT_HELD = "not_held", "I did not hold this interview"
    NO_MORE = "no_more", "Remind me no more of this scorecard"


class RemindersStoppedQuerySet(TeamQuerySet["RemindersStopped"]):
    """Finds what was stopped."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """For those who plan interviews; nothing of an application on which they owe a scorecard themselves."""
        rows = self.permitted(user, Permission.EDIT_PIPELINE)
        if not isinstance(user, User):
            return rows
        return rows.exclude(owes_scorecard(user, "assignment__interview__application_id"))


@pghistory.track()
class RemindersStopped(TeamOwned):
    """An interviewer's word that they want no more reminders of one scorecard.

    Born when they say so, from the link in the mail; gone if they are assigned anew. What is owed stays owed:
    only the mail ends.
    """

    audit_hides_values = True  # the trail must not tell who has not submitted

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="reminders_stopped")
    why = models.CharField(max_length=10, choices=WhyStopped.choices)
    stopped_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = RemindersStoppedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-stopped_at"]
        verbose_name_plural = "reminders stopped"

    def __str__(self) -> str:
        return f"{self.assignment}: {self.get_why_display()}"
