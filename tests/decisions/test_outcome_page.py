"""Recording how a hire turned out."""

import pytest
from django.test import Client

from hiring.decisions.actions import decide, open_debrief
from hiring.decisions.models import Verdict
from hiring.outcomes.models import OutcomeReview
from hiring.pipeline import models as pipeline_models
from tests.factories import AssignmentFactory
from tests.worlds import Rivals, levels_up_to_date, rivals, submitted_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Rivals:
    both = rivals()
    for team in (both.ours, both.theirs):
        for interview in team.interviews:
            for interviewer in team.interviewers[:2]:
                submitted_card(interview, interviewer, 3)
        open_debrief(application=team.application, by=team.recruiter)
        levels_up_to_date(team)
        decide(
            application=team.application,
            verdict=Verdict.HIRE,
            reason="Both must-haves are reached in two sessions.",
            by=team.hiring_manager,
        )
    return both


def address(world: Rivals) -> str:
    return f"/t/acme/debriefs/{world.ours.application.pk}/outcome/"


def test_manager_records_a_review(world: Rivals, client: Client) -> None:
    client.force_login(world.ours.hiring_manager)

    answer = client.post(
        address(world),
        {"days": 90, "still_employed": "on", "would_hire_again": "yes", "level-debugging": "4"},
    )

    assert answer.status_code == 302
    review = OutcomeReview.objects.get()
    assert (review.days, review.would_hire_again, review.reviewer) == (90, True, world.ours.hiring_manager)
    assert [(r.competency.key, r.level) for r in review.ratings.all()] == [("debugging", 4)]


def test_review_without_a_level_says_what_is_missing(world: Rivals, client: Client) -> None:
    client.force_login(world.ours.hiring_manager)

    answer = client.post(address(world), {"days": 90})

    assert answer.status_code == 422
    assert "Rate at least one." in answer.content.decode()
    assert not OutcomeReview.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("recruiter", 200), ("leader", 403), ("interviewer", 403)])
def test_outcome_page_by_role(world: Rivals, client: Client, who: str, status: int) -> None:
    client.force_login(world.ours.members[who])

    assert client.get(address(world)).status_code == status


def test_outcome_page_is_absent_to_rivals(world: Rivals, client: Client) -> None:
    client.force_login(world.theirs.hiring_manager)

    assert client.get(address(world)).status_code == 404
    assert client.get(f"/t/rival/debriefs/{world.ours.application.pk}/outcome/").status_code == 404


def test_outcome_page_is_closed_to_those_who_owe_a_scorecard(
    world: Rivals, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decision ends what is owed today; should it ever not, the page shows nobody else's marks."""
    AssignmentFactory(interview=world.ours.interviews[0], interviewer=world.ours.hiring_manager)
    client.force_login(world.ours.hiring_manager)
    assert client.get(address(world)).status_code == 200

    monkeypatch.setattr(pipeline_models, "DECIDED", ())

    assert client.get(address(world)).status_code == 404
    assert client.post(address(world), {"days": 90, "level-debugging": "4"}).status_code == 404
    assert not OutcomeReview.objects.exists()
