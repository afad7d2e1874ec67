"""The product's worker with one kind of work that can be watched and held up from outside."""

import time
from pathlib import Path

import django

django.setup()

from accounts.models import Team  # noqa: E402 -- the app registry has to be ready
from config.celery import app  # noqa: E402
from jobs.context import JobContext  # noqa: E402
from jobs.registry import handler  # noqa: E402

__all__ = ["KIND", "app"]

KIND = "test.watched"


@handler(KIND, title="Watched work")
def watched(job: JobContext) -> None:
    """Make one team; finish only once the file ``go`` is there."""
    folder = Path(job.payload["folder"])
    Team.objects.create(key="made-by-worker", name="Made by the worker")
    (folder / f"started-{job.job.attempts}").touch()
    deadline = time.monotonic() + 60
    while not (folder / "go").exists() and time.monotonic() < deadline:
        job.progress(0.5, "waiting")
        time.sleep(0.05)
