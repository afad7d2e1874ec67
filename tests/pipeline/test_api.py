"""The pipeline over the API."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Membership
from hiring.pipeline.models import Application, Assignment
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    CandidateFactory,
    InterviewFactory,
    OpeningFactory,
)
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, rivals

pytestmark = pytest.mark.django_db
LISTS = ["openings", "candidates", "applications", "interviews"]


_built, world = standing(rivals)


@pytest.fixture
def ours(world: Rivals) -> TeamWorld:
    return world.ours


def signed_in(user: Any) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def recruiter(ours: TeamWorld) -> APIClient:
    return signed_in(ours.recruiter)


def test_whole_pipeline_over_the_api(recruiter: APIClient, ours: TeamWorld) -> None:
    opening: Any = recruiter.post(
        "/api/v1/openings/",
        {"key": "staff", "title": "Staff engineer", "profile": ours.profile.pk, "loop": ours.loop.pk},
        format="json",
    )
    assert opening.status_code == 201, opening.json()
    candidate: Any = recruiter.post("/api/v1/candidates/", {"name": "Noor"}, format="json")
    body = {"candidate": candidate.json()["id"], "opening": opening.json()["id"]}
    application: Any = recruiter.post("/api/v1/applications/", body, format="json")
    assert application.status_code == 201
    made: Any = recruiter.post(f"/api/v1/applications/{application.json()['id']}/schedule-loop/")
    assert [row["stage_name"] for row in made.json()] == [stage.name for stage in ours.stages]
    url = f"/api/v1/interviews/{made.json()[0]['id']}"
    email = ours.interviewers[2].email
    assigned: Any = recruiter.post(f"{url}/assign/", {"interviewer": email}, format="json")
    assert [row["interviewer"] for row in assigned.json()["interviewers"]] == [email]
    recruiter.post(
        f"{url}/reschedule/", {"scheduled_at": "2026-12-01T10:00:00Z", "place": "Room 4"}, format="json"
    )
    released: Any = recruiter.post(f"{url}/release/", {"interviewer": email, "reason": "Ill."}, format="json")
    assert released.json()["interviewers"][0]["released_at"]
    assert recruiter.post(f"{url}/held/").json()["state"] == "done"
    second = f"/api/v1/interviews/{made.json()[1]['id']}"
    assert (
        recruiter.post(f"{second}/cancel/", {"reason": "Ill."}, format="json").json()["state"] == "cancelled"
    )
    withdrawn: Any = recruiter.post(
        f"/api/v1/applications/{application.json()['id']}/withdraw/", {"reason": "Left."}, format="json"
    )
    assert withdrawn.json()["state"] == "withdrawn"
    assert recruiter.post(f"/api/v1/openings/{opening.json()['id']}/close/").json()["state"] == "closed"


@pytest.mark.parametrize("name", LISTS)
def test_lists_hold_own_teams_rows_only(recruiter: APIClient, world: Rivals, name: str) -> None:
    mine: Any = recruiter.get(f"/api/v1/{name}/")
    named: Any = recruiter.get(f"/api/v1/{name}/?team=rival")

    assert {row["team"] for row in mine.json()["results"]} == {"acme"}
    assert named.json()["results"] == []


@pytest.mark.parametrize("who", ["interviewer", "leader", "outsider"])
@pytest.mark.parametrize("name", ["candidates", "applications"])
def test_pipeline_is_hidden_from_those_who_may_not_see_it(world: Rivals, who: str, name: str) -> None:
    user = world.outsider if who == "outsider" else world.ours.members[who]
    row: Any = {"candidates": world.ours.application.candidate, "applications": world.ours.application}[name]

    assert signed_in(user).get(f"/api/v1/{name}/").json()["results"] == []
    assert signed_in(user).get(f"/api/v1/{name}/{row.pk}/").status_code == 404


def test_interviewer_sees_own_interviews_only(ours: TeamWorld) -> None:
    mine: Any = signed_in(ours.interviewers[0]).get("/api/v1/interviews/")
    none: Any = signed_in(ours.interviewers[2]).get("/api/v1/interviews/")

    assert len(mine.json()["results"]) == 2
    assert none.json()["results"] == []


def test_interviewer_may_not_change_the_pipeline(ours: TeamWorld) -> None:
    client = signed_in(ours.interviewers[0])
    url = f"/api/v1/interviews/{ours.interviews[0].pk}"

    assert client.post(f"{url}/cancel/", {"reason": "x"}, format="json").status_code == 403
    body = {"interviewer": ours.interviewers[2].email}
    assert client.post(f"{url}/assign/", body, format="json").status_code == 403


def test_ids_of_a_rival_read_like_unknown_ones(recruiter: APIClient, world: Rivals) -> None:
    def text(body: dict[str, Any], url: str = "/api/v1/applications/") -> str:
        answer = recruiter.post(url, body, format="json")
        assert answer.status_code == 400
        return answer.content.decode().replace(str(next(iter(body.values()))), "ID")

    theirs = world.theirs
    assert text({"candidate": theirs.application.candidate_id, "opening": world.ours.opening.pk}) == text(
        {"candidate": 10**9, "opening": world.ours.opening.pk}
    )
    stage = {"stage": theirs.stages[0].pk, "application": world.ours.application.pk}
    assert text(stage, "/api/v1/interviews/") == text(stage | {"stage": 10**9}, "/api/v1/interviews/")
    assert Application.objects.filter(team=world.ours.team).count() == 1


def test_person_of_another_team_reads_like_nobody(recruiter: APIClient, world: Rivals) -> None:
    """Naming somebody must not tell whether an account exists."""
    url = f"/api/v1/interviews/{world.ours.interviews[0].pk}/assign/"

    def text(email: str) -> str:
        answer = recruiter.post(url, {"interviewer": email}, format="json")
        assert answer.status_code == 400
        return answer.content.decode().replace(email, "EMAIL")

    nobody = text("nobody@example.org")
    assert text(world.theirs.interviewers[0].email) == nobody
    former = world.ours.interviewers[2]
    Membership.objects.filter(user=former).update(is_active=False)
    assert text(former.email) == nobody
    named = Assignment.objects.filter(interviewer__in=[world.theirs.interviewers[0], former])
    assert not named.filter(interview__team=world.ours.team).exists()


def test_fields_that_are_not_for_writing_are_refused_by_name(recruiter: APIClient, world: Rivals) -> None:
    body = {"name": "Noor", "team": "rival", "id": 1, "created_at": "2020-01-01T00:00:00Z"}

    refused: Any = recruiter.post("/api/v1/candidates/", body, format="json")

    assert refused.status_code == 400
    assert all(name in refused.content.decode() for name in ("team", "id", "created_at"))
    assert recruiter.post("/api/v1/candidates/", {"name": "Noor"}, format="json").status_code == 201


def test_unknown_filter_is_refused(recruiter: APIClient) -> None:
    assert recruiter.get("/api/v1/interviews/?application__candidate__name=x").status_code == 400
    assert recruiter.get("/api/v1/interviews/?state=planned").status_code == 200


def test_action_that_is_refused_says_why(recruiter: APIClient, ours: TeamWorld) -> None:
    answer: Any = recruiter.post(f"/api/v1/openings/{ours.opening.pk}/close/")

    assert answer.status_code == 409
    assert "still running" in answer.json()["detail"]


def test_without_a_sign_in_nothing_is_answered() -> None:
    for name in LISTS:
        assert APIClient().get(f"/api/v1/{name}/").status_code == 401


@pytest.mark.parametrize("name", LISTS)
def test_lists_ask_the_same_number_of_queries_at_one_and_three_rows(ours: TeamWorld, name: str) -> None:
    from accounts.models import User

    with CaptureQueriesContext(connection) as one:
        signed_in(User.objects.get(pk=ours.recruiter.pk)).get(f"/api/v1/{name}/")
    for number in range(2):
        opening = OpeningFactory(team=ours.team, loop=ours.loop, profile=ours.profile)
        candidate = CandidateFactory(team=ours.team)
        application = ApplicationFactory(team=ours.team, opening=opening, candidate=candidate)
        interview = InterviewFactory(team=ours.team, application=application, stage=ours.stages[number])
        AssignmentFactory(interview=interview, interviewer=ours.interviewers[number])
    with CaptureQueriesContext(connection) as three:
        signed_in(User.objects.get(pk=ours.recruiter.pk)).get(f"/api/v1/{name}/")

    assert len(three) == len(one)
    assert len(one) <= 8
