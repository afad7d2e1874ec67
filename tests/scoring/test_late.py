"""A draft outlives the decision: readable, submittable, marked late, and in no figure."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.errors import Frozen
from accounts.models import TeamPolicy
from events.models import Event
from hiring.calibration.dataset import load
from hiring.pipeline.models import Application, ApplicationState, Assignment
from hiring.scoring import actions
from hiring.scoring.late import being_written, late_cards, late_count
from hiring.scoring.models import Rating, Scorecard, ScorecardState
from tests.scoring.conftest import Session
from tests.worlds import Rivals

pytestmark = pytest.mark.django_db


def decide(session: Session) -> None:
    """As a decision leaves the application."""
    Application.objects.filter(pk=session.interview.application_id).update(state=ApplicationState.HIRED)


def test_draft_is_saved_and_submitted_after_the_decision(session: Session) -> None:
    card = session.save(session.items())
    decide(session)

    card = session.save({"summary": "One more thing."})
    actions.submit(card, revision=card.revision, by=session.by)

    card = Scorecard.objects.get()
    assert (card.state, card.summary) == (ScorecardState.LATE, "One more thing.")
    assert card.submitted_at is not None


def test_late_card_is_in_no_figure(session: Session) -> None:
    session.save(session.items())
    decide(session)
    actions.submit(session.start(), revision=1, by=session.by)

    assert not Scorecard.objects.submitted().exists()
    assert not Rating.objects.counting().exists()
    assert not Rating.objects.submitted().exists()
    policy = TeamPolicy.objects.current_for(session.interview.team_id)
    assert load(session.interview.team, session.first.scale, policy).rows == []
    assert Assignment.objects.get(interview=session.interview).submitted_at is None
    assert Event.objects.filter(kind="scorecard.late").count() == 1
    assert not Event.objects.filter(kind="scorecard.submitted").exists()


def test_nothing_is_begun_or_amended_after_the_decision(session: Session) -> None:
    decide(session)

    with pytest.raises(Frozen):
        session.start()


def test_amendment_begun_before_is_late_and_the_first_version_counts_on(session: Session) -> None:
    first = session.submit()
    second = actions.amend(first, reason="Mixed two answers up.", by=session.by)
    decide(session)

    actions.submit(second, revision=0, by=session.by)

    states = dict(Scorecard.objects.values_list("version", "state"))
    assert states == {1: ScorecardState.SUBMITTED, 2: ScorecardState.LATE}
    with pytest.raises(Frozen):
        actions.amend(Scorecard.objects.get(version=2), reason="Again.", by=session.by)


def test_late_stays_late(session: Session) -> None:
    session.save(session.items())
    decide(session)
    card = actions.submit(session.start(), revision=1, by=session.by)

    for state in (ScorecardState.SUBMITTED, ScorecardState.DRAFT):
        with pytest.raises(DatabaseError), transaction.atomic():
            Scorecard.objects.filter(pk=card.pk).update(state=state)
    with pytest.raises(DatabaseError), transaction.atomic():
        Rating.objects.filter(scorecard=card).update(point=4)


def test_form_of_a_draft_opens_after_the_decision_and_says_so(client: Client, session: Session) -> None:
    client.force_login(session.by)
    session.save(session.items())
    decide(session)
    url = f"/t/acme/interviews/{session.interview.pk}/score/"

    body = client.get(url).content.decode()
    assert "The decision is recorded." in body
    assert "Asked for the logs first." in body

    actions.submit(session.start(), revision=1, by=session.by)
    body = client.get(url).content.decode()
    assert "Submitted after the decision" in body
    assert "Begin version" not in body


def test_without_a_draft_the_form_leads_home(client: Client, session: Session) -> None:
    client.force_login(session.by)
    decide(session)

    answer = client.get(f"/t/acme/interviews/{session.interview.pk}/score/", follow=True)

    assert "The decision on Noor Haddad is recorded" in answer.content.decode()


def test_drafts_are_counted_until_the_decision_and_late_cards_after_it(
    world: Rivals, session: Session
) -> None:
    application: Any = session.interview.application
    assert being_written(application) == 0
    session.save(session.items())
    assert being_written(application) == 1

    decide(session)
    actions.submit(session.start(), revision=1, by=session.by)
    application.refresh_from_db()

    assert being_written(application) == 0
    assert late_count(application) == 1
    assert [card.interviewer for card in late_cards(application, session.by)] == [session.by]
    assert late_cards(application, world.theirs.admin) == []
