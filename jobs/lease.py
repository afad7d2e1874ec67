"""Who may work on a job: claim, renew, finish, hand back. Deadlines are the database's clock.

A claim writes a new token. Every later write asks for that token, so a worker that
was thought dead and comes back changes nothing.
"""

import uuid
from datetime import timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from jobs.models import Heartbeat, Job, JobState
from jobs.outbox import post

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=45)
MOST_ATTEMPTS = 3
# Waits before the second and the third attempt.
BACKOFF = (timedelta(seconds=5), timedelta(seconds=30))
SUPERSEDED = "A newer request for the same work has taken its place."


def claim(job_id: int, *, early: bool = False) -> Job | None:
    """Take a waiting job that is due (or not yet due, if ``early``); None if there is nothing to do."""
    try:
        with transaction.atomic():
            rows = Job.objects.queued().filter(pk=job_id)
            if not early:
                rows = rows.filter(Q(run_after=None) | Q(run_after__lte=Now()))
            if rows.select_for_update().first() is None:
                return None
            rows.update(
                state=JobState.RUNNING,
                token=uuid.uuid4(),
                attempts=F("attempts") + 1,
                leased_until=Now() + LEASE,
                started_at=Now(),
                progress=0.0,
                step="",
                error="",
            )
    except IntegrityError:
        return None  # a job of the same key runs; its end wakes this one
    return Job.objects.select_related("team", "requested_by").get(pk=job_id)


def renew(job: Job, *, progress: float, step: str) -> bool:
    """Extend the lease and store progress; False once the job belongs to somebody else."""
    return bool(
        Job.objects.filter(pk=job.pk, token=job.token, state=JobState.RUNNING).update(
            progress=progress, step=step[:200], leased_until=Now() + LEASE
        )
    )


def finish(job: Job, *, error: str | None = None) -> bool:
    """End a job, well or with an error; False (and nothing written) if the token is no longer held."""
    ended = Job.objects.filter(pk=job.pk, token=job.token, state=JobState.RUNNING).update(
        state=JobState.DONE if error is None else JobState.FAILED,
        error=error or "",
        finished_at=Now(),
        leased_until=None,
        token=None,
        **({"progress": 1.0} if error is None else {}),
    )
    if ended:
        _wake_follower(job)
    return bool(ended)


def hand_back(job: Job, *, error: str) -> bool:
    """Put a job back into the queue for another attempt, or fail it with ``error`` after the last one."""
    if job.attempts >= MOST_ATTEMPTS:
        return finish(job, error=error)
    wait = BACKOFF[min(job.attempts, len(BACKOFF)) - 1]
    try:
        with transaction.atomic():
            held = Job.objects.filter(pk=job.pk, token=job.token, state=JobState.RUNNING).update(
                state=JobState.QUEUED, token=None, leased_until=None, run_after=Now() + wait
            )
    except IntegrityError:
        return finish(job, error=SUPERSEDED)
    if held:
        post(job, due_at=timezone.now() + wait)
    return bool(held)


def _wake_follower(job: Job) -> None:
    """Something was asked for while this ran: send that job's message now."""
    follower = Job.objects.queued().filter(team_id=job.team_id, unique_key=job.unique_key).first()
    if follower is not None:
        post(follower)


def beat(name: str = "worker") -> None:
    """Note that a worker lives."""
    with transaction.atomic():
        if not Heartbeat.objects.filter(name=name).update(seen_at=Now()):
            Heartbeat.objects.bulk_create(
                [Heartbeat(name=name, seen_at=timezone.now())], ignore_conflicts=True
            )
