"""The dashboard in a browser: read, filtered, explored; phone, both themes, without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from hiring.pipeline.models import ApplicationState
from tests.browser.conftest import violations
from tests.factories import ApplicationFactory, CandidateFactory, OpeningFactory
from tests.reports.conftest import score
from tests.worlds import TeamWorld, team_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Any]
ADDRESS = reverse("dashboard", args=["acme"])


@pytest.fixture
def world() -> TeamWorld:
    """A scored team with two openings and enough applications for a funnel."""
    world = team_world()
    score(world)
    other = OpeningFactory(
        team=world.team, loop=world.loop, profile=world.profile, key="two", title="Second job"
    )
    for opening, count in ((world.opening, 14), (other, 11)):
        for _ in range(count):
            ApplicationFactory(
                team=world.team,
                opening=opening,
                candidate=CandidateFactory(team=world.team),
                state=ApplicationState.HIRED,
            )
    return world


def visit(context: Any, address: str = ADDRESS) -> Any:
    page = context.new_page()
    assert page.goto(address).status == 200
    return page


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    signed_in: Open, world: TeamWorld, phone: bool
) -> None:
    page = visit(signed_in(world.leader, phone=phone))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_filter_works_by_itself_and_keeps_its_choice(signed_in: Open, world: TeamWorld) -> None:
    page = visit(signed_in(world.leader, phone=False))
    rows = "section[aria-labelledby=h-gap] tbody tr"
    assert page.locator(rows).count() == 2
    page.select_option("select[name=opening]", "two")
    page.wait_for_url("**opening=two**")
    assert page.locator(rows).count() == 1
    assert page.locator("select[name=opening]").input_value() == "two"


def test_figure_is_explored_and_put_back(signed_in: Open, world: TeamWorld) -> None:
    page = visit(signed_in(world.leader, phone=False))
    figure = page.locator("#fig-funnel")
    toggle = figure.locator("[data-figure-toggle]")
    assert figure.locator(".fig-wide svg").is_visible()
    toggle.click()
    figure.locator(".fig-live .main-svg").first.wait_for()
    assert figure.locator(".fig-live").get_attribute("aria-label").startswith("People by step")
    assert not figure.locator(".fig-wide svg").is_visible()
    assert toggle.get_attribute("aria-pressed") == "true"
    toggle.click()
    assert figure.locator(".fig-wide svg").is_visible()


def test_definition_is_one_click_away(signed_in: Open, world: TeamWorld) -> None:
    page = visit(signed_in(world.leader, phone=False))
    page.locator("section[aria-labelledby=h-funnel] a.def").click()
    assert page.url.endswith("#d-funnel")
    assert page.locator("#d-funnel").is_visible()


def test_without_scripts_figures_and_filter_stand(signed_in: Open, world: TeamWorld) -> None:
    page = visit(signed_in(world.leader, phone=False, scripts=False))
    assert page.locator("#fig-funnel .fig-wide svg").is_visible()
    assert not page.locator("#fig-funnel [data-figure-toggle]").is_visible()
    page.select_option("select[name=opening]", "two")
    page.click("text=Show")
    assert "opening=two" in page.url
