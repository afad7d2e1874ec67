"""Asking for background work."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from accounts.errors import Conflict
from accounts.models import Team, User
from jobs import registry
from jobs.models import Job, JobState
from jobs.outbox import post

# However often a debounced job is put off, it starts this long after it was first asked for.
LONGEST_DELAY = timedelta(minutes=10)
_TRIES = 5


def enqueue(
    kind: str,
    *,
    team: Team,
    payload: dict[str, Any],
    unique_key: str,
    by: User | None,
    run_after: datetime | None = None,
) -> Job:
    """Ask for work inside the caller's transaction; it starts after the commit, broker or no broker.

    While a job of the same key waits, the request joins it: ``run_after`` moves its
    start (later for a debounced request, to now without one) and the newer payload
    counts. While one runs, an undelayed request joins it; a debounced one (with
    ``run_after``) announces that something changed and leads to another run. Raises
    LookupError for an unknown kind.
    """
    registry.get(kind)
    with transaction.atomic():
        for _ in range(_TRIES):
            job = _join(kind, team, payload, unique_key, run_after) or _create(
                kind, team, payload, unique_key, by, run_after
            )
            if job is not None:
                return job
    raise Conflict("Too many requests for the same work at once. Try again in a moment.")


def retry(job: Job, *, by: User) -> Job:
    """Ask again for the work of a failed job. Raises Conflict unless it failed."""
    if job.state != JobState.FAILED:
        raise Conflict("Only work that failed can be tried again.")
    return enqueue(job.kind, team=job.team, payload=job.payload, unique_key=job.unique_key, by=by)


def _join(
    kind: str, team: Team, payload: dict[str, Any], unique_key: str, run_after: datetime | None
) -> Job | None:
    rows = Job.objects.in_team(team).filter(unique_key=unique_key)
    waiting: Job | None = rows.queued().select_for_update().first()
    if waiting is not None:
        latest = waiting.created_at + LONGEST_DELAY
        waiting.run_after = min(run_after, latest) if run_after else None
        waiting.payload = payload
        waiting.save(update_fields=["run_after", "payload"])
        post(waiting)
        return waiting
    if run_after is None:
        running: Job | None = rows.filter(state=JobState.RUNNING).first()
        return running
    return None


def _create(
    kind: str,
    team: Team,
    payload: dict[str, Any],
    unique_key: str,
    by: User | None,
    run_after: datetime | None,
) -> Job | None:
    job = Job(
        kind=kind, team=team, payload=payload, unique_key=unique_key, requested_by=by, run_after=run_after
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        return None  # somebody asked for the same at this moment: join theirs
    post(job)
    return job
