"""The scoring form by keyboard and by touch, without a network, and closed before it could save."""

from collections.abc import Callable
from typing import Any

import pytest

from hiring.scoring.models import InjectionReveal, Rating, Scorecard, ScorecardState
from tests.browser.conftest import violations
from tests.browser.scoring import address, item, point_of, rate, saved, until, visit
from tests.scoring.conftest import Session, session_in
from tests.worlds import rivals

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Any]
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('loopwright.score')).length"
PAGES = "caches.keys().then((names) => names.filter((name) => name.startsWith('loopwright-pages')).length)"
MOST_PRESSES = 20
MOST_TAPS = 14


@pytest.fixture
def session() -> Session:
    return session_in(rivals().ours, first=3)


def test_five_ratings_with_evidence_by_few_presses(signed_in: Open, session: Session) -> None:
    page = visit(signed_in(session.by, phone=False), session)
    presses: list[str] = []

    def press(key: str) -> None:
        presses.append(key)
        page.keyboard.press(key)

    press("j")
    for number, key in enumerate("43212"):
        press(key)
        press("e")
        page.keyboard.type(f"Asked for log {number}.")
        press("Alt+ArrowDown")
    press("3")
    saved(page)
    press("Control+Enter")
    page.wait_for_selector("#submit-dialog[open]")
    press("Enter")
    page.wait_for_selector("text=Only an amendment changes it")

    assert [point_of(session, number) for number in range(5)] == [4, 3, 2, 1, 2]
    assert Rating.objects.filter(evidence__startswith="Asked for log").count() == 5
    assert Scorecard.objects.get().recommendation == "yes"
    assert len(presses) <= MOST_PRESSES, presses


def test_five_ratings_with_evidence_by_few_taps(signed_in: Open, session: Session) -> None:
    page = visit(signed_in(session.by, touch=True), session)
    taps: list[str] = []

    def tap(selector: str) -> None:
        taps.append(selector)
        page.locator(selector).tap()

    for number, point in enumerate((4, 3, 2, 1, 2)):
        name = item(session, number)
        tap(f"#{name} .anchor:has(input[value='{point}'])")
        # Two taps at one place sooner than a finger can are a double tap, which swallows what is typed then.
        page.wait_for_timeout(700)
        tap(f"#{name}-ev")
        until(page, f"document.activeElement.id === '{name}-ev'")
        page.keyboard.type(f"Asked for log {number}.")
    tap("#recommendation label:has(input[value=yes])")
    tap(".foot-submit")
    page.wait_for_selector("#submit-dialog[open]")
    tap("[data-confirm]")
    page.wait_for_selector("text=Only an amendment changes it")

    assert [point_of(session, number) for number in range(5)] == [4, 3, 2, 1, 2]
    assert len(taps) <= MOST_TAPS, taps


def test_form_opens_without_a_network_and_goes_with_the_sign_out(signed_in: Open, session: Session) -> None:
    context = signed_in(session.by, workers=True)
    page = visit(context, session)
    until(page, f"{PAGES}.then((count) => count === 1)")
    rate(page, item(session, 0), 3, "Saved before the tunnel.")
    saved(page)
    until(page, "caches.match(location.pathname + '?as-stored').then(Boolean)")
    until(page, "caches.keys().then((names) => names.some((name) => name.startsWith('loopwright-files')))")
    until(page, "Boolean(navigator.serviceWorker.controller)")
    page.reload()
    page.wait_for_selector("html.scoring-ready")

    context.set_offline(True)
    page.reload()
    page.wait_for_selector("html.scoring-ready")
    assert page.locator(f"#{item(session, 0)}-ev").input_value() == "Saved before the tunnel."
    page.locator(f"#{item(session, 1)}-ev").fill("Written in the tunnel.")
    page.locator("[data-reveal]").click()
    assert "Revealed" in page.locator("[data-stamp]").first.inner_text()
    assert page.locator("[data-offline]").is_visible()
    assert violations(page) == []
    # The note and the reveal are still here after the form was closed and the list opened, without a network.
    page.goto("/t/acme/interviews/")
    page.wait_for_selector("[data-on-device]:not([hidden])")
    assert "2 notes are only on this phone." in page.locator("[data-here]").inner_text()
    # Six seconds later than it happened: the device says so when it can.
    page.wait_for_timeout(6_000)

    context.set_offline(False)
    until(page, f"{KEPT} === 0")
    until(page, "document.querySelector('[data-here]').textContent.includes('is saved now')")
    reveal = InjectionReveal.objects.get()
    assert reveal.by_device
    assert reveal.revealed_at < Rating.objects.get(criterion=session.criteria[1]).rated_at
    assert Rating.objects.get(criterion=session.criteria[1]).evidence == "Written in the tunnel."

    page.goto("/accounts/logout/")
    page.locator("form.sign-form button").click()
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate(PAGES) == 0, "nothing of the person stays"


def test_text_typed_just_before_closing_is_sent(signed_in: Open, session: Session) -> None:
    page = visit(signed_in(session.by), session)
    field = page.locator(f"#{item(session, 0)}-ev")
    # While a dictation or an input method composes, nothing half said is sent.
    field.evaluate(
        "(area) => { area.value = 'The la'; "
        "area.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true })) }"
    )
    page.wait_for_timeout(800)
    assert not Rating.objects.exists()
    field.evaluate("(area) => area.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }))")
    until(page, f"{KEPT} === 0")
    assert Rating.objects.get().evidence == "The la"

    field.fill("The last words.")
    page.goto("about:blank")

    page.wait_for_timeout(500)
    assert Rating.objects.get().evidence == "The last words."


def test_too_long_a_paste_is_kept_and_counted_and_stops_nothing_else(
    signed_in: Open, session: Session
) -> None:
    context = signed_in(session.by)
    page, other = visit(context, session), visit(context, session)
    field = page.locator(f"#{item(session, 0)}-ev")
    field.evaluate(
        "(area, text) => { area.value = text; area.dispatchEvent(new Event('input', {bubbles: true})) }",
        "x" * 50_000,
    )
    rate(page, item(session, 1), 2, "Saved all the same.")
    until(
        page,
        "document.querySelector('[data-offline-text]').textContent.includes('40,000 characters too long')",
    )

    assert len(field.input_value()) == 50_000
    until(page, "!Object.values(localStorage).join().includes('Saved all the same')")
    assert list(Rating.objects.values_list("criterion", "point")) == [(session.criteria[1].pk, 2)]

    # The other window shows nothing of it yet; what it submits is what it shows.
    field.fill("Short.")
    saved(page)
    for number in range(5):
        rate(page, item(session, number), 3, "Asked for the logs.")
    page.locator("input[name=recommendation][value=yes]").check()
    saved(page)
    other.reload()
    other.wait_for_selector("html.scoring-ready")
    rate(page, item(session, 0), 4, "Reproduced it.")
    saved(page)
    other.locator(".foot-submit").click()
    other.locator("[data-confirm]").click()
    other.wait_for_selector(".conflict")
    assert Scorecard.objects.get().state == ScorecardState.DRAFT
    assert "4, “Reproduced it.”" in other.locator(".conflict").first.inner_text()
    assert address(session) in other.url
