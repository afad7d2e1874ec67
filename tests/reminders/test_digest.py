"""The weekly mail: what waits for one person, on their day, unless they do not want it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from hiring.pipeline.models import Interview
from hiring.reminders.digest import send_digests
from hiring.reminders.letters import digest_off_url
from mail.models import OutgoingMail
from tests.factories import AssignmentFactory
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, rivals, submitted_card

pytestmark = pytest.mark.django_db
_built, world = standing(rivals)
MONDAY = datetime(2026, 12, 7, 9, tzinfo=UTC)


@pytest.fixture
def ours(world: Rivals) -> TeamWorld:
    late, ahead = world.ours.interviews
    Interview.objects.filter(pk=late.pk).update(scheduled_at=MONDAY - timedelta(days=3), state="done")
    Interview.objects.filter(pk=ahead.pk).update(scheduled_at=MONDAY + timedelta(days=2), state="planned")
    return world.ours


def digest_to(user: object) -> OutgoingMail:
    return OutgoingMail.objects.get(kind="digest", user=user)


def test_each_gets_their_own_week_once(ours: TeamWorld) -> None:
    send_digests(ours.team, now=MONDAY)
    assert send_digests(ours.team, now=MONDAY + timedelta(hours=3)) == 0

    mine = digest_to(ours.interviewers[0])
    assert "SCORECARDS TO WRITE" in mine.text
    assert "INTERVIEWS AHEAD" in mine.text
    assert mine.unsubscribe_url
    assert str(ours.interviewers[1]) not in mine.text
    assert "SCORECARDS THAT ARE LATE" in digest_to(ours.recruiter).text
    # Who has nothing gets nothing.
    assert not OutgoingMail.objects.filter(user=ours.leader).exists()


def test_a_recruiter_who_owes_a_card_hears_nothing_of_colleagues_there(ours: TeamWorld) -> None:
    AssignmentFactory(interview=ours.interviews[1], interviewer=ours.recruiter)
    send_digests(ours.team, now=MONDAY)

    text = digest_to(ours.recruiter).text
    assert "INTERVIEWS AHEAD" in text
    assert str(ours.interviewers[0]) not in text


def test_debriefs_that_can_open_are_named(ours: TeamWorld) -> None:
    for interview in ours.interviews:
        for interviewer in ours.interviewers[:2]:
            submitted_card(interview, interviewer, 1, evidence="CANARY")
    send_digests(ours.team, now=MONDAY)

    text = digest_to(ours.recruiter).text
    assert f"/t/acme/debriefs/{ours.application.pk}/" in text
    assert "CANARY" not in text


def test_it_comes_on_the_day_alone(ours: TeamWorld) -> None:
    assert send_digests(ours.team, now=MONDAY + timedelta(days=1)) == 0


def test_one_click_ends_it_and_opening_the_link_does_not(ours: TeamWorld, client: Client) -> None:
    user = ours.interviewers[0]
    link = digest_off_url(user, ours.team).removeprefix("http://localhost:8000")
    strict = Client(enforce_csrf_checks=True)  # mail programs post without a cookie (RFC 8058)

    assert client.get(link).status_code == 200
    user.refresh_from_db()
    assert user.gets_digest
    assert strict.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    user.refresh_from_db()
    assert not user.gets_digest
    assert client.get("/mail/digest/nonsense/").status_code == 404

    send_digests(ours.team, now=MONDAY)
    assert not OutgoingMail.objects.filter(user=user).exists()
