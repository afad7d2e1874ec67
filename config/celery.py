"""The Celery application. Tasks carry job ids only; the jobs app does the rest."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("loopwright")
app.config_from_object("django.conf:settings", namespace=None)
app.autodiscover_tasks()
