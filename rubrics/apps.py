from django.apps import AppConfig


class RubricsConfig(AppConfig):
    """What is asked, and how answers are rated."""

    name = "rubrics"

    def ready(self) -> None:
        """Declare this app's section of content packs."""
        from content.packs import register
        from rubrics.packs import SECTION

        register(SECTION)
