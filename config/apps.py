"""The admin site of this project."""

from django.contrib.admin.apps import AdminConfig


class LoopwrightAdminConfig(AdminConfig):
    """Replaces Django's default site by one that admits by team membership."""

    default_site = "config.admin.LoopwrightAdminSite"
