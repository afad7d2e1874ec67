"""Submitting once, repeats, certificates, steps of the path, anchors."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.db.models import F
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.errors import ActionError, Conflict, InvalidInput
from accounts.models import TeamPolicy
from events.models import Event
from hiring.lab.actions import record_step, set_anchor, submit_ratings, withdraw_step
from hiring.lab.models import Certificate, PathStep, StepKind, VignetteRating, VignetteSitting
from hiring.lab.standing import steps_of
from hiring.pipeline.models import Interview
from tests.factories import AssignmentFactory, MembershipFactory
from tests.lab.worlds import all_points, answer, answers, sat
from tests.worlds import Rivals, TeamWorld, rivals

pytestmark = pytest.mark.django_db


@pytest.fixture
def teams() -> Rivals:
    return rivals()


@pytest.fixture
def world(teams: Rivals) -> TeamWorld:
    return teams.ours


def walked(world: TeamWorld, family: str = "scenario") -> None:
    """Ines has watched and led as many interviews as the policy asks for."""
    day = timezone.localdate() - timedelta(days=9)
    for kind in (StepKind.SHADOW, StepKind.SHADOW, StepKind.REVERSE_SHADOW, StepKind.REVERSE_SHADOW):
        record_step(
            team=world.team,
            person=world.interviewers[0],
            family=family,
            kind=kind,
            held_on=day,
            beside=world.interviewers[1],
            by=world.recruiter,
        )


def test_submitting_twice_has_one_effect_and_other_ratings_are_refused(world: TeamWorld) -> None:
    vignette, ines = answers(world)[1], world.interviewers[0]

    first = submit_ratings(vignette, ratings=all_points(vignette, 3), number=1, by=ines)
    again = submit_ratings(vignette, ratings=all_points(vignette, 3), number=1, by=ines)

    assert first == again
    with pytest.raises(Conflict, match="other ratings"):
        submit_ratings(vignette, ratings=all_points(vignette, 4), number=1, by=ines)
    assert VignetteSitting.objects.count() == 1
    assert Event.objects.filter(kind="vignette.rated").count() == 1


def test_later_ratings_are_kept_as_repeats_and_do_not_count(world: TeamWorld) -> None:
    vignette, ines = answers(world)[1], world.interviewers[0]
    submit_ratings(vignette, ratings=all_points(vignette, 1), number=1, by=ines)

    repeat = submit_ratings(vignette, ratings=all_points(vignette, 3), number=2, by=ines)

    assert repeat.is_repeat
    assert [each.number for each in VignetteSitting.objects.counting()] == [1]
    with pytest.raises(Conflict, match="number 3"):
        submit_ratings(vignette, ratings=all_points(vignette, 3), number=5, by=ines)


def test_rating_of_a_new_version_is_a_repeat_too(world: TeamWorld) -> None:
    old, ines = answers(world)[1], world.interviewers[0]
    submit_ratings(old, ratings=all_points(old, 3), number=1, by=ines)
    new = answer(old.question, "other", 3)
    type(new).objects.filter(pk=old.pk).update(status="retired")
    fresh = type(new).objects.create(
        team=old.team, key=old.key, version=2, question=old.question, minutes=2, setting="s", answer="a"
    )
    type(new).objects.filter(pk=fresh.pk).update(status="published", content_hash="2")

    with pytest.raises(Conflict):
        submit_ratings(fresh, ratings=all_points(fresh, 3), number=1, by=ines)
    assert submit_ratings(fresh, ratings=all_points(fresh, 3), number=2, by=ines).is_repeat
    with pytest.raises(ActionError, match="not offered"):
        submit_ratings(old, ratings=all_points(old, 3), number=3, by=ines)


@pytest.mark.parametrize(
    ("ratings", "said"),
    [
        ({}, "choose a point"),
        ({0: 9}, "points 1 to 4"),
        ({0: 0}, "points 1 to 4"),
        ({0: 3, -1: 3}, "no criterion"),
    ],
)
def test_what_is_no_rating_is_refused_by_name(world: TeamWorld, ratings: dict[int, int], said: str) -> None:
    vignette = answers(world)[0]
    criterion = vignette.question.criteria.get().pk
    given = {criterion if key == 0 else key: point for key, point in ratings.items()}

    with pytest.raises(InvalidInput) as caught:
        submit_ratings(vignette, ratings=given, number=1, by=world.interviewers[0])

    assert any(said in text for _, text in caught.value.problems)


def test_who_does_not_interview_rates_nothing(teams: Rivals) -> None:
    vignette = answers(teams.ours)[0]
    given = all_points(vignette, 3)

    with pytest.raises(PermissionDenied):
        submit_ratings(vignette, ratings=given, number=1, by=teams.ours.leader)
    with pytest.raises(Http404):
        submit_ratings(vignette, ratings=given, number=1, by=teams.theirs.interviewers[0])


@pytest.mark.parametrize("model", [VignetteSitting, VignetteRating, Certificate])
def test_rows_are_written_once(world: TeamWorld, model: Any) -> None:
    sat(answers(world)[0], world.interviewers[0], 3)
    Certificate.objects.create(
        team=world.team,
        person=world.interviewers[0],
        family="scenario",
        certified_at=timezone.now(),
        policy_version=0,
        n_vignettes=3,
        n_ratings=3,
        mean_deviation=0,
        agreement=1,
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(id=F("id") + 1000)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all()._raw_delete("default")


def test_certificate_is_given_with_the_rating_that_meets_the_policy(world: TeamWorld) -> None:
    made, ines = answers(world), world.interviewers[0]
    walked(world)
    for vignette in made[:2]:
        submit_ratings(
            vignette, ratings=all_points(vignette, vignette.references.get().point), number=1, by=ines
        )
    assert not Certificate.objects.exists()

    submit_ratings(made[2], ratings=all_points(made[2], 4), number=1, by=ines)

    certificate = Certificate.objects.get()
    assert (certificate.person, certificate.family, certificate.policy_version) == (ines, "scenario", 0)
    assert (certificate.n_vignettes, certificate.mean_deviation, certificate.agreement) == (3, 0.0, 1.0)
    assert Event.objects.filter(kind="interviewer.certified").count() == 1


def test_certificate_waits_for_the_interviews(world: TeamWorld) -> None:
    for vignette in answers(world)[:3]:
        sat(vignette, world.interviewers[0], vignette.references.get().point)

    assert not Certificate.objects.exists()
    walked(world)
    assert Certificate.objects.get().n_ratings == 3


@pytest.mark.parametrize(
    ("points", "why"),
    [((2, 4, 4), ""), ((3, 3, 3), "order"), ((4, 3, 1), "order"), ((3, 4, 4), "generous")],
)
def test_deviation_and_agreement_both_decide(world: TeamWorld, points: tuple[int, ...], why: str) -> None:
    # References 1, 3 and 4; the policy lets the mean be half a point off.
    TeamPolicy.objects.create(team=world.team, version=1, certify_deviation=0.7, reason="Wider.")
    for vignette, point in zip(answers(world)[:3], points, strict=True):
        sat(vignette, world.interviewers[0], point)
    walked(world)

    assert Certificate.objects.exists() == (why == "")


def test_leading_comes_after_watching(world: TeamWorld) -> None:
    with pytest.raises(ActionError, match="0 of 2"):
        record_step(
            team=world.team,
            person=world.interviewers[0],
            family="scenario",
            kind=StepKind.REVERSE_SHADOW,
            held_on=timezone.localdate(),
            beside=None,
            by=world.calibrator,
        )


def test_interview_held_as_a_shadow_counts_as_watched_once(world: TeamWorld) -> None:
    ines, (first, second) = world.interviewers[2], world.interviews
    for interview in (first, second):
        AssignmentFactory(interview=interview, interviewer=ines, shadow=True)
    Interview.objects.filter(pk=first.pk).update(state="done")
    day = timezone.localdate(first.scheduled_at)
    record_step(
        team=world.team,
        person=ines,
        family="scenario",
        kind=StepKind.SHADOW,
        held_on=day,
        beside=None,
        by=world.recruiter,
    )

    assert steps_of(world.team, [ines.pk])[ines.pk, "scenario", StepKind.SHADOW] == [day]
    Interview.objects.filter(pk=second.pk).update(
        state="done", scheduled_at=first.scheduled_at - timedelta(days=3)
    )
    assert len(steps_of(world.team, [ines.pk])[ines.pk, "scenario", StepKind.SHADOW]) == 2


def test_somebody_from_outside_does_not_practise(world: TeamWorld, client: Client) -> None:
    vignette = answers(world)[0]
    guest = MembershipFactory(team=world.team, role="outside").user
    client.force_login(guest)

    for address in (
        reverse("lab", args=[world.team.key]),
        reverse("vignette", args=[world.team.key, vignette.pk]),
    ):
        assert client.get(address).status_code == 403
    with pytest.raises(PermissionDenied):
        submit_ratings(vignette, ratings=all_points(vignette, 3), number=1, by=guest)


def test_step_that_cannot_be_is_refused_by_name(teams: Rivals) -> None:
    world = teams.ours
    with pytest.raises(InvalidInput) as caught:
        record_step(
            team=world.team,
            person=teams.theirs.interviewers[0],
            family="cooking",
            kind="watching",
            held_on=timezone.localdate() + timedelta(days=2),
            beside=teams.theirs.interviewers[0],
            by=world.recruiter,
        )
    assert {name for name, _ in caught.value.problems} == {"person", "beside", "family", "kind", "held_on"}


def test_steps_are_recorded_by_calibrators_and_planners_alone(world: TeamWorld) -> None:
    for by in (world.interviewers[0], world.leader, world.hiring_manager):
        with pytest.raises(PermissionDenied):
            record_step(
                team=world.team,
                person=world.interviewers[0],
                family="scenario",
                kind=StepKind.SHADOW,
                held_on=timezone.localdate(),
                beside=None,
                by=by,
            )


def test_step_taken_back_stays_with_its_reason_and_counts_no_more(world: TeamWorld) -> None:
    walked(world)
    step = PathStep.objects.first()

    with pytest.raises(InvalidInput):
        withdraw_step(step, reason=" ", by=world.recruiter)
    withdraw_step(step, reason="That was another week.", by=world.recruiter)

    assert PathStep.objects.count() == 4
    assert PathStep.objects.standing().count() == 3


def test_anchor_needs_raters_ones_own_rating_and_no_trap(world: TeamWorld) -> None:
    made = {each.key: each for each in answers(world)}
    vignette, trap, carl = made["v0_3"], made["v0_trap"], world.calibrator
    for rater in world.interviewers:
        sat(vignette, rater, 2)
        sat(trap, rater, 3)
    sat(trap, carl, 3)

    with pytest.raises(ActionError, match="yourself first"):
        set_anchor(vignette, used=True, by=carl)
    sat(vignette, carl, 3)
    with pytest.raises(ActionError, match="trap"):
        set_anchor(trap, used=True, by=carl)
    sat(made["v0_4"], carl, 4)
    with pytest.raises(ActionError, match="1 of 3"):
        set_anchor(made["v0_4"], used=True, by=carl)
    with pytest.raises(PermissionDenied):
        set_anchor(vignette, used=True, by=world.admin)
    # Nobody's agreement decides: a team that is harsh throughout must not leave out what shows it.
    assert set_anchor(vignette, used=True, by=carl).used
    assert set_anchor(vignette, used=True, by=carl) == set_anchor(vignette, used=True, by=carl)


def test_ratings_hang_on_the_anchors_of_the_version_they_were_made_on(world: TeamWorld) -> None:
    vignette = answers(world)[0]
    sitting = submit_ratings(vignette, ratings=all_points(vignette, 2), number=1, by=world.interviewers[0])

    assert {each.criterion.question_id for each in VignetteRating.objects.filter(sitting=sitting)} == {
        vignette.question_id
    }
