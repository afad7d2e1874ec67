"""The monthly check: when it is due, on which answers, and what it says."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.errors import Conflict
from accounts.models import TeamPolicy, User
from hiring.lab.actions import submit_ratings
from hiring.lab.drift import Check, check_of, held_back, movement
from hiring.lab.models import Certificate, Vignette, VignetteSitting
from tests.lab.worlds import all_points, answers, sat
from tests.worlds import TeamWorld, our_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> TeamWorld:
    return our_world()


@pytest.fixture
def made(world: TeamWorld) -> dict[str, Vignette]:
    return {each.key: each for each in answers(world)}


def sittings(world: TeamWorld, rater: User) -> list[VignetteSitting]:
    return list(VignetteSitting.objects.in_team(world.team).filter(rater=rater).with_ratings())


def check(world: TeamWorld, rater: User, *, days: int = 0) -> Check:
    policy = TeamPolicy.objects.current_for(world.team.pk)
    now = timezone.now() + timedelta(days=days)
    return check_of(world.team, sittings(world, rater), policy, now=now)


def test_nothing_is_due_before_a_month_has_gone(world: TeamWorld, made: dict[str, Vignette]) -> None:
    ines = world.interviewers[0]
    assert not check(world, ines).due
    sat(made["v0_3"], ines, 3, days_ago=20)
    assert not check(world, ines).due


def test_check_offers_the_other_answer_of_a_pair(world: TeamWorld, made: dict[str, Vignette]) -> None:
    ines = world.interviewers[0]
    sat(made["v0_3"], ines, 3, days_ago=31)

    found = check(world, ines)

    assert found.due
    assert [item.vignette.key for item in found.items] == ["v1_3"]
    assert not found.items[0].is_repeat


def test_kept_answer_is_rated_when_the_check_asks_for_it_and_not_before(
    world: TeamWorld, made: dict[str, Vignette]
) -> None:
    early, due = world.interviewers[:2]
    for person in (early, due):
        Certificate.objects.create(
            team=world.team,
            person=person,
            family="scenario",
            certified_at=timezone.now(),
            policy_version=0,
            n_vignettes=3,
            n_ratings=6,
            mean_deviation=0.1,
            agreement=0.9,
        )
    sat(made["v0_3"], early, 3, days_ago=20)
    before = sat(made["v0_3"], due, 3, days_ago=31)
    path = reverse("vignette", args=[world.team.key, made["v1_3"].pk])
    points = all_points(made["v1_3"], 3)
    client = Client()

    client.force_login(early)
    assert client.get(path).status_code == 302
    with pytest.raises(Conflict, match="kept for your monthly check"):
        submit_ratings(made["v1_3"], ratings=points, number=1, by=early)
    client.force_login(due)
    assert client.get(path).status_code == 200
    assert submit_ratings(made["v1_3"], ratings=points, number=1, by=due).drift_of == before


def test_submitting_it_notes_what_it_is_compared_with(world: TeamWorld, made: dict[str, Vignette]) -> None:
    ines = world.interviewers[0]
    before = sat(made["v0_3"], ines, 3, days_ago=31)

    done = submit_ratings(made["v1_3"], ratings=all_points(made["v1_3"], 4), number=1, by=ines)

    assert done.drift_of == before
    assert not check(world, ines).due
    assert check(world, ines).done == 1


def test_check_is_two_answers_and_next_due_a_month_later(world: TeamWorld, made: dict[str, Vignette]) -> None:
    ines = world.interviewers[0]
    for point in (1, 3, 4):
        sat(made[f"v0_{point}"], ines, point, days_ago=40)
    assert len(check(world, ines).items) == 2
    for key in ("v1_1", "v1_3"):
        submit_ratings(made[key], ratings=all_points(made[key], 3), number=1, by=ines)

    assert not check(world, ines).due
    assert [item.vignette.key for item in check(world, ines, days=31).items] == ["v1_4"]


def test_without_a_pair_an_old_answer_is_rated_again(world: TeamWorld, made: dict[str, Vignette]) -> None:
    ines = world.interviewers[0]
    sat(made["v0_3"], ines, 3, days_ago=95)
    sat(made["v1_3"], ines, 3, days_ago=95)

    found = check(world, ines)

    assert found.items[0].is_repeat


def test_trap_is_never_part_of_a_check(world: TeamWorld, made: dict[str, Vignette]) -> None:
    ines = world.interviewers[0]
    sat(made["v0_trap"], ines, 3, days_ago=400)

    assert not check(world, ines).due


def test_movement_says_not_enough_until_it_is(world: TeamWorld, made: dict[str, Vignette]) -> None:
    ines = world.interviewers[0]
    for point in (1, 3, 4):
        before = sat(made[f"v0_{point}"], ines, point, days_ago=40)
        sat(made[f"v1_{point}"], ines, point, drift_of=before)

    found = movement(sittings(world, ines))

    assert (found.comparisons, found.found, found.lacking) == (3, None, 2)
    assert found.said == "Not enough to tell yet: 3 of 5 comparisons."


def test_movement_compares_distances_and_not_ratings(world: TeamWorld, made: dict[str, Vignette]) -> None:
    """Whoever was harsh and is lenient now has moved, though standards differ from answer to answer."""
    ines = world.interviewers[0]
    for number, point in enumerate((1, 3, 4, 3, 4, 3)):
        before = sat(made[f"v0_{point}"], ines, max(point - 1, 1), days_ago=40 - number, number=number + 1)
        sat(made[f"v1_{point}"], ines, point, drift_of=before, number=number + 1)

    found = movement(sittings(world, ines))

    assert found.comparisons == 6
    assert found.found is not None
    assert found.found.mean == pytest.approx(5 / 6)
    assert found.moved
    assert found.said == "You have become more generous."


def test_partner_is_kept_for_the_check_once_the_family_is_certified(
    world: TeamWorld, made: dict[str, Vignette]
) -> None:
    ines = world.interviewers[0]
    sat(made["v0_3"], ines, 3)
    given = sittings(world, ines)

    assert held_back(world.team, given, set()) == set()
    assert held_back(world.team, given, {"scenario"}) == {"v1_3"}
