"""The lab's pages: blind until one's own ratings are in, the difference anchor by anchor after."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hiring.lab.models import VignetteSitting
from hiring.lab.standing import grid_of
from tests.lab.worlds import answers, sat
from tests.worlds import Rivals, TeamWorld, rivals

pytestmark = pytest.mark.django_db


@pytest.fixture
def teams() -> Rivals:
    return rivals()


@pytest.fixture
def world(teams: Rivals) -> TeamWorld:
    return teams.ours


def url(name: str, world: TeamWorld, *args: int) -> str:
    return reverse(name, args=[world.team.key, *args])


def test_lab_without_answers_says_where_they_come_from(client: Client, world: TeamWorld) -> None:
    client.force_login(world.interviewers[0])

    page = client.get(url("lab", world)).content.decode()

    assert "No answers yet" in page
    assert "import_pack" in page


def test_reference_trap_and_pairs_appear_with_ones_own_ratings_and_not_before(
    client: Client, world: TeamWorld
) -> None:
    made = {each.key: each for each in answers(world)}
    trap, ivan = made["v0_trap"], world.interviewers[1]
    sat(trap, ivan, 4)
    client.force_login(world.interviewers[0])
    address = url("vignette", world, trap.pk)

    before = client.get(address).content.decode() + client.get(url("lab", world)).content.decode()
    given = {f"c{each.pk}": "4" for each in trap.question.criteria.all()}
    answer = client.post(address, {"number": "1", **given})
    after = client.get(address).content.decode()

    for secret in ("secret reason", "usual mistake", "harm", "Reference", "Ivan", "same standard"):
        assert secret not in before
    assert answer.status_code == 302
    assert "The secret reason of v0_trap." in after
    assert "The usual mistake of v0_trap." in after
    assert "You 4, reference 3: 1 point above" in after
    assert "charm" in after
    assert "Ivan" not in after


def test_missing_criterion_is_named_and_nothing_is_stored(client: Client, world: TeamWorld) -> None:
    vignette = answers(world)[0]
    client.force_login(world.interviewers[0])

    page = client.post(url("vignette", world, vignette.pk), {"number": "1"})

    assert page.status_code == 422
    assert "Choose a point, or not assessed." in page.content.decode()
    assert not VignetteSitting.objects.exists()


def test_pair_is_named_once_both_are_rated(client: Client, world: TeamWorld) -> None:
    made = {each.key: each for each in answers(world)}
    ines = world.interviewers[0]
    sat(made["v0_3"], ines, 3)
    client.force_login(ines)
    address = url("vignette", world, made["v0_3"].pk)

    assert "Charm pulls up." not in client.get(address).content.decode()
    sat(made["v0_trap"], ines, 4)
    assert "Charm pulls up." in client.get(address).content.decode()


@pytest.mark.parametrize("name", ["lab", "lab_people", "lab_anchors", "lab_splits"])
def test_every_page_is_shown_to_those_who_may(client: Client, world: TeamWorld, name: str) -> None:
    made = answers(world)
    for person in [*world.interviewers, world.calibrator]:
        for vignette in made:
            sat(vignette, person, 3)
    allowed = {
        "lab": {"admin", "recruiter", "hiring_manager", "calibrator", "interviewer", "colleague"},
        "lab_people": {"admin", "recruiter", "calibrator"},
        "lab_anchors": {"calibrator"},
        "lab_splits": {"admin", "recruiter", "calibrator"},
    }[name]
    for role, person in world.members.items():
        client.force_login(person)
        assert client.get(url(name, world)).status_code == (200 if role in allowed else 403), role


def test_rivals_find_nothing(client: Client, teams: Rivals) -> None:
    vignette = answers(teams.ours)[0]
    client.force_login(teams.theirs.interviewers[0])

    assert client.get(url("lab", teams.ours)).status_code == 404
    assert client.get(url("vignette", teams.ours, vignette.pk)).status_code == 404
    assert client.get(url("vignette", teams.theirs, vignette.pk)).status_code == 404


@pytest.mark.parametrize("name", ["lab", "lab_people", "lab_anchors", "lab_splits"])
def test_queries_do_not_grow_with_ratings(client: Client, world: TeamWorld, name: str) -> None:
    made = answers(world)
    client.force_login(world.calibrator)
    for vignette in made[:1]:
        for person in (world.calibrator, *world.interviewers):
            sat(vignette, person, 3)
    client.get(url(name, world))  # the first request of a session writes when it was seen
    with CaptureQueriesContext(connection) as few:
        assert client.get(url(name, world)).status_code == 200
    for vignette in made[1:]:
        for person in (world.calibrator, *world.interviewers):
            sat(vignette, person, 2)
    with CaptureQueriesContext(connection) as many:
        assert client.get(url(name, world)).status_code == 200
    assert len(many) == len(few)


def test_grid_counts_blind_ratings_by_reference(world: TeamWorld) -> None:
    made, ines = {each.key: each for each in answers(world)}, world.interviewers[0]
    for key, point, number in (("v0_1", 1, 1), ("v0_3", 4, 1), ("v1_3", 3, 1), ("v0_3", 3, 2)):
        sat(made[key], ines, point, number=number)

    rows = grid_of(VignetteSitting.objects.filter(rater=ines).with_ratings())

    assert [(row.reference, row.counts) for row in rows] == [
        (1, [(1, 1), (3, 0), (4, 0)]),
        (3, [(1, 0), (3, 1), (4, 1)]),
        (4, [(1, 0), (3, 0), (4, 0)]),
    ]
