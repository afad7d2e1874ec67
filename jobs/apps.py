from django.apps import AppConfig

from jobs.discovery import import_from_apps


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        """Learn which work the other apps can do."""
        import_from_apps("handlers")
