"""The worked examples on the method pages run, and print what the pages say."""

import doctest
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import psychometrics
from psychometrics.model import levels

# Shelves of modules that are described together: the models have three pages, files are read and shown.
NO_STATISTICS = {"files", "model"}
ROOT = Path(__file__).parents[2]
PAGES = [*sorted((ROOT / "docs" / "methods").glob("*.md")), ROOT / "psychometrics" / "README.md"]
WITH_EXAMPLE = {"decision_gap", "evaluation_gap", "evidence", "icc", "krippendorff_alpha", "levels"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_method_page_prints_what_it_says(page):
    found = doctest.testfile(str(page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.failed == 0
    if page.stem in WITH_EXAMPLE:
        assert found.attempted > 0


def test_every_statistic_here_has_its_page():
    assert {page.stem for page in PAGES} >= WITH_EXAMPLE


def statistics():
    """The dotted names of the modules on the shelves of statistics."""
    return [
        f"{shelf.name}.{module.name}"
        for shelf in pkgutil.iter_modules(psychometrics.__path__, "psychometrics.")
        if shelf.ispkg and shelf.name.rpartition(".")[2] not in NO_STATISTICS
        for module in pkgutil.iter_modules(importlib.import_module(shelf.name).__path__)
        if not module.name.startswith("_")
    ]


def words_of_pages():
    return {word for page in PAGES for word in re.findall(r"\w+", page.read_text(encoding="utf-8"))}


def test_every_public_function_stands_on_a_page():
    functions = {
        name
        for package in (psychometrics, levels)
        for name in package.__all__
        if inspect.isfunction(getattr(package, name))
    }
    assert functions - words_of_pages() == set()


def test_every_module_of_statistics_has_a_page_that_imports_from_it():
    written = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    for name in statistics():
        importlib.import_module(name)
        assert f"from {name} import" in written, name
