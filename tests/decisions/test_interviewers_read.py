"""Interviewers read the debrief of whom they scored, once it is open and they owe nothing; they decide nothing."""

import pytest
from django.urls import reverse

from accounts.models import TeamPolicy
from accounts.models.policy import BlindMode
from hiring.decisions.actions import open_debrief
from hiring.decisions.models import Debrief
from tests.factories import ApplicationFactory, AssignmentFactory, CandidateFactory
from tests.reports.conftest import signed_in
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, levels_up_to_date, rivals, submitted_card

pytestmark = pytest.mark.django_db
CANARY = "Colleague canary: named the failing link first."

_built, worlds = standing(rivals)


@pytest.fixture
def ours(worlds: Rivals) -> TeamWorld:
    return worlds.ours


def page(world: TeamWorld) -> str:
    return reverse("debrief", args=[world.team.key, world.application.pk])


def all_scored(world: TeamWorld) -> None:
    for interview in world.interviews:
        for who in world.interviewers[:2]:
            submitted_card(interview, who, 3, evidence=CANARY)
    levels_up_to_date(world)


@pytest.mark.parametrize("mode", BlindMode.values)
def test_who_took_part_reads_once_it_is_open(ours: TeamWorld, mode: str) -> None:
    TeamPolicy.objects.create(team=ours.team, version=1, reason="A mode.", blind_mode=mode)
    all_scored(ours)
    client = signed_in(ours.interviewers[0])
    assert client.get(page(ours)).status_code == 403, "not open yet"

    debrief = open_debrief(application=ours.application, by=ours.recruiter)
    answer = client.get(page(ours))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert CANARY in text
    assert "Record the decision" not in text
    assert "Make the skill-gap PDF" not in text
    assert client.get(f"/api/v1/debriefs/{debrief.pk}/").status_code == 200
    listed = client.get(reverse("debriefs", args=["acme"])).content.decode()
    assert "Candidate of acme" in listed


def test_who_owes_was_not_there_or_was_released_reads_nothing(ours: TeamWorld) -> None:
    ines, ivan, ilse = ours.interviewers
    submitted_card(ours.interviews[0], ines, 3, evidence=CANARY)
    submitted_card(ours.interviews[1], ines, 3, evidence=CANARY)
    submitted_card(ours.interviews[0], ivan, 3)
    debrief = open_debrief(application=ours.application, by=ours.recruiter, reason="The offer ends tonight.")
    assert signed_in(ines).get(page(ours)).status_code == 200
    for who in (ivan, ilse):  # one owes a card still, the other was never assigned
        client = signed_in(who)
        assert client.get(page(ours)).status_code == 403
        assert client.get(f"/api/v1/debriefs/{debrief.pk}/").status_code == 404
        assert "Candidate of acme" not in client.get(reverse("debriefs", args=["acme"])).content.decode()

    AssignmentFactory(interview=ours.interviews[1], interviewer=ilse)
    assert signed_in(ilse).get(page(ours)).status_code == 403


def test_rival_and_other_applications_stay_closed(worlds: Rivals) -> None:
    for world in (worlds.ours, worlds.theirs):
        all_scored(world)
        open_debrief(application=world.application, by=world.recruiter)
    client = signed_in(worlds.ours.interviewers[0])
    assert client.get(page(worlds.theirs)).status_code == 404
    other = ApplicationFactory(
        team=worlds.ours.team, opening=worlds.ours.opening, candidate=CandidateFactory(team=worlds.ours.team)
    )
    assert client.get(reverse("debrief", args=["acme", other.pk])).status_code == 403
    theirs = Debrief.objects.get(application=worlds.theirs.application)
    assert client.get(f"/api/v1/debriefs/{theirs.pk}/").status_code == 404


def test_reading_gives_no_right_to_act_and_no_colleagues_severity(ours: TeamWorld) -> None:
    all_scored(ours)
    debrief = open_debrief(application=ours.application, by=ours.recruiter)
    client = signed_in(ours.interviewers[0])
    body = {"verdict": "hire", "confidence": "90", "reason": "She named the failing link first, twice."}
    for name in ("debrief_decide", "debrief_bring_up", "debrief_open"):
        assert client.post(reverse(name, args=["acme", ours.application.pk]), body).status_code == 403
    path = f"/api/v1/debriefs/{debrief.pk}/decide/"
    assert client.post(path, body, content_type="application/json").status_code == 403
    policy = TeamPolicy.objects.create(team=ours.team, version=1, reason="Early.", estimates_from=1)
    assert policy.pk
    view = client.get(page(ours)).context["view"]
    assert set(view.severities) <= {ours.interviewers[0].pk}
    levels = client.get(f"/api/v1/debriefs/{debrief.pk}/").json()["levels"]
    assert all(row["moved_by"] == [] for row in levels)
