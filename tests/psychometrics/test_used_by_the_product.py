"""The index of methods says which statistics the product uses, and it is true: computed from imports."""

import ast
import re
from pathlib import Path

import pytest

from tests.ops.test_no_circles import graph, modules

ROOT = Path(__file__).parents[2]
METHODS = ROOT / "docs" / "methods"
COMMAND = "hiring.management.commands.calibrate"
# Pages about models and files name functions of the package; what they are about is one of these.
ABOUT = {
    "calibration": "psychometrics.model.calibration.calibrate",
    "command_line": "psychometrics.cli",
    "diagnostics": "psychometrics.model.diagnostics.interviewers",
    "levels": "psychometrics.model.levels.calibrate",
    "meetings": "psychometrics.model.calibration.meetings",
    "next_rating": "psychometrics.model.calibration.next_rating",
}
# Pages about no module: what must hold, and how well the models do.
NO_MODULE = {"peers", "robustness", "tutorial", "validation", "validity"}


def reached(arrows, starts):
    """All modules that ``starts`` import, directly or through others."""
    found, waiting = set(), list(starts)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += arrows.get(name, ())
    return found


@pytest.fixture(scope="module")
def used():
    """Modules reached by the product's pages and work, and by its command ``calibrate`` alone."""
    arrows = graph(ROOT)
    product = {name for name in arrows if not name.startswith("psychometrics")}
    pages = reached(arrows, product - {COMMAND})
    return pages, reached(arrows, {COMMAND}) - pages


def about(page):
    """The modules a page is about."""
    if page in ABOUT:
        return {ABOUT[page]}
    text = (METHODS / f"{page}.md").read_text(encoding="utf-8")
    return set(re.findall(r"from (psychometrics\.\w+\.\w+) import", text))


def rows():
    """Page and what the index says of its use."""
    index = (METHODS / "README.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| \[[^\]]+\]\((\w+)\.md\) \|.*\| ([^|]*?) \|$", index, re.MULTILINE))


def test_the_index_says_of_every_page_whether_the_product_uses_it(used):
    pages, command = used
    expected = {}
    for path in METHODS.glob("*.md"):
        if path.stem == "README":
            continue
        modules_ = about(path.stem)
        assert bool(modules_) != (path.stem in NO_MODULE), path.stem
        by_pages, by_command = modules_ & pages, modules_ & command
        expected[path.stem] = "yes" if by_pages else "command" if by_command else "–"
    assert rows() == expected


def test_the_product_imports_statistics_from_their_modules():
    """Names taken from the package itself are found at run time, which no import graph can see."""
    for name, path in modules(ROOT).items():
        if name.startswith("psychometrics"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.module != "psychometrics", name
