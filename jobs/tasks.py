"""What the worker runs: one task for all work, and the two that keep it moving (``upkeep`` asks for them)."""

from celery import shared_task

from accounts import trail
from jobs import lease, outbox, runner, sweeper, upkeep


@shared_task(name=outbox.RUN)
def run(job_id: int) -> None:
    """Run one job. A message that comes twice, late or for an ended job does nothing."""
    runner.run(job_id)


@shared_task(name=upkeep.RELAY)
def relay_outbox() -> None:
    """Send due messages, and note that this worker lives."""
    lease.beat()
    outbox.relay()


@shared_task(name=upkeep.SWEEP)
def sweep() -> None:
    """Hand back what dead workers left; seal the audit trail when it is time."""
    sweeper.sweep()
    trail.seal_when_due()
