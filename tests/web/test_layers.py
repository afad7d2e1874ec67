"""What import contracts cannot see: layers walked round by a template or by an address."""

import re
from configparser import ConfigParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(settings.BASE_DIR)


def _floors(name: str) -> dict[str, int]:
    """Height of each app or slice in a contract, the ground being 0; some share a floor."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    layers = contracts[f"importlinter:contract:{name}"]["layers"].split("\n")
    return {
        room.strip(" ()"): floor
        for floor, layer in enumerate(reversed([layer for layer in layers if layer.strip()]))
        for room in re.split(r"[|:]", layer)
    }


APPS = _floors("floors")
SLICES = _floors("slices")


def _room(path: Path) -> tuple[str, str]:
    parts = path.relative_to(ROOT).parts
    return parts[0], parts[1] if parts[0] == "hiring" and parts[1] in SLICES else ""


def _reaches_up(here: tuple[str, str], there: tuple[str, str]) -> bool:
    if here[0] != there[0]:
        return APPS.get(there[0], -1) > APPS.get(here[0], len(APPS))
    return bool(here[1] and there[1]) and SLICES[there[1]] > SLICES[here[1]]


def _templates() -> list[Path]:
    folders = [ROOT / app for app in APPS if app in {path.name for path in ROOT.iterdir()}]
    return sorted(file for folder in folders for file in folder.rglob("templates/**/*.html"))


def _libraries() -> dict[str, Path]:
    found = {}
    for app in APPS:
        for file in (ROOT / app).glob("templatetags/*.py"):
            found[file.stem] = file
    return found


@pytest.mark.parametrize("template", _templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_take_from_below_only(template: Path) -> None:
    source, libraries = template.read_text(), _libraries()
    loaded = [name for names in re.findall(r"{%\s*load\s+([^%]+?)\s*%}", source) for name in names.split()]
    wrong = [
        name for name in loaded if name in libraries and _reaches_up(_room(template), _room(libraries[name]))
    ]
    for name in re.findall(r"{%\s*(?:include|extends)\s+[\"']([^\"']+)[\"']", source):
        origin = Path(str(engines["django"].get_template(name).origin))
        if ROOT / "templates" not in origin.parents and _reaches_up(_room(template), _room(origin)):
            wrong.append(name)

    assert wrong == []


def _arguments(patterns: list[URLPattern | URLResolver]) -> dict[str, object]:
    given: dict[str, object] = {}
    for each in patterns:
        mine = each.default_args if isinstance(each, URLPattern) else each.default_kwargs
        if mine:
            given[str(each.pattern)] = mine
        if isinstance(each, URLResolver):
            given |= _arguments(each.url_patterns)
    return given


def test_addresses_hand_nothing_to_pages() -> None:
    """A function handed to a page by its address is an import that no contract sees."""
    arguments = _arguments(get_resolver().url_patterns)

    assert {name: values for name, values in arguments.items() if any(map(callable, values.values()))} == {}  # type: ignore[attr-defined]
