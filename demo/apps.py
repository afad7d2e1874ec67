from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Holds one command, ``load_demo``; no tables."""

    name = "demo"
