"""Outcome reviews and the pages of mail in a browser: axe, no sideways scrolling, at phone and desktop."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Team
from hiring.outcomes.models import OutcomeReview
from hiring.pipeline.models import Application, Interview
from hiring.reminders import letters
from hiring.reminders.actions import remind_team
from hiring.reminders.models import RemindersStopped
from mail.links import sign
from mail.models import OutgoingMail
from tests.browser.conftest import violations
from tests.worlds import TeamWorld, our_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOON = timezone.now().replace(hour=12)


def test_pages_of_outcomes_and_mail(signed_in: Callable[..., Any]) -> None:
    ours = our_world()
    Team.objects.filter(pk=ours.team.pk).update(is_synthetic=True)
    held = NOON - timedelta(days=2)
    Interview.objects.filter(pk=ours.interviews[0].pk).update(scheduled_at=held, state="done")
    remind_team(ours.team, now=NOON)
    mail = OutgoingMail.objects.filter(kind="reminder").earliest("pk")
    address = _hire(ours)
    pages = [
        "/t/acme/late/",
        "/t/acme/outcomes/",
        "/t/acme/outcomes/validity/",
        address,
        "/accounts/settings/",
        "/demo/mail/",
        f"/demo/mail/{mail.pk}/",
        f"/demo/mail/{mail.pk}/html/",
    ]
    for phone in (True, False):
        page = signed_in(ours.recruiter, phone=phone).new_page()
        for each in pages:
            page.goto(each)
            assert violations(page) == [], each
            wide = page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
            assert not wide, each

    # A review on a phone, and the one button behind a reminder's link.
    phone = signed_in(ours.hiring_manager, touch=True).new_page()
    phone.goto(address)
    phone.get_by_role("group", name=ours.competencies[0].name).get_by_label("4 Proven").check()
    phone.get_by_role("button", name="Record the review").click()
    phone.wait_for_url("**/outcomes/")
    assert OutcomeReview.objects.get().ratings.get().level == 4
    row = ours.interviews[0].assignments.get(interviewer=ours.interviewers[0])
    Application.objects.filter(pk=ours.application.pk).update(state="active", closed_at=None)
    phone.goto(f"/mail/stop/{sign(letters.STOP, [row.pk, row.interviewer_id])}/")
    assert violations(phone) == []
    phone.get_by_role("button", name="I did not hold this interview").click()
    phone.get_by_role("heading", name="No more reminders").wait_for()
    assert RemindersStopped.objects.get().why == "not_held"


def _hire(ours: TeamWorld) -> str:
    Application.objects.filter(pk=ours.application.pk).update(
        state="hired", closed_at=timezone.now() - timedelta(days=91)
    )
    return f"/t/acme/debriefs/{ours.application.pk}/outcome/?days=90"
