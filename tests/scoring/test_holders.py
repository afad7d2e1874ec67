"""Who holds an interview, and what lists, pages and the trail tell of it and of cards."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts import history
from accounts.errors import ActionError, Conflict, InvalidInput
from accounts.models import AuditEvent, User
from hiring.decisions.actions import open_debrief
from hiring.pipeline.actions import (
    hand_over,
    release_interviewer,
    schedule_interview,
)
from hiring.pipeline.models import Assignment
from hiring.scoring import actions
from tests.scoring.cards import amends, owes, writes
from tests.standing import standing
from tests.worlds import TeamWorld, levels_up_to_date, our_world

pytestmark = pytest.mark.django_db

_built, ours = standing(our_world)


def test_handed_over_interview_is_the_colleagues(ours: TeamWorld) -> None:
    ines, ilse = ours.interviewers[0], ours.interviewers[2]
    held = Assignment.objects.get(interview=ours.interviews[0], interviewer=ines)

    taken = hand_over(held, to=ilse, reason="I am ill.", by=ines)
    again = hand_over(held, to=ilse, reason="I am ill.", by=ines)

    held.refresh_from_db()
    assert taken == again
    assert (held.handed_to, held.release_reason) == (ilse, "I am ill.")
    assert list(
        Assignment.objects.owing().filter(interview=ours.interviews[0]).values_list("interviewer", flat=True)
    ) == [
        ours.interviewers[1].pk,
        ilse.pk,
    ]
    with pytest.raises(Http404):
        actions.start(ours.interviews[0], by=ines)


def test_nothing_is_handed_to_who_holds_it_or_may_not_score_or_after_the_card_is_in(ours: TeamWorld) -> None:
    ines, ivan, ilse = ours.interviewers
    held = Assignment.objects.get(interview=ours.interviews[0], interviewer=ines)
    with pytest.raises(Conflict, match="holds this interview already"):
        hand_over(held, to=ivan, reason="I am ill.", by=ines)
    with pytest.raises(InvalidInput, match="cannot score"):
        hand_over(held, to=ours.leader, reason="I am ill.", by=ines)
    held.refresh_from_db()
    assert held.released_at is None, "a refused hand-over lets nobody off"
    with pytest.raises(PermissionDenied):
        hand_over(held, to=ilse, reason="Let me.", by=ivan)
    writes(ours.interviews[0], ines)
    with pytest.raises(ActionError, match="has submitted"):
        hand_over(held, to=ilse, reason="I am ill.", by=ines)


def test_second_session_of_a_stage_is_planned_and_the_same_one_only_once(ours: TeamWorld) -> None:
    again = schedule_interview(ours.application, ours.stages[0], session=2, by=ours.recruiter)

    assert str(again).startswith("Stage 1 acme, session 2")
    for session in (1, 2):
        with pytest.raises(Conflict, match="planned for"):
            schedule_interview(ours.application, ours.stages[0], session=session, by=ours.recruiter)


def _page(user: User, path: str) -> str:
    client = Client()
    client.force_login(user)
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(path).content.decode()).split())


def test_lists_tell_whoever_owes_a_card_nothing_of_the_others(ours: TeamWorld) -> None:
    writes(ours.interviews[0], ours.interviewers[0])
    pages = [
        reverse("debriefs", args=["acme"]) + "?show=running",
        reverse("admin:hiring_application_changelist"),
        reverse("admin:hiring_interview_changelist"),
        reverse("admin:hiring_application_change", args=[ours.application.pk]),
    ]
    told = ("1 of 4", "1 of 4", "Ivan Acme", "(scorecard in)")
    for path, words in zip(pages, told, strict=True):
        assert words in _page(ours.recruiter, path)

    owes(ours, ours.recruiter)

    for path, words in zip(pages, ("1 of 5", "1 of 5", "all in", "(scorecard"), strict=True):
        page = _page(ours.recruiter, path)
        assert words not in page
        assert "1 of" not in page
    assert "You owe a scorecard" in _page(ours.recruiter, pages[0])
    for which in ("owed", "in"):
        listed = _page(ours.recruiter, f"{pages[2]}?scorecards={which}")
        assert "Candidate of acme" not in listed


def test_trail_tells_neither_fields_nor_reason_of_a_scorecard(ours: TeamWorld) -> None:
    ines = ours.interviewers[0]
    first = writes(ours.interviews[0], ines, 2)
    actions.amend(first, reason="CANARY: the others were lower.", by=ines)

    entries = list(AuditEvent.objects.filter(metadata__action__startswith="scorecard."))

    assert entries
    assert not any(entry.reason for entry in entries)
    for entry in entries:
        for change in history.changes_of(entry.pk):
            if "scorecard" in change.thing or "rating" in change.thing:
                assert change.fields in ([], history.HIDDEN)


def test_debrief_page_and_api_say_what_has_to_be_known_of_a_card(ours: TeamWorld) -> None:
    ines, ivan = ours.interviewers[:2]
    first = writes(ours.interviews[0], ines, 2)
    writes(ours.interviews[1], ines)
    writes(ours.interviews[0], ivan, 4)
    amends(first, ines, 4)
    ours_card = writes(ours.interviews[1], ivan)
    actions.withdraw_rating(ours_card.ratings.get(), reason="I meant the wrong person.", by=ivan)
    levels_up_to_date(ours)
    debrief = open_debrief(application=ours.application, by=ours.recruiter)

    page = _page(ours.hiring_manager, reverse("debrief", args=["acme", ours.application.pk]))

    assert "Read with care" in page
    assert "amended after the reveal; first 2, which the levels take" in page
    assert "withdrawn by Ivan Acme: “I meant the wrong person.”" in page
    api = APIClient()
    api.force_authenticate(ours.hiring_manager)
    told = api.get(f"/api/v1/debriefs/{debrief.pk}/").json()["stamps"]
    assert [(row["by"], row["notes"]) for row in told] == [(ines.email, ["amended after the reveal"])]


def test_interviewer_hands_over_from_the_first_page_by_name(ours: TeamWorld) -> None:
    client = Client()
    client.force_login(ours.interviewers[0])
    path = reverse("interview_decline", args=["acme", ours.interviews[0].pk])

    refused = client.post(path, {"reason": "I am ill.", "to": "Nobody Known"}, follow=True)
    assert "Nobody who may score here is called Nobody Known" in refused.content.decode()
    client.post(path, {"reason": "I am ill.", "to": "ilse acme"})

    held = Assignment.objects.get(interview=ours.interviews[0], interviewer=ours.interviewers[0])
    assert held.handed_to == ours.interviewers[2]


def test_recruiter_lets_somebody_off_from_the_waiting_debrief_and_reads_who_declined(ours: TeamWorld) -> None:
    client = Client()
    client.force_login(ours.recruiter)
    held = Assignment.objects.get(interview=ours.interviews[0], interviewer=ours.interviewers[0])
    other = Assignment.objects.get(interview=ours.interviews[0], interviewer=ours.interviewers[1])
    release_interviewer(other, reason="I know the candidate.", by=ours.interviewers[1])

    client.post(
        reverse("debrief_let_off", args=["acme", ours.application.pk]),
        {"reason": "Was not there", "assignment": held.pk},
    )

    page = _page(ours.recruiter, reverse("debrief", args=["acme", ours.application.pk]))
    assert "“I know the candidate.”" in page
    assert "“Was not there”" in page
    assert "I know the candidate." not in _page(
        ours.hiring_manager, reverse("debrief", args=["acme", ours.application.pk])
    )
