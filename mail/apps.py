from django.apps import AppConfig


class MailConfig(AppConfig):
    """Mail to people."""

    name = "mail"

    def ready(self) -> None:
        """Say in ``manage.py check --deploy`` where mail cannot go anywhere."""
        from mail import checks  # noqa: F401, PLC0415 -- registers itself
