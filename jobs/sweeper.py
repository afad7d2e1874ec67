"""Finds what was lost: workers that died, messages that the broker forgot."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Q, Value
from django.db.models.functions import Now
from django.utils import timezone

from jobs import lease
from jobs.models import Job, JobState, Outbox
from jobs.outbox import post

log = structlog.get_logger(__name__)

BATCH = 200
# A due job whose message went out this long ago (times the messages it had) gets another.
RESEND_AFTER = timedelta(minutes=1)
KEEP_SENT = timedelta(days=1)


def sweep() -> dict[str, int]:
    """Hand back jobs of dead workers, send lost messages again, drop old ones; return the counts."""
    counts = {"handed_back": _expired(), "sent_again": _forgotten(), "pruned": _prune()}
    if counts["handed_back"] or counts["sent_again"]:
        log.info("jobs_swept", **counts)
    return counts


def _expired() -> int:
    """Jobs whose lease has run out go back to the queue, or fail after the last attempt."""
    handed_back = 0
    with transaction.atomic():
        # Locked rows are being ended or renewed at this moment, so they are not dead.
        expired = Job.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            state=JobState.RUNNING, leased_until__lt=Now()
        )
        for job in expired.order_by("leased_until")[:BATCH]:
            handed_back += lease.hand_back(
                job,
                error=f"The worker stopped while running this, {lease.MOST_ATTEMPTS} times in a row. Try "
                f"again; if it fails again, give the operator this number: job {job.pk}.",
            )
    return handed_back


def _forgotten() -> int:
    """Due jobs without a message on its way: the broker lost it, or it came before its time."""
    patience = ExpressionWrapper(Value(RESEND_AFTER) * F("sent"), output_field=DurationField())
    with transaction.atomic():
        forgotten = (
            Job.objects.queued()
            .filter(Q(run_after=None) | Q(run_after__lte=Now()))
            .annotate(
                unsent=Count("messages", filter=Q(messages__sent_at=None)),
                sent=Count("messages"),
                last=Max("messages__sent_at"),
            )
            .filter(unsent=0)
            .filter(Q(last=None) | Q(last__lt=Now() - patience))
            .order_by("pk")[:BATCH]
        )
        jobs = list(forgotten)
        for job in jobs:
            post(job, due_at=timezone.now())
    return len(jobs)


def _prune() -> int:
    """Sent messages of ended jobs are of no use after a day."""
    ended = [JobState.DONE, JobState.FAILED]
    old = Outbox.objects.filter(sent_at__lt=Now() - KEEP_SENT, job__state__in=ended)
    return old.filter(pk__in=old.order_by("pk").values("pk")[:1000]).delete()[0]
