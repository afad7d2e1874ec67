"""Anchors that split people: for the author, with the ratings, by the rules of blindness."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import TeamPolicy
from hiring.lab.models import Vignette, VignetteSitting
from hiring.lab.overview import splits_for
from hiring.lab.splits import is_author
from rubrics.models import Question
from tests.factories import MembershipFactory
from tests.lab.worlds import answers, sat
from tests.worlds import TeamWorld, our_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> TeamWorld:
    return our_world()


def split(world: TeamWorld) -> Vignette:
    """Seven rate an answer whose reference is 3: three say so, four do not."""
    vignette = {each.key: each for each in answers(world)}["v0_3"]
    more = [MembershipFactory(team=world.team).user for _ in range(3)]
    for rater, point in zip([*world.interviewers, *more], (3, 3, 4, 4, 4, 2), strict=True):
        sat(vignette, rater, point)
    return vignette


def page_of(world: TeamWorld, client: Client, role: str) -> str:
    client.force_login(world.members[role])
    return client.get(reverse("lab_splits", args=[world.team.key])).content.decode()


def test_author_finds_the_ratings_without_names_after_rating_it(world: TeamWorld, client: Client) -> None:
    vignette = split(world)
    hidden = page_of(world, client, "recruiter")
    assert "1 more answer with enough ratings" in hidden
    assert "of 6" not in hidden
    sat(vignette, world.recruiter, 3)

    page = page_of(world, client, "recruiter")

    assert "3 of 7 within the reference" in page
    assert "3 of 7" in page
    assert "Ines" not in page


def test_calibrator_sees_names(world: TeamWorld, client: Client) -> None:
    sat(split(world), world.calibrator, 3)

    assert "Ines Acme" in page_of(world, client, "calibrator")


def test_question_of_another_author_is_theirs_to_mend(world: TeamWorld) -> None:
    vignette = split(world)
    sat(vignette, world.recruiter, 3)
    Question.objects.filter(pk=vignette.question_id).update(status="published")
    policy = TeamPolicy.objects.current_for(world.team.pk)
    assert len(splits_for(world.team, world.recruiter, policy).splits) == 1
    own = Question.objects.create(
        team=world.team,
        bank=vignette.question.bank,
        scale=vignette.question.scale,
        key="own",
        title="Own",
        format="scenario",
        minutes=9,
        realism="controlled",
        target_level=3,
        prompt="?",
        published_by=world.admin,
        status="published",
        content_hash="1",
    )
    theirs = Vignette(team=world.team, question=own, key="x")

    assert is_author(world.admin, theirs, may_edit=True)
    assert not is_author(world.recruiter, theirs, may_edit=True)
    assert not is_author(world.admin, theirs, may_edit=False)


def test_few_ratings_or_agreement_split_nobody(world: TeamWorld) -> None:
    policy = TeamPolicy.objects.current_for(world.team.pk)
    vignette = split(world)
    sat(vignette, world.calibrator, 3)
    policy.split_raters = 8
    assert splits_for(world.team, world.calibrator, policy).splits == []
    policy.split_raters = 7
    found = splits_for(world.team, world.calibrator, policy).splits
    assert [(each.agreed, each.raters) for each in found] == [(3, 7)]


def test_calibrator_finds_others_ratings_after_their_own(world: TeamWorld) -> None:
    vignette = split(world)
    seen = VignetteSitting.objects.visible_to(world.calibrator)
    assert not seen.exists()
    sat(vignette, world.calibrator, 3)
    assert seen.all().count() == 7
    assert VignetteSitting.objects.visible_to(world.recruiter).count() == 0
    assert VignetteSitting.objects.visible_to(world.interviewers[0]).count() == 1
