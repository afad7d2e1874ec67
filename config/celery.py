"""The Celery application. Tasks carry job ids only; the jobs app does the rest."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("loopwright")
# Read when first needed, so that importing this module needs no settings.
app.add_defaults(lambda: settings.CELERY)
app.autodiscover_tasks()
