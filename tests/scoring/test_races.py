"""Two windows, two clicks, at the same moment: on real transactions, with real threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections

from hiring.scoring import actions
from hiring.scoring.errors import StaleDraft
from hiring.scoring.models import Rating, Scorecard, ScorecardState
from jobs.models import Job
from tests.scoring.conftest import Session, session_in
from tests.worlds import rivals

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session() -> Session:
    return session_in(rivals().ours)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment, each on a connection of its own; errors are results too."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=20)
            return work()
        except Exception as error:  # noqa: BLE001 -- what a thread met is what the test looks at
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_two_windows_begin_one_draft(session: Session) -> None:
    cards = at_once(*[session.start] * 4)

    assert len({card.pk for card in cards}) == 1
    assert Scorecard.objects.count() == 1


def test_double_click_submits_once(session: Session) -> None:
    card = session.save(session.items())

    results = at_once(*[lambda: actions.submit(card, revision=1, by=session.by)] * 4)

    assert [type(result) for result in results] == [Scorecard] * 4
    assert Scorecard.objects.filter(state=ScorecardState.SUBMITTED).count() == 1
    assert Job.objects.filter(kind="calibration.run").count() == 1
    assert len({result.submitted_at for result in results}) == 1


def test_windows_that_save_different_criteria_lose_nothing(session: Session) -> None:
    session.start()
    saves = [
        lambda c=c: session.save({f"c{c.pk}": {"point": 2, "evidence": f"seen {c.pk}"}}, revision=0)
        for c in session.criteria
    ]

    at_once(*saves)

    kept = dict(Rating.objects.values_list("criterion", "evidence"))
    assert kept == {c.pk: f"seen {c.pk}" for c in session.criteria}


def test_windows_that_save_one_criterion_end_in_one_conflict(session: Session) -> None:
    session.start()
    item = f"c{session.criteria[0].pk}"

    results = at_once(
        *[
            lambda n=n: session.save({item: {"point": n, "evidence": f"window {n}"}}, revision=0)
            for n in (2, 3)
        ]
    )

    refused = [result for result in results if isinstance(result, StaleDraft)]
    assert len(refused) == 1
    (mine, theirs) = refused[0].conflicts[item]
    assert {mine["evidence"], theirs["evidence"]} == {"window 2", "window 3"}


def test_save_and_submit_at_once_leave_a_whole_card(session: Session) -> None:
    card = session.save(session.items())
    item = f"c{session.criteria[0].pk}"

    at_once(
        lambda: actions.submit(card, revision=1, by=session.by),
        lambda: session.save({item: {"point": 2, "evidence": "late"}}, revision=1),
    )

    card.refresh_from_db()
    point = Rating.objects.get(scorecard=card, criterion=session.criteria[0]).point
    # Either the save came first and the submit was refused as stale, or the card went in without it.
    assert (card.state, point) in {(ScorecardState.DRAFT, 2), (ScorecardState.SUBMITTED, 3)}


def test_without_the_lock_two_drafts_would_be_begun(session: Session) -> None:
    """The control: check-then-insert alone races, and only the constraint catches it."""

    def careless() -> Scorecard:
        mine = Scorecard.objects.filter(interview=session.interview, interviewer=session.by)
        existing = mine.first()
        barrier.wait(timeout=20)
        return existing or Scorecard.objects.create(
            team=session.interview.team, interview=session.interview, interviewer=session.by
        )

    barrier = Barrier(2)
    results = at_once(careless, careless)

    assert sum(isinstance(result, IntegrityError) for result in results) == 1
    assert connection.vendor == "postgresql"
