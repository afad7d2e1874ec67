"""Runs one job: claim it, call its handler, end it in the handler's own transaction."""

import threading
import time
from collections.abc import Callable

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import Error as DatabaseProblem
from django.db import connection

from accounts import audit
from accounts.errors import ActionError
from jobs import lease, registry
from jobs.context import JobContext, LeaseLost, Reporter
from jobs.models import Job

log = structlog.get_logger(__name__)

# Progress reaches the row at most this often; without any, the lease is renewed at the longer pace.
_FLUSH_SECONDS = 1.0
_RENEW_SECONDS = 10.0


class Pulse(threading.Thread):
    """Renews the lease and writes progress on a connection of its own, outside the handler's transaction.

    A worker that is killed takes its pulse along, and the lease runs out. A worker
    that hangs is ended by the task's time limit, which ends the pulse too.
    """

    def __init__(self, job: Job) -> None:
        super().__init__(name=f"pulse-{job.pk}", daemon=True)
        self._job = job
        self._state = (0.0, "")
        self._stop_asked = threading.Event()
        self._lost = False

    def report(self, progress: float, step: str) -> None:
        """Remember how far the work is; the thread writes it."""
        self._state = (progress, step)
        if self._lost:
            raise LeaseLost

    def run(self) -> None:
        """Until stopped: write changed progress, renew a quiet lease."""
        written, at = self._state, time.monotonic()
        try:
            while not self._stop_asked.wait(_FLUSH_SECONDS) and not self._lost:
                state = self._state
                if state == written and time.monotonic() - at < _RENEW_SECONDS:
                    continue
                try:
                    self._lost = not lease.renew(self._job, progress=state[0], step=state[1])
                    lease.beat()
                except DatabaseProblem as error:
                    # The lease may run out meanwhile; then the fencing token does its work.
                    log.warning("lease_not_renewed", job=self._job.pk, error=str(error))
                    connection.close()
                    continue
                written, at = state, time.monotonic()
        finally:
            connection.close()

    def stop(self) -> None:
        """End the thread and wait for its last write."""
        self._stop_asked.set()
        self.join()


def run(job_id: int) -> Job | None:
    """Run a job if it is due and free; return it, or None if there was nothing to do."""
    job = lease.claim(job_id)
    if job is None:
        return None
    pulse = Pulse(job)
    pulse.start()
    try:
        perform(job, pulse, before_end=pulse.stop)
    finally:
        pulse.stop()
    return job


def perform(
    job: Job, reporter: Reporter, *, before_end: Callable[[], None] = lambda: None
) -> Exception | None:
    """Call the handler of a claimed job and end it; return the error that ended the attempt, if any.

    ``before_end`` stops the reporter, so that nothing else writes the row while the
    transaction that ends the job is open.
    """
    context = log.bind(job=job.pk, kind=job.kind, attempt=job.attempts)
    started = time.monotonic()
    try:
        handler = registry.get(job.kind)
    except LookupError as error:
        before_end()
        context.error("job_kind_unknown")
        lease.finish(job, error=f"This version of the product does not know this work ({job.kind}).")
        return error
    try:
        with audit.recording(job.kind, by=job.requested_by, team=job.team):
            handler.run(JobContext(job, reporter))
            before_end()
            if not lease.finish(job):
                raise LeaseLost  # rolls back what the handler wrote: the other worker's run counts
    except LeaseLost as error:
        context.warning("job_lease_lost")
        return error
    except ActionError as error:
        before_end()
        lease.finish(job, error=error.message)
        context.info("job_refused", reason=error.message)
        return error
    except SoftTimeLimitExceeded as error:
        before_end()
        lease.finish(
            job, error="It took longer than allowed and was stopped. Ask for less at once, then try again."
        )
        context.error("job_too_long")
        return error
    except Exception as error:  # noqa: BLE001 -- the row must say so, whatever it was
        before_end()
        lease.hand_back(
            job,
            error=f"Something went wrong ({type(error).__name__}), {lease.MOST_ATTEMPTS} times in a row. "
            f"Try again; if it fails again, give the operator this number: job {job.pk}.",
        )
        context.exception("job_failed")
        return error
    context.info("job_done", seconds=round(time.monotonic() - started, 2))
    return None
