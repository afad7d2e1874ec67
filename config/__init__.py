"""Assembles the product: settings, addresses, task queue. No app imports this package."""

# The web process sends through this application too, so it has to exist before any task is named.
from config.celery import app as celery_app

__all__ = ["celery_app"]
