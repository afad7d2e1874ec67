"""What a handler gets: its input, and a way to say how far it is."""

from typing import Any, Protocol

from accounts.models import Team, User
from jobs.models import Job


class LeaseLost(Exception):
    """Another worker holds the job now; whatever this one did must not count."""


class Reporter(Protocol):
    """Carries progress to the job's row, outside the handler's transaction."""

    def report(self, progress: float, step: str) -> None:
        """Say how far the work is; raise LeaseLost if it has been taken away."""
        ...


class JobContext:
    """A running job as its handler sees it."""

    def __init__(self, job: Job, reporter: Reporter) -> None:
        self.job = job
        self._reporter = reporter

    @property
    def pk(self) -> int:
        return self.job.pk

    @property
    def payload(self) -> dict[str, Any]:
        """The ids it was asked to work on."""
        payload: dict[str, Any] = self.job.payload
        return payload

    @property
    def team(self) -> Team:
        """The team it works for; a handler touches nothing outside."""
        return self.job.team

    @property
    def requested_by(self) -> User | None:
        """Who asked; None for the system itself or a person since deleted."""
        return self.job.requested_by

    def progress(self, share: float, step: str = "") -> None:
        """Say how far the work is (0 to 1) and what is being done. Cheap: call it as often as it helps."""
        self._reporter.report(min(max(share, 0.0), 1.0), step)
