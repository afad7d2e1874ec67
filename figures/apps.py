from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """Charts, and the tag that shows one on a page."""

    name = "figures"
