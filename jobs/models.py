"""Background work as rows: PostgreSQL is the only truth, the broker may be wiped at any time."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet


class JobState(models.TextChoices):
    """Life of a job."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class JobQuerySet(TeamQuerySet["Job"]):
    """Finds jobs."""


class Job(TeamOwned):
    """One piece of background work, run at least once and taking effect once.

    A worker claims it (lease and fencing token), reports progress, and finishes it
    only if it still holds the token. ``unique_key`` makes a repeated request join
    the job that is already under way.
    """

    kind = models.CharField(max_length=60)
    unique_key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict, help_text="Ids only; the task reads everything else afresh.")
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    progress = models.FloatField(default=0.0)
    step = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    run_after = models.DateTimeField(null=True, help_text="Not before this time; set by debouncing.")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar = JobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=models.Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
                name="job_one_live_row_per_key",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "leased_until"], name="job_sweep"),
            models.Index(fields=["team", "-created_at"], name="job_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_state_display().lower()}"


class Outbox(models.Model):
    """A message for the broker, written in the same transaction as what it is about."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="messages")
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(sent_at=None), name="outbox_unsent"),
        ]

    def __str__(self) -> str:
        return f"message for {self.job_id}"
