"""Blindness as a history: what somebody could read before they wrote is kept, told, and kept out of levels."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import history
from accounts.errors import ActionError, Conflict, InvalidInput
from accounts.models import AuditEvent, TeamPolicy, User
from accounts.models.policy import AmendedCounts, BlindMode
from accounts.permissions import Role
from hiring.calibration.actions import calibrate_team
from hiring.decisions.actions import decide, open_debrief
from hiring.decisions.record import is_stale
from hiring.pipeline.actions import (
    assign_interviewer,
    hand_over,
    release_interviewer,
    schedule_interview,
)
from hiring.pipeline.models import Application, Assignment, Interview
from hiring.scoring import actions
from hiring.scoring.models import Rating, Scorecard
from hiring.scoring.sights import FirstSight
from hiring.scoring.states import ScorecardState, SeenBefore
from jobs.models import Job
from rubrics.models import Criterion
from tests.factories import AssignmentFactory
from tests.standing import standing
from tests.worlds import TeamWorld, levels_up_to_date, our_world, submitted_card

pytestmark = pytest.mark.django_db

_built, ours = standing(our_world)


def writes(interview: Interview, by: User, point: int = 3) -> Scorecard:
    """Begin, fill in and submit a card, as the form does."""
    card = actions.start(Interview.objects.get(pk=interview.pk), by=by)
    return _sent(card, by, point)


def _sent(card: Scorecard, by: User, point: int) -> Scorecard:
    found = Criterion.objects.filter(question__placements__stage=card.interview.stage)
    changes: dict[str, object] = {
        f"c{criterion.pk}": {"point": point, "not_assessed": "", "evidence": "Named the failing link."}
        for criterion in found
    }
    saved = actions.save_draft(
        card, revision=card.revision, changes={**changes, "recommendation": "yes"}, by=by
    )
    sent = actions.submit(saved, revision=saved.revision, by=by)
    sent.refresh_from_db()
    return sent


def amends(card: Scorecard, by: User, point: int) -> Scorecard:
    return _sent(actions.amend(card, reason="I looked at my notes again.", by=by), by, point)


def adopt(ours: TeamWorld, **values: object) -> None:
    TeamPolicy.objects.create(team=ours.team, version=1, reason="test", **values)


def owes(ours: TeamWorld, user: User) -> Assignment:
    assigned: Assignment = AssignmentFactory(interview=ours.interviews[0], interviewer=user)
    return assigned


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


def test_withdrawn_rating_stays_readable_and_counts_no_longer(ours: TeamWorld) -> None:
    ines = ours.interviewers[0]
    card = writes(ours.interviews[0], ines)
    rating = card.ratings.get()

    first = actions.withdraw_rating(rating, reason="I meant another candidate.", by=ines)
    again = actions.withdraw_rating(rating, reason="A second click of mine.", by=ines)

    assert first == again
    assert Rating.objects.filter(pk=rating.pk, point=3).exists()
    assert not Rating.objects.counting().filter(scorecard=card).exists()
    assert Job.objects.filter(kind="calibration.run", team=ours.team).exists()


def test_withdrawing_takes_the_value_that_an_amendment_left_in_the_levels(ours: TeamWorld) -> None:
    ines, ivan = ours.interviewers[:2]
    first = writes(ours.interviews[0], ines, 2)
    writes(ours.interviews[1], ines)
    writes(ours.interviews[0], ivan, 4)
    amended = amends(first, ines, 4)

    actions.withdraw_rating(amended.ratings.get(), reason="I meant another candidate.", by=ines)

    assert not Rating.objects.counting().filter(
        scorecard__interviewer=ines, scorecard__interview=ours.interviews[0]
    )


def test_rating_is_withdrawn_by_its_author_or_a_recruiter_who_sees_it(ours: TeamWorld) -> None:
    card = writes(ours.interviews[0], ours.interviewers[0])
    writes(ours.interviews[0], ours.interviewers[1])
    rating = card.ratings.get()
    with pytest.raises(Http404):
        actions.withdraw_rating(
            rating, reason="This is not mine to see.", by=ours.recruiter
        )  # blind until the debrief
    open_debrief(
        application=ours.application, by=ours.recruiter, reason="The offer of somebody else runs out."
    )
    with pytest.raises(ActionError, match="author or by a recruiter"):
        actions.withdraw_rating(rating, reason="I disagree with it.", by=ours.hiring_manager)
    with pytest.raises(InvalidInput):
        actions.withdraw_rating(rating, reason="  ", by=ours.recruiter)

    assert actions.withdraw_rating(rating, reason="She rated the wrong person.", by=ours.recruiter)


def test_levels_wait_for_a_run_without_the_withdrawn_rating(ours: TeamWorld) -> None:
    cards = [writes(interview, who) for interview in ours.interviews for who in ours.interviewers[:2]]
    levels_up_to_date(ours)
    debrief = open_debrief(application=ours.application, by=ours.recruiter)
    assert not is_stale(ours.application, debrief.run)

    actions.withdraw_rating(
        cards[0].ratings.get(), reason="I meant another candidate.", by=ours.interviewers[0]
    )

    assert is_stale(ours.application, debrief.run)
    run = calibrate_team(team=ours.team, by=None)
    assert run.pk != debrief.run_id
    assert not is_stale(ours.application, run)


def test_handed_over_interview_is_the_colleagues(ours: TeamWorld) -> None:
    ines, ilse = ours.interviewers[0], ours.interviewers[2]
    held = Assignment.objects.get(interview=ours.interviews[0], interviewer=ines)

    taken = hand_over(held, to=ilse, reason="I am ill.", by=ines)
    again = hand_over(held, to=ilse, reason="I am ill.", by=ines)

    held.refresh_from_db()
    assert taken == again
    assert (held.handed_to, held.release_reason) == (ilse, "I am ill.")
    assert list(
        Assignment.objects.owing().filter(interview=ours.interviews[0]).values_list("interviewer", flat=True)
    ) == [
        ours.interviewers[1].pk,
        ilse.pk,
    ]
    with pytest.raises(Http404):
        actions.start(ours.interviews[0], by=ines)


def test_nothing_is_handed_to_who_holds_it_or_may_not_score_or_after_the_card_is_in(ours: TeamWorld) -> None:
    ines, ivan, ilse = ours.interviewers
    held = Assignment.objects.get(interview=ours.interviews[0], interviewer=ines)
    with pytest.raises(Conflict, match="holds this interview already"):
        hand_over(held, to=ivan, reason="I am ill.", by=ines)
    with pytest.raises(InvalidInput, match="cannot score"):
        hand_over(held, to=ours.leader, reason="I am ill.", by=ines)
    held.refresh_from_db()
    assert held.released_at is None, "a refused hand-over lets nobody off"
    with pytest.raises(PermissionDenied):
        hand_over(held, to=ilse, reason="Let me.", by=ivan)
    writes(ours.interviews[0], ines)
    with pytest.raises(ActionError, match="has submitted"):
        hand_over(held, to=ilse, reason="I am ill.", by=ines)


def test_second_session_of_a_stage_is_planned_and_the_same_one_only_once(ours: TeamWorld) -> None:
    again = schedule_interview(ours.application, ours.stages[0], session=2, by=ours.recruiter)

    assert str(again).startswith("Stage 1 acme, session 2")
    for session in (1, 2):
        with pytest.raises(Conflict, match="planned for"):
            schedule_interview(ours.application, ours.stages[0], session=session, by=ours.recruiter)


def _page(user: User, path: str) -> str:
    client = Client()
    client.force_login(user)
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(path).content.decode()).split())


def test_lists_tell_whoever_owes_a_card_nothing_of_the_others(ours: TeamWorld) -> None:
    writes(ours.interviews[0], ours.interviewers[0])
    pages = [
        reverse("debriefs", args=["acme"]) + "?show=running",
        reverse("admin:hiring_application_changelist"),
        reverse("admin:hiring_interview_changelist"),
        reverse("admin:hiring_application_change", args=[ours.application.pk]),
    ]
    told = ("1 of 4", "1 of 4", "Ivan Acme", "(scorecard in)")
    for path, words in zip(pages, told, strict=True):
        assert words in _page(ours.recruiter, path)

    owes(ours, ours.recruiter)

    for path, words in zip(pages, ("1 of 5", "1 of 5", "all in", "(scorecard"), strict=True):
        page = _page(ours.recruiter, path)
        assert words not in page
        assert "1 of" not in page
    assert "You owe a scorecard" in _page(ours.recruiter, pages[0])
    for which in ("owed", "in"):
        listed = _page(ours.recruiter, f"{pages[2]}?scorecards={which}")
        assert "Candidate of acme" not in listed


def test_trail_tells_neither_fields_nor_reason_of_a_scorecard(ours: TeamWorld) -> None:
    ines = ours.interviewers[0]
    first = writes(ours.interviews[0], ines, 2)
    actions.amend(first, reason="CANARY: the others were lower.", by=ines)

    entries = list(AuditEvent.objects.filter(metadata__action__startswith="scorecard."))

    assert entries
    assert not any(entry.reason for entry in entries)
    for entry in entries:
        for change in history.changes_of(entry.pk):
            if "scorecard" in change.thing or "rating" in change.thing:
                assert change.fields in ([], history.HIDDEN)


def test_debrief_page_and_api_say_what_has_to_be_known_of_a_card(ours: TeamWorld) -> None:
    ines, ivan = ours.interviewers[:2]
    first = writes(ours.interviews[0], ines, 2)
    writes(ours.interviews[1], ines)
    writes(ours.interviews[0], ivan, 4)
    amends(first, ines, 4)
    ours_card = writes(ours.interviews[1], ivan)
    actions.withdraw_rating(ours_card.ratings.get(), reason="I meant the wrong person.", by=ivan)
    levels_up_to_date(ours)
    debrief = open_debrief(application=ours.application, by=ours.recruiter)

    page = _page(ours.hiring_manager, reverse("debrief", args=["acme", ours.application.pk]))

    assert "Read with care" in page
    assert "amended after the reveal; first 2, which the levels take" in page
    assert "withdrawn by Ivan Acme: “I meant the wrong person.”" in page
    api = APIClient()
    api.force_authenticate(ours.hiring_manager)
    told = api.get(f"/api/v1/debriefs/{debrief.pk}/").json()["stamps"]
    assert [(row["by"], row["notes"]) for row in told] == [(ines.email, ["amended after the reveal"])]


def test_interviewer_hands_over_from_the_first_page_by_name(ours: TeamWorld) -> None:
    client = Client()
    client.force_login(ours.interviewers[0])
    path = reverse("interview_decline", args=["acme", ours.interviews[0].pk])

    refused = client.post(path, {"reason": "I am ill.", "to": "Nobody Known"}, follow=True)
    assert "Nobody who may score here is called Nobody Known" in refused.content.decode()
    client.post(path, {"reason": "I am ill.", "to": "ilse acme"})

    held = Assignment.objects.get(interview=ours.interviews[0], interviewer=ours.interviewers[0])
    assert held.handed_to == ours.interviewers[2]


def test_recruiter_lets_somebody_off_from_the_waiting_debrief_and_reads_who_declined(ours: TeamWorld) -> None:
    client = Client()
    client.force_login(ours.recruiter)
    held = Assignment.objects.get(interview=ours.interviews[0], interviewer=ours.interviewers[0])
    other = Assignment.objects.get(interview=ours.interviews[0], interviewer=ours.interviewers[1])
    release_interviewer(other, reason="I know the candidate.", by=ours.interviewers[1])

    client.post(
        reverse("debrief_let_off", args=["acme", ours.application.pk]),
        {"reason": "Was not there", "assignment": held.pk},
    )

    page = _page(ours.recruiter, reverse("debrief", args=["acme", ours.application.pk]))
    assert "“I know the candidate.”" in page
    assert "“Was not there”" in page
    assert "I know the candidate." not in _page(
        ours.hiring_manager, reverse("debrief", args=["acme", ours.application.pk])
    )
