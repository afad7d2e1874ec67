"""Promises about the templates as they are written, which no page would show to be broken."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from dev.check import PACKAGES

ROOT = Path(settings.BASE_DIR)
LONGEST = 160
TEMPLATES = sorted(
    path
    for folder in ROOT.rglob("templates")
    if not {".venv", "var", "node_modules", "tests", "staticfiles"} & set(folder.relative_to(ROOT).parts)
    for path in folder.rglob("*.html")
)


def names(path: Path) -> str:
    return str(path.relative_to(ROOT))


def parts() -> Iterator[Path]:
    """Templates that others include: their names begin with an underscore, or they are components."""
    for path in TEMPLATES:
        if path.name.startswith("_") or path.parent.name == "components":
            yield path


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 100


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_no_line_is_too_long_to_be_read_in_a_diff(path: Path) -> None:
    long = [number for number, line in enumerate(path.read_text().splitlines(), 1) if len(line) > LONGEST]
    assert not long


@pytest.mark.parametrize("path", list(parts()), ids=names)
def test_part_says_at_its_head_what_it_needs(path: Path) -> None:
    assert re.match(r"\{# \S|\{% comment %\}\n  \S", path.read_text()), "the first line is no comment"


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_scripts_are_modules(path: Path) -> None:
    """Our own scripts import each other. The theme alone runs at once, before the first paint."""
    own = re.findall(r'<script src="\{% static "js/([\w./]+)" %\}"([^>]*)>', path.read_text())
    assert [name for name, rest in own if 'type="module"' not in rest] in ([], ["theme.js"])


def test_every_stylesheet_has_one_declaration_a_line() -> None:
    crowded = [
        f"{path.name}:{number}"
        for path in sorted((ROOT / "static" / "css").glob("**/*.css"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(re.findall(r"[\w-]+: [^;{}]+;", re.sub(r"/\*.*?\*/|url\([^)]*\)", "", line))) > 1
    ]
    assert not crowded


def test_every_class_of_a_stylesheet_is_used() -> None:
    """A rule for a class that nothing writes is dead; Django and the admin's theme write some of their own."""
    sources = [*TEMPLATES, *(ROOT / "static" / "js").rglob("*.js")]
    for package in PACKAGES:
        sources += [path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts]
    text = "\n".join(path.read_text() for path in sources)
    words = set(re.findall(r"[A-Za-z_][\w-]*", text))
    # "rate-{{ point }}" and f"ff-{role}" stand for every class that begins so.
    begun = tuple(set(re.findall(r"([A-Za-z][\w-]*-)\$?\{", text)) | {"field-", "column-", "ff-", "fs-"})
    dead = []
    for path in sorted((ROOT / "static" / "css").glob("**/*.css")):
        rules = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        classes = set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", rules)))
        dead += [f"{path.name}: .{name}" for name in classes - words if not name.startswith(begun)]
    assert not dead
