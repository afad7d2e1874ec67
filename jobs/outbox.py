"""Messages on their way to the broker: written with the job, sent after the commit or by the workers' rounds.

This module knows the task that runs a job by its name only, so that actions, leases and the sweeper can post
messages without importing what the worker runs.
"""

import time
from datetime import datetime
from functools import partial

import structlog
from celery import current_app
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from jobs.models import Job, Outbox

log = structlog.get_logger(__name__)

#: The task that runs one job, by its number.
RUN = "jobs.run"
BATCH = 200
# After a failure the request path leaves the broker alone for a while; the workers keep trying.
_PAUSE_SECONDS = 30.0
_paused_until = 0.0


def post(job: Job, *, due_at: datetime | None = None) -> None:
    """Make sure one message waits for ``job``, due when it may start; try to send it after the commit."""
    due = due_at or job.run_after or timezone.now()
    if not Outbox.objects.filter(job=job, sent_at=None).update(due_at=due):
        Outbox.objects.create(job=job, due_at=due)
    if due <= timezone.now():
        transaction.on_commit(partial(send_soon, job.pk), robust=True)


def _send(job_id: int) -> None:
    current_app.send_task(RUN, (job_id,), retry=False, ignore_result=True)


def _mark_and_send(messages: list[Outbox]) -> int:
    """Send what is locked; stop at the first failure. A message sent twice does no harm, one lost would."""
    global _paused_until  # noqa: PLW0603 -- one circuit breaker per process
    sent: list[int] = []
    for message in messages:
        try:
            _send(message.job_id)
        except Exception as error:  # noqa: BLE001 -- every broker fails in its own way; the row stays unsent
            _paused_until = time.monotonic() + _PAUSE_SECONDS
            log.warning("broker_unreachable", error=str(error), unsent=len(messages) - len(sent))
            break
        sent.append(message.pk)
    if sent:
        Outbox.objects.filter(pk__in=sent).update(sent_at=Now())
    return len(sent)


def send_soon(job_id: int) -> None:
    """Send one job's message now, if the broker is there; never raises for the broker's sake."""
    if time.monotonic() < _paused_until:
        return
    with transaction.atomic():
        _mark_and_send(
            list(
                Outbox.objects.select_for_update(skip_locked=True).filter(
                    job_id=job_id, sent_at=None, due_at__lte=Now()
                )[:1]
            )
        )


def relay() -> int:
    """Send every due message, oldest first; return how many went out."""
    with transaction.atomic():
        due = Outbox.objects.select_for_update(skip_locked=True).filter(sent_at=None, due_at__lte=Now())
        return _mark_and_send(list(due.order_by("due_at")[:BATCH]))
