"""Hands for the scoring form: open it, rate, wait until it is saved."""

from time import monotonic
from typing import Any

import pytest

from hiring.scoring.models import Rating
from tests.scoring.conftest import Session

# Seconds. Reached only by a fault: a loaded machine is slow, and the form itself waits longer after each failure.
LIMIT = 60


def address(session: Session) -> str:
    return f"/t/acme/interviews/{session.interview.pk}/score/"


def visit(context: Any, session: Session) -> Any:
    page = context.new_page()
    page.goto(address(session))
    page.wait_for_selector("html.scoring-ready")
    return page


def item(session: Session, number: int) -> str:
    return f"c{session.criteria[number].pk}"


def rate(page: Any, name: str, point: int, evidence: str = "") -> None:
    page.locator(f"#{name} input[value='{point}']").evaluate("(radio) => radio.click()")
    if evidence:
        page.locator(f"#{name}-ev").fill(evidence)


def until(page: Any, condition: str) -> None:
    """Wait for an expression to hold. (Playwright's own waiting evaluates text in the page, which the CSP forbids.)"""
    end = monotonic() + LIMIT
    while monotonic() < end:
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never came true in {LIMIT} s: {condition}")


def saved(page: Any) -> None:
    until(
        page,
        "document.querySelector('[data-saved]').textContent.trim().startsWith('Saved')"
        " && !Object.keys(localStorage).some((key) => key.startsWith('loopwright.score'))",
    )


def unsaved(page: Any) -> None:
    until(page, "document.querySelector('[data-saved]').textContent.trim().startsWith('Not saved')")


def point_of(session: Session, number: int) -> int | None:
    return Rating.objects.get(criterion=session.criteria[number]).point


def complete(page: Any, session: Session) -> None:
    for number in range(4):
        rate(page, item(session, number), 3, "Asked for the logs.")
    page.locator("input[name=recommendation][value=yes]").check()
    saved(page)
