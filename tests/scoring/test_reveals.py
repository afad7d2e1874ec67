"""When a constraint change was put to the candidate: by whose clock, within what bounds, and undone."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.errors import ActionError, Frozen
from hiring.pipeline.models import Interview
from hiring.scoring import actions
from hiring.scoring.models import InjectionReveal
from tests.scoring.conftest import Session
from tests.scoring.test_pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client, session: Session) -> Page:
    client.force_login(session.by)
    return Page(client, session)


def reveal(session: Session, **ago: float) -> InjectionReveal:
    return actions.reveal_injection(session.start(), session.injection, by=session.by, ago=timedelta(**ago))


def test_reveal_without_a_network_keeps_its_own_time(session: Session) -> None:
    found = reveal(session, minutes=8)

    assert found.by_device
    assert abs(timezone.now() - timedelta(minutes=8) - found.revealed_at) < timedelta(seconds=5)


def test_reveal_just_now_has_the_servers_time(session: Session) -> None:
    assert not reveal(session, seconds=2).by_device


def test_reveal_never_lies_before_the_interview(session: Session) -> None:
    assert reveal(session, hours=3).revealed_at == session.interview.scheduled_at


def test_reveal_of_an_interview_without_a_time_never_lies_before_the_draft(session: Session) -> None:
    Interview.objects.update(scheduled_at=None)
    session.interview.refresh_from_db()
    card = session.start()

    assert reveal(session, hours=3).revealed_at == card.created_at


def test_reveal_never_lies_ahead(session: Session) -> None:
    assert reveal(session, minutes=-5).revealed_at <= timezone.now()


def test_slip_is_taken_back_within_a_minute_and_not_later(session: Session) -> None:
    reveal(session)
    actions.undo_reveal(session.start(), session.injection, by=session.by)
    assert not InjectionReveal.objects.exists()
    actions.undo_reveal(session.start(), session.injection, by=session.by)

    reveal(session, minutes=3)
    with pytest.raises(ActionError, match="within a minute"):
        actions.undo_reveal(session.start(), session.injection, by=session.by)
    # Both told later by the device: what counts is the time between them.
    actions.undo_reveal(session.start(), session.injection, by=session.by, ago=timedelta(minutes=2.5))
    assert not InjectionReveal.objects.exists()


def test_submitted_reveal_stays(session: Session) -> None:
    reveal(session)
    card = session.submit()

    with pytest.raises(Frozen):
        actions.undo_reveal(card, session.injection, by=session.by)


def send(page: Page, **body: Any) -> Any:
    whole = {"user": page.session.by.pk, "version": 1, "injection": page.session.injection.pk} | body
    return page.client.post(f"{page.url}reveal/", whole, content_type="application/json")


def test_device_tells_how_long_ago_and_takes_back(page: Page) -> None:
    page.session.start()

    assert "(device time)" in send(page, ago=300).json()["at"]
    assert "(device time)" in page.get().content.decode()
    assert send(page, undo=True).status_code == 409
    assert send(page, undo=True, ago=280).status_code == 200
    assert not InjectionReveal.objects.exists()


@pytest.mark.parametrize("ago", [-1, 1e12, "5", None, True])
def test_nonsense_is_no_time(page: Page, ago: Any) -> None:
    page.session.start()

    assert send(page, ago=ago).status_code == 422
    assert not InjectionReveal.objects.exists()


def test_slip_is_taken_back_without_javascript(page: Page) -> None:
    page.post(page.fields(reveal=str(page.session.injection.pk)))
    assert "undo" in page.get().content.decode()

    page.post(page.fields(unreveal=str(page.session.injection.pk)))

    assert not InjectionReveal.objects.exists()
