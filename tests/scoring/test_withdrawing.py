"""A rating taken back stays readable and counts no longer; levels wait for a run without it."""

import pytest
from django.http import Http404

from accounts.errors import ActionError, InvalidInput
from hiring.calibration.actions import calibrate_team
from hiring.decisions.actions import open_debrief
from hiring.decisions.record import is_stale
from hiring.scoring import actions
from hiring.scoring.models import Rating
from jobs.models import Job
from tests.scoring.cards import amends, writes
from tests.standing import standing
from tests.worlds import TeamWorld, levels_up_to_date, our_world

pytestmark = pytest.mark.django_db

_built, ours = standing(our_world)


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
