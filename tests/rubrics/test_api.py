"""Role profiles, competencies and questions over the API."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from roles import actions as role_actions
from rubrics import actions
from tests.factories import CriterionFactory, QuestionFactory, TeamFactory
from tests.worlds import Rivals, TeamWorld

ROOT = "/api/v1"


@pytest.fixture
def recruiter(client: Client, ours: TeamWorld) -> Client:
    client.force_login(ours.recruiter)
    return client


@pytest.mark.parametrize("kind", ["role-profiles", "competencies", "questions"])
def test_list_holds_own_rows_and_none_of_a_rival(recruiter: Client, ours: TeamWorld, kind: str) -> None:
    rows = recruiter.get(f"{ROOT}/{kind}/").json()["results"]

    assert rows
    assert {row["team"] for row in rows} == {"acme"}


def test_rival_rows_and_leadership_read_nothing(client: Client, world: Rivals) -> None:
    client.force_login(world.ours.recruiter)
    assert client.get(f"{ROOT}/questions/{world.theirs.questions[0].pk}/").status_code == 404
    assert client.post(f"{ROOT}/questions/{world.theirs.questions[0].pk}/new-version/").status_code == 404
    client.force_login(world.ours.leader)
    assert client.get(f"{ROOT}/questions/").json()["results"] == []


def test_question_holds_criteria_anchors_and_notes(recruiter: Client, ours: TeamWorld) -> None:
    body = recruiter.get(f"{ROOT}/questions/{ours.questions[0].pk}/").json()

    assert [anchor["point"] for anchor in body["criteria"][0]["anchors"]] == [1, 2, 3, 4]
    assert body["criteria"][0]["strength"] == 0.8
    assert {"strong_answer", "misreadings", "red_flags"} <= set(body)


def test_profile_holds_requirements_with_demand(recruiter: Client, ours: TeamWorld) -> None:
    body = recruiter.get(f"{ROOT}/role-profiles/{ours.profile.pk}/").json()

    assert body["requirements"][0]["weight"] == 0.6
    assert body["requirements"][0]["realism_demand"] == {
        "controlled": 0.2,
        "constrained": 0.5,
        "production": 0.3,
    }


def test_new_version_and_publishing_answer_with_the_version(recruiter: Client, ours: TeamWorld) -> None:
    made = recruiter.post(f"{ROOT}/questions/{ours.questions[0].pk}/new-version/")
    assert (made.status_code, made.json()["version"], made.json()["status"]) == (201, 2, "draft")

    again = recruiter.post(f"{ROOT}/questions/{ours.questions[0].pk}/new-version/")
    assert (again.status_code, again["Content-Type"]) == (409, "application/problem+json")

    published = recruiter.post(f"{ROOT}/questions/{made.json()['id']}/publish/")
    assert (published.status_code, published.json()["status"]) == (200, "published")


def test_incomplete_draft_answers_422_with_every_fault(recruiter: Client, ours: TeamWorld) -> None:
    draft = actions.new_question_version(ours.questions[0], by=ours.recruiter)
    actions.save_criterion(draft.criteria.get(), anchors={2: "", 3: ""}, by=ours.recruiter)

    answer = recruiter.post(f"{ROOT}/questions/{draft.pk}/publish/")

    assert answer.status_code == 422
    assert "points 2, 3" in answer.json()["problems"][0]["text"]


def test_interviewer_reads_and_does_not_publish(client: Client, ours: TeamWorld) -> None:
    draft = role_actions.new_profile_version(ours.profile, by=ours.recruiter)
    client.force_login(ours.interviewers[0])

    assert client.get(f"{ROOT}/role-profiles/{draft.pk}/").status_code == 200
    assert client.post(f"{ROOT}/role-profiles/{draft.pk}/publish/").status_code == 403


def test_drafts_of_the_library_are_not_shown(recruiter: Client) -> None:
    library = TeamFactory(key="library", is_library=True)
    question = QuestionFactory(team=library)

    assert recruiter.get(f"{ROOT}/questions/{question.pk}/").status_code == 404


def test_filters_narrow_and_unknown_ones_are_refused(recruiter: Client, ours: TeamWorld) -> None:
    found = recruiter.get(f"{ROOT}/questions/", {"competency": "debugging"}).json()["results"]

    assert [row["key"] for row in found] == ["q_debugging"]
    assert recruiter.get(f"{ROOT}/questions/", {"colour": "red"}).status_code == 400


def test_list_costs_the_same_at_one_row_and_at_three(recruiter: Client, ours: TeamWorld) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert recruiter.get(f"{ROOT}/questions/").status_code == 200
        return len(queries)

    cost()
    few = cost()
    for _ in range(3):
        question = QuestionFactory(team=ours.team, bank=ours.questions[0].bank, scale=ours.questions[0].scale)
        CriterionFactory(question=question, competency=ours.competencies[0])
    assert cost() == few
