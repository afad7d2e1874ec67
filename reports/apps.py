from django.apps import AppConfig

from jobs.discovery import import_from_apps


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        """Let every folder that holds a report register its kind."""
        import_from_apps("kind")
