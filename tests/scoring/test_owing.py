"""Who owes a scorecard: one meaning on every surface, and none for a conversation."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from hiring.decisions.actions import decide, missing_scorecards, open_debrief
from hiring.pipeline import actions
from hiring.pipeline.models import Application, Assignment, Interview
from hiring.scoring.models import Scorecard, ScorecardState
from hiring.scoring.visibility import owes_on
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    CandidateFactory,
    InterviewFactory,
    LoopFactory,
    OpeningFactory,
    StageFactory,
    StageQuestionFactory,
)
from tests.worlds import TeamWorld, levels_up_to_date, publish, rivals, submitted_card

pytestmark = pytest.mark.django_db


@dataclass
class Intro:
    """A loop that begins with a call nobody scores, held by the hiring manager."""

    world: TeamWorld
    application: Application
    call: Interview
    scored: Interview

    @property
    def manager(self) -> User:
        return self.world.hiring_manager

    @property
    def ines(self) -> User:
        return self.world.interviewers[0]


@pytest.fixture
def intro() -> Intro:
    world = rivals().ours
    loop = LoopFactory(team=world.team, profile=world.profile, key="with_intro", name="With an intro call")
    call = StageFactory(loop=loop, position=0, name="Intro call", kind="screen")
    scored = StageFactory(loop=loop, position=1, name="Debugging session")
    StageQuestionFactory(stage=scored, question=world.questions[0])
    publish(loop)
    application = ApplicationFactory(
        team=world.team,
        opening=OpeningFactory(team=world.team, loop=loop, profile=world.profile, key="with_intro"),
        candidate=CandidateFactory(team=world.team, name="Ada Called"),
    )
    before = timezone.now() - timedelta(hours=3)
    interviews = [
        InterviewFactory(team=world.team, application=application, stage=stage, scheduled_at=before)
        for stage in (call, scored)
    ]
    AssignmentFactory(interview=interviews[0], interviewer=world.hiring_manager)
    AssignmentFactory(interview=interviews[1], interviewer=world.interviewers[0])
    return Intro(world, application, *interviews)


def seen_by(client: Client, user: User, address: str) -> str:
    client.force_login(user)
    return client.get(address).content.decode()


def test_whoever_held_a_conversation_sees_the_debrief(client: Client, intro: Intro) -> None:
    card = submitted_card(intro.scored, intro.ines)
    debrief = open_debrief(application=intro.application, by=intro.world.recruiter)

    assert debrief.forced_reason == ""
    assert not owes_on(intro.application.pk, intro.manager)
    assert card in Scorecard.objects.visible_to(intro.manager)
    client.force_login(intro.manager)
    page = client.get(reverse("debrief", args=[intro.world.team.key, intro.application.pk]))
    assert "decisions/debrief.html" in [template.name for template in page.templates]
    listed = client.get("/api/v1/debriefs/").json()["results"]
    assert [row["application"] for row in listed] == [intro.application.pk]
    assert client.get(f"/api/v1/debriefs/{listed[0]['id']}/").status_code == 200
    cards = client.get("/api/v1/scorecards/").json()["results"]
    assert [row["id"] for row in cards] == [card.pk]


def test_a_conversation_is_missing_from_no_list_of_scorecards(client: Client, intro: Intro) -> None:
    team = intro.world.team.key
    assert [row.interviewer for row in missing_scorecards(intro.application)] == [intro.ines]
    running = reverse("debriefs", args=[team]) + "?show=running&opening=with_intro"
    assert "0 of 1" in seen_by(client, intro.manager, running)
    own = seen_by(client, intro.manager, reverse("interviews", args=[team]))
    assert "1 scorecard to submit" not in own

    submitted_card(intro.scored, intro.ines)

    assert missing_scorecards(intro.application) == []
    listed = seen_by(client, intro.manager, running)
    assert "1 of 1" in listed
    assert "All in, ready to open" in listed
    applications = reverse("admin:hiring_application_changelist")
    assert "1 of 1" in seen_by(client, intro.world.recruiter, applications)
    Interview.objects.filter(pk=intro.call.pk).update(state="done")
    interviews = reverse("admin:hiring_interview_changelist") + "?scorecards=owed"
    assert "Intro call" not in seen_by(client, intro.world.recruiter, interviews)
    change = reverse("admin:hiring_interview_change", args=[intro.call.pk])
    assert "not owed" in seen_by(client, intro.world.recruiter, change)


def test_a_conversation_ahead_is_on_the_page_of_whoever_holds_it(client: Client, intro: Intro) -> None:
    Interview.objects.filter(pk=intro.call.pk).update(scheduled_at=timezone.now() + timedelta(days=1))

    page = seen_by(client, intro.manager, reverse("interviews", args=[intro.world.team.key]))

    assert "1 interview ahead" in page
    assert "A conversation, no scorecard needed" in page


def test_a_stage_with_alternates_alone_asks_nothing(intro: Intro) -> None:
    assert Assignment.objects.owing().filter(interview=intro.scored).exists()
    loop = LoopFactory(team=intro.world.team, profile=intro.world.profile, key="standing_by")
    stage = StageFactory(loop=loop, name="Standing by")
    StageQuestionFactory(stage=stage, question=intro.world.questions[0], is_alternate=True)
    interview = InterviewFactory(team=intro.world.team, application=intro.application, stage=stage)
    AssignmentFactory(interview=interview, interviewer=intro.manager)

    assert not Assignment.objects.owing().filter(interview=interview).exists()


def test_released_cancelled_and_decided_owe_nothing(intro: Intro) -> None:
    mine = Assignment.objects.owing().filter(interviewer=intro.ines, interview=intro.scored)
    assert mine.exists()

    actions.release_interviewer(mine.get(), reason="Knows the candidate.", by=intro.world.recruiter)
    assert not mine.exists()
    actions.assign_interviewer(intro.scored, intro.ines, by=intro.world.recruiter)
    assert mine.exists()

    actions.cancel_interview(intro.scored, reason="Ill.", by=intro.world.recruiter)
    assert not mine.exists()
    Interview.objects.filter(pk=intro.scored.pk).update(state="planned")
    assert mine.exists()

    other = AssignmentFactory(interview=intro.scored, interviewer=intro.world.interviewers[1])
    submitted_card(intro.scored, other.interviewer)
    open_debrief(
        application=intro.application, by=intro.world.recruiter, reason="There is an offer from elsewhere."
    )
    levels_up_to_date(intro.world)
    decide(
        application=intro.application,
        verdict="no_hire",
        reason="The must-have was not reached.",
        by=intro.manager,
    )
    assert not mine.exists()


def test_the_first_submitted_scorecard_stays_on_the_assignment(intro: Intro) -> None:
    assignment = Assignment.objects.get(interview=intro.scored, interviewer=intro.ines)
    draft = Scorecard.objects.create(team=intro.world.team, interview=intro.scored, interviewer=intro.ines)
    assignment.refresh_from_db()
    assert assignment.submitted_at is None

    draft.delete()
    card = submitted_card(intro.scored, intro.ines)
    assignment.refresh_from_db()
    assert assignment.submitted_at == card.submitted_at

    # While an amendment is written nothing is owed, and the first time stays.
    Scorecard.objects.filter(pk=card.pk).update(state=ScorecardState.AMENDED, enters=False)
    Scorecard.objects.create(
        team=intro.world.team,
        interview=intro.scored,
        interviewer=intro.ines,
        version=2,
        amend_reason="A point was misread.",
        state=ScorecardState.SUBMITTED,
        submitted_at=timezone.now(),
    )
    assignment.refresh_from_db()
    assert assignment.submitted_at == card.submitted_at
    assert not Assignment.objects.owing().filter(pk=assignment.pk).exists()
