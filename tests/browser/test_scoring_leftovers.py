"""What a window could not save: after another window submitted, and after the session ended."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session as WebSession

from hiring.pipeline.models import Application, ApplicationState
from hiring.scoring.models import Rating, Scorecard, ScorecardState
from tests.browser.conftest import session_cookie, violations
from tests.browser.scoring import address, complete, item, rate, saved, unsaved, until, visit
from tests.scoring.conftest import Session, session_in
from tests.worlds import rivals

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Any]
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('loopwright.score')).length"


@pytest.fixture
def session() -> Session:
    return session_in(rivals().ours)


def submitted_with_leftover(context: Any, session: Session) -> Any:
    """One window submits while another could not save its text; return the first, showing what was submitted."""
    here, there = visit(context, session), visit(context, session)
    complete(here, session)
    there.route("**/score/save/", lambda route: route.abort())
    rate(there, item(session, 0), 4, "Written in the other window.")
    unsaved(there)
    here.locator(".foot-submit").click()
    here.locator("[data-confirm]").click()
    here.wait_for_selector("[data-kept]:not([hidden])")
    there.close()
    return here


def test_text_left_in_another_window_is_offered_and_amended(signed_in: Open, session: Session) -> None:
    page = submitted_with_leftover(signed_in(session.by), session)
    offer = page.locator("[data-kept]")

    assert "Text you had not saved" in offer.inner_text()
    assert "Rated 4" in offer.inner_text()
    assert "Written in the other window." in offer.inner_text()
    assert violations(page) == []
    page.locator("text=Amend with it").click()
    page.wait_for_selector("html.scoring-ready")
    assert page.locator(f"#{item(session, 0)}-ev").input_value() == "Written in the other window."
    saved(page)

    first, second = Scorecard.objects.order_by("version")
    assert (first.state, second.state) == (ScorecardState.SUBMITTED, ScorecardState.DRAFT)
    mark = Rating.objects.get(scorecard=second, criterion=session.criteria[0])
    assert (mark.point, mark.evidence) == (4, "Written in the other window.")
    assert Rating.objects.get(scorecard=first, criterion=session.criteria[0]).point == 3
    assert "not saved" in second.amend_reason


def test_leftover_is_discarded_and_brought_back(signed_in: Open, session: Session) -> None:
    page = submitted_with_leftover(signed_in(session.by), session)

    page.locator("[data-kept-discard]").click()
    assert page.evaluate(KEPT) == 0
    page.locator("[data-kept-undo]").click()
    assert page.evaluate(KEPT) == 1
    page.locator("[data-kept-discard]").click()
    page.reload()

    page.wait_for_load_state("load")
    assert page.locator("[data-kept]").is_hidden()
    assert Scorecard.objects.count() == 1


def test_leftover_of_a_decided_application_is_shown_to_copy(signed_in: Open, session: Session) -> None:
    page = submitted_with_leftover(signed_in(session.by), session)
    Application.objects.filter(pk=session.interview.application_id).update(state=ApplicationState.DECLINED)
    page.reload()

    page.wait_for_selector("[data-kept]:not([hidden])")
    assert "Written in the other window." in page.locator("[data-kept]").inner_text()
    assert page.locator("text=Amend with it").count() == 0
    assert page.locator("[data-kept-discard]").is_visible()


def test_nothing_is_offered_where_everything_was_saved(signed_in: Open, session: Session) -> None:
    page = visit(signed_in(session.by), session)
    complete(page, session)
    page.locator(".foot-submit").click()
    page.locator("[data-confirm]").click()
    page.wait_for_selector("text=Only an amendment changes it")
    page.wait_for_load_state("load")

    assert page.locator("[data-kept]").is_hidden()
    assert page.evaluate(KEPT) == 0


def test_leftover_of_somebody_else_on_this_device_stays_theirs(
    signed_in: Open, session: Session, live_server: Any
) -> None:
    context = signed_in(session.by)
    page = visit(context, session)
    other = f"loopwright.score.{session.by.pk + 1}.{session.interview.pk}.1"
    page.evaluate(
        "([key, item]) => localStorage.setItem(key, JSON.stringify({changes: {[item]: {value: {point: 1, "
        "not_assessed: '', evidence: 'Somebody else wrote this.'}, revision: 0}}, reveals: []}))",
        [other, item(session, 0)],
    )
    session.submit()
    page.goto(address(session))

    assert page.locator("[data-kept]").is_hidden()
    assert "Somebody else wrote this." not in page.content()
    assert page.evaluate("(key) => localStorage.getItem(key)", other)


def test_expired_session_loses_nothing(signed_in: Open, session: Session, live_server: Any) -> None:
    context = signed_in(session.by)
    page = visit(context, session)
    WebSession.objects.all().delete()
    rate(page, item(session, 0), 3, "Written after the session ended.")
    page.wait_for_selector("[data-offline] a")
    assert "signed out" in page.locator("[data-offline]").inner_text()

    context.add_cookies([session_cookie(session.by, live_server.url)])
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    saved(page)

    assert Rating.objects.get().evidence == "Written after the session ended."


def test_signing_in_again_in_another_tab_lets_the_first_go_on(signed_in: Open, session: Session) -> None:
    session.by.set_password("a password of nine words, or so")
    session.by.save()
    context = signed_in(session.by)
    page = visit(context, session)
    rate(page, item(session, 1), 2)
    saved(page)
    WebSession.objects.all().delete()
    rate(page, item(session, 0), 3, "Written while signed out.")
    page.wait_for_selector("[data-offline] a")

    with context.expect_page() as opened:
        page.locator("[data-offline] a").click()
    tab = opened.value
    tab.fill("input[name=login]", session.by.email)
    tab.fill("input[name=password]", "a password of nine words, or so")
    tab.press("input[name=password]", "Enter")
    tab.wait_for_selector("html.scoring-ready")  # signing in leads back to the interview
    tab.close()

    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    saved(page)
    until(page, "document.querySelector('[data-offline]').hidden")
    # Signing in changed the token that guards against forged requests; the old window saves nevertheless.
    rate(page, item(session, 2), 4, "Written after signing in again.")
    saved(page)

    card = Scorecard.objects.get()
    written = dict(card.ratings.values_list("criterion", "evidence"))
    assert written[session.criteria[0].pk] == "Written while signed out."
    assert written[session.criteria[2].pk] == "Written after signing in again."
