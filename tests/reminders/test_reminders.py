"""Reminders reach who owes a scorecard, once for each occasion, and tell nobody what they must not know."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import adopt_policy, deactivate_member, set_time_zone
from accounts.models import AuditEvent, Membership, TeamPolicy
from events.models import Event
from hiring.pipeline import actions as pipeline
from hiring.pipeline.models import Assignment, Interview
from hiring.reminders import letters
from hiring.reminders.actions import remind_team, stop_reminders
from hiring.reminders.facts import STOPPED
from hiring.reminders.models import RemindersStopped
from jobs.testing import run_all
from mail.links import sign
from mail.models import OutgoingMail
from tests.factories import AssignmentFactory, MembershipFactory
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, rivals, submitted_card

pytestmark = pytest.mark.django_db
_built, world = standing(rivals)
NOON = datetime(2026, 12, 2, 12, tzinfo=UTC)


@pytest.fixture
def ours(world: Rivals) -> TeamWorld:
    """One interview was held two days ago, due since a day; the other has no time."""
    Interview.objects.filter(team=world.ours.team).update(scheduled_at=None)
    held = world.ours.interviews[0]
    Interview.objects.filter(pk=held.pk).update(scheduled_at=NOON - timedelta(hours=48), state="done")
    Interview.objects.filter(team=world.theirs.team).update(scheduled_at=None)
    return world.ours


def owed(ours: TeamWorld, number: int = 0) -> Assignment:
    return Assignment.objects.get(interview=ours.interviews[0], interviewer=ours.interviewers[number])


def mails(kind: str) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind=kind).order_by("pk"))


def test_each_who_owes_is_reminded_once_a_day_however_often_the_round_comes(ours: TeamWorld) -> None:
    for _ in range(3):
        remind_team(ours.team, now=NOON)
    assert {mail.user for mail in mails("reminder")} == set(ours.interviewers[:2])
    assert len(mails("reminder")) == 2

    remind_team(ours.team, now=NOON + timedelta(hours=24))

    assert len(mails("reminder")) == 4


def test_a_reminder_says_what_when_and_where_and_no_score_or_colleague(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[1], 4, evidence="CANARY")
    remind_team(ours.team, now=NOON)

    (mail,) = mails("reminder")
    assert mail.user == ours.interviewers[0]
    assert mail.subject == f"Scorecard due: {ours.stages[0].name}"
    for form in (mail.text, mail.html):
        assert str(ours.application.candidate) in form
        assert f"http://localhost:8000/t/acme/interviews/{ours.interviews[0].pk}/score/" in form
        assert "UTC" in form
        for secret in (ours.interviewers[1].name, "CANARY", "1 of 2", "submitted by"):
            assert secret not in form


def test_whoever_has_submitted_was_let_off_or_left_is_not_reminded(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0])
    member = Membership.objects.get(team=ours.team, user=ours.interviewers[1])
    deactivate_member(member, by=ours.admin)
    remind_team(ours.team, now=NOON)
    assert not mails("reminder")


def test_an_interviewer_from_outside_is_reminded_of_their_link(ours: TeamWorld) -> None:
    outside = MembershipFactory(team=ours.team, role="outside").user
    interview = ours.interviews[0]
    row = pipeline.assign_interviewer(interview, outside, by=ours.recruiter)
    run_all(ours.team)
    assert not mails("interview")  # the recruiter sends the link

    remind_team(ours.team, now=NOON)

    mail = next(mail for mail in mails("reminder") if mail.user == outside)
    assert "the link you were sent" in mail.text
    assert f"/interviews/{row.interview_id}/score/" not in mail.text


def test_nothing_is_mailed_at_night_and_the_morning_makes_up_for_it(ours: TeamWorld) -> None:
    tokyo = ours.interviewers[0]
    set_time_zone(tokyo, name="Asia/Tokyo", by=tokyo)

    remind_team(ours.team, now=NOON)  # 21:00 in Tokyo
    assert [mail.user for mail in mails("reminder")] == [ours.interviewers[1]]

    remind_team(ours.team, now=NOON + timedelta(hours=11, minutes=30))  # 8:30 in Tokyo, night in UTC
    assert [mail.user for mail in mails("reminder")] == [ours.interviewers[1], tokyo]
    assert "JST" in mails("reminder")[1].text


def test_the_teams_schedule_counts(ours: TeamWorld) -> None:
    adopt_policy(team=ours.team, values={"reminder_schedule": "none"}, reason="Quiet.", by=ours.admin)
    remind_team(ours.team, now=NOON)
    assert not mails("reminder")

    adopt_policy(team=ours.team, values={"reminder_schedule": "six_hourly"}, reason="Loud.", by=ours.admin)
    remind_team(ours.team, now=NOON)
    remind_team(ours.team, now=NOON + timedelta(hours=6))
    assert len(mails("reminder")) == 4


def test_recruiters_hear_of_what_stays_out_and_only_what_they_may_know(ours: TeamWorld) -> None:
    late = NOON + timedelta(hours=48)
    AssignmentFactory(interview=ours.interviews[1], interviewer=ours.recruiter)  # owes one there herself
    remind_team(ours.team, now=late)
    assert not mails("escalation")

    submitted_card(ours.interviews[1], ours.recruiter)
    remind_team(ours.team, now=late)
    remind_team(ours.team, now=late)

    told = mails("escalation")
    assert [mail.user for mail in told] == [ours.recruiter] * 2
    assert {name for mail in told for name in (str(p) for p in ours.interviewers) if name in mail.text} == {
        str(person) for person in ours.interviewers[:2]
    }
    assert "/t/acme/late/" in told[0].html


def test_rounds_ask_the_same_number_of_questions_for_one_late_card_and_for_three(ours: TeamWorld) -> None:
    def cost() -> int:
        remind_team(ours.team, now=NOON)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            remind_team(ours.team, now=NOON)
        return len(asked)

    Assignment.objects.filter(pk=owed(ours, 1).pk).update(released_at=NOON)
    one = cost()
    Assignment.objects.filter(pk=owed(ours, 1).pk).update(released_at=None)
    AssignmentFactory(interview=ours.interviews[0], interviewer=ours.interviewers[2])
    assert cost() == one


def stop_link(row: Assignment) -> str:
    return f"/mail/stop/{sign(letters.STOP, [row.pk, row.interviewer_id])}/"


def test_one_click_ends_reminders_and_opening_the_link_does_not(ours: TeamWorld, client: Client) -> None:
    row = owed(ours)
    remind_team(ours.team, now=NOON)
    assert stop_link(row).split(":")[0] in mails("reminder")[0].text

    opened = client.get(stop_link(row))
    assert opened.status_code == 200
    assert not RemindersStopped.objects.exists()  # mail scanners open links
    for _ in range(2):
        assert client.post(stop_link(row), {"why": "not_held"}).status_code == 200

    stopped = RemindersStopped.objects.get()
    assert (stopped.assignment, stopped.why, stopped.by) == (row, "not_held", row.interviewer)
    assert Event.objects.of(STOPPED).count() == 1
    assert AuditEvent.objects.filter(metadata__action="reminders.stop").exists()
    remind_team(ours.team, now=NOON + timedelta(days=1))
    assert [mail.user for mail in mails("reminder")] == [*ours.interviewers[:2], ours.interviewers[1]]
    # The scorecard stays owed, and the recruiter hears why.
    assert Assignment.objects.owing().filter(pk=row.pk).exists()
    (told,) = mails("not_held")
    assert told.user == ours.recruiter
    assert "I did not hold this interview" in told.text


def test_a_link_that_was_made_up_or_is_anothers_does_nothing(ours: TeamWorld, client: Client) -> None:
    row = owed(ours)
    wrong = (
        "nonsense",
        sign(letters.DIGEST, [row.pk, row.interviewer_id]),
        sign(letters.STOP, [row.pk, ours.interviewers[2].pk]),
    )
    for token in wrong:
        assert client.post(f"/mail/stop/{token}/", {"why": "no_more"}).status_code == 410
    assert client.post(stop_link(row), {"why": "because"}).status_code == 409
    deactivate_member(Membership.objects.get(team=ours.team, user=row.interviewer), by=ours.admin)
    assert client.post(stop_link(row), {"why": "no_more"}).status_code == 410
    assert not RemindersStopped.objects.exists()


def test_the_list_of_late_cards_is_for_planners_and_blind(ours: TeamWorld, client: Client) -> None:
    Interview.objects.filter(pk=ours.interviews[0].pk).update(scheduled_at=timezone.now() - timedelta(days=2))
    remind_team(ours.team, now=timezone.now().replace(hour=12))
    stop_reminders(owed(ours), why="no_more", by=ours.interviewers[0])
    client.force_login(ours.recruiter)

    page = client.get("/t/acme/late/").content.decode()
    assert str(ours.interviewers[0]) in page
    assert "Remind me no more of this scorecard" in page

    AssignmentFactory(interview=ours.interviews[1], interviewer=ours.recruiter)
    assert str(ours.interviewers[0]) not in client.get("/t/acme/late/").content.decode()
    for who, status in (("interviewer", 403), ("leader", 403), ("hiring_manager", 403), ("admin", 200)):
        client.force_login(ours.members[who])
        assert client.get("/t/acme/late/").status_code == status


def test_the_admins_list_of_mail_tells_an_owing_admin_nothing_of_colleagues(
    ours: TeamWorld, client: Client
) -> None:
    remind_team(ours.team, now=NOON)
    client.force_login(ours.admin)
    mail = mails("reminder")[0]
    address = f"/admin/mail/outgoingmail/{mail.pk}/change/"
    seen = client.get(address).content.decode()
    assert mail.to in seen
    assert str(ours.application.candidate) not in seen  # its words are its receiver's

    AssignmentFactory(interview=ours.interviews[1], interviewer=ours.admin)

    assert client.get(address).status_code == 302
    assert mail.to not in client.get("/admin/mail/outgoingmail/").content.decode()


def test_people_hear_of_their_interviews_from_the_events(ours: TeamWorld) -> None:
    by, who = ours.recruiter, ours.interviewers[2]
    interview = ours.interviews[1]
    Interview.objects.filter(pk=interview.pk).update(state="planned")
    assignment = pipeline.assign_interviewer(interview, who, by=by)
    run_all(ours.team)
    run_all(ours.team)
    (first,) = mails("interview")
    assert (first.user, first.subject) == (who, f"You are to interview: {ours.stages[1].name}")

    pipeline.reschedule_interview(interview, scheduled_at=timezone.now() + timedelta(days=3), by=by)
    run_all(ours.team)
    moved = [mail for mail in mails("interview") if mail.subject.startswith("New time")]
    assert {mail.user for mail in moved} == {*ours.interviewers[:2], who}

    OutgoingMail.objects.filter(user=who).update(state="waiting")
    pipeline.release_interviewer(assignment, reason="On holiday.", by=who)
    assert not OutgoingMail.objects.filter(user=who, state="waiting").exists()

    pipeline.cancel_interview(interview, reason="Moved on.", by=by)
    run_all(ours.team)
    gone = [mail for mail in mails("interview") if mail.subject.startswith("Cancelled")]
    assert {mail.user for mail in gone} == set(ours.interviewers[:2])


def test_being_assigned_anew_brings_reminders_back(ours: TeamWorld) -> None:
    row = owed(ours)
    stop_reminders(row, why="no_more", by=row.interviewer)
    pipeline.release_interviewer(row, reason="Away.", by=row.interviewer)
    pipeline.assign_interviewer(ours.interviews[0], row.interviewer, by=ours.recruiter)
    run_all(ours.team)

    assert not RemindersStopped.objects.exists()
    assert remind_team(ours.team, now=NOON) == 2


def test_policy_keeps_hours_of_the_day(ours: TeamWorld) -> None:
    with pytest.raises(Exception, match="do not make a policy"):
        adopt_policy(team=ours.team, values={"quiet_from": 24}, reason="Never.", by=ours.admin)
    assert TeamPolicy.objects.current_for(ours.team.pk).version == 0


def test_team_without_delays_costs_little(
    world: Rivals, ours: TeamWorld, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        remind_team(world.theirs.team, now=NOON)
