from importlib import import_module
from pathlib import Path

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        """Let every folder that holds a report register its kind."""
        for file in sorted(Path(self.path).glob("*/kind.py")):
            import_module(f"{self.name}.{file.parent.name}.kind")
