"""Finding the modules in which apps say what they add: ``handlers.py``, ``subscribers.py``, ``kind.py``."""

import importlib
from pathlib import Path

from django.apps import apps
from django.conf import settings


def import_from_apps(name: str) -> None:
    """Import the module ``name`` of every app of this project and of every slice within, where there is one."""
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if folder.parent != settings.BASE_DIR:
            continue
        for file in sorted([*folder.glob(f"{name}.py"), *folder.glob(f"*/{name}.py")]):
            importlib.import_module(".".join(file.relative_to(folder.parent).with_suffix("").parts))
