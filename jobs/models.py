"""Background work as rows: PostgreSQL is the only truth, the broker may be wiped at any time."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission


class JobState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class JobQuerySet(TeamQuerySet["Job"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own requests, and all of a team's for those who make its reports or calibrate it."""
        rows = super().visible_to(user)
        if not user.is_authenticated:
            return rows
        teams = {
            *team_ids_with(user, Permission.VIEW_REPORTS),
            *team_ids_with(user, Permission.CALIBRATE),
        }
        return rows.filter(models.Q(requested_by=user) | models.Q(team_id__in=teams))

    def queued(self) -> Self:
        """Jobs that wait for a worker."""
        return self.filter(state=JobState.QUEUED)

    def live(self) -> Self:
        """Jobs that wait or run."""
        return self.filter(state__in=[JobState.QUEUED, JobState.RUNNING])


class Job(TeamOwned):
    """One piece of background work, run at least once and taking effect once.

    Born when it is asked for, in the transaction that asks; it stays when it is done or has failed, and asking
    again makes a new row.

    A worker claims it (lease and fencing token), reports progress, and finishes it
    only if it still holds the token. ``unique_key`` makes a repeated request join
    the job that is already under way; one job of a key may wait while another runs,
    so that what changed meanwhile is not missed.
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
                fields=["team", "unique_key"],
                condition=models.Q(state=JobState.QUEUED),
                name="job_one_queued_row_per_key",
            ),
            models.UniqueConstraint(
                fields=["team", "unique_key"],
                condition=models.Q(state=JobState.RUNNING),
                name="job_one_running_row_per_key",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=JobState.RUNNING)
                | models.Q(token__isnull=False, leased_until__isnull=False),
                name="job_running_is_leased",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "leased_until"], name="job_sweep"),
            models.Index(fields=["team", "-created_at"], name="job_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_state_display().lower()}"

    @property
    def is_live(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in (JobState.QUEUED, JobState.RUNNING)


class Outbox(models.Model):
    """A message for the broker, written in the same transaction as what it is about.

    Born with a job (or with its retry); the relay sends it after the commit and notes when. A message that
    was lost on its way is sent again by the sweeper; sending twice does no harm. Once its job has ended, the
    sweeper deletes it a day after it was sent.
    """

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


class Heartbeat(models.Model):
    """When a kind of process was last known to work; health reads it. One row a kind, written over and over."""

    name = models.CharField(max_length=40, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.seen_at:%Y-%m-%d %H:%M:%S}"
