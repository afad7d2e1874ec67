from django.apps import AppConfig


class LoopsConfig(AppConfig):
    """Loops: a plan without people."""

    name = "loops"
