"""What the worker runs: one task for all work, and the two that keep it moving."""

from celery import shared_task

from jobs import lease, outbox, runner, sweeper


@shared_task(name=outbox.RUN)
def run(job_id: int) -> None:
    """Run one job. A message that comes twice, late or for an ended job does nothing."""
    runner.run(job_id)


@shared_task(name="jobs.relay")
def relay_outbox() -> None:
    """Send due messages, and note that this worker lives."""
    lease.beat()
    outbox.relay()


@shared_task(name="jobs.sweep")
def sweep() -> None:
    """Hand back what dead workers left."""
    sweeper.sweep()
