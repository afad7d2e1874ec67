"""The interviewer's mirror: one's own counts, from enough scorecards on."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import TeamPolicy
from hiring.calibration import mirror
from hiring.scoring.models import Rating, Scorecard
from tests.factories import ApplicationFactory, CandidateFactory, InterviewFactory
from tests.scoring.conftest import Session, session_in
from tests.standing import standing
from tests.worlds import TeamWorld, our_world, submitted_card

pytestmark = pytest.mark.django_db


_built, ours = standing(our_world)


@pytest.fixture
def session(ours: TeamWorld) -> Session:
    return session_in(ours)


def card(ours: TeamWorld, session: Session, hours: int, **given: str) -> Scorecard:
    application = ApplicationFactory(
        team=ours.team,
        opening=session.interview.application.opening,
        candidate=CandidateFactory(team=ours.team),
    )
    interview = InterviewFactory(team=ours.team, application=application, stage=session.interview.stage)
    made = submitted_card(interview, session.by, **given)
    interview.scheduled_at = made.submitted_at - timedelta(hours=hours)
    interview.save()
    return made


def test_mirror_counts_ones_own_cards(ours: TeamWorld, session: Session) -> None:
    for hours in (1, 2, 3, 4):
        card(ours, session, hours)
    card(ours, session, 40, evidence="")
    submitted_card(ours.interviews[0], ours.interviewers[1])

    policy = TeamPolicy.objects.current_for(ours.team.pk)
    seen = mirror.of(session.by, ours.team, policy=policy)

    assert (seen.cards, seen.rated, seen.with_evidence, seen.not_assessed) == (5, 20, 16, 0)
    assert (seen.enough, seen.median) == (True, "3 h 00")
    policy.own_counts_from = 6
    assert not mirror.of(session.by, ours.team, policy=policy).enough


def test_mirror_says_nothing_from_few_cards(client: Client, ours: TeamWorld, session: Session) -> None:
    client.force_login(session.by)
    card(ours, session, 1)

    body = client.get("/t/acme/interviews/").content.decode()

    assert "Shown from 5 scorecards on" in body
    assert "Evidence given" not in body
    assert Rating.objects.exists()


def test_mirror_of_nobody_is_empty_not_zero(ours: TeamWorld) -> None:
    policy = TeamPolicy.objects.current_for(ours.team.pk)
    seen = mirror.of(ours.interviewers[2], ours.team, policy=policy)

    assert (seen.enough, seen.median) == (False, "not enough data")
