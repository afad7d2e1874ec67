from django.apps import AppConfig


class RolesConfig(AppConfig):
    """What jobs demand: the competency framework and role profiles."""

    name = "roles"

    def ready(self) -> None:
        """Declare this app's section of content packs."""
        from content.packs import register
        from roles.packs import SECTION

        register(SECTION)
