"""Openings, candidates, applications and interviews in the admin: one's own team's, through the actions."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hiring.pipeline.models import Application, Assignment, Candidate, Interview, Opening
from loops.actions import mark_default, new_loop_version, publish_loop
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    CandidateFactory,
    InterviewFactory,
    OpeningFactory,
)
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, rivals, submitted_card

pytestmark = pytest.mark.django_db
LISTS = ["opening", "candidate", "application", "interview"]
EVIDENCE = "CANARY-evidence"


_built, world = standing(rivals)


@pytest.fixture
def ours(world: Rivals) -> TeamWorld:
    return world.ours


@pytest.fixture
def recruiter(client: Client, ours: TeamWorld) -> Client:
    client.force_login(ours.recruiter)
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:hiring_{name}", args=args)


@pytest.mark.parametrize("name", LISTS)
def test_list_shows_own_team_only(recruiter: Client, ours: TeamWorld, name: str) -> None:
    answer = recruiter.get(address(f"{name}_changelist"))

    body = answer.content.decode()
    assert answer.status_code == 200
    assert "acme" in body
    assert "rival" not in body.lower()


def test_new_opening_takes_the_default_loop_of_its_role(recruiter: Client, ours: TeamWorld) -> None:
    fields = {"title": "Staff engineer", "key": "staff", "profile": ours.profile.pk, "headcount": 1}
    refused = recruiter.post(address("opening_add"), fields)
    assert "has no default loop" in refused.content.decode()
    mark_default(ours.loop, by=ours.recruiter)

    made = recruiter.post(address("opening_add"), fields)

    assert made.status_code == 302
    assert Opening.objects.get(key="staff").loop == ours.loop


def test_new_opening_offers_newest_versions_and_those_who_decide(recruiter: Client, ours: TeamWorld) -> None:
    newer = publish_loop(new_loop_version(ours.loop, by=ours.recruiter), by=ours.recruiter)

    form = recruiter.get(address("opening_add")).context["adminform"].form

    assert list(form.fields["loop"].queryset) == [newer]
    assert "version 2" in str(form["loop"])
    deciders = set(form.fields["hiring_manager"].queryset)
    assert {ours.hiring_manager, ours.admin} <= deciders
    assert not deciders & {ours.recruiter, *ours.interviewers}


def test_application_page_lists_its_interviews(recruiter: Client, ours: TeamWorld) -> None:
    page = recruiter.get(address("application_change", ours.application.pk)).content.decode()

    for interview in ours.interviews:
        assert address("interview_change", interview.pk) in page
    assert EVIDENCE not in page


@pytest.mark.parametrize("name", LISTS)
def test_page_of_a_rivals_row_is_absent(recruiter: Client, world: Rivals, name: str) -> None:
    theirs: Any = {
        "opening": world.theirs.opening,
        "candidate": world.theirs.application.candidate,
        "application": world.theirs.application,
        "interview": world.theirs.interviews[0],
    }[name]

    for verb in ("change", "history"):
        answer = recruiter.get(address(f"{name}_{verb}", theirs.pk))
        absent = recruiter.get(address(f"{name}_{verb}", 10**9))
        assert answer.status_code == absent.status_code == 302, verb


@pytest.mark.parametrize("who", ["interviewer", "leader"])
@pytest.mark.parametrize("name", LISTS)
def test_other_roles_have_no_admin(client: Client, ours: TeamWorld, name: str, who: str) -> None:
    client.force_login(ours.members[who])

    assert client.get(address(f"{name}_changelist")).status_code in {302, 403}


def test_opening_form_offers_own_published_versions(recruiter: Client, world: Rivals) -> None:
    body = recruiter.get(address("opening_add")).content.decode()

    assert str(world.ours.profile) in body
    assert str(world.theirs.profile) not in body


def test_opening_is_opened_through_the_action(recruiter: Client, ours: TeamWorld) -> None:
    fields = {"title": "Staff engineer", "key": "staff", "profile": ours.profile.pk, "loop": ours.loop.pk}

    refused = recruiter.post(address("opening_add"), fields | {"headcount": 0, "location": ""})
    made = recruiter.post(address("opening_add"), fields | {"headcount": 2, "location": "Oslo"})

    assert refused.status_code == 200
    assert "1 to 500" in refused.content.decode()
    assert made.status_code == 302
    assert Opening.objects.get(key="staff").headcount == 2


def test_opening_closes_only_when_all_have_an_answer(recruiter: Client, ours: TeamWorld) -> None:
    url = reverse("admin:hiring_opening_close", args=[ours.opening.pk])

    asked = recruiter.get(url)
    body = recruiter.post(url, follow=True).content.decode()

    assert "Close " in asked.content.decode()  # a link only asks
    assert "still running" in body
    ours.opening.refresh_from_db()
    assert ours.opening.state == "open"


def test_application_is_withdrawn_with_a_reason(recruiter: Client, ours: TeamWorld) -> None:
    url = address("application_change", ours.application.pk)

    recruiter.post(url, {"withdraw_reason": "Took another job."})

    assert Application.objects.get(pk=ours.application.pk).state == "withdrawn"


def test_loop_is_planned_from_the_application(recruiter: Client, ours: TeamWorld) -> None:
    candidate = CandidateFactory(team=ours.team)
    application = ApplicationFactory(team=ours.team, opening=ours.opening, candidate=candidate)

    answer = recruiter.post(reverse("admin:hiring_application_plan_loop", args=[application.pk]), follow=True)

    assert answer.status_code == 200
    assert Interview.objects.filter(application=application).count() == 2


def interview_form(interview: Interview, **changes: Any) -> dict[str, Any]:
    rows = list(Assignment.objects.filter(interview=interview).order_by("pk"))
    at = interview.scheduled_at or timezone.now()
    fields: dict[str, Any] = {
        "scheduled_at_0": f"{at:%Y-%m-%d}", "scheduled_at_1": f"{at:%H:%M:%S}", "place": interview.place,
        "cancel_reason": "", "assignments-TOTAL_FORMS": len(rows), "assignments-INITIAL_FORMS": len(rows),
    }  # fmt: skip
    for number, row in enumerate(rows):
        fields |= {f"assignments-{number}-id": row.pk, f"assignments-{number}-interview": interview.pk}
        fields[f"assignments-{number}-release_reason"] = row.release_reason
    return fields | changes


def test_interviewer_is_assigned_and_released_inline(recruiter: Client, ours: TeamWorld) -> None:
    interview = ours.interviews[0]
    url = address("interview_change", interview.pk)
    added = {
        "assignments-TOTAL_FORMS": 3, "assignments-2-interview": interview.pk,
        "assignments-2-interviewer": ours.interviewers[2].pk,
        "assignments-0-release_reason": "Knows the candidate.",
    }  # fmt: skip

    answer = recruiter.post(url, interview_form(interview, **added))

    assert answer.status_code == 302, answer.content.decode()[-2000:]
    assert Assignment.objects.get(interview=interview, interviewer=ours.interviewers[2]).released_at is None
    released = Assignment.objects.get(interview=interview, interviewer=ours.interviewers[0])
    assert (released.release_reason, released.released_at is not None) == ("Knows the candidate.", True)


def test_rivals_interviewer_cannot_be_assigned(recruiter: Client, world: Rivals) -> None:
    interview = world.ours.interviews[0]
    added = {
        "assignments-TOTAL_FORMS": 3, "assignments-2-interview": interview.pk,
        "assignments-2-interviewer": world.theirs.interviewers[0].pk,
    }  # fmt: skip

    answer = recruiter.post(address("interview_change", interview.pk), interview_form(interview, **added))

    assert answer.status_code == 200
    assert Assignment.objects.filter(interview=interview).count() == 2


def test_interview_moves_and_is_cancelled(recruiter: Client, ours: TeamWorld) -> None:
    interview = ours.interviews[0]
    url = address("interview_change", interview.pk)
    later = timezone.now() + timedelta(days=3)

    moved = {"scheduled_at_0": f"{later:%Y-%m-%d}", "scheduled_at_1": "10:00:00", "place": "Room 4"}
    assert recruiter.post(url, interview_form(interview, **moved)).status_code == 302
    interview.refresh_from_db()
    assert interview.place == "Room 4"
    recruiter.post(url, interview_form(interview, cancel_reason="Illness."))

    interview.refresh_from_db()
    assert interview.state == "cancelled"


def test_interviews_show_who_owes_and_nothing_of_what_was_written(recruiter: Client, ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[1], 1, evidence=EVIDENCE)

    listed = recruiter.get(address("interview_changelist")).content.decode()
    page = recruiter.get(address("interview_change", ours.interviews[0].pk)).content.decode()

    assert ours.interviewers[0].name in listed
    assert "submitted" in page
    assert EVIDENCE not in listed + page


def test_interviews_are_filtered_by_what_is_owed(recruiter: Client, ours: TeamWorld) -> None:
    Interview.objects.update(state="done")
    for interviewer in ours.interviewers[:2]:
        submitted_card(ours.interviews[0], interviewer)

    owed = recruiter.get(address("interview_changelist") + "?scorecards=owed").content.decode()
    complete = recruiter.get(address("interview_changelist") + "?scorecards=in").content.decode()

    assert ours.stages[1].name in owed
    assert ours.stages[0].name not in owed
    assert ours.stages[0].name in complete


@pytest.mark.parametrize("name", LISTS)
def test_lists_ask_the_same_number_of_queries_at_one_and_three_rows(
    recruiter: Client, ours: TeamWorld, name: str
) -> None:
    Interview.objects.filter(pk=ours.interviews[1].pk).update(state="cancelled")
    url = address(f"{name}_changelist")
    recruiter.get(url)
    with CaptureQueriesContext(connection) as one:
        recruiter.get(url)
    for number in range(2):
        opening = OpeningFactory(team=ours.team, loop=ours.loop, profile=ours.profile)
        candidate = CandidateFactory(team=ours.team)
        application = ApplicationFactory(team=ours.team, opening=opening, candidate=candidate)
        interview = InterviewFactory(team=ours.team, application=application, stage=ours.stages[number])
        AssignmentFactory(interview=interview, interviewer=ours.interviewers[number])
    with CaptureQueriesContext(connection) as three:
        recruiter.get(url)

    assert len(three) == len(one)
    assert len(one) <= 20


def test_candidate_is_added_and_searched(recruiter: Client) -> None:
    fields = {"name": "Noor Haddad", "email": "noor@example.org", "source": "referral", "external_id": ""}
    assert recruiter.post(address("candidate_add"), fields).status_code == 302

    assert Candidate.objects.filter(name="Noor Haddad").count() == 1
    assert "Noor Haddad" in recruiter.get(address("candidate_changelist") + "?q=noor").content.decode()
