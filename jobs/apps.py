from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Background work."""

    name = "jobs"

    def ready(self) -> None:
        """Learn which work the other apps can do."""
        from jobs.registry import autodiscover

        autodiscover()
