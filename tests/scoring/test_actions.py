"""What changes a scorecard: beginning, saving, merging, revealing, submitting, amending."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404
from django.utils import timezone

from accounts.errors import ActionError, Conflict, Frozen, InvalidInput
from hiring.pipeline.models import Application, ApplicationState, Assignment, Interview, InterviewState
from hiring.scoring import actions
from hiring.scoring.errors import Incomplete, StaleDraft
from hiring.scoring.guide import InterviewGuide
from hiring.scoring.items import stored
from hiring.scoring.models import Rating, Scorecard, ScorecardState
from jobs.models import Job
from tests.scoring.conftest import Session
from tests.worlds import Rivals

pytestmark = pytest.mark.django_db


def state_of(card: Scorecard) -> dict[str, Any]:
    fresh = Scorecard.objects.get(pk=card.pk)
    return stored(fresh, InterviewGuide.load(fresh.interview.stage_id))


def test_start_repeated_returns_the_same_draft(session: Session) -> None:
    assert session.start() == session.start()
    assert Scorecard.objects.count() == 1


def test_start_is_refused_to_everybody_not_assigned(world: Rivals, session: Session) -> None:
    ours = world.ours
    for user, error in [
        (ours.interviewers[1], Http404),
        (ours.recruiter, Http404),
        (world.theirs.admin, Http404),
        (world.outsider, Http404),
        (ours.leader, PermissionDenied),
    ]:
        with pytest.raises(error):
            actions.start(session.interview, by=user)
    assert actions.start(session.interview, by=session.by).interviewer == session.by


def test_released_interviewer_can_neither_start_nor_save(session: Session) -> None:
    card = session.start()
    Assignment.objects.filter(interview=session.interview).update(released_at=timezone.now())

    for act in (
        session.start,
        lambda: actions.save_draft(card, revision=0, changes={"summary": "x"}, by=session.by),
    ):
        with pytest.raises(Http404):
            act()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (
            lambda s: Interview.objects.filter(pk=s.interview.pk).update(state=InterviewState.CANCELLED),
            ActionError,
        ),
    ],
    ids=["cancelled"],
)
def test_closed_interview_takes_no_scores(
    session: Session, change: Callable[[Session], object], error: type[Exception]
) -> None:
    card = session.save(session.items())
    change(session)

    for act in (
        lambda: actions.save_draft(card, revision=1, changes={"summary": "x"}, by=session.by),
        lambda: actions.submit(card, revision=1, by=session.by),
    ):
        with pytest.raises(error):
            act()


def test_save_keeps_every_part(session: Session) -> None:
    first, second = session.criteria[:2]
    card = session.save(
        {
            f"c{first.pk}": {"point": 4, "evidence": "Split the change into three."},
            f"c{second.pk}": {"point": None, "not_assessed": "no_time"},
            "recommendation": "strong_yes",
            "summary": "Ask about rollback next.",
        }
    )

    items = state_of(card)
    assert items[f"c{first.pk}"] == {
        "point": 4,
        "not_assessed": "",
        "evidence": "Split the change into three.",
    }
    assert items[f"c{second.pk}"]["not_assessed"] == "no_time"
    assert (items["recommendation"], items["summary"]) == ("strong_yes", "Ask about rollback next.")
    assert card.revision == 1


def test_no_recommendation_differs_from_not_said_yet(session: Session) -> None:
    assert state_of(session.start())["recommendation"] is None
    assert state_of(session.save({"recommendation": "none"}))["recommendation"] == "none"


def test_two_windows_on_different_criteria_merge(session: Session) -> None:
    a, b = (f"c{c.pk}" for c in session.criteria[:2])
    session.save({"summary": "read by both"})

    session.save({a: {"point": 1, "evidence": "Guessed."}}, revision=1)
    card = session.save({b: {"point": 4, "evidence": "Measured."}}, revision=1)

    items = state_of(card)
    assert (items[a]["point"], items[b]["point"]) == (1, 4)


def test_two_windows_on_one_criterion_conflict_with_both_values(session: Session) -> None:
    a, b = (f"c{c.pk}" for c in session.criteria[:2])
    session.save({a: {"point": 2, "evidence": "In the other window."}}, revision=0)

    with pytest.raises(StaleDraft) as caught:
        session.save({a: {"point": 4, "evidence": "In this window."}, b: {"point": 3}}, revision=0)

    details = caught.value.details
    assert details["conflicts"][a]["yours"]["evidence"] == "In this window."
    assert details["conflicts"][a]["stored"]["evidence"] == "In the other window."
    assert list(details["conflicts"]) == [a]
    assert details["revision"] == 1
    assert state_of(session.start())[b]["point"] is None, "all or nothing"


def test_repeated_save_is_no_conflict_and_no_new_revision(session: Session) -> None:
    change = {f"c{session.criteria[0].pk}": {"point": 2, "evidence": "Said so."}}
    session.save(change, revision=0)

    card = session.save(change, revision=0)

    assert card.revision == 1


def test_emptied_criterion_is_unanswered_again(session: Session) -> None:
    item = f"c{session.criteria[0].pk}"
    session.save({item: {"point": 2, "evidence": "x"}})

    card = session.save({item: {"point": None, "evidence": ""}})

    assert not Rating.objects.filter(scorecard=card).exists()


@pytest.mark.parametrize(
    "value",
    [
        {"point": 5},
        {"point": 0},
        {"point": -1},
        {"point": True},
        {"point": "3"},
        {"point": "５"},
        {"point": 3.0},
        {"point": float("nan")},
        {"point": float("inf")},
        {"point": 10**30},
        {"point": [3]},
        {"point": 3, "not_assessed": "no_time"},
        {"not_assessed": "tired"},
        {"not_assessed": 7},
        {"evidence": 7},
        {"evidence": "x" * 10_001},
        {"evidence": "null\x00byte"},
        {"point": 3, "scorecard": 1},
        {"point": 3, "rated_at": "2020-01-01"},
        3,
        None,
        "3",
    ],
)
def test_bad_rating_is_refused_and_nothing_stored(session: Session, value: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        session.save({f"c{session.criteria[0].pk}": value, "summary": "good part"})

    assert caught.value.problems[0][0] == f"c{session.criteria[0].pk}"
    assert not Rating.objects.exists()
    assert session.start().summary == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"recommendation": "maybe"},
        {"recommendation": None},
        {"summary": 3},
        {"team": 1},
        {"submitted_at": "2020-01-01"},
        {"c": {"point": 3}},
        {"c٣": {"point": 3}},
        {"c999999999": {"point": 3}},
        {"q1": {"question": 1}},
    ],
)
def test_unknown_part_is_refused(session: Session, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        session.save(changes)


def test_criterion_of_a_rival_reads_like_an_unknown_one(world: Rivals, session: Session) -> None:
    texts = []
    for pk in (world.theirs.criteria[0].pk, 10**9):
        with pytest.raises(InvalidInput) as caught:
            session.save({f"c{pk}": {"point": 3}})
        texts.append((caught.value.message, caught.value.problems[0][1]))
    assert texts[0] == texts[1]


def test_revision_from_the_future_is_refused(session: Session) -> None:
    with pytest.raises(InvalidInput):
        session.save({"summary": "x"}, revision=5)


def test_only_the_author_saves(world: Rivals, session: Session) -> None:
    card = session.start()
    Assignment.objects.create(interview=session.interview, interviewer=world.ours.interviewers[1])

    with pytest.raises(PermissionDenied):
        actions.save_draft(card, revision=0, changes={"summary": "x"}, by=world.ours.interviewers[1])


def test_reveal_is_stamped_once_by_the_server(session: Session) -> None:
    before = timezone.now()
    first = actions.reveal_injection(session.start(), session.injection, by=session.by)

    again = actions.reveal_injection(session.start(), session.injection, by=session.by)

    assert first == again
    assert before <= first.revealed_at <= timezone.now()


def test_reveal_of_another_questions_change_is_refused(world: Rivals, session: Session) -> None:
    foreign = world.ours.questions[0].injections.get()

    with pytest.raises(InvalidInput):
        actions.reveal_injection(session.start(), foreign, by=session.by)


def test_submit_names_everything_missing(session: Session) -> None:
    a, b, c, d = (f"c{row.pk}" for row in session.criteria)
    card = session.save({a: {"point": 4}, b: {"point": 3}, c: {"not_assessed": "no_time"}})

    with pytest.raises(Incomplete) as caught:
        actions.submit(card, revision=card.revision, by=session.by)

    assert [item for item, _ in caught.value.problems] == [a, d, "recommendation"]
    assert "4 needs" in caught.value.problems[0][1]


@pytest.mark.parametrize(("point", "needed"), [(1, True), (2, False), (3, False), (4, True)])
def test_evidence_is_required_at_the_ends_of_the_scale(session: Session, point: int, needed: bool) -> None:
    changes = session.items()
    changes[f"c{session.criteria[0].pk}"] = {"point": point, "evidence": ""}
    card = session.save(changes)

    if needed:
        with pytest.raises(Incomplete):
            actions.submit(card, revision=1, by=session.by)
    else:
        assert actions.submit(card, revision=1, by=session.by).state == ScorecardState.SUBMITTED


def test_submit_freezes_in_the_database(session: Session) -> None:
    card = session.submit()

    for change in (
        lambda: Rating.objects.filter(scorecard=card).update(point=1),
        lambda: Rating.objects.filter(scorecard=card).delete(),
        lambda: Scorecard.objects.filter(pk=card.pk).update(summary="later"),
        lambda: Scorecard.objects.filter(pk=card.pk).update(state=ScorecardState.DRAFT, submitted_at=None),
        lambda: Scorecard.objects.filter(pk=card.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(Frozen):
        actions.save_draft(card, revision=1, changes={"summary": "later"}, by=session.by)


def test_submit_repeated_has_one_effect(session: Session) -> None:
    card = session.submit()
    at = Scorecard.objects.get(pk=card.pk).submitted_at

    again = actions.submit(card, revision=card.revision, by=session.by)

    assert again.submitted_at == at
    assert Job.objects.filter(kind="calibration.run").count() == 1
    assert Interview.objects.get(pk=session.interview.pk).state == InterviewState.DONE


def test_calibration_is_asked_for_once_and_not_at_once(session: Session) -> None:
    before = timezone.now()
    session.submit()

    job = Job.objects.get(kind="calibration.run")
    assert job.team == session.interview.team
    assert job.run_after is not None
    assert timedelta(seconds=55) < job.run_after - before < timedelta(seconds=90)


def test_submit_of_what_another_window_changed_is_refused(session: Session) -> None:
    session.save(session.items())
    card = session.save({"summary": "written elsewhere"})

    with pytest.raises(StaleDraft):
        actions.submit(card, revision=1, by=session.by)
    assert Scorecard.objects.get(pk=card.pk).state == ScorecardState.DRAFT


def test_submit_before_the_interview_is_refused(session: Session) -> None:
    card = session.save(session.items())
    Interview.objects.filter(pk=session.interview.pk).update(scheduled_at=timezone.now() + timedelta(days=1))

    with pytest.raises(ActionError, match="planned for"):
        actions.submit(card, revision=1, by=session.by)
    Interview.objects.filter(pk=session.interview.pk).update(state=InterviewState.DONE)
    assert actions.submit(card, revision=1, by=session.by).state == ScorecardState.SUBMITTED


def test_amendment_copies_everything_and_replaces_on_submit(session: Session) -> None:
    actions.reveal_injection(session.start(), session.injection, by=session.by)
    first = session.submit()

    second = actions.amend(first, reason="I mixed up two answers.", by=session.by)

    assert state_of(second) == state_of(first)
    assert second.reveals.get().revealed_at == first.reveals.get().revealed_at
    assert list(Scorecard.objects.submitted()) == [first], "the submitted version counts meanwhile"
    item = f"c{session.criteria[0].pk}"
    second = session.save({item: {"point": 2, "evidence": "Only one check."}})
    actions.submit(second, revision=second.revision, by=session.by)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (ScorecardState.AMENDED, ScorecardState.SUBMITTED)
    assert state_of(first)[item]["point"] == 3, "the first version stays as it was"
    assert (second.version, second.amend_reason) == (2, "I mixed up two answers.")


def test_amendment_without_a_reason_is_refused(session: Session) -> None:
    card = session.submit()

    with pytest.raises(InvalidInput):
        actions.amend(card, reason="  ", by=session.by)


def test_amendment_of_a_decided_application_is_refused(session: Session) -> None:
    card = session.submit()
    Application.objects.filter(pk=session.interview.application_id).update(state=ApplicationState.DECLINED)

    with pytest.raises(Frozen):
        actions.amend(card, reason="late", by=session.by)


def test_dropped_amendment_leaves_the_submitted_version(session: Session) -> None:
    first = session.submit()
    second = actions.amend(first, reason="perhaps", by=session.by)
    assert actions.amend(first, reason="perhaps", by=session.by) == second

    actions.discard_amendment(second, by=session.by)

    assert list(Scorecard.objects.all()) == [first]
    with pytest.raises(ActionError):
        actions.discard_amendment(first, by=session.by)


def test_alternate_question_brings_its_own_criteria(session: Session) -> None:
    changes = session.items()
    changes[f"q{session.first.pk}"] = {"question": session.alternate.pk}
    card = session.save(changes)

    with pytest.raises(Incomplete) as caught:
        actions.submit(card, revision=card.revision, by=session.by)
    assert [item for item, _ in caught.value.problems] == [f"c{session.alternate_criterion.pk}"]

    card = session.save({f"c{session.alternate_criterion.pk}": {"point": 2, "evidence": "Named one."}})
    actions.submit(card, revision=card.revision, by=session.by)
    rated = set(Rating.objects.filter(scorecard=card).values_list("criterion", flat=True))
    assert rated == {session.alternate_criterion.pk, *(c.pk for c in session.criteria[2:])}


def test_switching_back_loses_nothing(session: Session) -> None:
    slot = f"q{session.first.pk}"
    session.save({**session.items(), slot: {"question": session.alternate.pk}})

    card = session.save({slot: {"question": session.first.pk}})

    assert actions.submit(card, revision=card.revision, by=session.by).ratings.count() == 4


@pytest.mark.parametrize(
    "bad", [{"question": 10**9}, {"question": True}, {"question": "1"}, {"used_alternative": 1}]
)
def test_question_outside_the_stage_is_refused(session: Session, bad: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        session.save({f"q{session.first.pk}": bad})


def test_one_alternate_cannot_stand_for_two(session: Session) -> None:
    with pytest.raises(InvalidInput, match="two"):
        session.save(
            {f"q{q.pk}": {"question": session.alternate.pk} for q in (session.first, session.second)}
        )


def test_alternative_prompt_is_noted_where_there_is_one(session: Session) -> None:
    card = session.save({f"q{session.first.pk}": {"used_alternative": True}})
    assert card.asked.get().used_alternative

    with pytest.raises(InvalidInput):
        session.save({f"q{session.second.pk}": {"used_alternative": True}})


def test_stale_draft_is_a_conflict() -> None:
    assert issubclass(StaleDraft, Conflict)
