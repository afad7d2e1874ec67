"""Runs queued jobs in the calling process: for tests, and for commands that want the result at once."""

from accounts.models import Team
from jobs import lease, runner
from jobs.context import LeaseLost
from jobs.models import Job


class Inline:
    """Writes progress on the caller's own connection."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def report(self, progress: float, step: str) -> None:
        """Store progress; raise LeaseLost if the job was taken away."""
        if not lease.renew(self._job, progress=progress, step=step):
            raise LeaseLost


def run_all(team: Team | None = None, *, raise_errors: bool = True) -> list[Job]:
    """Run every waiting job (of ``team``), due or not, and those they lead to; return them as they ended.

    An error that a handler raises is raised again, unless ``raise_errors`` is off; a
    retry then counts as another job of the list.
    """
    done: list[Job] = []
    while True:
        waiting = Job.objects.queued().order_by("pk")
        if team is not None:
            waiting = waiting.in_team(team)
        job = next((claimed for row in waiting[:50] if (claimed := lease.claim(row.pk, early=True))), None)
        if job is None:
            return done
        problem = runner.perform(job, Inline(job))
        job.refresh_from_db()
        done.append(job)
        if problem is not None and raise_errors:
            raise problem
