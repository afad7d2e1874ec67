from django.apps import AppConfig


class LoopsConfig(AppConfig):
    """Loops: a plan without people."""

    name = "loops"

    def ready(self) -> None:
        """Declare this app's section of content packs."""
        from content.packs import register
        from loops.packs import SECTION

        register(SECTION)
