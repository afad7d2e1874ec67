"""The worked examples on the method pages run, and print what the pages say."""

import doctest
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[2] / "docs" / "methods").glob("*.md"))
WITH_EXAMPLE = {"evaluation_gap", "evidence", "icc", "krippendorff_alpha", "levels"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_method_page_prints_what_it_says(page):
    found = doctest.testfile(str(page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.failed == 0
    if page.stem in WITH_EXAMPLE:
        assert found.attempted > 0


def test_every_statistic_here_has_its_page():
    assert {page.stem for page in PAGES} >= WITH_EXAMPLE
