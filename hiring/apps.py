from django.apps import AppConfig


class HiringConfig(AppConfig):
    name = "hiring"

    def ready(self) -> None:
        """Open the door to copying library content, which crosses all apps."""
        from content import library
        from hiring.packs import copy_from_library

        library.provide(copy_from_library)
