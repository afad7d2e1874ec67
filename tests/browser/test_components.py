"""The visual language in a real browser: accessible, fit for a phone, in both themes, without scripts too."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP, PHONE, Faults, violations
from tests.factories import MembershipFactory, TeamFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("/components/", "/accounts/login/", "/accounts/password/reset/", "/no/such/page/")
THEME = "document.documentElement.dataset.theme ?? 'auto'"
GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture
def visit(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Open an address as a visitor; fails on script errors and breaches of the content policy."""
    contexts, faults = [], Faults()

    def open_at(address: str, *, phone: bool = False, dark: bool = False, scripts: bool = True) -> Any:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=scripts,
            base_url=live_server.url,
        )
        contexts.append(context)
        page = context.new_page()
        faults.watch(page)
        page.goto(address)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert faults.seen == []


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit: Callable[..., Any], phone: bool) -> None:
    for address in PAGES:
        page = visit(address, phone=phone)

        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_theme_goes_round_and_is_kept(visit: Callable[..., Any]) -> None:
    page = visit("/components/")
    light = page.evaluate(GROUND)
    seen = []
    for _ in range(3):
        page.click("[data-theme-toggle]")
        seen.append(page.evaluate(THEME))

    assert seen == ["light", "dark", "auto"]
    page.click("[data-theme-toggle]")
    page.click("[data-theme-toggle]")
    page.reload()
    assert page.evaluate(THEME) == "dark"
    assert page.evaluate(GROUND) != light


def test_figure_is_explored_with_plotly_and_put_back(visit: Callable[..., Any]) -> None:
    page = visit("/components/")
    figure = page.locator("#fig-severity")

    figure.get_by_role("button", name="Explore").click()
    figure.locator(".fig-live .main-svg").first.wait_for()

    drawn = figure.locator(".fig-live").inner_text()
    assert "Tomasz Wolski" in drawn
    assert not figure.locator(".fig-wide").is_visible()
    figure.get_by_role("button", name="Back to the drawing").click()
    assert figure.locator(".fig-wide").is_visible()


def test_every_figure_is_drawn_by_plotly_with_the_same_words(visit: Callable[..., Any]) -> None:
    page = visit("/components/")
    for figure in page.locator("[data-figure]").all():
        figure.get_by_role("button", name="Explore").click()
        figure.locator(".fig-live .main-svg").first.wait_for()

        ours = figure.locator(".fig-wide text").all_text_contents()
        theirs = " ".join(figure.locator(".fig-live text").all_text_contents()).replace("\xa0", " ")

        missing = [words for words in ours if words.replace("\xa0", " ") not in theirs]
        assert not missing


def test_without_scripts_figures_stand_and_offer_nothing_that_would_not_work(
    visit: Callable[..., Any],
) -> None:
    page = visit("/components/", scripts=False)

    assert page.locator("#fig-severity .fig-wide svg").is_visible()
    assert not page.get_by_role("button", name="Explore").first.is_visible()
    assert not page.locator("[data-theme-toggle]").is_visible()


def test_phone_gets_the_drawing_made_for_it(visit: Callable[..., Any]) -> None:
    page = visit("/components/", phone=True)

    assert page.locator("#fig-levels .fig-phone svg").is_visible()
    assert not page.locator("#fig-levels .fig-wide svg").is_visible()


def test_tabs_and_dialog_work_by_keyboard(visit: Callable[..., Any]) -> None:
    page = visit("/components/")

    page.get_by_role("tab", name="Stages").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tab", name="Coverage").get_attribute("aria-selected") == "true"
    assert page.get_by_text("Ten competencies").is_visible()
    page.keyboard.press("End")
    assert page.get_by_role("tab", name="History").get_attribute("aria-selected") == "true"

    page.locator("[data-open=dlg]").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("dialog", name="Publish version 4?").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog", name="Publish version 4?").is_visible()


def test_anchor_is_chosen_by_its_number(visit: Callable[..., Any]) -> None:
    page = visit("/components/")

    page.locator("#anchors input[value='3']").focus()
    page.keyboard.press("4")
    assert page.locator("#anchors input[value='4']").is_checked()
    page.keyboard.press("0")
    assert page.get_by_label("because").is_visible()


def test_menu_on_a_phone_holds_navigation_teams_and_sign_out(signed_in: Callable[..., Any]) -> None:
    member = MembershipFactory(role="recruiter")
    MembershipFactory(user=member.user, team=TeamFactory(name="Quay Systems"))
    page = signed_in(member.user, phone=True, dark=True).new_page()
    page.goto("/accounts/2fa/")

    page.locator("summary.menu-btn").click()

    menu = page.locator(".menu-list")
    for words in ("Interviews", "Quay Systems", "Two-step sign-in", "Sign out"):
        assert menu.get_by_text(words).is_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert not menu.is_visible()
