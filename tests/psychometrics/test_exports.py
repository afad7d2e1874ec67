"""What the method pages name can be reached from the package itself, without further imports."""

import doctest
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import psychometrics

METHODS = Path(__file__).parents[2] / "docs" / "methods"
PAGES = sorted(METHODS.glob("*.md"))
SHELVES = {module.name for module in pkgutil.iter_modules(psychometrics.__path__) if module.ispkg}
MODULES = {
    module.name
    for module in pkgutil.walk_packages(psychometrics.__path__, "psychometrics.")
    if not module.name.rpartition(".")[2].startswith("_") and ".compiled" not in module.name
}
IMPORTED = re.compile(r"from (psychometrics[\w.]*) import (\([^)]*\)|[\w, ]*)")


def imports(text):
    """Pairs of module and name a page imports."""
    return {
        (module, name)
        for module, names in IMPORTED.findall(text)
        for name in re.findall(r"(\w+)(?: as \w+)?", names.strip("()"))
    }


def public(name):
    """Where a function of this name is defined below the package, and is its own."""
    found = []
    for module in MODULES:
        candidate = getattr(importlib.import_module(module), name, None)
        if inspect.isfunction(candidate) and candidate.__module__.startswith(module):
            found.append(candidate)
    return found


def test_pages_import_something():
    """Guards the pattern the tests below rest on."""
    assert sum(len(imports(page.read_text(encoding="utf-8"))) for page in PAGES) > 60
    assert imports("from psychometrics.a import (b,\n  c as d)") == {("psychometrics.a", n) for n in "bc"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_names_a_page_imports_are_exported(page):
    for module, name in imports(page.read_text(encoding="utf-8")):
        imported = getattr(importlib.import_module(module), name)
        assert getattr(psychometrics, name) is imported, f"{page.name}: {module}.{name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_functions_a_page_calls_are_exported(page):
    """A call in prose, ``name(...)``, of a function that some module below the package defines."""
    text = page.read_text(encoding="utf-8")
    prose = text.replace("\n".join(e.source for e in doctest.DocTestParser().get_examples(text)), "")
    for name in set(re.findall(r"`(\w+)\(", prose)):
        if public(name):
            assert name in psychometrics.__all__, f"{page.name}: {name}"


def test_functions_and_shelves_are_reached_without_importing_them():
    code = "import psychometrics as p; print(p.evaluation_gap.__name__, p.design.__name__)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["evaluation_gap", "psychometrics.design"]


def test_a_function_stays_itself_once_its_module_is_loaded():
    """Modules of one name with a function stand on a shelf, so that they never take the function's place."""
    for name in psychometrics.__all__:
        importlib.import_module(getattr(psychometrics, name).__module__)
        assert callable(getattr(psychometrics, name)), name
    assert not SHELVES & set(psychometrics.__all__)


def test_unknown_names_are_refused():
    with pytest.raises(AttributeError, match="no attribute 'median_of_nothing'"):
        _ = psychometrics.median_of_nothing
    with pytest.raises(AttributeError, match="no attribute '_private'"):
        _ = psychometrics._private
