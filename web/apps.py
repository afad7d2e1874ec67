from django.apps import AppConfig


class WebConfig(AppConfig):
    """The shell around every page: navigation, numbers, marks."""

    name = "web"
