"""What two people do at one moment, many times over, on real transactions: nothing is lost and nothing doubled.

A few rounds of each here; ``python -m benchmarks.races --trials 200`` for as many as one likes. Each race has a twin in
which the guard is off, and shows what the guard is for.
"""

import os
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import Error
from django.http import Http404
from django.utils import timezone

from accounts.errors import ActionError
from events.models import Event
from hiring.decisions import actions as decisions
from hiring.decisions.models import Decision
from hiring.pipeline.actions import hand_over
from hiring.pipeline.models import Assignment, Interview
from hiring.scoring import actions
from hiring.scoring.actions import access, drafts, submission
from hiring.scoring.errors import StaleDraft
from hiring.scoring.models import Rating, Scorecard, ScorecardState
from rubrics.actions import questions
from tests.factories import ApplicationFactory, AssignmentFactory, CandidateFactory, InterviewFactory
from tests.scoring.conftest import Session, session_in
from tests.scoring.test_races import at_once
from tests.worlds import TeamWorld, publish, rivals

pytestmark = pytest.mark.django_db(transaction=True)
TRIALS = int(os.environ.get("LOOPWRIGHT_TRIALS", "3"))


@dataclass
class Ring:
    """A world in which every trial has a candidate of its own."""

    world: TeamWorld
    session: Session

    def trial(self) -> Session:
        """The same interview with another candidate."""
        team, first = self.world.team, self.session.interview
        application = ApplicationFactory(
            team=team, opening=first.application.opening, candidate=CandidateFactory(team=team)
        )
        interview: Interview = InterviewFactory(
            team=team,
            application=application,
            stage=first.stage,
            scheduled_at=timezone.now() - timedelta(minutes=13),
        )
        AssignmentFactory(interview=interview, interviewer=self.session.by)
        return replace(self.session, interview=interview)


@pytest.fixture
def ring() -> Ring:
    world = rivals().ours
    return Ring(world, session_in(world))


def meeting(guarded: Callable[..., Any]) -> Callable[..., Any]:
    """A guard that holds nothing, and waits until both have passed it: the fault's twin."""
    barrier = Barrier(2)

    def passes(*args: Any, **kwargs: Any) -> Any:
        found = guarded(*args, **kwargs)
        barrier.wait(timeout=20)
        return found

    return passes


def unlocked(card: Scorecard, by: Any, **_: Any) -> Scorecard:
    """What ``lock_own_draft`` answers, without holding anything."""
    return Scorecard.objects.select_related("interview", "team").get(pk=card.pk)


def cards_of(session: Session, *states: str) -> list[Scorecard]:
    return list(Scorecard.objects.filter(interview=session.interview, state__in=states))


# -- double submit ----------------------------------------------------------------------------------------------------


def double_submit(session: Session) -> list[Any]:
    card = session.save(session.items())
    return at_once(*[lambda: actions.submit(card, revision=1, by=session.by)] * 2)


def test_double_submit_is_one_submit(ring: Ring) -> None:
    for _ in range(TRIALS):
        session = ring.trial()
        assert [type(found) for found in double_submit(session)] == [Scorecard, Scorecard]
        (card,) = cards_of(session, ScorecardState.SUBMITTED)
        assert Event.objects.filter(kind="scorecard.submitted", subject_id=card.pk).count() == 1


def test_twin_double_submit_without_the_lock_fails(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission, "lock_own_draft", meeting(unlocked))
    monkeypatch.setattr(submission, "lock_application", lambda card: False)
    assert any(isinstance(found, Error) for found in double_submit(ring.trial()))


# -- two tabs on one item ---------------------------------------------------------------------------------------------


def two_tabs(session: Session) -> tuple[str, list[Any]]:
    session.start()
    item = f"c{session.criteria[0].pk}"
    return item, at_once(
        *[
            lambda n=n: session.save({item: {"point": n, "evidence": f"window {n}"}}, revision=0)
            for n in (2, 3)
        ]
    )


def test_two_tabs_on_one_item_lose_neither_value(ring: Ring) -> None:
    for _ in range(TRIALS):
        session = ring.trial()
        item, found = two_tabs(session)
        (refused,) = [each for each in found if isinstance(each, StaleDraft)]
        assert {side["evidence"] for side in refused.conflicts[item]} == {"window 2", "window 3"}


def test_twin_two_tabs_without_the_lock_lose_one(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "lock_own_draft", meeting(unlocked))
    _, found = two_tabs(ring.trial())
    assert not any(isinstance(each, StaleDraft) for each in found), "one value is gone, and nobody was told"


# -- publish while scoring --------------------------------------------------------------------------------------------


def publishes(ring: Ring, session: Session) -> list[Any]:
    """A newer version of the first question is published at the moment in which its ratings are submitted."""
    newer = questions.new_question_version(ring.session.first, by=ring.world.admin)
    card = session.save(session.items())
    try:
        return at_once(
            lambda: publish(newer),
            lambda: actions.submit(card, revision=1, by=session.by),
        )
    finally:
        ring.session.first = type(newer).objects.get(pk=newer.pk)


def test_publishing_while_scoring_leaves_the_ratings_on_what_was_asked(ring: Ring) -> None:
    for _ in range(TRIALS):
        session = ring.trial()
        found = publishes(ring, session)
        assert not [each for each in found if isinstance(each, Exception)]
        rated = Rating.objects.submitted().filter(scorecard__interview=session.interview)
        assert set(rated.values_list("criterion", flat=True)) == {each.pk for each in session.criteria}


def test_twin_a_guide_that_took_the_newest_version_would_lose_ratings(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = ring.trial()
    publishes(ring, session)
    pinned = drafts.InterviewGuide.load_for(session.interview)

    class Newest:
        """A guide that follows the bank in place of what the loop pinned."""

        @staticmethod
        def load_for(_interview: object) -> Any:
            pinned.listed[0] = ring.session.first
            pinned.__dict__.pop("questions", None)
            pinned.__dict__.pop("criteria", None)
            return pinned

    monkeypatch.setattr(drafts, "InterviewGuide", Newest)
    again = ring.trial()
    with pytest.raises(ActionError):
        again.save(again.items())


# -- submit while it is amended ---------------------------------------------------------------------------------------


def amends_twice(session: Session) -> list[Any]:
    first = session.submit()
    return at_once(
        *[lambda: actions.amend(first, reason="I looked at my notes again.", by=session.by)] * 2,
    )


def submits_and_amends(session: Session) -> None:
    first = session.submit()
    second = actions.amend(first, reason="I looked at my notes again.", by=session.by)
    at_once(
        lambda: actions.submit(second, revision=second.revision, by=session.by),
        lambda: actions.amend(first, reason="From my other window.", by=session.by),
    )


def test_submitting_an_amendment_while_another_begins_leaves_one_that_stands(ring: Ring) -> None:
    for _ in range(TRIALS):
        session = ring.trial()
        submits_and_amends(session)
        (standing,) = cards_of(session, ScorecardState.SUBMITTED)
        assert standing.version in {2, 3}
        entering = Scorecard.objects.entering().filter(interview=session.interview)
        assert [card.pk for card in entering] == [standing.pk]
        assert len(cards_of(session, ScorecardState.DRAFT)) <= 1


def test_twin_two_amendments_without_the_lock_collide(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    session = ring.trial()
    first = session.submit()
    monkeypatch.setattr(submission, "lock_own_draft", meeting(unlocked))
    found = at_once(*[lambda: actions.amend(first, reason="I looked at my notes again.", by=session.by)] * 2)
    assert any(isinstance(each, Error) for each in found)


def test_amending_twice_begins_one_version(ring: Ring) -> None:
    for _ in range(TRIALS):
        session = ring.trial()
        assert len({card.pk for card in amends_twice(session)}) == 1


# -- decide while a card arrives --------------------------------------------------------------------------------------


@contextmanager
def _covered(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Levels are no matter of this race: a run would take a second for each trial."""
    monkeypatch.setattr(decisions, "is_stale", lambda *_: False)
    yield


def decides(ring: Ring, session: Session) -> tuple[Scorecard, list[Any]]:
    colleague = ring.world.interviewers[1]
    AssignmentFactory(interview=session.interview, interviewer=colleague)
    replace(session, by=colleague).submit()
    application = session.interview.application
    decisions.open_debrief(
        application=application, by=ring.world.recruiter, reason="The offer runs out tonight."
    )
    card = session.save(session.items())
    return card, at_once(
        lambda: decisions.decide(
            application=application,
            verdict="no_hire",
            reason="Two must-haves are short in both sessions that were held.",
            by=ring.world.hiring_manager,
        ),
        lambda: actions.submit(card, revision=1, by=session.by),
    )


def test_card_that_meets_the_decision_counts_before_it_or_is_late(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _covered(monkeypatch):
        for _ in range(TRIALS):
            session = ring.trial()
            card, found = decides(ring, session)
            assert not [each for each in found if isinstance(each, Exception)]
            card.refresh_from_db()
            decision = Decision.objects.get(application=session.interview.application)
            late = card.submitted_at is not None and card.submitted_at > decision.decided_at
            assert card.state == (ScorecardState.LATE if late else ScorecardState.SUBMITTED)


def test_twin_without_the_lock_a_card_counts_after_the_decision(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    barrier = Barrier(2)

    def looks(card: Scorecard) -> bool:
        """Undecided when it looked, and decided before it wrote."""
        barrier.wait(timeout=20)
        barrier.wait(timeout=20)
        return False

    monkeypatch.setattr(submission, "lock_application", looks)
    session = ring.trial()
    with _covered(monkeypatch):
        colleague = ring.world.interviewers[1]
        AssignmentFactory(interview=session.interview, interviewer=colleague)
        with monkeypatch.context() as plain:
            plain.setattr(submission, "lock_application", access.lock_application)
            replace(session, by=colleague).submit()
        application = session.interview.application
        decisions.open_debrief(
            application=application, by=ring.world.recruiter, reason="The offer runs out tonight."
        )
        card = session.save(session.items())

        def decide() -> None:
            barrier.wait(timeout=20)
            decisions.decide(
                application=application,
                verdict="no_hire",
                reason="Two must-haves are short in both sessions that were held.",
                by=ring.world.hiring_manager,
            )
            barrier.wait(timeout=20)

        at_once(decide, lambda: actions.submit(card, revision=1, by=session.by))
    card.refresh_from_db()
    decision = Decision.objects.get(application=application)
    assert card.submitted_at is not None
    assert (card.state, card.submitted_at > decision.decided_at) == (ScorecardState.SUBMITTED, True)


# -- hand over while it is saved --------------------------------------------------------------------------------------


def hands_over(ring: Ring, session: Session) -> list[Any]:
    session.start()
    held = Assignment.objects.select_related("interview__team").get(
        interview=session.interview, interviewer=session.by
    )
    return at_once(
        lambda: hand_over(held, to=ring.world.interviewers[2], reason="I am ill.", by=session.by),
        lambda: session.save({"summary": "Words of the last minute."}, revision=0),
    )


def test_handing_over_while_saving_keeps_the_words_or_says_that_it_is_not_ones_own(ring: Ring) -> None:
    for _ in range(TRIALS):
        session = ring.trial()
        handed, saved = hands_over(ring, session)
        assert isinstance(handed, Assignment)
        card = Scorecard.objects.get(interview=session.interview, interviewer=session.by)
        assert isinstance(saved, Scorecard | Http404)
        assert card.summary == ("Words of the last minute." if isinstance(saved, Scorecard) else "")
        holders = Assignment.objects.filter(interview=session.interview, released_at=None)
        assert [row.interviewer for row in holders] == [ring.world.interviewers[2]]


def test_twin_without_the_lock_words_are_saved_by_who_no_longer_holds_it(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = ring.trial()
    card = session.start()
    held = Assignment.objects.select_related("interview__team").get(
        interview=session.interview, interviewer=session.by
    )
    looked = Barrier(2)

    def looks(card: Scorecard, by: Any, **_: Any) -> Scorecard:
        looked.wait(timeout=20)
        looked.wait(timeout=20)
        return unlocked(card, by)

    monkeypatch.setattr(drafts, "lock_own_draft", looks)

    def hand() -> None:
        looked.wait(timeout=20)
        hand_over(held, to=ring.world.interviewers[2], reason="I am ill.", by=session.by)
        looked.wait(timeout=20)

    _, saved = at_once(
        hand,
        lambda: actions.save_draft(card, revision=0, changes={"summary": "Too late."}, by=session.by),
    )
    assert isinstance(saved, Scorecard)
    held.refresh_from_db()
    assert held.released_at is not None
