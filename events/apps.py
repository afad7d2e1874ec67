from django.apps import AppConfig

from jobs.discovery import import_from_apps


class EventsConfig(AppConfig):
    """What happened, and who is told."""

    name = "events"

    def ready(self) -> None:
        """Learn the kinds of facts, then who subscribes to them."""
        import_from_apps("facts")
        import_from_apps("subscribers")
