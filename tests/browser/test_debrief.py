"""A debrief in a browser: opened early with a reason, read, decided; phone, both themes, without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from hiring.calibration.actions import calibrate_team
from hiring.decisions.models import Debrief, Decision
from tests.browser.conftest import violations
from tests.reports.conftest import score
from tests.worlds import TeamWorld, submitted_card, team_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Any]
REASON = "Both must-haves are reached, and the offer expires tonight."


@pytest.fixture
def world() -> TeamWorld:
    return team_world()


def address(world: TeamWorld) -> str:
    return reverse("debrief", args=["acme", world.application.pk])


def visit(context: Any, path: str) -> Any:
    page = context.new_page()
    assert page.goto(path).status == 200
    return page


def test_opened_early_read_and_decided_on_a_phone(signed_in: Open, world: TeamWorld) -> None:
    for who, point in zip(world.interviewers[:2], (1, 4), strict=True):
        submitted_card(world.interviews[0], who, point)
    calibrate_team(team=world.team, by=None)
    page = visit(signed_in(world.hiring_manager), reverse("debriefs", args=["acme"]) + "?show=running")
    page.click(f"text={world.application.candidate.name}")
    assert page.locator("#missing").is_visible()

    page.fill("[name=reason]", "The offer expires tonight.")
    page.click("text=Open early, with this reason")
    page.wait_for_selector("#mx")
    assert Debrief.objects.get().forced_reason == "The offer expires tonight."
    row = page.locator(".matrix tbody tr").first
    assert "Debugging" in row.inner_text()
    assert row.locator(".dot .cal").count() == 1

    page.check("[name=verdict][value=hire]")
    page.locator("[name=confidence]").last.check()
    page.fill("[name=reason]", REASON)
    page.click("text=Record the decision")
    page.wait_for_selector(f"text={REASON}")
    decision = Decision.objects.get()
    assert (decision.decided_by, decision.verdict, decision.reason) == (world.hiring_manager, "hire", REASON)


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    signed_in: Open, world: TeamWorld, phone: bool
) -> None:
    score(world)
    context = signed_in(world.calibrator, phone=phone)
    paths = [
        address(world),
        *(reverse(name, args=["acme"]) for name in ("debriefs", "calibration", "reports")),
    ]
    for path in paths:
        page = visit(context, path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_waiting_page_is_accessible(signed_in: Open, world: TeamWorld) -> None:
    submitted_card(world.interviews[0], world.interviewers[0])
    page = visit(signed_in(world.hiring_manager), address(world))
    assert violations(page) == []


def test_evidence_opens_and_closes(signed_in: Open, world: TeamWorld) -> None:
    score(world)
    page = visit(signed_in(world.hiring_manager, phone=False), address(world))
    button = page.locator(".ev-btn").nth(1)
    target = page.locator(f"#{button.get_attribute('aria-controls')}")
    assert not target.is_visible()
    button.click()
    assert target.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    button.click()
    assert not target.is_visible()


def test_dots_lie_in_the_middle_of_their_rows(signed_in: Open, world: TeamWorld) -> None:
    score(world)
    page = visit(signed_in(world.hiring_manager, phone=False), address(world))
    off = page.evaluate(
        """() => [...document.querySelectorAll(".matrix .lv .dot .cal")].map((dot) => {
          const mark = dot.getBoundingClientRect(), row = dot.closest("tr").getBoundingClientRect();
          return Math.abs((mark.top + mark.bottom) / 2 - (row.top + row.bottom) / 2);
        })"""
    )
    assert len(off) == 2
    assert max(off) < 3


def test_without_scripts_everything_is_read_and_decided(signed_in: Open, world: TeamWorld) -> None:
    score(world)
    page = visit(signed_in(world.hiring_manager, phone=False, scripts=False), address(world))
    assert page.locator(".matrix .dot .cal").first.is_visible()
    assert page.locator("text=Record the decision").is_visible()
