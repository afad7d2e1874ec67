"""Many quick hands on one draft: nothing is lost, nothing doubled.

A few rounds in the suite; ``LOOPWRIGHT_TRIALS=200 make test ARGS="-n 0 tests/browser/test_builder_trials.py"`` for as
many as one likes. Each trial is drawn from its number, so that a failing one can be had again.
"""

import os
import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from loops.models import Loop
from tests.browser.test_loop_builder import asked, draft, settled, url, world
from tests.worlds import TeamWorld

__all__ = ["draft", "world"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TRIALS = int(os.environ.get("LOOPWRIGHT_TRIALS", "3"))


def idle(page: Any) -> None:
    """Wait until nothing is being sent or drawn."""
    page.wait_for_function("() => !document.querySelector('[aria-busy=true], .htmx-request')")
    page.wait_for_load_state("networkidle")


def state(loop: Loop) -> list[tuple[str, int, int, list[str]]]:
    """Name, minutes, people and questions of each stage, in order."""
    rows = loop.stages.all()
    return [
        (row.name, row.minutes, row.interviewers, keys) for row, keys in zip(rows, asked(loop), strict=True)
    ]


def test_fast_clicks_add_and_remove_once(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, phone=False).new_page()
    page.goto(url(draft))
    before = state(draft)
    for trial in range(TRIALS):
        clicks = random.Random(trial).choice([2, 3, 5, 10])
        add = page.get_by_role("button", name=re.compile("^Add Who holds the pager"))
        add.click(click_count=clicks)
        page.get_by_role("button", name=re.compile("^Remove stage Who holds the pager")).wait_for()
        idle(page)
        assert [keys for *_, keys in state(draft)].count(["pager"]) == 1, trial
        assert len(state(draft)) == len(before) + 1, trial
        remove = page.get_by_role("button", name=re.compile("^Remove stage Who holds the pager"))
        box = remove.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 4, box["y"] + 4, click_count=clicks)
        add.wait_for()
        idle(page)
        assert state(draft) == before, trial


def test_two_editors_lose_nothing(world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]) -> None:
    ours = signed_in(world.recruiter, phone=False).new_page()
    theirs = signed_in(world.hiring_manager, phone=False).new_page()
    ours.goto(url(draft))
    theirs.goto(url(draft))
    for trial in range(TRIALS):
        same = random.Random(trial).random() < 0.5
        mine, other = 20 + trial % 30, 60 + trial % 30
        stages = [stage.name for stage in draft.stages.all()]
        field = theirs.get_by_label(f"Minutes of {stages[0]}")
        field.fill(str(other))
        field.press("Enter")
        settled(theirs, f"{stages[0]} changed")
        target = stages[0] if same else stages[1]
        field = ours.get_by_label(f"Minutes of {target}")
        field.fill(str(mine))
        field.press("Enter")
        if same:
            settled(ours, "changed this draft after you opened it")
            assert f"minutes {mine}" in ours.locator("#builder-said").inner_text(), trial
        else:
            settled(ours, f"{target} changed")
        rows = {name: minutes for name, minutes, *_ in state(draft)}
        assert rows[stages[0]] == other, trial
        assert same or rows[target] == mine, trial
        ours.goto(url(draft))
        theirs.goto(url(draft))


def test_what_is_undone_is_as_before_and_what_is_done_again_as_after(
    world: TeamWorld, draft: Loop, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(world.recruiter, phone=False).new_page()
    page.goto(url(draft))
    for trial in range(TRIALS):
        rng = random.Random(trial)
        steps = [state(draft)]
        for number in range(rng.choice([2, 3])):
            _change(page, draft, rng, number)
            idle(page)
            steps.append(state(draft))
        for before in reversed(steps[:-1]):
            page.locator("#undo").click()
            idle(page)
            settled(page, "Undone")
            assert state(draft) == before, trial
        for after in steps[1:]:
            page.locator("#redo").click()
            idle(page)
            settled(page, "Done again")
            assert state(draft) == after, trial
        for _ in steps[1:]:
            page.locator("#undo").click()
            idle(page)
        assert state(draft) == steps[0], trial


def _change(page: Any, loop: Loop, rng: random.Random, number: int) -> None:
    """One change of a stage's own, its place, or what is asked in it."""
    stages = list(loop.stages.all())
    stage = rng.choice(stages)
    match rng.choice(["minutes", "people", "move", "remove"]) if number else "add":
        case "add":
            page.get_by_role("button", name=re.compile("^Add Who holds the pager")).click()
            settled(page, "Who holds the pager? added")
        case "minutes":
            field = page.get_by_label(f"Minutes of {stage.name}")
            field.fill(str(stage.minutes + 1 + rng.randrange(9)))
            field.press("Enter")
            settled(page, f"{stage.name} changed")
        case "people":
            people = rng.choice([each for each in (1, 2, 3) if each != stage.interviewers])
            page.get_by_label(f"Interviewers for {stage.name}").select_option(str(people))
            settled(page, f"{stage.name} changed")
        case "move":
            page.get_by_role("button", name=f"Move {stages[0].name} down", exact=True).click()
            settled(page, f"{stages[0].name} is now stage 2")
        case _:
            page.get_by_role("button", name=f"Remove stage {stage.name}", exact=True).click()
            settled(page, f"{stage.name} removed")
