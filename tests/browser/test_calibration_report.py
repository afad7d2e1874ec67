"""The report that ``--html`` writes, as a reader has it: a file in a browser, on a phone, in the dark, on paper."""

from pathlib import Path
from typing import Any

import pytest

from psychometrics import cli
from tests.browser.conftest import DESKTOP, PHONE, violations
from tests.psychometrics import panels, reference

pytestmark = pytest.mark.browser


@pytest.fixture(
    scope="module",
    params=[[], ["--scale", "1:4", "--scale", "Q1=1:5", "--scale", "Q2=1:5"]],
    ids=["one", "two"],
)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of questions on one scale, and on two."""
    folder = tmp_path_factory.mktemp("report")
    rows = panels.rows(
        panels.small(4, candidates=24, interviewers=6), name="A candidate with a long name, no. {}".format
    )
    scores = reference.write(rows, folder / "scores.csv")
    path = folder / "report.html"
    assert cli.main([str(scores), "--html", str(path), "--without-flagged", *request.param]) == 0
    return path


@pytest.mark.parametrize(
    "size", [PHONE, {"width": 1000, "height": 800}, DESKTOP], ids=["phone", "tablet", "desktop"]
)
def test_the_report_is_accessible_and_fits(browser: Any, report: Path, size: dict[str, int]) -> None:
    context = browser.new_context(viewport=size)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Every row says in text what its drawing shows.
    assert (
        page.get_by_role("row", name="A candidate with a long name, no. 7").first.get_by_role("cell").count()
        == 9
    )
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").endswith("summary")
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation").is_visible()
    assert asked == [report.as_uri()]
    context.close()
