"""Blindness as a history: what somebody could read before they wrote is kept, told, and kept out of levels."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import Conflict
from accounts.models import User
from accounts.models.policy import AmendedCounts, BlindMode
from accounts.permissions import Role
from hiring.decisions.actions import decide, open_debrief
from hiring.pipeline.actions import (
    assign_interviewer,
    release_interviewer,
)
from hiring.pipeline.models import Application, Assignment
from hiring.scoring import actions
from hiring.scoring.models import Rating, Scorecard
from hiring.scoring.sights import FirstSight
from hiring.scoring.states import ScorecardState, SeenBefore
from tests.scoring.cards import adopt, amends, owes, writes
from tests.standing import standing
from tests.worlds import TeamWorld, our_world, submitted_card

pytestmark = pytest.mark.django_db

_built, ours = standing(our_world)


def test_card_written_blind_enters_and_says_nothing(ours: TeamWorld) -> None:
    card = writes(ours.interviews[0], ours.interviewers[0])

    assert (card.seen_before, card.enters) == (SeenBefore.NOTHING, True)
    assert Rating.objects.counting().filter(scorecard=card).exists()


def test_recruiter_who_lets_herself_off_and_comes_back_is_stamped(ours: TeamWorld) -> None:
    held = owes(ours, ours.recruiter)
    draft = actions.start(
        ours.interviews[0], by=ours.recruiter
    )  # begun while blind, which clears her of nothing
    release_interviewer(held, reason="A conflict of interest.", by=ours.recruiter)
    submitted_card(ours.interviews[0], ours.interviewers[0], 1)
    open_debrief(
        application=ours.application, by=ours.recruiter, reason="The offer of somebody else runs out."
    )
    assign_interviewer(ours.interviews[0], ours.recruiter, by=ours.admin)

    card = writes(ours.interviews[0], ours.recruiter)

    assert card.pk == draft.pk
    assert (card.seen_before, card.enters) == (SeenBefore.OTHERS, False)
    assert not Rating.objects.counting().filter(scorecard=card).exists()
    assert Scorecard.objects.submitted().filter(pk=card.pk).exists(), "it is shown, with its stamp"


def test_recruiter_stays_stamped_after_her_role_is_taken(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0], 1)
    open_debrief(
        application=ours.application, by=ours.recruiter, reason="The offer of somebody else runs out."
    )
    ours.recruiter.memberships.update(role=Role.INTERVIEWER)
    assign_interviewer(ours.interviews[0], ours.recruiter, by=ours.admin)

    assert writes(ours.interviews[0], ours.recruiter).seen_before == SeenBefore.OTHERS


def test_role_held_for_an_hour_after_the_reveal_is_not_forgotten(ours: TeamWorld) -> None:
    ilse = ours.interviewers[2]
    submitted_card(ours.interviews[0], ours.interviewers[0], 1)
    open_debrief(
        application=ours.application, by=ours.recruiter, reason="The offer of somebody else runs out."
    )
    # The trail bears the time at which its transaction began, and a test is one transaction.
    Application.objects.filter(pk=ours.application.pk).update(
        debriefed_at=timezone.now() - timedelta(hours=1)
    )
    for role in (Role.RECRUITER, Role.INTERVIEWER):
        ilse.memberships.update(role=role)
    assign_interviewer(ours.interviews[0], ilse, by=ours.admin)

    assert writes(ours.interviews[0], ilse).seen_before == SeenBefore.OTHERS


def test_interviewer_assigned_after_the_debrief_who_could_read_nothing_is_clean(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0], 1)
    open_debrief(
        application=ours.application, by=ours.recruiter, reason="The offer of somebody else runs out."
    )
    newcomer = ours.interviewers[2]
    assign_interviewer(ours.interviews[0], newcomer, by=ours.admin)

    assert writes(ours.interviews[0], newcomer).seen_before == SeenBefore.NOTHING


def _reads_stage_one(ours: TeamWorld) -> User:
    """Ilse submits stage 1, after which she sees what Ines wrote of it."""
    ilse = ours.interviewers[2]
    owes(ours, ilse)
    writes(ours.interviews[0], ours.interviewers[0])
    writes(ours.interviews[0], ilse)
    assign_interviewer(ours.interviews[1], ilse, by=ours.admin)
    return ilse


def test_reader_of_an_earlier_stage_is_shown_and_counts(ours: TeamWorld) -> None:
    ilse = _reads_stage_one(ours)

    card = writes(ours.interviews[1], ilse)

    assert (card.seen_before, card.enters) == (SeenBefore.EARLIER, True)


def test_reader_of_an_earlier_stage_is_left_out_by_policy(ours: TeamWorld) -> None:
    adopt(ours, earlier_readers_count=False)
    ilse = _reads_stage_one(ours)

    card = writes(ours.interviews[1], ilse)

    assert (card.seen_before, card.enters) == (SeenBefore.EARLIER, False)


def test_colleague_who_had_read_a_card_of_the_same_interview_is_stamped(ours: TeamWorld) -> None:
    ilse = ours.interviewers[2]
    owes(ours, ilse)
    writes(ours.interviews[1], ours.interviewers[0])
    writes(ours.interviews[0], ilse)  # from now on she sees stage 2 as well, which she does not hold yet
    assign_interviewer(ours.interviews[1], ilse, by=ours.admin)

    assert writes(ours.interviews[1], ilse).seen_before == SeenBefore.OTHERS


def test_in_a_team_that_waits_for_the_debrief_nothing_is_seen_between_stages(ours: TeamWorld) -> None:
    adopt(ours, blind_mode=BlindMode.AT_DEBRIEF)
    ilse = _reads_stage_one(ours)

    assert writes(ours.interviews[1], ilse).seen_before == SeenBefore.NOTHING
    assert not FirstSight.objects.filter(user=ilse).exists()


def test_where_nothing_is_blind_the_card_says_so_and_counts(ours: TeamWorld) -> None:
    adopt(ours, blind_mode=BlindMode.NEVER_BLIND)
    first = writes(ours.interviews[0], ours.interviewers[0])
    assert first in Scorecard.objects.visible_to(ours.interviewers[1])

    card = writes(ours.interviews[0], ours.interviewers[1])

    assert (card.seen_before, card.enters) == (SeenBefore.OTHERS, True)


def test_amended_after_the_reveal_enters_at_the_value_first_submitted(ours: TeamWorld) -> None:
    ines, ivan = ours.interviewers[:2]
    first = writes(ours.interviews[0], ines, 2)
    writes(ours.interviews[1], ines)
    writes(ours.interviews[0], ivan, 4)

    amended = amends(first, ines, 4)

    assert (amended.seen_before, amended.enters) == (SeenBefore.OTHERS, False)
    counted = Rating.objects.counting().filter(
        scorecard__interviewer=ines, scorecard__interview=ours.interviews[0]
    )
    assert [rating.point for rating in counted] == [2]
    assert Scorecard.objects.submitted().filter(pk=amended.pk).exists()


def test_amended_after_the_reveal_enters_at_the_newest_value_by_policy(ours: TeamWorld) -> None:
    adopt(ours, amended_counts=AmendedCounts.NEWEST)
    ines, ivan = ours.interviewers[:2]
    first = writes(ours.interviews[0], ines, 2)
    writes(ours.interviews[1], ines)
    writes(ours.interviews[0], ivan, 4)

    amended = amends(first, ines, 4)

    assert (amended.seen_before, amended.enters) == (SeenBefore.OTHERS, True)
    counted = Rating.objects.counting().filter(
        scorecard__interviewer=ines, scorecard__interview=ours.interviews[0]
    )
    assert [rating.point for rating in counted] == [4]


def test_amended_before_anybody_could_be_read_enters_at_its_new_value(ours: TeamWorld) -> None:
    ines = ours.interviewers[0]
    first = writes(ours.interviews[0], ines, 2)

    amended = amends(first, ines, 4)
    first.refresh_from_db()

    assert (amended.seen_before, amended.enters, first.enters) == (SeenBefore.NOTHING, True, False)


def test_amending_mends_no_card_that_was_written_after_reading(ours: TeamWorld) -> None:
    adopt(ours, amended_counts=AmendedCounts.NEWEST)
    ilse = ours.interviewers[2]
    owes(ours, ilse)
    writes(ours.interviews[1], ours.interviewers[0])
    writes(ours.interviews[0], ilse)
    assign_interviewer(ours.interviews[1], ilse, by=ours.admin)
    stamped = writes(ours.interviews[1], ilse)

    assert not amends(stamped, ilse, 4).enters


@pytest.mark.parametrize("forced", [True, False], ids=["opens", "decides"])
def test_manager_who_owes_a_card_neither_opens_nor_decides(ours: TeamWorld, *, forced: bool) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0])
    held = owes(ours, ours.hiring_manager)
    if forced:
        with pytest.raises(Conflict, match="You owe a scorecard"):
            open_debrief(application=ours.application, by=ours.hiring_manager, reason="I am in a hurry.")
        assert Application.objects.get(pk=ours.application.pk).debriefed_at is None
        return
    open_debrief(
        application=ours.application, by=ours.recruiter, reason="The offer of somebody else runs out."
    )
    with pytest.raises(Conflict, match="You owe a scorecard"):
        decide(
            application=ours.application,
            verdict="more_evidence",
            reason="We want to see one more system design.",
            by=ours.hiring_manager,
        )
    assert Assignment.objects.owing().filter(pk=held.pk).exists()


def test_manager_cannot_let_himself_off_once_a_card_is_in(ours: TeamWorld) -> None:
    held = owes(ours, ours.hiring_manager)
    submitted_card(ours.interviews[0], ours.interviewers[0])

    with pytest.raises(Conflict, match="Ask a recruiter"):
        release_interviewer(held, reason="I would rather read.", by=ours.hiring_manager)

    release_interviewer(held, reason="He could not make it.", by=ours.recruiter)
    held.refresh_from_db()
    assert held.released_at is not None


def test_interviewer_lets_herself_off_whatever_is_in(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[1])
    held = Assignment.objects.get(interview=ours.interviews[0], interviewer=ours.interviewers[0])

    release_interviewer(held, reason="I know the candidate.", by=ours.interviewers[0])

    held.refresh_from_db()
    assert held.released_at is not None


def test_shadow_card_enters_nothing_and_nobody_waits_for_it(ours: TeamWorld) -> None:
    ilse = ours.interviewers[2]
    assign_interviewer(ours.interviews[0], ilse, by=ours.recruiter, shadow=True)
    assert not Assignment.objects.owing().filter(interviewer=ilse).exists()
    assert Assignment.objects.to_submit().filter(interviewer=ilse).exists()

    card = writes(ours.interviews[0], ilse, 1)

    assert card.state == ScorecardState.SHADOW
    assert not Rating.objects.counting().filter(scorecard=card).exists()
    assert not Rating.objects.submitted().filter(scorecard=card).exists()
    for other in (ours.recruiter, ours.interviewers[0]):
        assert card not in Scorecard.objects.visible_to(other)
    assert not Assignment.objects.to_submit().filter(interviewer=ilse).exists()
