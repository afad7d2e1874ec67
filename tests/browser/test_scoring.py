"""The scoring form in a real browser at 390 px: by keyboard, without a network, in two windows."""

from collections.abc import Callable
from typing import Any

import pytest

from hiring.scoring.models import InjectionReveal, Rating, Scorecard, ScorecardState
from tests.browser.conftest import violations
from tests.browser.scoring import address, complete, item, point_of, rate, saved, unsaved, until, visit
from tests.scoring.conftest import Session, session_in
from tests.worlds import rivals

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Any]


@pytest.fixture
def session() -> Session:
    return session_in(rivals().ours)


def test_whole_card_by_keyboard_alone(signed_in: Open, session: Session) -> None:
    page = visit(signed_in(session.by), session)
    press = page.keyboard.press

    for number, key in enumerate("4320"):
        press("j")
        press(key)
        if key == "0":
            until(page, "document.activeElement.matches('select')")
            page.keyboard.type("Ran")
            press("Escape")
        else:
            press("e")
            page.keyboard.type(f"Asked for log {number}.")
            press("Escape")
    press("j")
    press("ArrowDown")
    press("ArrowDown")
    saved(page)
    assert page.locator("[data-count]").inner_text() == "4 of 4 answered."
    page.locator(".foot-submit").focus()
    press("Enter")
    page.wait_for_selector("#submit-dialog[open]")
    assert page.locator("#submit-h").inner_text() == "Submit this scorecard?"
    press("Enter")
    page.wait_for_selector("text=Only an amendment changes it")

    card = Scorecard.objects.get()
    assert card.state == ScorecardState.SUBMITTED
    assert [point_of(session, number) for number in range(4)] == [4, 3, 2, None]
    assert Rating.objects.get(criterion=session.criteria[3]).not_assessed == "no_time"
    assert Rating.objects.get(criterion=session.criteria[0]).evidence == "Asked for log 0."


def test_lost_network_keeps_everything_through_a_reload(signed_in: Open, session: Session) -> None:
    context = signed_in(session.by)
    page = visit(context, session)
    rate(page, item(session, 0), 3, "Seen before the tunnel.")
    saved(page)

    context.set_offline(True)
    rate(page, item(session, 0), 4, "Written in the tunnel.")
    rate(page, item(session, 1), 2)
    # Each try says "Saving" for a moment.
    until(page, "document.querySelector('[data-saved]').textContent.includes('kept on this device')")
    assert page.locator("[data-offline]").is_visible()
    assert point_of(session, 0) == 3

    context.set_offline(False)
    page.reload()
    page.wait_for_selector("html.scoring-ready")
    assert page.locator(f"#{item(session, 0)}-ev").input_value() == "Written in the tunnel."
    saved(page)

    assert (point_of(session, 0), point_of(session, 1)) == (4, 2)
    assert page.locator("[data-offline]").is_hidden()


def test_connection_that_returns_saves_without_being_asked(signed_in: Open, session: Session) -> None:
    context = signed_in(session.by)
    page = visit(context, session)
    context.set_offline(True)
    rate(page, item(session, 0), 2, "In the lift.")
    page.locator("[data-reveal]").click()
    unsaved(page)

    context.set_offline(False)
    saved(page)

    assert point_of(session, 0) == 2
    assert InjectionReveal.objects.count() == 1
    # Heard by a screen reader: that it is over, and after that not every save.
    assert page.locator("[data-said]").inner_text() == "Everything is saved again."
    assert page.locator("[data-saved][role]").count() == 0


def test_server_in_trouble_is_retried(signed_in: Open, session: Session) -> None:
    page = visit(signed_in(session.by), session)
    answers = iter([503, 500])

    def trouble(route: Any) -> None:
        status = next(answers, None)
        route.fulfill(status=status) if status else route.continue_()

    page.route("**/score/save/", trouble)
    rate(page, item(session, 0), 2)
    unsaved(page)
    saved(page)

    assert point_of(session, 0) == 2


def test_two_windows_merge_and_the_same_criterion_is_shown_twice(signed_in: Open, session: Session) -> None:
    context = signed_in(session.by)
    here, there = visit(context, session), visit(context, session)

    rate(there, item(session, 0), 1, "Guessed.")
    saved(there)
    rate(here, item(session, 1), 4, "Measured.")
    saved(here)
    assert here.locator(f"#{item(session, 0)} input[value='1']").is_checked(), (
        "the other window's rating is here"
    )

    rate(there, item(session, 2), 2, "Vague about it.")
    saved(there)
    rate(here, item(session, 2), 3, "Named two signals.")
    conflict = here.locator(f"#{item(session, 2)} .conflict")
    conflict.wait_for()
    assert "2, “Vague about it.”" in conflict.inner_text()
    assert "3, “Named two signals.”" in conflict.inner_text() or "3" in conflict.inner_text()
    conflict.locator("[data-mine]").click()
    saved(here)

    assert [point_of(session, number) for number in range(3)] == [1, 4, 3]
    assert Rating.objects.get(criterion=session.criteria[2]).evidence == "Named two signals."


def test_taking_the_other_version_shows_it(signed_in: Open, session: Session) -> None:
    context = signed_in(session.by)
    here, there = visit(context, session), visit(context, session)
    rate(there, item(session, 0), 1, "Guessed.")
    saved(there)
    rate(here, item(session, 0), 4)

    here.locator(f"#{item(session, 0)} .conflict [data-theirs]").click()

    assert here.locator(f"#{item(session, 0)}-ev").input_value() == "Guessed."
    assert point_of(session, 0) == 1


def test_submit_names_what_is_missing_and_leads_there(signed_in: Open, session: Session) -> None:
    page = visit(signed_in(session.by), session)
    rate(page, item(session, 0), 4)
    page.locator(".foot-submit").click()
    page.wait_for_selector("#submit-dialog[open]")

    assert page.locator("#submit-h").inner_text() == "5 things before you submit"
    assert "A 4 needs one thing" in page.locator("[data-missing]").inner_text()
    assert page.locator("[data-confirm]").is_hidden()
    page.locator("[data-goto]").first.click()
    assert page.evaluate("document.activeElement.id") == f"{item(session, 0)}-ev"


def test_double_click_on_submit_submits_once(signed_in: Open, session: Session) -> None:
    page = visit(signed_in(session.by), session)
    complete(page, session)
    page.locator(".foot-submit").click()
    page.locator("[data-confirm]").dblclick()
    page.wait_for_selector("text=Only an amendment changes it")

    assert Scorecard.objects.filter(state=ScorecardState.SUBMITTED).count() == 1
    assert page.locator(".note-bad").count() == 0


def test_coaching_quotes_the_word_and_does_not_block(signed_in: Open, session: Session) -> None:
    page = visit(signed_in(session.by), session)
    note = page.locator(f"#{item(session, 0)}-note")

    rate(page, item(session, 0), 3, "Very confident.")
    until(
        page,
        f"document.getElementById('{item(session, 0)}-note').textContent.includes('“Confident” describes')",
    )
    page.locator(f"#{item(session, 0)}-ev").fill("Confident, asked for the error rate first.")
    saved(page)
    assert note.inner_text() == ""


def test_reveal_is_stamped_and_stays(signed_in: Open, session: Session) -> None:
    page = visit(signed_in(session.by), session)
    page.locator("[data-reveal]").click()
    until(page, "/Revealed \\d\\d:\\d\\d/.test(document.querySelector('.stamp').textContent)")
    # It is shown at once, and kept on the device until the server has it.
    until(page, "!Object.keys(localStorage).some((key) => key.startsWith('loopwright.score'))")
    page.reload()

    revealed = InjectionReveal.objects.get().revealed_at
    minute = int((revealed - session.interview.scheduled_at).total_seconds() // 60)
    assert f"minute {minute}" in page.locator(".stamp").inner_text()


def test_another_question_is_asked_and_rated(signed_in: Open, session: Session) -> None:
    page = visit(signed_in(session.by), session)
    rate(page, item(session, 2), 2)
    page.locator("summary", has_text="Asked another question?").first.click()
    page.locator(f"#q{session.first.pk}-asked").select_option(str(session.alternate.pk))
    page.locator("button[value=switch]").first.click()
    page.wait_for_selector(f"#c{session.alternate_criterion.pk}")
    page.wait_for_selector("html.scoring-ready")
    rate(page, f"c{session.alternate_criterion.pk}", 3)
    saved(page)

    assert Rating.objects.get(criterion=session.alternate_criterion).point == 3
    assert point_of(session, 2) == 2


def test_form_works_without_scripts(signed_in: Open, session: Session) -> None:
    page = signed_in(session.by, scripts=False).new_page()
    page.goto(address(session))
    for number in range(4):
        rate(page, item(session, number), 3, "Asked for the logs.")
    page.locator("input[name=recommendation][value=none]").check()
    page.locator("p.nojs button[value=submit]").click()

    assert page.locator("text=Only an amendment changes it").is_visible()


def test_nothing_scrolls_sideways_and_targets_are_large_enough(signed_in: Open, session: Session) -> None:
    page = visit(signed_in(session.by), session)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 320, "height": 640})  # four times as large on a screen of 1280
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 390, "height": 844})
    small = page.evaluate(
        "[...document.querySelectorAll('main :is(button, select, textarea), .score-foot :is(a, button)')]"
        ".filter((e) => e.offsetParent && !e.matches('.sr')).map((e) => e.getBoundingClientRect())"
        ".filter((r) => r.width && (r.width < 24 || r.height < 24)).length"
    )
    assert small == 0


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_axe_finds_nothing(signed_in: Open, session: Session, phone: bool) -> None:
    page = signed_in(session.by, phone=phone).new_page()
    page.goto("/t/acme/interviews/")
    assert violations(page) == []
    page.goto(address(session))
    page.wait_for_selector("html.scoring-ready")
    for summary in page.locator(".more > summary").all():
        if summary.evaluate("(e) => !e.parentElement.open"):
            summary.click()
    rate(page, item(session, 0), 4)
    rate(page, item(session, 1), 2, "Very confident.")
    saved(page)
    assert violations(page) == []
    page.locator("[data-submit]:visible").click()
    page.wait_for_selector("#submit-dialog[open]")
    assert violations(page) == []
    session.submit()
    page.goto(address(session))
    assert violations(page) == []
