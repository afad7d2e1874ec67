"""The lab as a rater has it: on a phone by touch without scripts, on a desktop in the dark, accessible throughout."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from hiring.lab.models import Certificate, VignetteSitting
from tests.browser.conftest import violations
from tests.lab.worlds import answers, sat
from tests.worlds import our_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits(page: Any) -> bool:
    found: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return found


def test_answer_is_rated_and_compared_on_a_phone_without_scripts(signed_in: Callable[..., Any]) -> None:
    world = our_world()
    answers(world)
    page = signed_in(world.interviewers[0], touch=True, scripts=False).new_page()
    page.goto(reverse("lab", args=[world.team.key]))

    page.get_by_role("link", name="Rate this answer").tap()
    assert page.get_by_text("secret reason").count() == 0
    page.locator("label.anchor").nth(3).tap()
    page.get_by_role("button", name="Submit and compare").tap()

    page.get_by_text("The usual mistake of").wait_for()
    sitting = VignetteSitting.objects.get()
    assert sitting.ratings.get().point == 4
    assert sitting.rater == world.interviewers[0]


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_every_page_of_the_lab_is_accessible_and_fits(signed_in: Callable[..., Any], phone: bool) -> None:
    world = our_world()
    made = answers(world)
    for person in [*world.interviewers, world.calibrator, world.recruiter]:
        for vignette in made[:4]:
            before = sat(vignette, person, 2, days_ago=40)
    Certificate.objects.create(
        team=world.team,
        person=world.calibrator,
        family="scenario",
        certified_at=before.submitted_at,
        policy_version=0,
        n_vignettes=3,
        n_ratings=3,
        mean_deviation=0,
        agreement=1,
    )
    page = signed_in(world.calibrator, phone=phone, dark=not phone).new_page()
    team = world.team.key
    for address in (
        reverse("lab", args=[team]),
        reverse("vignette", args=[team, made[0].pk]),
        reverse("vignette", args=[team, made[5].pk]),
        reverse("lab_people", args=[team]),
        reverse("lab_anchors", args=[team]),
        reverse("lab_splits", args=[team]),
    ):
        assert page.goto(address).status == 200
        assert violations(page) == [], address
        assert fits(page), address
