"""The Celery application. Tasks carry job ids only; the jobs app does the rest."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from django_structlog.celery.steps import DjangoStructLogInitStep

from config import filebroker
from jobs.upkeep import Upkeep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

filebroker.install()
app = Celery("loopwright")
app.config_from_object("config.settings:CELERY")
app.autodiscover_tasks(["jobs", "mail", "hiring.reminders"])
app.steps["worker"].add(DjangoStructLogInitStep)
app.steps["worker"].add(Upkeep)


@app.on_after_configure.connect
def _make_folders(sender: Celery, **_: Any) -> None:
    """The filesystem broker does not create the folders it works in."""
    options = sender.conf.broker_transport_options or {}
    for name in ("data_folder_in", "control_folder"):
        if name in options:
            Path(options[name]).mkdir(parents=True, exist_ok=True)
