"""Scorecards over the API: the same actions, revisions in If-Match, conflicts that lose nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from hiring.scoring.models import Scorecard, ScorecardState
from tests.factories import AssignmentFactory
from tests.scoring.conftest import Session
from tests.worlds import Rivals, TeamWorld, submitted_card

pytestmark = pytest.mark.django_db
URL = "/api/v1/scorecards/"


@pytest.fixture
def client(session: Session) -> APIClient:
    client = APIClient()
    client.force_authenticate(session.by)
    return client


def draft(client: APIClient, session: Session) -> Any:
    return client.post(URL, {"interview": session.interview.pk}, format="json")


def ratings(session: Session, point: int = 3) -> dict[str, Any]:
    return {str(c.pk): {"point": point, "evidence": "Asked for the logs."} for c in session.criteria}


def save(
    client: APIClient, pk: int, body: dict[str, Any], revision: int | str | None, verb: str = "patch"
) -> Any:
    headers = {} if revision is None else {"HTTP_IF_MATCH": f'"{revision}"'}
    return getattr(client, verb)(f"{URL}{pk}/", body, format="json", **headers)


def test_start_save_submit_amend(client: APIClient, session: Session) -> None:
    made = draft(client, session)
    pk = made.json()["id"]
    assert (made.status_code, made["ETag"]) == (201, '"0"')
    assert draft(client, session).json()["id"] == pk

    saved = save(client, pk, {"ratings": ratings(session), "recommendation": "yes"}, 0)
    assert (saved.status_code, saved["ETag"]) == (200, '"1"')
    revealed = client.post(f"{URL}{pk}/reveal/", {"injection": session.injection.pk}, format="json")
    assert len(revealed.json()["reveals"]) == 1
    submitted: Any = client.post(f"{URL}{pk}/submit/", HTTP_IF_MATCH='"1"')
    again: Any = client.post(f"{URL}{pk}/submit/", HTTP_IF_MATCH='"1"')
    assert submitted.json()["state"] == again.json()["state"] == "submitted"
    assert submitted.json()["submitted_at"] == again.json()["submitted_at"]
    amended: Any = client.post(f"{URL}{pk}/amend/", {"reason": "Mixed up."}, format="json")
    assert (amended.status_code, amended.json()["version"]) == (201, 2)
    assert len(amended.json()["ratings"]) == 4


@pytest.mark.parametrize("revision", [None, "x", "-1", "1.5", "9" * 30])
def test_write_without_a_revision_is_refused(
    client: APIClient, session: Session, revision: str | None
) -> None:
    pk = draft(client, session).json()["id"]

    assert save(client, pk, {"summary": "x"}, revision).status_code == 428
    assert client.post(f"{URL}{pk}/submit/").status_code == 428


def test_stale_write_is_answered_with_both_sides(client: APIClient, session: Session) -> None:
    pk = draft(client, session).json()["id"]
    key = str(session.criteria[0].pk)
    save(client, pk, {"ratings": {key: {"point": 2, "evidence": "first"}}}, 0)

    answer = save(client, pk, {"ratings": {key: {"point": 4, "evidence": "second"}}}, 0)

    body = answer.json()
    assert answer.status_code == 412
    assert body["conflicts"][f"c{key}"]["stored"]["evidence"] == "first"
    assert body["conflicts"][f"c{key}"]["yours"]["evidence"] == "second"
    assert body["revision"] == 1


def test_put_empties_what_it_leaves_out_and_patch_does_not(client: APIClient, session: Session) -> None:
    pk = draft(client, session).json()["id"]
    save(client, pk, {"ratings": ratings(session), "summary": "kept?"}, 0)
    one = {str(session.criteria[0].pk): {"point": 1, "evidence": "Guessed."}}

    patched = save(client, pk, {"ratings": one}, 1)
    assert len(patched.json()["ratings"]) == 4
    put = save(client, pk, {"ratings": one}, 2, "put")

    assert [row["point"] for row in put.json()["ratings"]] == [1]
    assert put.json()["summary"] == ""


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"ratings": {"x": {"point": 3}}}, 422),
        ({"ratings": {"1": {"point": 99}}}, 422),
        ({"ratings": []}, 400),
        ({"ratings": {"1": 3}}, 400),
        ({"recommendation": "perhaps"}, 422),
        ({"recommendation": 1}, 422),
        ({"summary": 1}, 422),
        ({"state": "submitted"}, 400),
        ({"interviewer": 1}, 400),
        ({"submitted_at": "2020-01-01"}, 400),
        ({"asked": {"1": {"question": 1}}}, 422),
    ],
)
def test_bad_body_is_refused(client: APIClient, session: Session, body: dict[str, Any], status: int) -> None:
    pk = draft(client, session).json()["id"]

    answer = save(client, pk, body, 0)

    assert answer.status_code == status, answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert Scorecard.objects.get().revision == 0


def test_incomplete_card_names_what_is_missing(client: APIClient, session: Session) -> None:
    pk = draft(client, session).json()["id"]

    answer: Any = client.post(f"{URL}{pk}/submit/", HTTP_IF_MATCH='"0"')

    assert answer.status_code == 422
    fields = [row["field"] for row in answer.json()["problems"]]
    assert fields == [*(f"c{c.pk}" for c in session.criteria), "recommendation"]


def test_interview_of_others_reads_like_an_unknown_one(world: Rivals, session: Session) -> None:
    client = APIClient()
    client.force_authenticate(world.theirs.recruiter)
    texts = []
    for pk in (session.interview.pk, 10**9):
        answer = client.post(URL, {"interview": pk}, format="json")
        assert answer.status_code == 400
        texts.append(answer.content.decode().replace(str(pk), "ID"))

    assert texts[0] == texts[1]


def test_recruiter_cannot_score_for_others(client: APIClient, ours: TeamWorld, session: Session) -> None:
    recruiter = APIClient()
    recruiter.force_authenticate(ours.recruiter)

    assert recruiter.post(URL, {"interview": session.interview.pk}, format="json").status_code == 404
    assert not Scorecard.objects.exists()


def test_peers_submitted_card_is_read_not_written(ours: TeamWorld) -> None:
    client = APIClient()
    client.force_authenticate(ours.interviewers[0])
    peer = submitted_card(ours.interviews[0], ours.interviewers[1])
    for interview in ours.interviews:
        submitted_card(interview, ours.interviewers[0])

    assert client.get(f"{URL}{peer.pk}/").status_code == 200
    assert save(client, peer.pk, {"summary": "x"}, 0).status_code == 403
    assert client.post(f"{URL}{peer.pk}/submit/", HTTP_IF_MATCH='"0"').status_code == 403
    assert client.post(f"{URL}{peer.pk}/amend/", {"reason": "x"}, format="json").status_code == 403


def test_cards_are_never_deleted(client: APIClient, session: Session) -> None:
    pk = draft(client, session).json()["id"]

    assert client.delete(f"{URL}{pk}/").status_code == 405


def test_list_asks_the_same_number_of_queries_at_one_and_three_rows(
    ours: TeamWorld, session: Session
) -> None:
    def ask() -> int:
        client = APIClient()
        client.force_authenticate(User.objects.get(pk=session.by.pk))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        return len(queries)

    session.submit()
    one = ask()
    for interview in ours.interviews:
        AssignmentFactory._meta.model.objects.get_or_create(interview=interview, interviewer=session.by)
        submitted_card(interview, session.by)

    assert ask() == one
    assert Scorecard.objects.filter(state=ScorecardState.SUBMITTED).count() == 3
