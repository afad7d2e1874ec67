"""The lab over the API: the reference comes with one's own ratings, never before."""

import pytest
from rest_framework.test import APIClient

from hiring.lab.models import VignetteSitting
from tests.lab.worlds import answers, sat
from tests.worlds import Rivals, rivals

pytestmark = pytest.mark.django_db


@pytest.fixture
def teams() -> Rivals:
    return rivals()


@pytest.fixture
def api(teams: Rivals) -> APIClient:
    client = APIClient()
    client.force_authenticate(teams.ours.interviewers[0])
    return client


def test_answers_are_listed_without_trap_reference_or_pairs(teams: Rivals, api: APIClient) -> None:
    made = answers(teams.ours)
    answers(teams.theirs)
    sat(made[-1], teams.ours.interviewers[1], 4)

    listed = api.get("/api/v1/vignettes/")

    assert {row["key"] for row in listed.json()["results"]} == {each.key for each in made}
    assert {row["team"] for row in listed.json()["results"]} == {"acme"}
    for secret in ("secret", "usual mistake", "charm", "reference", "pair"):
        assert secret not in listed.content.decode()


def test_rating_answers_with_the_comparison(teams: Rivals, api: APIClient) -> None:
    vignette = answers(teams.ours)[1]
    criterion = vignette.question.criteria.get()
    address = f"/api/v1/vignettes/{vignette.pk}/rate/"

    made = api.post(address, {"number": 1, "ratings": {str(criterion.pk): 4}}, format="json")

    assert made.status_code == 201
    assert made.json()["ratings"] == [
        {
            "competency": criterion.competency.key,
            "point": 4,
            "reference": 3,
            "acceptable": [3],
            "deviation": 1,
            "reason": "The secret reason of v0_3.",
            "common_mistake": "The usual mistake of v0_3.",
        }
    ]
    assert api.get(f"/api/v1/vignettes/{vignette.pk}/").json()["rated"] == 1
    own = api.get("/api/v1/vignette-sittings/").json()["results"]
    assert [row["id"] for row in own] == [made.json()["id"]]


def test_bodies_that_are_no_ratings_are_refused(teams: Rivals, api: APIClient) -> None:
    vignette = answers(teams.ours)[1]
    address = f"/api/v1/vignettes/{vignette.pk}/rate/"
    for body in (
        {},
        {"number": 1, "ratings": {"x": 3}},
        {"number": 1, "ratings": {}},
        {"number": 0, "ratings": {}},
    ):
        answer = api.post(address, body, format="json")
        assert answer.status_code in (400, 422), answer.content
    assert not VignetteSitting.objects.exists()


def test_rivals_and_leadership_find_no_answer(teams: Rivals, api: APIClient) -> None:
    vignette = answers(teams.ours)[0]
    for person in (teams.theirs.interviewers[0], teams.ours.leader, teams.outsider):
        api.force_authenticate(person)
        assert api.get("/api/v1/vignettes/").json()["results"] == []
        assert api.get(f"/api/v1/vignettes/{vignette.pk}/").status_code == 404
        assert api.post(f"/api/v1/vignettes/{vignette.pk}/rate/", {}, format="json").status_code == 404
