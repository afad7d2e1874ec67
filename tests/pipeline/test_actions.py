"""Openings, candidates, applications and interviews: what may be done, by whom, and what it says when not."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from accounts.errors import ActionError, Conflict, InvalidInput
from accounts.models import AuditEvent
from hiring.pipeline import actions
from hiring.pipeline.models import (
    Application,
    ApplicationState,
    Assignment,
    InterviewState,
    Opening,
    OpeningState,
)
from tests.factories import LoopFactory, RoleProfileFactory, UserFactory
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, publish, rivals, submitted_card

pytestmark = pytest.mark.django_db


_built, world = standing(rivals)


@pytest.fixture
def ours(world: Rivals) -> TeamWorld:
    return world.ours


def opened(ours: TeamWorld, **changes: Any) -> Opening:
    values: dict[str, Any] = {
        "team": ours.team, "key": "senior", "title": "Senior engineer", "by": ours.recruiter,
        "profile": ours.profile, "loop": ours.loop,
    }  # fmt: skip
    return actions.open_opening(**(values | changes))


def test_opening_pins_profile_and_loop(ours: TeamWorld) -> None:
    opening = opened(ours, hiring_manager=ours.hiring_manager)

    assert (opening.profile, opening.loop, opening.state) == (ours.profile, ours.loop, OpeningState.OPEN)
    metadata = AuditEvent.objects.latest("created_at").metadata
    assert (metadata["action"], metadata["by"]) == ("opening.open", ours.recruiter.email)


def test_opening_of_a_draft_or_a_rivals_version_is_refused_in_words(world: Rivals) -> None:
    ours, theirs = world.ours, world.theirs
    draft = LoopFactory(team=ours.team, profile=ours.profile)
    other_role = LoopFactory(team=ours.team, profile=RoleProfileFactory(team=ours.team, key="another_role"))
    publish(other_role)

    for changes, text in [
        ({"loop": draft}, "draft"),
        ({"loop": theirs.loop}, "of Acme"),
        ({"profile": theirs.profile}, "of Acme"),
        ({"loop": other_role}, "made for"),
        ({"hiring_manager": ours.interviewers[0]}, "hiring manager"),
        ({"hiring_manager": theirs.hiring_manager}, "hiring manager"),
        ({"title": "  "}, "what job"),
        ({"key": "Not A Key"}, "lower-case"),
        ({"headcount": 0}, "1 to 500"),
    ]:
        with pytest.raises(InvalidInput) as caught:
            opened(ours, **changes)
        assert text in caught.value.problems[0][1]
    assert not Opening.objects.filter(key="senior").exists()


def test_opening_key_is_used_once(ours: TeamWorld) -> None:
    opened(ours)

    with pytest.raises(Conflict):
        opened(ours)


@pytest.mark.parametrize(
    ("who", "error"),
    [("interviewer", PermissionDenied), ("leader", PermissionDenied), ("hiring_manager", PermissionDenied)],
)
def test_pipeline_is_changed_by_recruiters_and_admins(
    ours: TeamWorld, who: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        opened(ours, by=ours.members[who])
    assert opened(ours, by=ours.admin)


def test_rival_finds_nothing(world: Rivals) -> None:
    ours, rival = world.ours, world.theirs.recruiter
    assignment = Assignment.objects.filter(interview=ours.interviews[0]).get(interviewer=ours.interviewers[0])

    for act in (
        lambda: opened(ours, by=rival),
        lambda: actions.close_opening(ours.opening, by=rival),
        lambda: actions.add_candidate(team=ours.team, name="X", by=rival),
        lambda: actions.withdraw(ours.application, reason="x", by=rival),
        lambda: actions.assign_interviewer(ours.interviews[0], ours.interviewers[2], by=rival),
        lambda: actions.release_interviewer(assignment, reason="x", by=rival),
        lambda: actions.cancel_interview(ours.interviews[0], reason="x", by=rival),
    ):
        with pytest.raises(Http404):
            act()


def test_closing_waits_for_every_application(ours: TeamWorld) -> None:
    with pytest.raises(ActionError, match="1 application is still running"):
        actions.close_opening(ours.opening, by=ours.recruiter)
    actions.withdraw(ours.application, reason="Took another job.", by=ours.recruiter)

    closed = actions.close_opening(ours.opening, by=ours.recruiter)

    assert closed.closed_at is not None
    with pytest.raises(ActionError, match="closed"):
        actions.pause_opening(closed, by=ours.recruiter)
    assert actions.reopen_opening(closed, by=ours.recruiter).closed_at is None


def test_apply_once_and_only_while_open(world: Rivals) -> None:
    ours = world.ours
    person = actions.add_candidate(
        team=ours.team, name=" Noor Haddad ", email="noor@example.org", by=ours.recruiter
    )
    assert person.name == "Noor Haddad"

    actions.apply(person, ours.opening, by=ours.recruiter)

    with pytest.raises(Conflict, match="already"):
        actions.apply(person, ours.opening, by=ours.recruiter)
    second = actions.add_candidate(team=ours.team, name="Ilse", by=ours.recruiter)
    actions.pause_opening(ours.opening, by=ours.recruiter)
    with pytest.raises(ActionError, match="paused"):
        actions.apply(second, ours.opening, by=ours.recruiter)
    with pytest.raises(InvalidInput):
        actions.apply(world.theirs.application.candidate, ours.opening, by=ours.recruiter)


def test_candidate_is_checked(ours: TeamWorld) -> None:
    with pytest.raises(InvalidInput) as caught:
        actions.add_candidate(team=ours.team, name=" ", email="not an address", by=ours.recruiter)
    assert [field for field, _ in caught.value.problems] == ["name", "email"]
    actions.add_candidate(team=ours.team, name="A", external_id="gh-1", by=ours.recruiter)
    with pytest.raises(Conflict):
        actions.add_candidate(team=ours.team, name="B", external_id="gh-1", by=ours.recruiter)


def test_loop_is_planned_whole_and_once(ours: TeamWorld) -> None:
    person = actions.add_candidate(team=ours.team, name="Noor", by=ours.recruiter)
    application = actions.apply(person, ours.opening, by=ours.recruiter)

    first = actions.schedule_loop(application, by=ours.recruiter)
    again = actions.schedule_loop(application, by=ours.recruiter)

    assert [row.stage for row in first] == ours.stages
    assert again == []


def test_cancelled_stage_can_be_planned_again(ours: TeamWorld) -> None:
    actions.cancel_interview(ours.interviews[0], reason="Illness.", by=ours.recruiter)

    again = actions.schedule_interview(
        ours.application, ours.stages[0], by=ours.recruiter, interviewers=[ours.interviewers[2]]
    )

    assert again.state == InterviewState.PLANNED
    with pytest.raises(Conflict):
        actions.schedule_interview(ours.application, ours.stages[0], by=ours.recruiter)


def test_stage_of_another_loop_is_refused(world: Rivals) -> None:
    with pytest.raises(InvalidInput):
        actions.schedule_interview(world.ours.application, world.theirs.stages[0], by=world.ours.recruiter)


def test_failed_assignment_plans_nothing(world: Rivals) -> None:
    ours = world.ours
    person = actions.add_candidate(team=ours.team, name="Noor", by=ours.recruiter)
    application = actions.apply(person, ours.opening, by=ours.recruiter)

    with pytest.raises(InvalidInput):
        actions.schedule_interview(application, ours.stages[0], by=ours.recruiter, interviewers=[ours.leader])
    assert not application.interviews.exists()


def test_only_active_members_who_score_are_assigned(world: Rivals) -> None:
    ours = world.ours
    gone = ours.interviewers[2]
    gone.memberships.update(is_active=False)

    for user in (ours.leader, world.theirs.interviewers[0], UserFactory(), gone):
        with pytest.raises(InvalidInput):
            actions.assign_interviewer(ours.interviews[0], user, by=ours.recruiter)
    assert actions.assign_interviewer(ours.interviews[0], ours.hiring_manager, by=ours.recruiter)


def test_release_needs_a_reason_and_is_undone_by_assigning(ours: TeamWorld) -> None:
    assignment = Assignment.objects.get(interview=ours.interviews[0], interviewer=ours.interviewers[0])

    with pytest.raises(InvalidInput):
        actions.release_interviewer(assignment, reason=" ", by=ours.recruiter)
    released = actions.release_interviewer(
        assignment, reason="Conflict of interest.", by=ours.interviewers[0]
    )
    assert released.released_at is not None
    back = actions.assign_interviewer(ours.interviews[0], ours.interviewers[0], by=ours.recruiter)

    assert (back.pk, back.released_at, back.release_reason) == (assignment.pk, None, "")


def test_colleague_cannot_release_another(ours: TeamWorld) -> None:
    assignment = Assignment.objects.get(interview=ours.interviews[0], interviewer=ours.interviewers[0])

    with pytest.raises(PermissionDenied):
        actions.release_interviewer(assignment, reason="x", by=ours.interviewers[1])


def test_who_has_submitted_stays_on_record(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0])
    assignment = Assignment.objects.get(interview=ours.interviews[0], interviewer=ours.interviewers[0])

    with pytest.raises(ActionError, match="on record"):
        actions.release_interviewer(assignment, reason="x", by=ours.recruiter)


def test_held_interview_is_neither_cancelled_nor_moved(ours: TeamWorld) -> None:
    held = actions.mark_held(ours.interviews[0], by=ours.interviewers[0])

    with pytest.raises(ActionError, match="held"):
        actions.cancel_interview(held, reason="x", by=ours.recruiter)
    with pytest.raises(ActionError):
        actions.reschedule_interview(held, scheduled_at=timezone.now(), by=ours.recruiter)
    with pytest.raises(PermissionDenied):
        actions.mark_held(ours.interviews[1], by=ours.interviewers[2])


def test_planned_interview_moves(ours: TeamWorld) -> None:
    later = timezone.now() + timedelta(days=2)

    moved = actions.reschedule_interview(
        ours.interviews[0], scheduled_at=later, place=" Room 4 ", by=ours.recruiter
    )

    assert (moved.scheduled_at, moved.place) == (later, "Room 4")


def test_withdrawal_cancels_what_is_planned_and_keeps_what_was_held(ours: TeamWorld) -> None:
    actions.mark_held(ours.interviews[0], by=ours.recruiter)

    withdrawn = actions.withdraw(ours.application, reason="Took another job.", by=ours.recruiter)

    states = [row.state for row in ours.application.interviews.order_by("pk")]
    assert states == [InterviewState.DONE, InterviewState.CANCELLED]
    assert (withdrawn.state, withdrawn.closed_at is not None) == (ApplicationState.WITHDRAWN, True)
    with pytest.raises(ActionError):
        actions.schedule_loop(ours.application, by=ours.recruiter)


def test_decided_application_is_not_withdrawn(ours: TeamWorld) -> None:
    Application.objects.filter(pk=ours.application.pk).update(state=ApplicationState.HIRED)

    with pytest.raises(ActionError, match="decided"):
        actions.withdraw(ours.application, reason="x", by=ours.recruiter)
