"""A debrief held as a meeting in two browsers, and the debrief on paper."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from hiring.decisions.actions import open_debrief
from hiring.decisions.live.models import LiveDebrief, Rescore
from tests.browser.conftest import violations
from tests.worlds import TeamWorld, levels_up_to_date, submitted_card, team_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Any]


@pytest.fixture
def world() -> TeamWorld:
    ours = team_world()
    for interview in ours.interviews:
        for who, point in zip(ours.interviewers[:2], (1, 4), strict=True):
            submitted_card(interview, who, point, summary="Ask how the rollback went.")
    levels_up_to_date(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
    return ours


def test_everybodys_page_follows_who_leads_and_a_point_is_given_on_a_phone(
    signed_in: Open, world: TeamWorld
) -> None:
    path = reverse("debrief", args=["acme", world.application.pk])
    lead, ines = signed_in(world.hiring_manager).new_page(), signed_in(world.interviewers[0]).new_page()
    lead.goto(path)
    lead.click("text=Begin with silent reading")
    ines.goto(path)
    assert "Read in silence" in ines.locator("[aria-current=step]").inner_text()
    assert "7 min left" in ines.locator("[aria-current=step]").inner_text()

    lead.click("text=Go on: re-score alone")
    # Nobody reloads this page: it asks, and follows.
    ines.wait_for_selector(".live-task", timeout=15_000)
    assert violations(ines) == []
    assert ines.evaluate("document.documentElement.scrollWidth <= innerWidth")
    task = ines.locator(".live-task").first
    task.locator("input[type=radio]").nth(1).check()
    task.locator("[name=note]").fill("The log was there.")
    task.locator("text=Give this point").click()
    ines.wait_for_selector("text=Both stay as they are")
    assert Rescore.objects.get().person == world.interviewers[0]
    assert "The log was there." not in lead.content()

    lead.click("text=Go on: reveal together")
    lead.wait_for_selector("text=“The log was there.”")
    assert violations(lead) == []
    assert lead.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert LiveDebrief.objects.get().phase == "reveal"


def test_paper_has_every_column_and_the_notes(signed_in: Open, world: TeamWorld) -> None:
    page = signed_in(world.calibrator, phone=False).new_page()
    page.goto(reverse("debrief", args=["acme", world.application.pk]))
    read = PdfReader(BytesIO(page.pdf(format="A4")))
    text = " ".join(" ".join(sheet.extract_text() for sheet in read.pages).split())
    row = page.locator(".matrix tbody tr").first
    level, chance = row.locator(".calv").inner_text(), row.locator(".chance").inner_text()
    for shown in ("Ines", "Ivan", "90", "Chance below", *level.split(), *chance.split()):
        assert shown in text, shown
    why = page.locator(".matrix .why td").first.inner_text()
    assert " ".join(why.split()) in text
    assert "Ask how the rollback went." in text
    assert "What the numbers say" in text
    # Chromium makes a sheet hold what is wider: nothing begins beyond its edge.
    across: list[float] = []

    def note(words: str, cm: list[float], tm: list[float], *_: object) -> None:
        if words.strip():
            across.append(cm[0] * tm[4] + cm[4])

    for sheet in read.pages:
        sheet.extract_text(visitor_text=note)
    assert min(across) >= 0
    assert max(across) < float(read.pages[0].mediabox.width)
