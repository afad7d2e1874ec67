from django.apps import AppConfig


class ContentConfig(AppConfig):
    """What versioned content shares: one life of a version, pack files, the admin of versions."""

    name = "content"
