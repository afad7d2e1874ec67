"""The loop builder in a browser: build, order by drag and keyboard, mend a warning, publish; phone, axe."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from loops import actions
from loops.models import Loop
from rubrics.models import Question
from tests.browser.conftest import violations
from tests.browser.hands import Finger, Mouse
from tests.factories import CriterionFactory, QuestionFactory
from tests.gaps import shown_gap
from tests.worlds import TeamWorld, publish, team_world
from web.numbers import percent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> TeamWorld:
    return team_world()


@pytest.fixture
def draft(world: TeamWorld) -> Loop:
    """Two stages of one question each, and one more question in the bank."""
    question = QuestionFactory(
        team=world.team,
        bank=world.questions[0].bank,
        scale=world.questions[0].scale,
        key="pager",
        title="Who holds the pager?",
        minutes=25,
    )
    CriterionFactory(question=question, competency=world.competencies[0])
    publish(question)
    return actions.new_loop_version(world.loop, by=world.recruiter)


def url(loop: Loop) -> str:
    return reverse("admin:loops_loop_builder", args=[loop.pk])


def printed_gap(loop: Loop) -> str:
    return percent(shown_gap(loop).gap, 1)


def settled(page: Any, text: str) -> None:
    """Wait until the status line says so."""
    page.wait_for_function(
        "text => document.getElementById('builder-said')?.textContent.includes(text)", arg=text
    )


def asked(loop: Loop) -> list[list[str]]:
    return [
        [row.question.key for row in stage.placements.filter(is_alternate=False).order_by("position")]
        for stage in loop.stages.all()
    ]


def test_recruiter_builds_and_publishes(world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]) -> None:
    page = signed_in(world.recruiter, phone=False).new_page()
    page.goto(url(draft))
    assert page.locator(".gap-n").inner_text() == printed_gap(draft)

    page.fill("#b_q", "pager")
    page.wait_for_function("document.getElementById('bank-count').textContent.startsWith('1 ')")
    page.get_by_role("button", name=re.compile("^Add Who holds the pager")).click()
    settled(page, "Who holds the pager? added")
    assert page.locator(".stage").count() == 3
    assert page.locator(".gap-n").inner_text() == printed_gap(draft)
    assert "−" in page.locator("#builder-said").inner_text()

    page.get_by_label("Interviewers for Stage 1 acme").select_option("1")
    settled(page, "Stage 1 acme changed")
    assert page.locator(".gap-n").inner_text() == printed_gap(draft)
    minutes = page.get_by_label("Minutes of Stage 1 acme")
    minutes.fill("20")
    minutes.press("Enter")
    page.get_by_text("The questions need").first.wait_for()
    page.get_by_role("button", name=re.compile("^Make it")).click()
    page.wait_for_function("() => !document.body.innerText.includes('The questions need')")

    page.get_by_role("button", name="Publish version 2").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish version 2").click()
    page.get_by_text("Published, version 2").wait_for()
    draft.refresh_from_db()
    assert draft.status == "published"
    assert page.locator(".gap-n").inner_text() == printed_gap(draft)
    assert page.get_by_role("button", name="Edit as a new version").is_visible()
    assert page.locator("[data-change]").count() == 0


def test_questions_and_stages_move_by_mouse(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, phone=False).new_page()
    page.goto(url(draft))
    arrange_everything(page, Mouse(page), draft)


def test_questions_and_stages_move_by_finger(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, phone=False, touch=True).new_page()
    page.goto(url(draft))
    arrange_everything(page, Finger(page), draft)


def test_phone_has_no_room_for_handles_and_moves_the_row_that_is_held(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, touch=True).new_page()
    page.goto(url(draft))
    rows = page.locator(".st-q")
    Finger(page).drag(rows.first.locator(".st-qt"), rows.nth(1))
    settled(page, "is now in Stage 2 acme")
    assert asked(draft) == [[], ["q_debugging", "q_observability"]]


def test_finger_that_scrolls_moves_nothing(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, touch=True).new_page()
    page.goto(url(draft))
    rows = page.locator(".st-q")
    Finger(page, hold=0).drag(rows.first.locator(".st-qt"), rows.nth(1))
    page.wait_for_timeout(500)
    assert asked(draft) == [["q_debugging"], ["q_observability"]]


def test_drop_that_the_server_never_hears_of_is_said(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, phone=False).new_page()
    page.goto(url(draft))
    # htmx reports the lost request to the console, where a fault of ours would stand, too.
    page.evaluate("console.error = () => {}")
    page.route("**/builder/change/", lambda route: route.abort())
    Mouse(page).drag(page.locator(".grip-btn").first, page.locator(".st-q").nth(1))
    settled(page, "Not saved")
    assert asked(draft) == [["q_debugging"], ["q_observability"]]


def arrange_everything(page: Any, hand: "Mouse | Finger", draft: Loop) -> None:
    """Move a question to another stage, one from the bank into the first, and a stage before another."""
    second = page.locator(".stage").nth(1)
    hand.drag(page.locator(".grip-btn").first, second.locator(".st-q").first)
    settled(page, "is now in Stage 2 acme")
    assert asked(draft) == [[], ["q_debugging", "q_observability"]]
    hand.drag(page.locator(".bank-q h3").first, page.locator(".stage").first.locator("[data-drop]"))
    settled(page, "added to Stage 1 acme")
    assert asked(draft)[0] == ["pager"]
    assert page.locator(".bank-q").count() == 0, "what is placed is no longer offered"
    hand.drag(page.locator(".stage-grip").nth(1), page.locator(".stage").first)
    settled(page, "is now stage 1")
    assert [stage.name for stage in draft.stages.all()] == ["Stage 2 acme", "Stage 1 acme"]


def test_everything_moves_by_keyboard_and_keeps_the_focus(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, phone=False).new_page()
    page.goto(url(draft))
    grip = page.locator(".grip-btn").first
    name = grip.get_attribute("id")
    grip.focus()
    page.keyboard.press("ArrowDown")
    settled(page, "is now in Stage 2 acme")
    assert page.evaluate("document.activeElement.id") == name
    page.keyboard.press("ArrowDown")
    page.wait_for_function("document.querySelectorAll('.stage')[1].querySelectorAll('.st-q').length === 2")
    settled(page, "is now in Stage 2 acme")
    page.locator(".stage").first.get_by_role("button", name=re.compile("^Move Stage 1 acme down")).focus()
    page.keyboard.press("Enter")
    settled(page, "is now stage 2 of 2")
    assert [stage.name for stage in draft.stages.all()] == ["Stage 2 acme", "Stage 1 acme"]
    # The button that was pressed is disabled now; the focus went to its neighbour, not to the void.
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"


def test_two_quick_clicks_do_not_conflict_with_each_other(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    actions.add_stage(draft, by=world.recruiter, name="Last")
    page = signed_in(world.recruiter, phone=False).new_page()
    page.goto(url(draft))
    page.get_by_role("button", name="Move Last up").dblclick()
    settled(page, "Last is now stage 1 of 3")
    assert draft.stages.first().name == "Last"  # type: ignore[union-attr]


def test_other_editors_change_is_shown_not_overwritten(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, phone=False).new_page()
    page.goto(url(draft))
    actions.add_stage(draft, by=world.hiring_manager, name="Somebody else’s stage")
    page.get_by_role("button", name="Move Stage 1 acme down").click()
    settled(page, f"{world.hiring_manager.name} changed this draft")
    assert page.locator(".stage").count() == 3
    page.get_by_role("button", name="Move Stage 1 acme down").click()
    settled(page, "is now stage 2 of 3")


@pytest.mark.parametrize("phone", [False, True])
def test_forecast_is_accessible_fits_and_runs_again(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any], phone: bool
) -> None:
    other = actions.duplicate_loop(draft, team=world.team, by=world.recruiter, name="Another")
    page = signed_in(world.recruiter, phone=phone).new_page()
    page.goto(url(draft))
    if phone:
        page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="What it will decide").locator("visible=true").click()
    page.get_by_role("heading", name="What the loop will decide").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("spinbutton", name="Hired").fill("40")
    page.get_by_label("Compare with").select_option(str(other.pk))
    page.get_by_role("button", name="Run again").press("Enter")
    page.get_by_text("Of 40 people hired").wait_for()
    assert page.locator("svg.icons").count() == 4
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("phone", [False, True])
def test_builder_is_accessible_and_fits(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any], phone: bool
) -> None:
    page = signed_in(world.recruiter, phone=phone).new_page()
    for address in (url(draft), url(world.loop), reverse("admin:loops_loop_add")):
        page.goto(address)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    page.goto(url(draft))
    if phone:
        for tab in ("Coverage", "Bank"):
            page.get_by_role("tab", name=tab).click()
            assert violations(page) == []
        page.get_by_role("button", name=re.compile("^Add Who holds the pager")).click()
        settled(page, "added")
        buttons = page.locator("#builder-head .actions > :visible").all()
        assert len({round(box["y"]) for each in buttons if (box := each.bounding_box())}) == 1, "one row"
        page.get_by_text("More", exact=True).click()
        assert violations(page) == []
    page.get_by_role("button", name="Details").locator("visible=true").click()
    assert violations(page) == []


@pytest.mark.parametrize("phone", [False, True])
def test_previews_are_accessible_fit_and_lead_to_the_notes(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any], phone: bool
) -> None:
    page = signed_in(world.recruiter, phone=phone).new_page()
    for name in ("Interviewers’ kit", "Candidate’s page"):
        page.goto(url(draft))
        page.get_by_text("More" if phone else "Preview", exact=True).click()
        page.get_by_role("link", name=name).locator("visible=true").click()
        page.wait_for_load_state()
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    page.get_by_role("link", name="Write it in Details").click()
    page.get_by_role("dialog").get_by_label("Questions they may ask you").fill("Who is on call?")
    page.get_by_role("dialog").get_by_role("button", name="Save details").click()
    page.wait_for_load_state()
    draft.refresh_from_db()
    assert draft.candidate_notes["may_ask"] == "Who is on call?"


def test_publish_dialog_follows_the_plan_and_leads_to_the_fault(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, phone=False).new_page()
    page.goto(url(draft))
    minutes = page.get_by_label("Minutes of Stage 2 acme")
    minutes.fill("5")
    minutes.press("Enter")
    settled(page, "Stage 2 acme changed")
    page.get_by_role("button", name="Publish version 2").click()
    dialog = page.get_by_role("dialog")
    assert "It cannot be published yet" in dialog.inner_text()
    assert dialog.get_by_role("button", name="Publish version 2").count() == 0
    assert violations(page) == []
    dialog.get_by_role("link", name="Go to the stage").click()
    assert dialog.count() == 0
    assert page.url.endswith(f"#stage-{draft.stages.all()[1].pk}")

    minutes.fill("60")
    minutes.press("Enter")
    page.wait_for_function("!document.getElementById('publish-open').textContent.includes('cannot be')")
    page.get_by_role("button", name="Publish version 2").click()
    assert page.get_by_role("dialog").get_by_role("button", name="Publish version 2").count() == 1


def test_a_long_name_is_read_whole_and_enter_sends_it(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, phone=False).new_page()
    page.goto(url(draft))
    name = page.get_by_label("Name of stage 1")
    long = "A design that was taken back, told from the first doubt to the last day on which it ran"
    name.fill(long)
    name.press("Enter")
    settled(page, f"{long} changed")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Name of stage 1"
    assert name.evaluate("box => box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth")
    assert draft.stages.all()[0].name == long


def test_builder_works_without_scripts(world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]) -> None:
    page = signed_in(world.recruiter, phone=False, scripts=False).new_page()
    page.goto(url(draft))
    page.get_by_role("button", name=re.compile("^Add Who holds the pager")).click()
    assert Question.objects.get(placements__stage__loop=draft, key="pager")
    page.get_by_role("button", name="Move Stage 1 acme down").click()
    assert next(stage.name for stage in draft.stages.all()) == "Stage 2 acme"


def test_a_double_click_adds_once_and_ten_fast_clicks_too(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, phone=False).new_page()
    page.goto(url(draft))
    page.get_by_role("button", name=re.compile("^Add Who holds the pager")).dblclick()
    settled(page, "Who holds the pager? added")
    page.wait_for_timeout(300)
    assert asked(draft).count(["pager"]) == 1
    assert draft.stages.count() == 3

    remove = page.get_by_role("button", name=re.compile("^Remove stage|^Remove Who holds"))
    place = remove.first.bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + 4, place["y"] + 4, click_count=10)
    page.wait_for_timeout(800)
    assert sum(map(len, asked(draft))) == 2


def test_changes_are_taken_back_and_made_again(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, phone=False).new_page()
    page.goto(url(draft))
    before, gap = asked(draft), page.locator(".gap-n").inner_text()
    assert page.locator("#undo").is_disabled()

    page.get_by_role("button", name=re.compile("^Add Who holds the pager")).click()
    settled(page, "Who holds the pager? added")
    page.get_by_role("button", name=re.compile("^Remove stage Stage 1 acme")).first.click()
    settled(page, "Stage 1 acme removed")
    after = asked(draft)
    assert len(after) == 2

    page.locator("#undo").click()
    settled(page, "Undone: Stage 1 acme removed")
    assert asked(draft)[0] == before[0]
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    settled(page, "Undone: Who holds the pager?")
    assert asked(draft) == before
    assert page.locator(".gap-n").inner_text() == gap
    assert page.locator("#undo").is_disabled()

    page.keyboard.press("Control+Shift+Z")
    settled(page, "Done again: Who holds the pager?")
    page.locator("#redo").click()
    settled(page, "Done again: Stage 1 acme removed")
    assert asked(draft) == after


def test_undo_stops_at_somebody_elses_change(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, phone=False).new_page()
    page.goto(url(draft))
    page.get_by_role("button", name=re.compile("^Add Who holds the pager")).click()
    settled(page, "Who holds the pager? added")
    draft.refresh_from_db()
    actions.edit_stage(draft.stages.all()[0], by=world.hiring_manager, name="Theirs")
    page.reload()
    page.locator("#undo").click()
    settled(page, "somebody else changed this loop")
    assert "Theirs" in [stage.name for stage in draft.stages.all()]
    assert len(asked(draft)) == 3


def test_two_people_in_different_stages_both_have_their_way(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    ours = signed_in(world.recruiter, phone=False).new_page()
    ours.goto(url(draft))
    theirs = signed_in(world.hiring_manager, phone=False).new_page()
    theirs.goto(url(draft))
    theirs.get_by_label("Minutes of Stage 2 acme").fill("77")
    theirs.get_by_label("Minutes of Stage 2 acme").press("Enter")
    settled(theirs, "Stage 2 acme changed")
    # The other page has seen nothing of it, and changes another stage.
    ours.get_by_label("Interviewers for Stage 1 acme").select_option("3")
    settled(ours, "Stage 1 acme changed")
    assert ours.get_by_label("Minutes of Stage 2 acme").input_value() == "77"
    rows = list(draft.stages.values_list("minutes", "interviewers"))
    assert (rows[1][0], rows[0][1]) == (77, 3)

    theirs.get_by_label("Minutes of Stage 1 acme").fill("55")
    theirs.get_by_label("Minutes of Stage 1 acme").press("Enter")
    settled(theirs, "changed this draft after you opened it")
    assert "minutes 55" in theirs.locator("#builder-said").inner_text()
    assert list(draft.stages.values_list("minutes", "interviewers")) == rows
    # What was refused is nothing to take back; the change before it stands below somebody else's.
    theirs.locator("#undo").click()
    settled(theirs, "somebody else changed this loop")
    assert list(draft.stages.values_list("minutes", "interviewers")) == rows


def test_a_question_opens_beside_the_stages(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, phone=False).new_page()
    page.goto(url(draft))
    page.get_by_role("link", name="Who holds the pager?").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("heading", name="Who holds the pager?").wait_for()
    assert "No other published loop asks it" in dialog.inner_text()
    assert violations(page) == []
    place = dialog.bounding_box()
    assert place is not None
    assert (round(place["x"] + place["width"]), round(place["y"])) == (1440, 0), "at the right edge"
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert "pager" in page.evaluate("document.activeElement.textContent")
