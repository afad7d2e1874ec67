"""From an empty team to a published loop that the optimiser proposed and a recruiter edited, counted in clicks."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Team, TeamPolicy, User
from accounts.permissions import Role
from content.packs import import_pack
from jobs.testing import run_all
from loops.coverage import gap_of_loop
from loops.models import Loop
from tests.browser.conftest import violations
from tests.factories import MembershipFactory, UserFactory
from tests.gaps import shown_gap
from web.numbers import percent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STARTER = Path(settings.BASE_DIR) / "packs" / "starter"
TEMPLATE = "production_ai_engineer_standard_loop"
# What a recruiter who knows what they want needs; forms that are sent, and menus that are opened, count as one each.
MOST_CLICKS = 9
LONGEST = 300


@pytest.fixture
def team() -> Team:
    """A team without any content, beside the library."""
    library = Team.objects.create(key="library", name="Library", is_library=True)
    import_pack(STARTER, team=library, by=None)
    made: Team = Team.objects.create(key="acme", name="Acme")
    return made


@pytest.fixture
def recruiter(team: Team) -> User:
    user: User = UserFactory(email="rita@acme.example.org", name="Rita")
    MembershipFactory(team=team, user=user, role=Role.RECRUITER)
    return user


class Clicks:
    """Clicks, and keys that stand for one, counted."""

    def __init__(self, page: Any) -> None:
        self.page, self.done = page, 0

    def on(self, control: Any) -> None:
        control.click()
        self.done += 1

    def press(self, control: Any, key: str = "Enter") -> None:
        """Reached by the keyboard alone, and pressed."""
        control.focus()
        self.page.keyboard.press(key)
        self.done += 1


def walk(page: Any, do: Callable[[Any], None], team: Team, clicks: Clicks) -> Loop:
    """Start from the template, have a better loop proposed for its minutes, keep it, change it, publish it."""
    page.goto(f"{reverse('admin:loops_loop_add')}?role=Production AI/ML engineer")
    template = Loop.objects.latest_published().get(team__is_library=True, key=TEMPLATE)
    do(page.get_by_role("button", name=f"Start from {template.name}", exact=True))
    page.wait_for_url("**/builder/")
    draft = Loop.objects.get(team=team, source_team_key="library", status="draft")
    minutes = shown_gap(draft).minutes

    propose = page.get_by_role("link", name="Propose", exact=True)
    if not propose.is_visible():
        do(page.locator("summary", has_text="More").first)
    do(propose.first)
    page.get_by_label("Candidate’s time, minutes").fill(str(minutes))
    do(page.get_by_role("button", name="Show", exact=True))
    page.get_by_role("heading", name="Stages").wait_for()
    do(page.get_by_role("button", name="Look for the best"))
    page.get_by_role("button", name="Stop, and take the best so far").wait_for()
    run_all()
    page.get_by_text("no loop of these questions does better").wait_for()
    do(page.get_by_role("button", name="Replace the stages of this draft"))
    page.wait_for_url("**/builder/")
    assert shown_gap(draft).minutes <= minutes
    assert page.locator("#undo").is_enabled()

    first = draft.stages.first()
    assert first is not None
    field = page.get_by_label(f"Minutes of {first.name}")
    field.fill(str(first.minutes - 1))
    field.press("Enter")
    page.wait_for_function("document.getElementById('builder-said')?.textContent.includes('changed')")
    do(page.get_by_role("button", name=f"Publish version {draft.version}").first)
    do(page.get_by_role("dialog").get_by_role("button", name=f"Publish version {draft.version}"))
    page.get_by_text(f"Published, version {draft.version}").wait_for()
    draft.refresh_from_db()
    assert draft.status == "published"
    theirs = gap_of_loop(
        Loop.objects.with_plan().get(pk=template.pk),
        policy=TeamPolicy.objects.current_for(team.pk),
        leaks={},
        with_warnings=False,
    )
    ours = shown_gap(draft)
    assert ours.gap < theirs.gap
    assert ours.minutes <= theirs.minutes
    assert page.locator(".gap-n").inner_text() == percent(ours.gap, 1)
    return draft


@pytest.mark.parametrize("by", ["mouse", "keyboard", "phone"])
def test_from_an_empty_team_to_a_published_loop(
    by: str, team: Team, recruiter: User, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(recruiter, phone=by == "phone", touch=by == "phone").new_page()
    clicks = Clicks(page)
    started = time.monotonic()
    walk(page, clicks.press if by == "keyboard" else clicks.on, team, clicks)
    assert clicks.done <= MOST_CLICKS, clicks.done
    assert time.monotonic() - started < LONGEST
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
