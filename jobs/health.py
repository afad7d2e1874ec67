"""Is work being done? Asked of the rows, because a process that lives may still do nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Now

from jobs.models import Heartbeat, Job, JobState, Outbox

# A worker that has not been seen for this long is late; it is seen every two seconds.
LATE_AFTER = timedelta(seconds=45)
# Work that should have begun this long ago is overdue; relay and sweeper come round many times in between.
OVERDUE_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Work:
    """Where the work stands: the worker's state, when one was last seen, and what is overdue, in words."""

    worker: str
    last_seen: datetime | None
    overdue: tuple[str, ...]


def state_of_work() -> Work:
    """Look at heartbeat, outbox and jobs, all by the database's clock. At most five small queries."""
    worker, last_seen = worker_state()
    return Work(worker, last_seen, tuple(_overdue()))


def worker_state() -> tuple[str, datetime | None]:
    """Return ``ok``, ``late`` or ``never seen``, and when a worker was last seen, by the database's clock."""
    row = Heartbeat.objects.filter(name="worker").values_list("seen_at", Now()).first()
    if row is None:
        return "never seen", None
    seen, now = row
    return ("ok" if now - seen <= LATE_AFTER else "late"), seen


def _overdue() -> list[str]:
    limit = Now() - OVERDUE_AFTER
    found = []
    if Outbox.objects.filter(sent_at=None, due_at__lt=limit).exists():
        found.append("messages wait to be sent")
    running = Job.objects.filter(state=JobState.RUNNING)
    if running.filter(leased_until__lt=limit).exists():
        found.append("work of a worker that stopped has not been taken up")
    waiting = Job.objects.queued().filter(
        Q(run_after=None, created_at__lt=limit) | Q(run_after__isnull=False, run_after__lt=limit)
    )
    # A long queue is no fault as long as something of it is being done.
    if (
        waiting.exists()
        and not running.filter(leased_until__gt=Now()).exists()
        and not Job.objects.filter(finished_at__gt=limit).exists()
    ):
        found.append("work waits and none is being done")
    return found
