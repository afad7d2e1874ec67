"""The product's Celery application with one task that can be watched and held up from outside."""

import os
import time
from pathlib import Path

from config.celery import app


@app.task(name="tests.ops.probe")
def probe(folder: str) -> None:
    """Say which process started; finish only once the file ``go`` is there."""
    place = Path(folder)
    (place / f"started-{os.getpid()}").touch()
    deadline = time.monotonic() + 60
    while not (place / "go").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    (place / "finished").touch()
