from django.apps import AppConfig


class HiringConfig(AppConfig):
    name = "hiring"

    def ready(self) -> None:
        """Declare the lab's section of content packs."""
        from content.packs import register
        from hiring.lab.packs import SECTION

        register(SECTION)
